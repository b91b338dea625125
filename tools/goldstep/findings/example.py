"""The program's own example, run as its author would have run it, and what it could have shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from goldstep.build import compilers
from goldstep.build.compilers import one_line, read_diagnostics
from goldstep.results.evidence import ExampleOutput
from goldstep.results.records import Finding, RungKey, Severity
from goldstep.supervision.command import Completed, run_isolated
from goldstep.supervision.launch import Launch
from goldstep.vectors.case import ExpectedValues, VectorCase

EXAMPLE_TIMEOUT = 120.0  # seconds; a script runner compiles first

_MOST_TEXT = 2000  # characters of output in one finding
_FEWEST_DECIMALS = 3  # where no number has more, they are not printed to a fixed number of them
_USUAL_DECIMALS = 6
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d++(?:\.\d*+)?+(?:[eE][-+]?\d++)?+(?!\w)")


@dataclass(frozen=True, slots=True)
class Difference:
    """A printed number that is not the formula's, to the digits that are printed."""

    place: str
    printed: str
    expected: str  # the exact value to as many decimals, and three more


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """What the example printed, and how that compares with the formula."""

    as_script: bool  # run from its source, which did not build
    completed: Completed
    printed: Mapping[str, tuple[str, ...]]  # the numbers found behind each parameter's name
    differences: tuple[Difference, ...]

    @property
    def failed(self) -> bool:
        """Whether it stopped with an error; some that run scripts report it and exit with 0."""
        completed = self.completed
        if completed.returncode or completed.timed_out:
            return True
        return self.as_script and not self.complete and _has_error(completed)

    @property
    def complete(self) -> bool:
        """Whether it printed a number for every weight."""
        return bool(self.printed) and all(self.printed.values())

    def summary(self) -> str:
        """What it printed, in a few words."""
        return "; ".join(f"{name} {', '.join(texts)}" for name, texts in self.printed.items())


def run_example(
    launch: Launch,
    case: VectorCase | None,
    column: str,
    *,
    as_script: bool,
) -> ExampleRun:
    """Runs the example; its numbers are compared with the case of its inputs.

    Raises OSError where the command cannot be started.
    """
    completed = run_isolated(launch, EXAMPLE_TIMEOUT)
    if case is None:
        return ExampleRun(as_script, completed, {}, ())
    printed = printed_numbers(completed.stdout, {n: len(w) for n, w in case.weights.items()})
    by_choice = [
        tuple(_differences(printed, steps[-1].weights))
        for steps in case.expected.alternatives(column).values()
    ]
    return ExampleRun(as_script, completed, printed, min(by_choice, key=len, default=()))


def example_findings(
    key: RungKey, findings: Sequence[Finding], example: ExampleRun | None
) -> list[Finding]:
    """For each of a rung's findings a note whether the example shows it; None if it cannot run.

    Where there is no other finding, an example that fails or prints other numbers than the
    formula's is an error of its own.
    """

    message, shows = _words(example)
    told: dict[str, Severity] = {finding.id: "note" for finding in findings}
    if example and not findings and example.failed:
        told = {"runtime-failure": "error"}
    elif example and not findings and example.differences:
        told = {"unexplained": "error"}
    return [
        Finding(
            port=key.port,
            repairs=key.repairs,
            stage="example",
            id=finding,
            severity=severity,
            message=message,
            evidence=_evidence(example, shows),
        )
        for finding, severity in told.items()
    ]


def _words(example: ExampleRun | None) -> tuple[str, bool]:
    """What the example did, and whether its author could have seen the fault by it."""
    if example is None:
        return "the example does not build either: it shows the fault", True
    if example.failed:
        return f"the example stops: {_why(example)}", True
    if example.as_script:
        prints = f", and prints {example.summary()}" if example.complete else ""
        return f"as a script it runs{prints}: it hides the fault", False
    if not example.complete:
        return "the example prints no numbers that can be compared", False
    if not example.differences:
        return (
            f"the example prints {example.summary()}, the formula's numbers to the digits printed: "
            "it cannot show the fault",
            False,
        )
    first = example.differences[0]
    return (
        f"the example prints {example.summary()}; by the formula {first.place} is "
        f"{first.expected}, not {first.printed}: it could have shown the fault",
        True,
    )


def _why(example: ExampleRun) -> str:
    """The error in one line, as far as its language is known."""
    completed = example.completed
    if completed.timed_out:
        return "it does not end"
    for diagnostic in read_diagnostics(completed.stdout + completed.stderr):
        return one_line(diagnostic.message)
    lines = (completed.stderr or completed.stdout).strip().splitlines()
    return lines[-1][:200] if lines else f"exit code {completed.returncode}"


def printed_numbers(text: str, lengths: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """The decimals behind each name's last mention, as many as the name has elements.

    Where each element is printed with the name, as in ``w1[0] = 0.5, w1[1] = 0.5``, those behind
    the last mentions. Empty for a name that is not mentioned or has fewer numbers behind it.
    """
    mentions = sorted(
        (match.start(), match.end(), name)
        for name in lengths
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    )
    behind: dict[str, list[str]] = {name: [] for name in lengths}
    for index, (_, start, name) in enumerate(mentions):
        stop = mentions[index + 1][0] if index + 1 < len(mentions) else len(text)
        behind[name].append(text[start:stop])
    return {name: _numbers(texts, lengths[name]) for name, texts in behind.items()}


def _numbers(texts: Sequence[str], length: int) -> tuple[str, ...]:
    """The numbers in the last of the texts, or in the last ``length`` with one number each.

    Whole numbers count only where there are no others: they may be an index, or say which step.
    """
    every = [_NUMBER.findall(text) for text in texts]
    fractions = [[number for number in numbers if re.search("[.eE]", number)] for numbers in every]
    for found in (fractions, every):
        if found and len(found[-1]) >= length:
            return tuple(found[-1][:length])
        last = [number for numbers in found[-length:] for number in numbers]
        if len(last) == length and all(len(numbers) == 1 for numbers in found[-length:]):
            return tuple(last)
    return ()


def _differences(
    printed: Mapping[str, tuple[str, ...]], weights: Mapping[str, ExpectedValues]
) -> Iterator[Difference]:
    """Printed numbers further from the exact ones than budget and half a unit of the last digit.

    Shortest forms leave zeros out: beside 0.50316228, 0.5 is read as 0.50000000.
    """
    decimals = max((_decimals(text) for texts in printed.values() for text in texts), default=0)
    if decimals < _FEWEST_DECIMALS:
        decimals = _USUAL_DECIMALS
    for name, expected in weights.items():
        for index, text in enumerate(printed[name]):
            if not Decimal(expected.exact[index]).is_finite():
                yield Difference(f"{name}[{index}]", text, expected.exact[index])
                continue
            exact = Fraction(expected.exact[index])
            allowed = Fraction(expected.tolerance[index]) + Fraction(1, 10**decimals) / 2
            if abs(Fraction(text) - exact) > allowed:
                more = f"{Decimal(expected.exact[index]):.{decimals + 3}f}"
                yield Difference(f"{name}[{index}]", text, more)


def _has_error(completed: Completed) -> bool:
    said = read_diagnostics(completed.stdout + completed.stderr)
    return any(each.severity is compilers.Severity.ERROR for each in said)


def _decimals(text: str) -> int:
    """How many decimals a number is printed to."""
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def _evidence(example: ExampleRun | None, shows: bool) -> ExampleOutput:
    if example is None:
        return ExampleOutput(shows_the_fault=shows)
    completed = example.completed
    return ExampleOutput(
        shows_the_fault=shows,
        as_script=example.as_script,
        command=list(completed.command),
        exit_code=completed.returncode,
        printed=completed.stdout[-_MOST_TEXT:],
        standard_error=completed.stderr[-_MOST_TEXT:],
    )
