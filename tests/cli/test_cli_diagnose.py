"""What `goldstep diagnose` prints: what explains a port's numbers, and what to try."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from support.desk import Desk
from support.goldstep_command import EXAMPLE, Ran
from support.harness_ports import edit, script_port
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

SCRIPT = "deviating_port.py"
START = '{"seq":1,"cmd":"start","protocol":1}'
# Enough to tell these programs apart.
FEW = ("--group", "formula", "--group", "hyper-parameters")
ONE_STEP = ("--case", "rmsprop/float64/formula/gradient-1-weight-zero")


def deviating(desk: Desk, *answers: str, number_format: str = "float64") -> Path:
    return script_port(
        desk.folder / "port", SCRIPT, number_format, *answers, number_format=number_format
    )


def of_one_step(port: Path) -> Path:
    """The port, which now answers no case of several steps."""
    answers = '    return {"steps"'
    ends = '    if len(request["gradients"]) > 1:\n        sys.exit(4)\n'
    edit(port.parent / SCRIPT, answers, f"{ends}{answers}")
    return port


def copied(out: str, beginning: str) -> list[str]:
    """Each run of the deepest lines that begins so, as an editor takes it out."""
    blocks = re.findall(r"^(?: {8}\S.*\n(?:\n(?= {8}\S))?)+", out, re.MULTILINE)
    return [text for text in map(textwrap.dedent, blocks) if text.startswith(beginning)]


def printed_by(program: str) -> Any:
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(run.stdout.replace("'", '"'))


def answered(port: Path, request: str, *answers: str) -> dict[str, Any]:
    """What the adapter itself says to a request that was printed."""
    run = subprocess.run(
        [sys.executable, SCRIPT, *answers],
        cwd=port.parent,
        input=f"{START}\n{request}",
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


def diagnosed(desk: Desk, *arguments: str | Path) -> tuple[Ran, str]:
    """What a diagnosis says, and the ladder of the same results."""
    results = desk.folder / "results.ndjson"
    ran = desk.goldstep("diagnose", *arguments, "--results", results)
    return ran, desk.goldstep("report", "show", "--verbose", results).out


def smallest(out: str) -> list[tuple[str, str, str]]:
    """The smallest cases with what is expected and got."""
    return re.findall(r"smallest case +(.*): (?:\S+ )?expected (\S+), got (\S+)", out)


def test_a_deviation_with_where_to_look_and_what_to_try(desk: Desk) -> None:
    answers = ("float64", "epsilon_placement=outside")
    port = deviating(desk, *answers[1:])
    ran = desk.goldstep("diagnose", port, *FEW)
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.splitlines()
    assert lines[:3] == ["a-port  A port  (float64, epsilon inside)", "", lines[2]]
    assert lines[2] == "as it is  epsilon-outside-root"
    assert re.fullmatch(r"  as \S.* and .*", lines[3])
    assert re.fullmatch(r"  \d+ further cases were sent", lines[4])
    assert lines[6] == "  ✗ epsilon-outside-root  new  epsilon is added after the square root"
    assert re.fullmatch(r"    look at +deviating_port.py:\d+", lines[7])
    assert re.fullmatch(r"    what to do +Write sqrt\(average \+ epsilon\) for .*", lines[8])
    assert re.fullmatch(r"    shows best in +rmsprop/float64/\S+, step \d+, w\d\[\d+\]", lines[9])
    for label, line in zip(("expected", "got", "with this deviation"), lines[10:13], strict=True):
        assert re.fullmatch(rf"    {label} +-?[\d.e-]+", line)
    assert re.fullmatch(r"    off by +\S+ rounding budgets, each of \S+", lines[13])
    assert re.fullmatch(r"    first wrong +at step 1", lines[14])
    ((case, expected, got),) = smallest(ran.out)
    assert case == "learning rate 0.001, decay rate 0.9, epsilon 1e-8, w1 0.0, gradient 0.0001"
    (program,) = copied(ran.out, "import numpy")
    assert printed_by(program) == pytest.approx([float(expected)], rel=1e-15)
    (request,) = copied(ran.out, "{")
    (step,) = answered(port, request, *answers)["steps"]
    assert list(map(float, step["weights"]["w1"])) == [float(got)]


def test_two_deviations_have_a_case_each_in_short_numbers_of_the_format(desk: Desk) -> None:
    answers = ("float32", "epsilon_placement=outside", "average=bias-corrected")
    port = deviating(desk, *answers[1:], number_format="float32")
    ran = desk.goldstep("diagnose", port, *FEW)
    assert ran.code == 1
    assert "as it is  epsilon-outside-root and average-form\n" in ran.out
    assert ran.out.count("as in PyTorch") == 1
    told = smallest(ran.out)
    programs, requests = copied(ran.out, "import numpy"), copied(ran.out, "{")
    assert len(told) == len(programs) == len(requests) == 2
    for (case, expected, got), program, request in zip(told, programs, requests, strict=True):
        assert case.startswith("learning rate 0.001, decay rate 0.9, epsilon 1e-8, w1 0.0, grad")
        assert json.loads(request)["learning_rate"] == "0.0010000000474974513"
        assert printed_by(program) == pytest.approx([float(expected)], rel=1e-7)
        (step,) = answered(port, request, *answers)["steps"]
        assert list(map(float, step["weights"]["w1"])) == pytest.approx([float(got)], rel=1e-7)


def test_several_parameters_and_steps_in_one_line(desk: Desk) -> None:
    ran, ladder = diagnosed(desk, deviating(desk, "state=shared"), "--group", "parameters")
    ((case, expected, _),) = smallest(ran.out)
    names = re.search(r", (\w+) 0.0 and (\w+) 0.0, gradients \1 1.0 and \2 1.0$", case)
    assert names
    assert f": {names[2]}[0] expected " in ran.out
    (program,) = copied(ran.out, "import numpy")
    assert printed_by(program)[names[2]] == [float(expected)]
    assert f"smallest case: {case}: {names[2]}[0] expected {expected}, got " in ladder


def test_hyper_parameters_that_are_left_out_are_named(desk: Desk) -> None:
    port = deviating(desk, "default_learning_rate=0.01", "state=renewed")
    ran = desk.goldstep("verify", port, *FEW, "--group", "defaults")
    assert ran.code == 1
    assert re.search(r"case +decay rate 0.9, .*, learning rate left out, w1 0.0, gr", ran.out)
    assert re.search(r"case +.*, gradients 1.0, then 1.0: expected \S+, got \S+\n", ran.out)


def test_what_nothing_explains_has_the_nearest_hypothesis(desk: Desk) -> None:
    port = deviating(desk, "weights=float16")
    right = [f"gradient-0-weight-{weight}" for weight in ("zero", "half", "negative")]
    right += [f"exact-with-epsilon-inside-gradient-{gradient}" for gradient in (1, 1024)]
    passed = [text for name in right for text in ("--case", f"rmsprop/float64/formula/{name}")]
    ran, ladder = diagnosed(desk, port, *ONE_STEP, *passed)
    assert ran.code == 1
    nearest = re.search(
        r"nearest +the update is held in float16: reproduces 6 of (\d+) small cases, not (\S+)",
        ran.out,
    )
    assert nearest
    assert 6 < int(nearest[1]) <= 18
    assert nearest[2].startswith("rmsprop/float64/further/")
    assert "✗ unexplained  new  no known deviation" in ran.out
    assert len(copied(ran.out, "import numpy")) == 1
    assert "with this deviation" not in ran.out
    assert f"nearest: {nearest[0].removeprefix('nearest').strip()}" in ladder
    _, ladder = diagnosed(desk, port, *ONE_STEP)
    assert "unexplained" in ladder
    assert "nearest" not in ladder


def test_other_explanations_and_the_case_that_would_separate_them(desk: Desk) -> None:
    """After one step several averages are the same, and the port answers no longer case."""
    port = of_one_step(deviating(desk, "average=cumulative-sum"))
    ran = desk.goldstep("diagnose", port, *ONE_STEP)
    assert re.findall(r"^    or +(.*)$", ran.out, re.MULTILINE) == [
        "squares are summed up, as in AdaGrad",
        "the average is the mean of all squares so far",
    ]
    _, after = ran.out.split("separated by")
    (request,) = copied(after, "{")
    separating = json.loads(request)
    assert len(separating["gradients"]) > 1
    assert f"{len(separating['gradients'])} steps of " in after.splitlines()[0]


def test_both_values_of_a_port_that_is_not_deterministic(desk: Desk) -> None:
    port = deviating(desk)
    script = port.parent / SCRIPT
    edit(script, "change = narrowed(change, ", "change = COUNT() * narrowed(change, ")
    edit(script, "BLOCK = 4\n", "BLOCK = 4\nCOUNT = __import__('itertools').count(1).__next__\n")
    for command, said in (
        ("diagnose", r"got +(\S+)\n +got again +(\S+)\n"),
        ("verify", r"got (\S+), then (\S+) for the same input"),
    ):
        ran = desk.goldstep(command, port, "--group", "formula")
        assert ran.code == 1
        assert "✗ not-deterministic" in ran.out
        got = re.search(said, ran.out)
        assert got
        assert float(got[1]) != float(got[2])


def test_a_port_that_conforms_and_its_evaluation_order(desk: Desk) -> None:
    port = deviating(desk, "order=increment")
    ran, ladder = diagnosed(desk, port, *FEW)
    assert (ran.code, ran.err) == (0, "")
    order = "average rounds like v + (g^2 - v) * (1 - decay), step like rate * g / root"
    verdict, said = ran.out.splitlines()[2:]
    assert verdict.startswith("as it is  ✓ conforms  ")
    assert said == f"  {order}"
    assert f"       {order}\n" in ladder


def test_a_port_that_cannot_be_built(desk: Desk) -> None:
    command = ["{python}", "-c", "raise SystemExit('\x1b[31mno such module')"]
    ran = desk.goldstep("diagnose", tiny_port(desk.folder / "port", build={"command": command}))
    assert (ran.code, ran.err) == (1, "")
    verdict, _, line, *_ = ran.out.splitlines()[2:]
    assert verdict == "as it is  build-failure"
    assert line.startswith("  ✗ build-failure  ")
    assert "\x1b" not in ran.out


def test_a_port_that_does_not_start(desk: Desk) -> None:
    port = script_port(desk.folder / "port", "misbehaving_port.py", "never-starts", "token")
    ran = desk.goldstep("diagnose", port, *ONE_STEP)
    verified = desk.goldstep("verify", port, *ONE_STEP)
    assert ran.code == verified.code == 1
    (line,) = (line for line in ran.out.splitlines() if "✗" in line)
    assert line.startswith("  ✗ runtime-failure")
    assert "smallest case" not in ran.out


def test_cases_without_an_answer_are_told(desk: Desk) -> None:
    port = of_one_step(deviating(desk, "epsilon_placement=outside"))
    longer = "rmsprop/float64/accumulation/constant-2-steps-decay-0.9"
    ran = desk.goldstep("diagnose", port, *ONE_STEP, "--case", longer)
    assert ran.code == 1
    assert "  1 case without an answer is left out\n" in ran.out
    failure = ran.out[ran.out.index("  ✗ runtime-failure ") :]
    assert re.search(rf"^    cases +1 of 2 cases, first {longer}$", failure, re.MULTILINE)
    assert "  ✗ epsilon-outside-root  new  epsilon is added after the square root\n" in ran.out


def test_a_narrow_terminal_breaks_no_line_that_is_to_be_copied(desk: Desk) -> None:
    port = deviating(desk, "step=ascent")
    piped = desk.goldstep("diagnose", port, *ONE_STEP).out
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "60"}
    narrow = desk.goldstep("diagnose", port, *ONE_STEP, **terminal).out
    assert "\x1b[" in narrow
    for beginning in ("import numpy", "{"):
        assert len(copied(narrow, beginning)) == 1
        assert copied(narrow, beginning) == copied(piped, beginning)


def test_the_patch_that_removes_a_deviation_is_named(desk: Desk) -> None:
    ran = desk.goldstep("diagnose", "python", "--as-printed", "--case", EXAMPLE)
    assert ran.code == 0
    assert re.search(r"^    look at +\S+:\d+\n    removed by +\S+\.patch$", ran.out, re.MULTILINE)
