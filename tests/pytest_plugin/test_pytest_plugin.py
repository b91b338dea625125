"""`pytest --goldstep PORT` in somebody's project, by what pytest reports."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.paths import ports_folder, vectors_folder
from goldstep.supervision.isolation import SandboxMode
from goldstep.vectors.folder import load_vectors
from support.harness_ports import edit, line_of, script_port

pytest_plugins = ["pytester"]

GROUP = "starting-average"
VECTORS = {case.id: case for _, case in load_vectors(vectors_folder()).cases()}
IDS = [case_id for case_id in VECTORS if "/float64/" in case_id]
CASES = sum(f"/{GROUP}/" in case_id for case_id in IDS)
STEPS = [case_id for case_id in IDS if f"/{GROUP}/two-steps-" in case_id]
EXAMPLE = f"rmsprop/float64/{GROUP}/two-steps-epsilon-1e-2"
ONE_CASE = ("--goldstep", "my-port", f"my-port/port.toml::{EXAMPLE}")
SMALL = ("--goldstep", "my-port/port.toml", "--goldstep-group", GROUP)

PortMaker = Callable[..., Path]


@pytest.fixture
def port(pytester: pytest.Pytester) -> PortMaker:
    """Makes the folder my-port, in a project that takes warnings for errors and has a test."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makepyfile(test_own="def test_own():\n    pass\n")

    def make(*words: str, script: str = "deviating_port.py", **keys: str) -> Path:
        return script_port(pytester.path / "my-port", script, *words, name="mine", **keys)

    return make


@pytest.fixture
def correct(port: PortMaker) -> Path:
    """A port that conforms."""
    return port("float64")


@pytest.fixture
def outside(port: PortMaker) -> Path:
    """A port with epsilon outside the root, in a line that looks like it."""
    file = port("float64", "epsilon_placement=outside", sources=("root.py",), keys="")
    (file.parent / "root.py").write_text("average = 0\nroot = sqrt(average) + epsilon\n")
    return file


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Runs pytest in a process of its own: what is written in C cannot be loaded twice in one."""
    return pytester.runpytest_subprocess(*arguments)


def failures(pytester: pytest.Pytester) -> dict[str, str]:
    """Messages of the tests that failed, by the case or other name, from JUnit XML."""
    root = ElementTree.parse(pytester.path / "junit.xml").getroot()
    return {
        str(case.get("name")): str(failure.text)
        for case in root.iter("testcase")
        for failure in case.iter("failure")
    }


def test_each_case_fails_in_two_lines_and_the_diagnosis_is_told_once(
    pytester: pytest.Pytester, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = run(pytester, *SMALL, "--junitxml=junit.xml")
    failed = failures(pytester)
    assert result.ret == 1
    result.assert_outcomes(failed=len(failed), passed=CASES + 3 - len(failed))
    assert len(failed) > CASES // 2
    where = f"my-port/root.py:{line_of(outside.parent / 'root.py', 'sqrt')}"
    head, shown = failed[EXAMPLE].splitlines()
    assert head == f"epsilon-outside-root at {where}"
    place, expected, off = shown.split(": ")
    steps = VECTORS[EXAMPLE].expected.inside or []
    step = int(place.removeprefix("step ").removesuffix(", w1[0]"))
    assert expected.startswith(f"expected {steps[step - 1].weights['w1'].nearest[0]}, got -0.")
    assert off.endswith(" rounding budgets")
    assert {len(message.splitlines()) for message in failed.values()} == {2}
    # What would be the same in as many failures.
    total = f"my-port/port.toml: epsilon-outside-root at {where}: {len(failed)} tests"
    meaning = "epsilon-outside-root: epsilon is added after the square root"
    said = result.outlines[result.outlines.index(total) :]
    assert said[1:3] == [meaning, f"    at {where}"]
    details = "\n".join(said[: said.index("")])
    assert "    smallest case: learning rate 0.001, " in details
    assert "    what to do: Write sqrt(average + epsilon) " in details
    assert ".py:" not in details.replace(where, "")  # no line of goldstep's own
    assert result.stdout.str().count(meaning) == 1
    result.stdout.fnmatch_lines(["=* goldstep =*", total])
    result.stdout.fnmatch_lines([f"FAILED my-port/port.toml::{EXAMPLE} - epsilon-outside-root *"])


def test_cases_are_collected_without_running_the_port(
    pytester: pytest.Pytester, port: PortMaker
) -> None:
    port("never-starts", script="misbehaving_port.py")
    result = run(pytester, *SMALL, "--collect-only", "-q")
    assert result.ret == 0
    ids = [line for line in result.outlines if "::" in line]
    of_cases = [f"my-port/port.toml::{case_id}" for case_id in IDS if f"/{GROUP}/" in case_id]
    first, *between, other_findings, own = ids
    assert (first, other_findings) == (
        "my-port/port.toml::start",
        "my-port/port.toml::other-findings",
    )
    assert (between, own) == (of_cases, "test_own.py::test_own")


@pytest.mark.parametrize("chosen", [(), ("-k", EXAMPLE)])
def test_a_port_that_does_not_start_fails_once(
    pytester: pytest.Pytester, port: PortMaker, chosen: tuple[str, ...]
) -> None:
    port("never-starts", script="misbehaving_port.py")
    result = run(pytester, *SMALL, "-m", "goldstep", "--junitxml=junit.xml", "-rs", *chosen)
    speaker = EXAMPLE if chosen else "start"
    (name, message), *others = failures(pytester).items()
    assert (name, others) == (speaker, [])
    assert message.startswith("runtime-failure")
    assert "no licence" in message
    skipped = 0 if chosen else CASES + 1
    outcomes = result.parseoutcomes()
    assert (outcomes["failed"], outcomes.get("skipped", 0)) == (1, skipped)
    if skipped:
        reason = "not started, see my-port/port.toml::start"
        result.stdout.fnmatch_lines([f"SKIPPED [[]{skipped}[]] my-port/port.toml:1: {reason}"])


def test_what_keeps_the_port_from_being_judged_is_one_error(
    pytester: pytest.Pytester, correct: Path
) -> None:
    edit(correct, '"{python}"', '"no-such-program"')
    result = run(pytester, *SMALL, "-m", "goldstep")
    result.assert_outcomes(errors=1, skipped=CASES + 1, deselected=1)
    result.stdout.fnmatch_lines(["the port could not be judged: *no-such-program*"])


def test_what_no_case_shows_is_a_test_of_its_own(
    pytester: pytest.Pytester, port: PortMaker
) -> None:
    port("bad-exit", script="misbehaving_port.py")
    result = run(pytester, *SMALL, "-k", "two-steps or other", "--junitxml=junit.xml")
    (name, message), *others = failures(pytester).items()
    assert (name, others) == ("other-findings", [])
    assert message.startswith("protocol-error")
    assert result.parseoutcomes()["passed"] == len(STEPS)


class TestKnownFindings:
    KNOWN = '\n[[known]]\nrepairs = 0\nfinding = "{}"\nreason = "Paper says so"\nissue = "#7"\n'

    def test_what_they_explain_is_expected_to_fail(
        self, pytester: pytest.Pytester, outside: Path
    ) -> None:
        edit(outside, lambda text: text + self.KNOWN.format("epsilon-outside-root"))
        result = run(pytester, *SMALL, "-rx", "-k", "two-steps or known")
        assert result.ret == 0
        # known-findings is skipped in a run of some vectors.
        result.assert_outcomes(xfailed=len(STEPS), skipped=1, deselected=CASES + 3 - len(STEPS))
        told = "XFAIL my-port/port.toml::*known epsilon-outside-root: Paper says so (#7)"
        result.stdout.fnmatch_lines([told])
        result = run(pytester, *ONE_CASE, "--runxfail")
        result.assert_outcomes(failed=1)

    def test_news_fail_beside_them(self, pytester: pytest.Pytester, outside: Path) -> None:
        edit(outside, '"float64", "epsilon', '"float64", "state=renewed", "epsilon')
        edit(outside, lambda text: text + self.KNOWN.format("epsilon-outside-root"))
        result = run(pytester, *ONE_CASE, "--junitxml=junit.xml")
        result.assert_outcomes(failed=1)
        assert failures(pytester)[EXAMPLE].startswith("state-not-kept")
        assert "    known: Paper says so (#7)" in result.outlines

    def test_a_stale_one_fails(self, pytester: pytest.Pytester, correct: Path) -> None:
        edit(correct, lambda text: text + self.KNOWN.format("update-discarded"))
        result = run(pytester, "--goldstep", "my-port", "--junitxml=junit.xml")
        failed = failures(pytester)
        assert list(failed) == ["known-findings"]
        assert "finding update-discarded did not appear: delete lines " in str(failed)
        assert result.ret == 1


def test_processes_of_xdist_share_one_run(pytester: pytest.Pytester, outside: Path) -> None:
    starts = pytester.path / "starts"
    script = outside.parent / "deviating_port.py"
    edit(script, "import json\n", f"import json\nopen({str(starts)!r}, 'a').write('x')\n")
    # A sandbox would keep the port from counting.
    pytester.makeconftest(
        "import functools, goldstep.plan as v\n"
        "from goldstep.supervision.isolation import SandboxMode\n"
        "v.Options = functools.partial(v.Options, sandbox=SandboxMode.OFF)\n"
    )
    result = run(pytester, *SMALL, "-k", "two-steps", "-n", "2")
    result.assert_outcomes(failed=len(STEPS))
    total, meaning = f"my-port/port.toml: epsilon-*: {len(STEPS)} tests", "epsilon-*: epsilon is *"
    result.stdout.fnmatch_lines([total, meaning], consecutive=True)
    shared = starts.read_text()
    starts.unlink()
    goldstep.verify(str(outside), options=Options(case_ids=tuple(STEPS), sandbox=SandboxMode.OFF))
    assert starts.read_text() == shared


def test_only_the_cases_that_are_wanted_are_run(pytester: pytest.Pytester, outside: Path) -> None:
    failed = run(pytester, *SMALL, "-k", "two-steps")
    failed.assert_outcomes(failed=len(STEPS), deselected=CASES + 3 - len(STEPS))
    again = run(pytester, *SMALL, "--lf")
    assert again.parseoutcomes()["failed"] == len(STEPS)


class TestRungs:
    def test_are_named_where_there_are_several(self, pytester: pytest.Pytester) -> None:
        options = ("--goldstep", "python", "--goldstep-repairs", "each")
        lines = run(pytester, *options, "-k", EXAMPLE, "-rxp").outlines
        told = [line.split(" - ")[0] for line in lines if line.startswith(("PASSED", "XFAIL"))]
        file = ports_folder() / "python" / "port.toml"
        assert told == [
            f"XFAIL {file}::as-printed::{EXAMPLE}",
            f"PASSED {file}::1-epsilon-inside-root::{EXAMPLE}",
        ]

    def test_the_last_is_the_port_repaired(self, pytester: pytest.Pytester) -> None:
        options = ("--goldstep", "python", "--goldstep-repairs", "all", "-k", EXAMPLE)
        run(pytester, *options).assert_outcomes(passed=1, deselected=len(IDS) + 1)


class TestIniFile:
    INI = "[pytest]\nfilterwarnings = error\ngoldstep_ports = my-port\ngoldstep_groups =\n    {}\n"

    def test_makes_tests_of_a_port(self, pytester: pytest.Pytester, correct: Path) -> None:
        pytester.makeini(self.INI.format(GROUP))
        result = run(pytester, "--strict-markers")
        # Beside the cases: test_own, start, and what no vector shows.
        result.assert_outcomes(passed=CASES + 3)
        result.stdout.fnmatch_lines(["goldstep: my-port/port.toml"])
        assert result.ret == 0

    def test_gives_way_to_what_the_command_names(
        self, pytester: pytest.Pytester, correct: Path
    ) -> None:
        pytester.makeini(self.INI.format(GROUP))
        run(pytester, "test_own.py").assert_outcomes(passed=1)

    def test_is_checked(self, pytester: pytest.Pytester, correct: Path) -> None:
        pytester.makeini(self.INI.format(GROUP) + "goldstep_repairs = some\n")
        result = run(
            pytester,
        )
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: goldstep_repairs is 'some', not none or all or each"])


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("nowhere/port.toml", "goldstep: there is no file */nowhere/port.toml"),
            ("nobody", "goldstep: there is no port 'nobody'; name a port.toml, or *numpy*"),
        ],
    )
    def test_a_port_that_there_is_not(
        self, pytester: pytest.Pytester, name: str, said: str
    ) -> None:
        result = run(pytester, "--goldstep", name)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: {said}"])

    def test_a_port_toml_that_is_wrong(self, pytester: pytest.Pytester, correct: Path) -> None:
        edit(correct, 'language = "Python"', "langauge = 1")
        result = run(pytester, *SMALL)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*my-port/port.toml*: there is no key 'langauge'; did you *"])

    def test_a_group_that_there_is_not(self, pytester: pytest.Pytester, correct: Path) -> None:
        result = run(pytester, "--goldstep", "my-port", "--goldstep-group", "starting-avrage")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*no group 'starting-avrage'; did you mean starting-average*"])


def test_it_imports_nothing_where_no_port_is_named(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    names = {name.partition('.')[0] for name in sys.modules}\n"
        "    heavy = {'numpy', 'mpmath', 'msgspec', 'click', 'rich', 'goldstep_reference'}\n"
        "    ours = {name for name in sys.modules if name.startswith('goldstep')}\n"
        "    print('imported', sorted(names & heavy | ours))\n"
    )
    result = run(pytester, "--co", "-p", "no:xdist", "-p", "no:hypothesispytest")
    result.stdout.fnmatch_lines(
        ["imported ['goldstep', 'goldstep.pytest_plugin', 'goldstep.version']"]
    )


def test_what_a_port_says_cannot_drive_the_terminal(
    pytester: pytest.Pytester, port: PortMaker
) -> None:
    file = port("float64")
    edit(
        file.parent / "deviating_port.py",
        "DEFAULTS = {",
        'print("\\x1b[31m" + "<script>" * 9999, file=sys.stderr)\nsys.exit(1)\nDEFAULTS = {',
    )
    result = run(pytester, *SMALL, "--color=no", "--junitxml=junit.xml")
    assert result.ret == 1
    assert "\x1b" not in result.stdout.str()
    assert len(failures(pytester)["start"]) < 5000
