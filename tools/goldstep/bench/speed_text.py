"""Speed as a table, and how it compares, in Markdown that is read as it is."""

from __future__ import annotations

from collections.abc import Iterator

from goldstep.bench.contestants import COMPILED, CONTESTANTS, NUMPY
from goldstep.bench.speed import Timing
from goldstep.bench.speed_run import Speed

_SMALL = 10_000  # elements: below it, what matters is the time of a step


def speed_markdown(speed: Speed) -> str:
    """The machine, a table a number format and number of threads, and ratios."""
    return "\n".join(_lines(speed)) + "\n"


def _lines(speed: Speed) -> Iterator[str]:
    yield "Medians of a step; a half of the repetitions lie within the spread that is beside them."
    yield f"{speed.repetitions} interleaved repetitions in one process a number of threads."
    yield ""
    yield ", ".join(f"{name} {value}" for name, value in speed.machine.items())
    yield ""
    yield ", ".join(f"{name} {value}" for name, value in speed.versions.items())
    for number_format, threads in dict.fromkeys(
        (each.number_format, each.threads) for each in speed.timings
    ):
        words = "1 thread" if threads == 1 else f"{threads} threads"
        yield ""
        yield f"### {number_format}, {words}"
        yield ""
        yield from _table(speed, number_format, threads)
        notes = [*_ratios(speed, number_format, threads), *_left_out(speed, number_format, threads)]
        if notes:
            yield ""
            yield from notes


def _sizes(speed: Speed) -> list[tuple[int, int]]:
    return list(dict.fromkeys((each.parameters, each.length) for each in speed.timings))


def _names(speed: Speed) -> list[str]:
    measured = {each.contestant for each in speed.timings}
    return [each.name for each in CONTESTANTS if each.name in measured]


def _table(speed: Speed, number_format: str, threads: int) -> Iterator[str]:
    sizes = _sizes(speed)
    yield f"| | {' | '.join(map(size_in_words, sizes))} |"
    yield f"|---|{'---|' * len(sizes)}"
    for name in _names(speed):
        cells = [_cell(speed.find(name, number_format, size, threads)) for size in sizes]
        yield f"| {name} | {' | '.join(cells)} |"


def size_in_words(size: tuple[int, int]) -> str:
    """As the head of a column."""
    parameters, length = size
    return f"{length:,}" if parameters == 1 else f"{parameters:,} x {length:,}"


def _cell(timing: Timing | None) -> str:
    """Microseconds a step where it is small, else nanoseconds an element; with the spread."""
    if timing is None:
        return ""
    spread = 100 * (timing.high - timing.low) / timing.median
    if timing.elements <= _SMALL or timing.parameters > 1:
        return f"{1e6 * timing.median:.3g} us ±{spread / 2:.0f} %"
    return f"{timing.nanoseconds:.3g} ns ±{spread / 2:.0f} %"


def _ratios(speed: Speed, number_format: str, threads: int) -> Iterator[str]:
    """Of goldstep's engines to all others, where arrays are large, where small, where many."""
    for engine in (NUMPY, COMPILED):
        for size in _sizes(speed):
            if size not in _TOLD:
                continue
            own = speed.find(engine, number_format, size, threads)
            others = [
                (name, other)
                for name in _names(speed)
                if name != engine and (other := speed.find(name, number_format, size, threads))
            ]
            if own and others:
                told = ", ".join(f"{own.median / o.median:.2f} of {name}" for name, o in others)
                yield f"* {engine}, {size_in_words(size)} elements: {told}"


def _left_out(speed: Speed, number_format: str, threads: int) -> Iterator[str]:
    sizes: dict[tuple[str, str], list[str]] = {}
    for each in speed.timings:
        if each.skipped and (each.number_format, each.threads) == (number_format, threads):
            size = size_in_words((each.parameters, each.length))
            sizes.setdefault((each.contestant, each.skipped), []).append(size)
    for (name, why), its_sizes in sizes.items():
        of = "" if len(its_sizes) == len(_sizes(speed)) else f", {'; '.join(its_sizes)} elements"
        yield f"* left out: {name}{of}: {why}"


_TOLD = ((1, 1_000), (1, 10**7), (1_000, 100))
