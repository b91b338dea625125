"""What is built once is kept by the content of its inputs; a failure is always seen anew."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.build.build import BuildFailed, Built, NothingToBuild, build
from goldstep.build.toolchain import ToolchainSpec, resolve
from goldstep.errors import HarnessError, ToolchainError
from goldstep.port.port import load_port
from goldstep.port.workspace import workspace
from goldstep.results.records import BuildRecord, Problem
from goldstep.supervision.process import StoppedError, resume, stop_all
from support.harness_ports import edit, script_port, what

pytestmark = pytest.mark.processes

NO_TOOLCHAIN = resolve(ToolchainSpec())
CASE = ("rmsprop/float64/formula/document-example",)

# "Compiles" the sources it is given into one file, and counts how often it was run.
COMPILER = """
import pathlib, sys, time
counter, output, *sources = sys.argv[1:]
with open(counter, "a") as runs:
    runs.write("x")
text = "".join(pathlib.Path(source).read_text() for source in sources)
if "ERROR" in text:
    sys.exit(f"{sources[0]}:1:1: error: ERROR is not allowed")
if "SLOW" in text:
    time.sleep(0.5)
if "STUCK" in text:
    time.sleep(600)
if "BESIDE" in text:
    pathlib.Path("beside.out").write_text(text)
pathlib.Path(output, "program.out").write_text(text)
"""


@dataclass(frozen=True)
class Compiled:
    """A port that is built by COMPILER, from a source of its own and one that it shares."""

    folder: Path
    counter: Path

    @property
    def source(self) -> Path:
        return self.folder / "source.txt"

    @property
    def runs(self) -> int:
        """How often the compiler was run."""
        return len(self.counter.read_text()) if self.counter.exists() else 0

    def build(self, repairs: int = 0) -> Built | NothingToBuild | BuildFailed:
        (port,) = load_port(self.folder / "port.toml")
        with workspace(port, repairs) as place:
            return build(place, NO_TOOLCHAIN)

    def verify(self) -> Results:
        return goldstep.verify(str(self.folder / "port.toml"), options=Options(case_ids=CASE))


@pytest.fixture
def compiled(tmp_path: Path, own_cache: Path) -> Compiled:
    counter = tmp_path / "counter"
    sources = '"source.txt", "../lib/shared.txt"'
    command = f'["{{python}}", "compiler.py", "{counter}", "{{build}}", {sources}]'
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "shared.txt").write_text("shared\n")
    port = script_port(
        tmp_path / "port",
        "deviating_port.py",
        "float64",
        keys='shared = ["../lib"]',
        run_keys=f"[build]\ncommand = {command}\n",
    )
    port.with_name("compiler.py").write_text(COMPILER)
    made = Compiled(port.parent, counter)
    made.source.write_text("source\n")
    return made


def program(built: Built | NothingToBuild | BuildFailed) -> str:
    assert isinstance(built, Built)
    return (built.folder / "program.out").read_text()


def test_the_second_build_is_the_first_one(compiled: Compiled) -> None:
    first, second = compiled.build(), compiled.build()
    assert isinstance(first, Built)
    assert isinstance(second, Built)
    assert (first.cached, second.cached) == (False, True)
    assert first.folder == second.folder
    assert program(second) == "source\nshared\n"
    assert compiled.runs == 1


def test_a_second_run_says_that_it_was_cached(compiled: Compiled) -> None:
    outcomes = [[b.outcome for b in compiled.verify().of(BuildRecord)] for _ in range(2)]
    assert outcomes == [["built"], ["cached"]]


@pytest.mark.parametrize("file", ["source.txt", "../lib/shared.txt", "compiler.py"])
def test_a_changed_input_is_built_anew(compiled: Compiled, file: str) -> None:
    compiled.build()
    changed = compiled.folder / file
    changed.write_text(changed.read_text() + "# more\n")
    built = compiled.build()
    assert isinstance(built, Built)
    assert not built.cached
    assert compiled.runs == 2


def test_a_file_that_comes_goes_or_has_another_name_counts(compiled: Compiled) -> None:
    compiled.build()
    extra = compiled.folder / "extra.txt"
    extra.write_text("more\n")
    compiled.build()
    extra.rename(compiled.folder / "other.txt")
    compiled.build()
    assert compiled.runs == 3
    (compiled.folder / "other.txt").unlink()
    built = compiled.build()
    assert isinstance(built, Built)
    assert built.cached  # as at first


def test_another_command_is_another_build(compiled: Compiled) -> None:
    compiled.build()
    edit(compiled.folder / "port.toml", '"compiler.py"', '"-S", "compiler.py"')
    compiled.build()
    assert compiled.runs == 2


def test_what_is_said_of_the_port_is_no_input(compiled: Compiled) -> None:
    compiled.build()
    edit(compiled.folder / "port.toml", 'title = "A port"', 'title = "The port"')
    compiled.build()
    assert compiled.runs == 1


def test_a_repair_is_built_from_the_patched_source(compiled: Compiled) -> None:
    (compiled.folder / "1.patch").write_text(
        "--- a/source.txt\n+++ b/source.txt\n@@ -1 +1 @@\n-source\n+repaired\n"
    )
    toml = compiled.folder / "port.toml"
    toml.write_text(toml.read_text() + '[[repair]]\npatch = "1.patch"\nremoves = ["unexplained"]\n')
    assert program(compiled.build(0)) == "source\nshared\n"
    assert program(compiled.build(1)) == "repaired\nshared\n"
    assert compiled.source.read_text() == "source\n"
    compiled.build(0)
    assert compiled.runs == 2


def test_a_failure_is_never_kept(compiled: Compiled, own_cache: Path) -> None:
    compiled.source.write_text("ERROR\n")
    for _ in range(2):
        results = compiled.verify()
        (finding,) = results.findings()
        assert (finding.stage, *what(finding)) == ("build", "build-failure", None)
        assert str(finding.location) == "source.txt:1:1"
        assert finding.message == "ERROR is not allowed"
        assert results.exit_code == 1
    assert compiled.runs == 2
    assert list((own_cache / "builds").iterdir()) == []
    compiled.source.write_text("source\n")
    assert isinstance(compiled.build(), Built)


def test_two_builds_at_once_make_one(compiled: Compiled, own_cache: Path) -> None:
    compiled.source.write_text("SLOW\n")
    built: list[object] = []
    threads = [threading.Thread(target=lambda: built.append(compiled.build())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = compiled.runs  # two, as neither waits for the other
    (kept,) = (own_cache / "builds").iterdir()
    assert [each.folder for each in built if isinstance(each, Built)] == [kept, kept]
    assert program(compiled.build()) == "SLOW\nshared\n"
    assert compiled.runs == runs


def test_what_a_build_writes_beside_its_sources_is_there_when_the_port_runs(
    compiled: Compiled, own_cache: Path
) -> None:
    """Only the build's own folder can be kept; so such a build is made anew each time."""
    compiled.source.write_text("BESIDE\n")
    edit(
        compiled.folder / "port.toml",
        'command = ["{python}", "deviating_port.py", "float64"]',
        'command = ["sh", "-c", "cat beside.out >&2 && exec $0 deviating_port.py float64", '
        '"{python}"]',
    )
    for _ in range(2):
        results = compiled.verify()
        assert results.exit_code == 0
        assert [build.outcome for build in results.of(BuildRecord)] == ["built"]
    assert compiled.runs == 2
    assert list((own_cache / "builds").iterdir()) == []
    assert not (compiled.folder / "beside.out").exists()


def test_a_build_without_an_end_is_ended(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goldstep.build.build.BUILD_TIMEOUT", 0.5)
    compiled.source.write_text("STUCK\n")
    (finding,) = compiled.verify().findings()
    assert what(finding) == ("build-failure", None)
    assert finding.message.endswith("timed out")


def test_several_commands_run_in_order_to_the_first_that_fails(compiled: Compiled) -> None:
    append = (
        "[\"{python}\", \"-c\", \"open(r'{build}/log', 'a').write('%s'); raise SystemExit(%d)\"]"
    )
    toml = compiled.folder / "port.toml"
    text = toml.read_text()
    start = text.index("[build]")
    toml.write_text(
        text[:start] + f"[build]\ncommand = [{append % ('a', 0)}, {append % ('b', 0)}]\n"
    )
    built = compiled.build()
    assert isinstance(built, Built)
    assert (built.folder / "log").read_text() == "ab"
    toml.write_text(
        text[:start] + f"[build]\ncommand = [{append % ('a', 3)}, {append % ('b', 4)}]\n"
    )
    failed = compiled.build()
    assert isinstance(failed, BuildFailed)
    assert failed.completed.returncode == 3


def test_a_compiler_that_is_not_there_is_no_fault_of_the_port(compiled: Compiled) -> None:
    edit(compiled.folder / "port.toml", '["{python}", "compiler.py"', '["no-such-compiler"')
    with pytest.raises(ToolchainError, match="'no-such-compiler' cannot be run"):
        compiled.build()
    results = compiled.verify()
    assert results.exit_code == 3
    assert not results.findings()
    (problem,) = results.of(Problem)
    assert problem.exit_code == 3


def test_a_cache_that_cannot_be_written_is_named(
    compiled: Compiled, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cache.write_text("a file, not a folder")
    with pytest.raises(HarnessError, match="set GOLDSTEP_CACHE_DIR") as caught:
        compiled.build()
    assert str(own_cache) in str(caught.value)


def test_a_port_without_a_build_has_an_empty_folder(tmp_path: Path, own_cache: Path) -> None:
    (port,) = load_port(script_port(tmp_path / "port", "deviating_port.py", "float64"))
    with workspace(port, 0) as place:
        built = build(place, NO_TOOLCHAIN)
        assert isinstance(built, NothingToBuild)
        assert list(built.folder.iterdir()) == []
    assert not own_cache.exists()


def test_a_run_that_is_stopped_leaves_no_half_of_a_build(
    compiled: Compiled, own_cache: Path
) -> None:
    compiled.source.write_text("STUCK\n")
    failures: list[BaseException] = []

    def run() -> None:
        try:
            compiled.build()
        except StoppedError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not compiled.runs:
        time.sleep(0.01)
    stop_all()
    thread.join(60)
    resume()
    assert len(failures) == 1
    assert list((own_cache / "builds").iterdir()) == []


def test_the_cache_may_be_taken_away_at_any_time(compiled: Compiled, own_cache: Path) -> None:
    compiled.build()
    shutil.rmtree(own_cache)
    assert program(compiled.build()) == "source\nshared\n"
