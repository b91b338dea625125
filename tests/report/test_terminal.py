"""What a terminal shows of results: an overview, and what is new in a few lines at its end."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from goldstep.report.terminal.console import Hanging
from goldstep.report.terminal.screen import print_results
from goldstep.report.variants import variants_of
from goldstep.results.evidence import Evidence, ExampleOutput, FailedBuild, OtherEvidence
from goldstep.results.records import Problem, Record, Stale
from goldstep.results.value import Results
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text
from support.streams import (
    case,
    diagnosis,
    every_evidence,
    finding,
    ladder,
    port,
    run,
)

EXPLAIN = "`goldstep explain epsilon-outside-root` says more"
VARIANTS = [("float64", "inside"), ("float64", "outside"), ("float32", "inside")]


def terminal(columns: int | None = None) -> Console:
    """One of so many columns; without them it is a file."""
    return Console(
        file=StringIO(),
        width=columns or 1000,
        force_terminal=bool(columns),
        color_system=None,
        highlight=False,
        soft_wrap=True,
    )


def written(out: Console) -> list[str]:
    assert isinstance(out.file, StringIO)
    return out.file.getvalue().splitlines()


def shown(results: Results, *, in_full: bool = False) -> list[str]:
    out = terminal()
    print_results(results, out, in_full=in_full)
    return written(out)


def variant(number_format: str, epsilon: str, *others: Record, cases: int = 2) -> list[Record]:
    """A variant of the port ``mine``, with what else was recorded of it."""
    name = f"mine-{number_format}-{epsilon}"
    settings = {"number_format": number_format, "epsilon": epsilon, "folder": "ports/mine"}
    judged = [case(f"formula/case-{n}", port=name) for n in range(cases)]
    return [port(name, **settings), *judged, diagnosis(port=name), *others]


def test_what_is_new_is_last_and_what_is_known_a_line() -> None:
    assert shown(run(*ladder())) == [
        "mine  The port mine  (float64, epsilon inside)",
        "├─ as printed   ✗ unresolved-symbol sqrt  known  mine.py:6:55",
        "├─ + 1-import   ✗ epsilon-outside-root  new  mine.py:6",
        "└─ + 2-epsilon  ✓ conforms  2 cases, 1 not run",
        "",
        "stale in mine, + 2-epsilon: port.toml:40: known finding average-lag did not appear: "
        "delete lines 40-43 of port.toml",
        "",
        "✗ epsilon-outside-root  new in mine, + 1-import  mine.py:6  epsilon is added after the "
        "square root",
        "  evidence       rmsprop/float64/formula/first, step 1, w1[0]; expected "
        "-0.0031622775020545084, got -0.003162277660168379: off by 3.36e+04 rounding budgets; "
        "1 of 3 cases, first rmsprop/float64/formula/first",
        "  removed by     repairs/2-epsilon.patch",
        "",
        f"{EXPLAIN}, and so does --verbose",
        "1 port, 3 rungs, 6 cases in 1.5 s: 1 new finding, 1 known, 1 known finding stale",
    ]


class TestVariants:
    def test_that_conform_are_a_line(self) -> None:
        every = [*variant(*VARIANTS[0]), *variant(*VARIANTS[1], cases=3)]
        settings = "2 variants: float64, epsilon inside and outside"
        first, *_ = shown(run(*every))
        assert first == f"mine  ✓ conforms  2 to 3 cases each  ({settings})"

    def test_that_are_no_whole_table_are_named_one_by_one(self) -> None:
        (of,) = variants_of(run(*[each for v in VARIANTS for each in variant(*v)]).ports)
        assert (of.name, len(of.ports)) == ("mine", 3)
        for number_format, epsilon in VARIANTS:
            assert f"{number_format} with epsilon {epsilon}" in of.settings

    def test_that_came_out_otherwise_are_a_line_of_their_own(self) -> None:
        names = [f"mine-{number_format}-{epsilon}" for number_format, epsilon in VARIANTS]
        wrong = finding(port=names[2])
        every = [*variant(*VARIANTS[0]), *variant(*VARIANTS[1]), *variant(*VARIANTS[2], wrong)]
        assert [of.name for of in variants_of(run(*every).ports)] == ["mine", names[2]]

    def test_of_one_finding_show_it_once(self) -> None:
        every = [
            each
            for number_format, epsilon in VARIANTS[:2]
            for each in variant(
                number_format, epsilon, finding(port=f"mine-{number_format}-{epsilon}")
            )
        ]
        lines = shown(run(*every))
        (told,) = (line for line in lines if " new in " in line)
        assert " new in mine (2 variants: " in told
        assert lines[-1].endswith(": 2 new findings")

    def test_a_name_that_only_ends_so_is_kept(self) -> None:
        (first, *_) = shown(run(*variant(*VARIANTS[0])))
        assert first.startswith("mine-float64-inside  ✓ conforms  2 cases  (float64, ")


def test_cases_that_were_not_run_are_told_first() -> None:
    given_up = [case(), *(case(f"formula/{n}", "not-run") for n in range(2)), diagnosis()]
    lines = shown(run(port(), *given_up, finding()))
    assert lines[0].startswith("mine  · not run: 2 of 3 cases")
    assert lines[1].split() == ["✗", "epsilon-outside-root", "new"]


def test_a_port_that_cannot_be_judged_is_a_line() -> None:
    problems = [
        Problem(port="mine", repairs=repairs, message="there is no Java here", exit_code=3)
        for repairs in range(2)
    ]
    lines = shown(run(port("mine", "as printed", "1-import"), *problems))
    assert lines[:2] == ["mine  · not judged: there is no Java here  (float64, epsilon inside)", ""]


def test_choices_orders_and_notes_are_told_in_full_only() -> None:
    told = diagnosis(order="average rounds so", choices={"0/0": {"no-step": 2}})
    note = finding("runtime-failure", severity="note", stage="robustness", message="2 failed")
    results = run(port(), case(), told, note)
    words = ("average rounds so", "choices: 0/0: no-step", "2 failed", "of the budget used")
    brief, full = ("\n".join(shown(results, in_full=each)) for each in (False, True))
    assert [word for word in words if word in brief] == []
    assert [word for word in words if word not in full] == []


def test_what_was_not_checked_is_told() -> None:
    told = diagnosis(unreported=["moving_average"])
    keys = finding("protocol-error", severity="note", message="a key is not read", evidence=None)
    first, second, *_ = shown(run(port(), case(), told, keys))
    assert "1 case, checked by its weights alone" in first
    assert second.strip() == "a key is not read"


@pytest.mark.parametrize(
    "evidence", [*every_evidence("text")], ids=lambda each: type(each).__name__
)
def test_a_new_finding_has_a_few_lines_whatever_shows_it(evidence: Evidence) -> None:
    lines = shown(run(port(), case(outcome="failed"), finding(evidence=evidence)))
    begin = next(number for number, line in enumerate(lines) if " new in mine" in line)
    of_it = lines[begin : lines.index("", begin)]
    labels = [re.split(r" {2,}", line)[1] for line in of_it[1:]]
    assert labels[-1] == "what to do"
    assert len(of_it) <= 5
    is_silent = isinstance(evidence, ExampleOutput | FailedBuild | OtherEvidence)
    assert is_silent or {"smallest case", "evidence"} & {*labels}


def test_what_is_stale_stands_before_what_is_new() -> None:
    stale = Stale(port="mine", repairs=0, finding="average-lag", why="expired", reason="So.")
    lines = shown(run(port(), case(), diagnosis(), stale, finding()))
    places = [
        next(number for number, line in enumerate(lines) if word in line)
        for word in ("stale in mine", "new in mine", EXPLAIN, "1 port, ")
    ]
    assert places == sorted(places)


WORDS = st.lists(st.text("abc", min_size=1, max_size=9), max_size=30).map(" ".join)


@given(text=WORDS, columns=st.integers(35, 200), head=st.integers(0, 15))
def test_a_line_goes_on_below_its_beginning(text: str, columns: int, head: int) -> None:
    out = terminal(columns)
    out.print(Hanging(Text("#" * head), Text(text), "|"))
    first, *others = written(out)
    assert first.startswith("#" * head)
    margin = "|".ljust(head)
    assert [line for line in others if not line.startswith(margin)] == []
    assert max(map(len, (first, *others))) <= columns
    words = [first[head:], *(line[len(margin) :] for line in others)]
    assert " ".join(words).split() == text.split()


@given(WORDS)
def test_a_file_has_the_line_whole(text: str) -> None:
    out = terminal()
    out.print(Hanging(Text("# "), Text(text)))
    assert written(out) == [f"# {text}"]
