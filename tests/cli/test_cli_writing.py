"""Where results and output cannot be written: what is kept, what is said, and the exit code."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from goldstep.results.stream import ResultsError
from goldstep.results.value import Results
from support.desk import Desk
from support.goldstep_command import COMMAND, EXAMPLE, environment
from support.running import MARK, Running, running, until
from support.small_ports import tiny_port
from support.small_vectors import Few

pytestmark = pytest.mark.processes

NO_SPACE = "cannot be written: No space left on device; "
TMPFS = "mount -t tmpfs -o size=64k tmpfs"
# A small disk, which is there for the command only; what is on it in the end is copied.
ON_A_SMALL_DISK = f"""
{TMPFS} "$1" && cd "$1" && "$2" verify "$3" "$4" --jobs 2 --results results.ndjson
code=$?
cp -r . ../copy
exit $code
"""


@pytest.fixture
def port(desk: Desk) -> Path:
    """A port with a finding in most of its cases, of which there are more than 64 KiB."""
    return tiny_port(desk.folder / "port", "outside")


@pytest.fixture
def hanging(desk: Desk) -> Path:
    """A port that answers no case while the other one runs."""
    return tiny_port(desk.folder / "hanging", "hangs hung", name="hanging")


@pytest.fixture(scope="module")
def namespace() -> Sequence[str]:
    """What a command is run by that may mount a disk."""
    command = ("unshare", "--user", "--map-root-user", "--mount")
    script = f"{TMPFS} /tmp"
    if shutil.which("unshare"):
        done = subprocess.run([*command, "sh", "-c", script], capture_output=True)
        if done.returncode == 0:
            return command
    pytest.skip("this user cannot mount a small disk")


def kinds_of(file: Path) -> list[str]:
    """The kinds of record in a file of results that has no end; each line of it is whole."""
    content = file.read_bytes()
    assert content.endswith(b"\n")
    kinds = [json.loads(line)["record"] for line in content.splitlines()]
    assert kinds[:2] == ["header", "port"]
    assert "footer" not in kinds
    with pytest.raises(ResultsError, match="is truncated: its footer is missing"):
        Results.read(file)
    return kinds


class TestResults:
    def test_the_disk_is_full(
        self, desk: Desk, port: Path, hanging: Path, namespace: Sequence[str]
    ) -> None:
        disk = desk.folder / "disk"
        disk.mkdir()
        script = ["sh", "-c", ON_A_SMALL_DISK, "sh", disk, COMMAND, port, hanging]
        mark = uuid4().hex
        process = subprocess.Popen(
            [*namespace, *script],
            env=environment(TMPDIR=desk.temporary, **{MARK: mark}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, error = process.communicate(timeout=60)
        assert Running(process, mark).processes() == set()
        assert (process.returncode, out) == (3, "")
        hint = "make room there, or name a file elsewhere"
        assert error == f"goldstep: results.ndjson: {NO_SPACE}{hint}\n"
        assert len(kinds_of(desk.folder / "copy" / "results.ndjson")) > 100

    def test_the_file_would_be_too_long(self, desk: Desk, port: Path) -> None:
        file = desk.folder / "results.ndjson"
        done = shell(desk, 'ulimit -f 64; exec "$@"', "verify", port, "--results", file)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr.startswith(f"goldstep: {file}: cannot be written: File too large; ")
        assert len(kinds_of(file)) > 50

    def test_a_full_device_stays(self, desk: Desk, port: Path) -> None:
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--results", "/dev/full")
        assert (ran.code, ran.out) == (3, "")
        assert ran.error.startswith(f"goldstep: /dev/full: {NO_SPACE}")
        assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)

    def test_a_link_to_it_stays_too(self, desk: Desk, port: Path) -> None:
        link = desk.folder / "link"
        link.symlink_to("/dev/full")
        assert desk.goldstep("verify", port, "--results", link).code == 3
        assert link.is_symlink()

    def test_the_reader_of_a_pipe_has_gone(self, desk: Desk, port: Path) -> None:
        pipe = desk.folder / "pipe"
        os.mkfifo(pipe)
        with running(desk, "verify", port, "--results", pipe) as run:
            with pipe.open() as reader:
                assert json.loads(reader.readline())["record"] == "header"
            _, error = run.process.communicate(timeout=60)
        assert run.process.returncode == 3
        assert error.startswith(f"goldstep: {pipe}: cannot be written: Broken pipe; ")
        assert pipe.is_fifo()

    def test_a_path_that_cannot_be_opened_is_a_wrong_argument(self, desk: Desk, port: Path) -> None:
        ran = desk.goldstep("verify", port, "--results", desk.folder / "gone" / "results.ndjson")
        assert ran.code == 2
        assert "cannot be written: No such file or directory; name a file" in ran.error

    def test_an_interrupt_takes_the_file_away_but_not_what_took_its_place(
        self, desk: Desk, hanging: Path
    ) -> None:
        file = desk.folder / "results.ndjson"
        with running(desk, "verify", hanging, "--results", file) as run:
            until(lambda: list(desk.temporary.rglob("hung")))
            file.rename(desk.folder / "moved")
            file.write_text("of somebody else")
            assert run.end(signal.SIGINT)[0] == 130
        assert (desk.folder / "moved").read_text() == ""
        assert file.read_text() == "of somebody else"

    @pytest.mark.parametrize("sandbox", ["auto", "off"])
    def test_the_harness_is_killed(
        self, desk: Desk, port: Path, hanging: Path, sandbox: str
    ) -> None:
        """The file is whole up to its last line; nobody is left, and no temporary folder."""
        file = desk.folder / "results.ndjson"
        options = ("--sandbox", sandbox, "--jobs", "2", "--results", file)
        with running(desk, "verify", hanging, port, *options) as run:
            until(lambda: list(desk.temporary.rglob("hung")))
            until(lambda: file.read_bytes().count(b"\n") > 100)
            assert len(run.processes()) > 3
            assert run.end(signal.SIGKILL)[0] == -signal.SIGKILL
            until(lambda: not run.processes() and not desk.left())
        assert len(kinds_of(file)) > 100


def shell(desk: Desk, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a script of sh, to which the command and its arguments are `"$@"`."""
    return subprocess.run(
        ["sh", "-c", script, "sh", COMMAND, *arguments],
        cwd=desk.work,
        env=environment(TMPDIR=desk.temporary),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def verdicts(port: Path, few: Few) -> dict[str, tuple[list[str | Path], int]]:
    """Commands of every kind that prints, with their exit codes."""
    verify: list[str | Path] = ["verify", port, *few]
    return {
        "verify": (verify, 1),
        "verify-json": ([*verify, "--json"], 1),
        "verify-conforming": ([*verify, "--epsilon", "outside"], 0),
        "diagnose": (["diagnose", *verify[1:]], 1),
        "diagnose-json": (["diagnose", *verify[1:], "--json"], 1),
        "vectors-list": (["vectors", "list"], 0),
        "vectors-list-json": (["vectors", "list", "--json"], 0),
        "vectors-show": (["vectors", "show", EXAMPLE, *few], 0),
        "vectors-check": (["vectors", "check", few[1]], 0),
        "ports-list": (["ports", "list"], 0),
        "ports-show": (["ports", "show", "python"], 0),
        "explain": (["explain", EXAMPLE, *few], 0),
        "doctor": (["doctor"], 0),
        "doctor-json": (["doctor", "--json"], 0),
        "help": (["--help"], 0),
        "version": (["--version"], 0),
    }


@pytest.fixture(params=verdicts(Path(), ("", Path())))
def command(request: pytest.FixtureRequest, port: Path, few: Few) -> tuple[list[str | Path], int]:
    """A command and its exit code."""
    return verdicts(port, few)[request.param]


Command = tuple[list[str | Path], int]


class TestOutput:
    def test_nobody_reads_it(self, desk: Desk, command: Command) -> None:
        arguments, code = command
        ours, theirs = os.pipe()
        os.close(ours)
        done = subprocess.run(
            [COMMAND, *arguments],
            env=environment(TMPDIR=desk.temporary),
            stdout=theirs,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(theirs)
        assert (done.returncode, done.stderr) == (code, b"")

    @pytest.mark.parametrize("name", ["verify", "verify-json", "verify-conforming", "vectors-list"])
    def test_its_reader_has_seen_enough(self, desk: Desk, port: Path, few: Few, name: str) -> None:
        arguments, code = verdicts(port, few)[name]
        with running(desk, *arguments) as run:
            assert run.process.stdout
            assert len(os.read(run.process.stdout.fileno(), 10)) == 10
            run.process.stdout.close()
            run.process.stdout = None
            _, error = run.process.communicate(timeout=60)
        assert (run.process.returncode, error) == (code, "")

    def test_the_disk_is_full(self, desk: Desk, command: Command) -> None:
        done = shell(desk, 'exec "$@" >/dev/full', *command[0])
        assert done.returncode == 3
        assert done.stderr == f"goldstep: standard output {NO_SPACE}make room, or redirect it\n"

    def test_the_file_would_be_too_long(self, desk: Desk) -> None:
        out = desk.folder / "out"
        done = shell(desk, f'ulimit -f 8; exec "$@" >{out}', "vectors", "list")
        assert done.returncode == 3
        assert done.stderr.startswith("goldstep: standard output cannot be written: File too large")
        assert out.stat().st_size == 8 * 512

    def test_damaged_vectors_come_before_it(self, desk: Desk) -> None:
        done = shell(desk, 'exec "$@" >/dev/full', "vectors", "check", desk.folder / "gone")
        assert done.returncode == 4
        assert done.stderr.startswith(f"goldstep: {desk.folder / 'gone'}")

    @pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"])
    @pytest.mark.parametrize("name", ["verify", "verify-conforming", "ports-list", "doctor"])
    def test_the_verdict_needs_no_stream(
        self, desk: Desk, port: Path, few: Few, name: str, closed: str
    ) -> None:
        arguments, code = verdicts(port, few)[name]
        done = shell(desk, f'exec "$@" {closed}', *arguments)
        assert (done.returncode, done.stderr) == (code, "")
        assert bool(done.stdout) == (">&-" not in closed.split())

    @pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full"])
    def test_an_error_that_nobody_hears_keeps_its_exit_code(self, desk: Desk, closed: str) -> None:
        for arguments, code in ((["verify", "gone"], 2), (["--gone"], 2), (["vectors"], 2)):
            assert shell(desk, f'exec "$@" {closed}', *arguments).returncode == code

    def test_a_pipe_that_does_not_wait_gets_everything(self, desk: Desk) -> None:
        """As one is that is shared with a program which has made it so."""
        ours, theirs = os.pipe()
        flags = fcntl.fcntl(theirs, fcntl.F_GETFL)
        fcntl.fcntl(theirs, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        process = subprocess.Popen([COMMAND, "vectors", "list"], env=environment(), stdout=theirs)
        until(lambda: not select.select([], [theirs], [], 0)[1])  # it is full
        os.close(theirs)
        with os.fdopen(ours) as reader:
            read = reader.read()
        assert process.wait() == 0
        assert read == desk.goldstep("vectors", "list").out
