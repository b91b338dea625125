"""The page that `confusion` writes."""

from __future__ import annotations

import os
import platform
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from support.outcomes import KINDS, Outcome

_SIZES = {1: "single deviations", 2: "pairs", 3: "random triples"}
# What needs no line of its own: it is what was hoped for, or there are hundreds of the kind.
_COUNTED = ("named", "not distinguishable")


@dataclass(frozen=True)
class Plan:
    """How much is tried; a seed decides which."""

    pairs: float
    triples: int
    faithful: int
    seed: int


@dataclass(frozen=True)
class Faithful:
    """A port that computes the formula: whether it was found to, and in which order, if told."""

    name: str
    number_format: str
    right: bool
    said: str


@dataclass(frozen=True)
class Outside:
    """A port with a fault that is in no catalogue, and what was said of it."""

    name: str
    number_format: str
    right: bool
    said: str


Result = Outcome | Faithful | Outside


def page_of(plan: Plan, results: Sequence[Result]) -> str:
    """Markdown: counts of each kind of port and outcome, and what was not named."""
    outcomes = [each for each in results if isinstance(each, Outcome)]
    lines = [*_HEAD, "", *_table(outcomes), "", *_times(outcomes), "", *_notes(plan)]
    lines += ["", "## What was not named", "", *_not_named(outcomes)]
    faithful = [each for each in results if isinstance(each, Faithful)]
    lines += ["", "## Faithful ports", "", *_of_faithful(faithful)]
    outside = [each for each in results if isinstance(each, Outside)]
    lines += ["", "## Faults that are in no catalogue", "", *_of_outside(outside)]
    return "\n".join(lines) + "\n"


_HEAD = """\
# What the diagnosis says of ports that are known

Made by `make confusion` (tests/proofs/confusion.py), and not edited by hand. The ports are NumPy
programs that deviate from the formula on demand and share no code with the reference
(tests/support/ports/deviating_port.py). They run all vectors of at most 100 steps; one in two does
not report its averages. The diagnosis sees their numbers alone.
""".splitlines()


def _table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield f"| | ports | {' | '.join(KINDS)} | named, of those that can be told |"
    yield f"|---|{'---|' * (len(KINDS) + 2)}"
    for size, words in _SIZES.items():
        for number_format in NUMBER_FORMATS:
            of = _of(outcomes, size, number_format)
            counts = Counter(each.kind for each in of)
            told = len(of) - counts["not distinguishable"]
            cells = [f"{words}, {number_format}", f"{len(of):,}"]
            cells += [f"{counts[kind]:,}" for kind in KINDS]
            cells.append(f"{100 * counts['named'] / told:.1f} %" if told else "")
            yield f"| {' | '.join(cells)} |"


def _of(outcomes: Sequence[Outcome], size: int, number_format: str) -> list[Outcome]:
    return [
        each
        for each in outcomes
        if (len(each.truth.deviations), each.truth.number_format) == (size, number_format)
    ]


def _times(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield (
        "Seconds of processor time that a diagnosis takes beyond the port's own run "
        f"({os.cpu_count()} processors, one diagnosis on each, Python {platform.python_version()}):"
    )
    yield ""
    yield "| | median | 99 % | greatest |"
    yield "|---|---|---|---|"
    for size, words in _SIZES.items():
        seconds = sorted(each.seconds for each in outcomes if len(each.truth.deviations) == size)
        if seconds:
            high = seconds[int(0.99 * (len(seconds) - 1))]
            yield f"| {words} | {statistics.median(seconds):.1f} | {high:.1f} | {seconds[-1]:.1f} |"


def _notes(plan: Plan) -> Iterator[str]:
    share = "All pairs" if plan.pairs >= 1 else f"{100 * plan.pairs:g} % of all pairs"
    yield f"{share} were tried, and {plan.triples} triples of each format (seed {plan.seed})."
    yield ""
    yield "* *named*: just these deviations, and no others as good."
    yield "* *stated tie*: these, and others that no case tells apart from them; all were stated."
    yield (
        "* *not distinguishable*: fewer or other deviations, which predict the same numbers in "
        "every vector and in 48 random cases beside. Most hide one another: weights that are never "
        "changed say nothing of epsilon."
    )
    yield "* *misnamed*: others, which some case would have refuted."


def _not_named(outcomes: Sequence[Outcome]) -> Iterator[str]:
    left = [each for each in outcomes if each.kind not in _COUNTED]
    if not left:
        yield "None."
        return
    yield "| format | the port | outcome | what was said |"
    yield "|---|---|---|---|"
    for each in left:
        yield f"| {each.truth.number_format} | {each.truth.words} | {each.kind} | {each.said} |"


def _of_faithful(faithful: Sequence[Faithful]) -> Iterator[str]:
    programs = [each for each in faithful if each.name.startswith("random")]
    conforming = sum(each.right for each in programs)
    told = sum(bool(each.said) for each in programs)
    yield (
        f"{conforming} of {len(programs)} random faithful programs conform; of {told} of them an "
        "order of operations is told. Of programs that have one order throughout:"
    )
    yield ""
    yield "| format | the port | conforms | its order, as told by its bits |"
    yield "|---|---|---|---|"
    for each in faithful:
        if each not in programs:
            cells = each.number_format, each.name, "yes" if each.right else "NO", each.said
            yield f"| {' | '.join(cells)} |"


def _of_outside(outside: Sequence[Outside]) -> Iterator[str]:
    yield "| format | the fault | right | what was said |"
    yield "|---|---|---|---|"
    for each in outside:
        right = "yes" if each.right else "NO"
        yield f"| {each.number_format} | {each.name} | {right} | {each.said} |"
