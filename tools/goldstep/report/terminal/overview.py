"""Results at a glance: a line a port that conforms, and a line a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from goldstep.report.terminal.console import Hanging, hanging, in_a_row, styled
from goldstep.report.terminal.titles import (
    branch,
    finding_title,
    icons_for,
    place,
    rung_verdict,
    standing,
)
from goldstep.report.variants import Variants, variants_of
from goldstep.report.verdict import count
from goldstep.results.rungs import Rung
from goldstep.results.value import Results


def print_overview(results: Results, out: Console) -> None:
    """Prints every port, its variants together where they came out alike."""
    icons, ports = icons_for(out), variants_of(results.ports)
    width = max((len(of.name) for of in ports if _is_one_line(of)), default=0)
    for of in ports:
        for line in _port(of, width, icons):
            out.print(line)


def _is_one_line(of: Variants) -> bool:
    """Whether there is no ladder, or nothing of it could be judged, each time for one reason."""
    problems = {rungs[0].problem and rungs[0].problem.message for rungs in of.rungs}
    has_ladder = len(of.rungs) > 1 or of.ports[0].port.repairs
    return not has_ladder or (len(problems) == 1 and None not in problems)


def _port(of: Variants, width: int, icons: Mapping[str, str]) -> Iterator[Hanging]:
    settings = styled(f"({of.settings})", "dim")
    if _is_one_line(of):
        name = styled(of.name.ljust(width), "bold") + "  "
        first, *others = _rung(of.rungs[0], icons)
        yield from hanging(name, (in_a_row(first, settings), *others))
        return
    name = styled(of.name, "bold") + "  "
    yield Hanging(name, in_a_row(styled(of.ports[0].port.title), settings))
    width = max(len(rungs[0].title) for rungs in of.rungs) + 2
    for number, rungs in enumerate(of.rungs, start=1):
        head, margin = branch(rungs[0].title, width, icons, last=number == len(of.rungs))
        yield from hanging(head, _rung(rungs, icons), margin)


def _rung(rungs: Sequence[Rung], icons: Mapping[str, str]) -> Iterator[Text]:
    """A rung, as all variants have it: how much of it was not run, then what was found."""
    rung = rungs[0]
    if rung.problem or not rung.findings:
        yield rung_verdict(rung, icons, _counts(rungs))
    elif rung.outcomes["not-run"]:
        not_run = f"{rung.outcomes['not-run']:,} of {count(len(rung.cases), 'case')}"
        yield styled(f"{icons['none']} not run: {not_run}", "bold")
    for finding in rung.findings:
        yield in_a_row(finding_title(finding, icons), standing(finding), place(rung, finding))
    for note in rung.notes:
        if note.stage == "vectors":
            yield styled(note.message, "dim")


def _counts(rungs: Sequence[Rung]) -> str:
    """As in ``924 to 1,015 cases each, 48 not applicable``."""
    told = []
    for outcome in ("passed", "not-applicable", "not-run"):
        numbers = [rung.outcomes[outcome] for rung in rungs]
        least, most = min(numbers), max(numbers)
        many = f"{least:,} to {most:,}" if least < most else f"{most:,}"
        if outcome == "passed":
            each = " each" if len(rungs) > 1 else ""
            told.append(f"{many} case{'' if most == 1 else 's'}{each}")
        elif most:
            told.append(f"{many} {outcome.replace('-', ' ')}")
    if rungs[0].diagnosis and rungs[0].diagnosis.unreported:
        told.append("checked by its weights alone")
    return ", ".join(told)
