"""`goldstep verify --update-known`: from then on exactly what was found is known."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import goldstep as package
import pytest
from goldstep.paths import ports_folder, vectors_folder
from goldstep.port.port import load_port
from goldstep.port.table import Known
from support.desk import Desk
from support.goldstep_command import COMMAND, EXAMPLE, Ran, environment
from support.small_ports import Raw, tiny_port
from support.small_vectors import sign

pytestmark = pytest.mark.processes

OUTSIDE = "epsilon-outside-root"
ENTRY = {"repairs": 0, "finding": OUTSIDE, "reason": "so printed"}
SHARED = {"repairs": 0, "finding": "state-shared", "reason": "once"}
EXPIRED = {**ENTRY, "expires": Raw("2020-02-29"), "issue": "https://example.org/7"}
# The command, whose standard input and error say that they are a terminal.
_PRETENDING = """
import sys
for stream in (sys.stdin, sys.stderr):
    stream.isatty = lambda: True
from goldstep.cli import main
main()
"""


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All vectors, as far as the command knows: they are run in a second."""
    folder = tmp_path_factory.mktemp("vectors")
    for name in ("schema.json", "README.md", "rmsprop/float64/formula.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(vectors_folder() / name, folder / name)
    sign(folder)
    return folder


Update = Callable[..., Ran]


@pytest.fixture
def update(desk: Desk, vectors: Path) -> Update:
    """Runs the command without a terminal."""

    def update(*arguments: str | Path) -> Ran:
        return desk.goldstep("verify", "--update-known", "--vectors", vectors, *arguments)

    return update


def known(file: Path) -> tuple[Known, ...]:
    return load_port(file)[0].table.known


def changed(ran: Ran) -> list[str]:
    """What it says of the files, below the ladders."""
    lines = ran.out.splitlines()
    (total,) = (n for n, line in enumerate(lines) if re.match(r"\d+ port.* cases? in ", line))
    return lines[total + 1 :]


class TestNews:
    def test_becomes_known_and_nothing_else_changes(
        self, desk: Desk, update: Update, vectors: Path
    ) -> None:
        """Also in a file as Windows writes it, that others may not read, behind a link."""
        file = tiny_port(desk.folder / "port", "outside")
        text = file.read_text().replace("\n", "\r\n") + "# the end, without a line end"
        file.write_bytes(text.encode())
        file.chmod(0o640)
        link = desk.folder / "port" / "linked.toml"
        link.symlink_to(file)
        reason = 'the "paper"\nsays so: é'
        options = ("--issue", "https://example.org/7", "--expires", "2999-12-31")
        ran = update(link, "--reason", reason, *options)
        assert (ran.code, ran.err) == (0, "")
        assert changed(ran)[:2] == [f"--- {link}", f"+++ {link}"]
        assert "+expires = 2999-12-31" in changed(ran)
        assert not [line for line in changed(ran)[2:] if line.startswith("-")]
        added = (
            "\r\n\r\n[[known]]\r\nrepairs = 0\r\n"
            f'finding = "{OUTSIDE}"\r\nreason = "the \\"paper\\"\\nsays so: é"\r\n'
            'issue = "https://example.org/7"\r\nexpires = 2999-12-31'
        )
        assert file.read_bytes().decode() == text + added
        assert (file.stat().st_mode & 0o777, link.is_symlink()) == (0o640, True)
        assert desk.goldstep("verify", file, "--vectors", vectors).code == 0

    def test_is_told_elsewhere_where_standard_output_is_for_json(
        self, desk: Desk, update: Update
    ) -> None:
        file = tiny_port(desk.folder / "port", "outside")
        ran = update(file, "--reason", "so it is", "--json")
        assert (ran.code, json.loads(ran.out)["exit_code"]) == (0, 1)
        assert ran.err.splitlines()[0] == f"--- {file}"

    def test_of_a_part_of_the_cases_is_added_and_nothing_taken_out(self, desk: Desk) -> None:
        file = tiny_port(desk.folder / "port", "outside", known=[SHARED])
        ran = desk.goldstep(
            "verify", file, "--update-known", "--reason", "so it is", "--case", EXAMPLE
        )
        assert ran.code == 0
        assert [entry.finding for entry in known(file)] == ["state-shared", OUTSIDE]

    def test_a_rung_that_cannot_be_judged_keeps_what_it_has(
        self, desk: Desk, update: Update
    ) -> None:
        file = tiny_port(desk.folder / "port", known=[ENTRY], toolchain={"java": 99})
        other = tiny_port(desk.folder / "other", "outside", name="other")
        before = file.read_bytes()
        assert update(file, other, "--reason", "so it is").code == 3
        assert file.read_bytes() == before
        assert [entry.finding for entry in known(other)] == [OUTSIDE]


class TestStale:
    def test_goes_with_its_lines_and_what_holds_stays(self, desk: Desk, update: Update) -> None:
        file = tiny_port(desk.folder / "port", "outside")
        text = file.read_text()
        holds = (
            "\n[[known]] # still so\nfinding =   'epsilon-outside-root'\n"
            'repairs = 0x0\nreason = """\n[[known]]\n"""\n'
        )
        stale = '\n# shared?\n[[known]]\nrepairs = 0\nfinding = "state-shared"\nreason = "once"\n'
        file.write_text(text + stale + holds)
        line = text.count("\n") + 3
        ran = update(file, "--reason", "-")
        assert ran.code == 0
        assert (
            f"port.toml:{line}: known finding state-shared did not appear: "
            f"delete lines {line}-{line + 3} of port.toml\n"
        ) in ran.out
        assert " # shared?" in changed(ran)
        assert '-finding = "state-shared"' in changed(ran)
        assert file.read_text() == f"{text}\n# shared?\n{holds}"

    def test_of_an_array(self, desk: Desk, update: Update) -> None:
        file = tiny_port(desk.folder / "port", "outside")
        entries = [
            "{" + ", ".join(f"{key} = {json.dumps(value)}" for key, value in entry.items()) + "}"
            for entry in (SHARED, ENTRY)
        ]
        holds = f"known = [\n  {entries[1]}, # still so\n]\n" + file.read_text()
        file.write_text(holds.replace("[\n", f"[\n  {entries[0]}, # once\n", 1))
        ran = update(file, "--reason", "-")
        assert ran.code == 0
        assert "finding state-shared did not appear: take its entry out of port.toml" in ran.out
        assert file.read_text() == holds

    def test_is_what_no_variant_shows(self, desk: Desk, update: Update) -> None:
        """The variant that is held to epsilon outside the root does not have the finding."""
        matrix = {"number_format": ["float64"], "epsilon": ["inside", "outside"]}
        file = tiny_port(
            desk.folder / "port",
            "outside",
            number_format=None,
            matrix=matrix,
            known=[SHARED, ENTRY],
        )
        ran = update(file, "--reason", "-", "--epsilon", "outside")
        assert (ran.code, len(known(file))) == (0, 2)
        ran = update(file, "--reason", "-")
        assert ran.code == 0
        assert ran.out.count(": delete line") == 1
        assert [entry.finding for entry in known(file)] == [OUTSIDE]


class TestExpired:
    def test_is_renewed_by_a_date_and_not_without(self, desk: Desk, update: Update) -> None:
        file = tiny_port(desk.folder / "port", "outside", known=[EXPIRED])
        text = file.read_text()
        ran = update(file, "--reason", "-")
        assert (ran.code, file.read_text()) == (5, text)
        assert changed(ran) == [f"{file}: its known findings stay as they are"]
        ran = update(file, "--reason", "-", "--expires", "2999-12-31")
        assert ran.code == 0
        assert [line for line in changed(ran)[2:] if not line.startswith(("@", " "))] == [
            "-expires = 2020-02-29",
            "+expires = 2999-12-31",
        ]
        assert file.read_text() == text.replace("2020-02-29", "2999-12-31")


def test_what_is_as_it_should_be_is_not_written(desk: Desk, update: Update) -> None:
    file = tiny_port(desk.folder / "port", "outside", known=[ENTRY])
    before = file.stat()
    ran = update(file, "--reason", "-")
    assert (ran.code, changed(ran)) == (0, [f"{file}: its known findings stay as they are"])
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


class TestAsking:
    """On a terminal, for each reason and each new date."""

    @pytest.fixture
    def ask(self, desk: Desk, vectors: Path) -> Callable[..., tuple[int, str]]:
        def ask(
            file: Path, answers: str, *options: str, while_asked: Callable[[], object] = int
        ) -> tuple[int, str]:
            """Exit code, and what is on the screen."""
            command: list[str] = [COMMAND]
            try:
                ours, theirs = pty.openpty()
                stdin = theirs
            except OSError:  # a container without pseudo-terminals
                read, ours = os.pipe()
                command, stdin, theirs = [sys.executable, "-c", _PRETENDING], read, subprocess.PIPE
            arguments = ["verify", "--update-known", "--vectors", vectors, *options, file]
            process = subprocess.Popen(
                [*command, *map(str, arguments)],
                cwd=desk.work,
                env=environment(TERM="dumb", TMPDIR=desk.temporary),
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=theirs,
            )
            os.close(stdin)
            source = process.stderr.fileno() if process.stderr else ours
            screen = b""
            while b"(none: it stays" not in screen:
                screen += os.read(source, 1 << 10)
            while_asked()
            os.write(ours, answers.encode())
            while chunk := _read(source):
                screen += chunk
            os.close(ours)
            if process.stderr:
                process.stderr.close()
            return process.wait(), screen.decode().replace("\r\n", "\n")

        return ask

    @pytest.fixture
    def file(self, desk: Desk) -> Path:
        """A port with news."""
        return tiny_port(desk.folder / "port", "outside")

    def test_says_what_and_where(self, file: Path, ask: Callable[..., tuple[int, str]]) -> None:
        code, screen = ask(file, "The paper says so.\n")
        assert code == 0
        shown = rf"tiny, as it is: {OUTSIDE}, tiny_adapter.py:\d+\n    epsilon is added after the"
        assert re.search(shown, screen)
        assert [(e.finding, e.reason) for e in known(file)] == [(OUTSIDE, "The paper says so.")]

    def test_without_an_answer_it_stays_unknown(
        self, file: Path, ask: Callable[..., tuple[int, str]]
    ) -> None:
        before = file.read_bytes()
        assert ask(file, "\n")[0] == 1
        assert file.read_bytes() == before

    def test_for_a_date_until_it_is_one(
        self, desk: Desk, ask: Callable[..., tuple[int, str]]
    ) -> None:
        file = tiny_port(desk.folder / "port", "outside", known=[EXPIRED])
        code, screen = ask(file, "soon\n2020-03-01\n2999-12-31\n")
        assert code == 0
        assert f"tiny, as it is: {OUTSIDE}, known until 2020-02-29\n    so printed\n" in screen
        assert "Error: 'soon' is not a date as YYYY-MM-DD" in screen
        assert "Error: 2020-03-01 is over" in screen
        (entry,) = known(file)
        assert (str(entry.expires), entry.reason) == ("2999-12-31", "so printed")

    def test_a_file_that_is_edited_meanwhile_is_left_alone(
        self, file: Path, ask: Callable[..., tuple[int, str]]
    ) -> None:
        text = file.read_text() + "# of somebody else\n"
        code, screen = ask(file, "so it is\n", while_asked=lambda: file.write_text(text))
        assert code == 3
        assert screen.rstrip().endswith(
            f"goldstep: {file}: was changed during the run, and is left alone; "
            "run `goldstep verify --update-known` again"
        )
        assert file.read_text() == text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the last process on the other side has gone
        return b""


class TestUsage:
    """What cannot be done is said before anything is run."""

    def refused(self, ran: Ran) -> str:
        assert (ran.code, ran.out) == (2, "")
        return ran.error

    def test_nobody_can_be_asked(self, desk: Desk, update: Update) -> None:
        file = tiny_port(desk.folder / "port", "outside")
        before = file.read_bytes()
        told = self.refused(update(file))
        assert told.endswith("no terminal to ask at; give one for all with --reason TEXT")
        assert file.read_bytes() == before

    def test_a_file_that_is_read_only(self, desk: Desk, update: Update) -> None:
        file = tiny_port(desk.folder / "port", "outside")
        file.chmod(0o444)
        told = self.refused(update(file, "--reason", "-"))
        assert told == (
            f"goldstep: {file}: cannot be rewritten: it, or its folder, is read-only; "
            "make both writable"
        )

    def test_another_column_than_the_files(self, desk: Desk, update: Update) -> None:
        file = tiny_port(desk.folder / "port")
        told = self.refused(update(file, "--reason", "-", "--epsilon", "outside"))
        assert told.startswith(f"goldstep: {file}: is for epsilon inside; ")

    def test_a_port_of_an_installed_goldstep(self, desk: Desk) -> None:
        installed = desk.folder / "site-packages" / "goldstep"
        (source,) = package.__path__
        shutil.copytree(source, installed, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("python", "py"):
            shutil.copytree(ports_folder() / name, installed / "data" / "ports" / name)
        ran = subprocess.run(
            [
                *(sys.executable, "-c", "from goldstep.cli import main; main()"),
                *("verify", "python", "--update-known", "--reason", "-"),
            ],
            cwd=desk.work,
            env=environment(PYTHONPATH=installed.parent, PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            text=True,
            check=False,
        )
        file = installed / "data" / "ports" / "python" / "port.toml"
        told = self.refused(Ran(ran.returncode, ran.stdout, ran.stderr))
        assert told == (
            f"goldstep: {file}: belongs to the installed goldstep and is not to be rewritten; "
            "copy the port's folder elsewhere, and name the copy"
        )

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (["--reason", "x"], "--reason is for --update-known"),
            (["--expires", "2999-12-31"], "--expires is for --update-known"),
            (["--update-known", "--reason", " "], "invalid value for '--reason': it is empty"),
            (["--update-known", "--reason", "\udcff"], "invalid value for '--reason': it is not"),
            (["--update-known", "--expires", "2020-01-01"], "2020-01-01 is over"),
            (["--update-known", "--expires", "tomorrow"], "'tomorrow' is not a date as YYYY-MM-DD"),
        ],
    )
    def test_options_that_make_no_sense(self, desk: Desk, options: list[str], told: str) -> None:
        assert told in self.refused(desk.goldstep("verify", "python", *options))
