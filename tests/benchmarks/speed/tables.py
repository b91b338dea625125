"""A comparison as tables, and how goldstep's engines compare, in Markdown that is read as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.speed.comparison import Comparison, LeftOut
from benchmarks.speed.contestants import CONTESTANTS
from goldstep.bench.steps import COMPILED, NUMPY, Timing

COMPARED = ("1,000", "10,000,000", "1,000 x 100")  # sizes

Timings = Mapping[tuple[str, str], Timing]  # by program and size


def markdown(comparison: Comparison) -> str:
    """The machine, a table a number format and number of threads, and ratios."""
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield "Medians of a step; a half of the repetitions lie within the spread that is beside them."
    yield f"{comparison.repetitions} interleaved repetitions in one process a number of threads."
    for described in (comparison.machine, comparison.versions):
        yield ""
        yield ", ".join(f"{name} {value}" for name, value in described.items())
    sizes = list(dict.fromkeys(each.problem.size for each in comparison.results))
    parts: dict[str, list[Timing | LeftOut]] = {}
    for each in comparison.results:
        threads = each.problem.threads
        title = f"{each.problem.number_format}, {threads} thread{'s' * (threads > 1)}"
        parts.setdefault(title, []).append(each)
    for title, results in parts.items():
        yield from ("", f"### {title}", "")
        timings = {(t.program, t.problem.size): t for t in results if isinstance(t, Timing)}
        yield from _table(timings, sizes)
        left_out = [each for each in results if isinstance(each, LeftOut)]
        notes = [*_ratios(timings), *_left_out(left_out, sizes)]
        yield from ["", *notes] if notes else []


def _table(timings: Timings, sizes: Sequence[str]) -> Iterator[str]:
    yield f"| | {' | '.join(sizes)} |"
    yield f"|---|{'---|' * len(sizes)}"
    for program in _programs(timings):
        cells = (str(timings.get((program, size), "")) for size in sizes)
        yield f"| {program} | {' | '.join(cells)} |"


def _programs(timings: Timings) -> list[str]:
    measured = {program for program, _ in timings}
    return [each.program.name for each in CONTESTANTS if each.program.name in measured]


def _ratios(timings: Timings) -> Iterator[str]:
    """Of goldstep's engines to all others, where arrays are large, where small, where many."""
    for engine in (NUMPY.name, COMPILED.name):
        for size in COMPARED:
            ratios = [
                f"{timings[engine, size].median / timings[other, size].median:.2f} of {other}"
                for other in _programs(timings)
                if other != engine and {(engine, size), (other, size)} <= timings.keys()
            ]
            if ratios:
                yield f"* {engine}, {size} elements: {', '.join(ratios)}"


def _left_out(left_out: Sequence[LeftOut], sizes: Sequence[str]) -> Iterator[str]:
    without: dict[tuple[str, str], list[str]] = {}
    for each in left_out:
        without.setdefault((each.program, each.reason), []).append(each.problem.size)
    for (program, reason), its_sizes in without.items():
        of = "" if len(its_sizes) == len(sizes) else f", {'; '.join(its_sizes)} elements"
        yield f"* left out: {program}{of}: {reason}"
