"""Ladders for people: each port's rungs, a line a finding, its place, evidence and repair."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from goldstep.cli.console import has_unicode, plain, styled
from goldstep.results import (
    CaseRecord,
    Diagnosis,
    Finding,
    PortRecord,
    Problem,
    Results,
    Stale,
    StartRecord,
)

_ICONS = {"good": "✓", "bad": "✗", "none": "·", "last": "└─", "more": "├─", "line": "│ "}
_PLAIN_ICONS = {"good": "+", "bad": "x", "none": "-", "last": "`-", "more": "|-", "line": "| "}


def print_ladders(results: Results, out: Console) -> None:
    """Prints every port's ladder, then a line that sums up."""
    icons = _ICONS if has_unicode(out) else _PLAIN_ICONS
    view = _View(results, icons)
    for port in results.of(PortRecord):
        for line in view.port(port):
            out.print(line)
        out.print()
    out.print(summary(results))


def summary(results: Results) -> Text:
    """How many ports, rungs, cases and findings; what the exit code stands for."""
    footer = results.footer
    cases = sum(footer.cases.values())
    text = Text(
        f"{_count(results.header.ports, 'port')}, {_count(results.header.rungs, 'rung')}, "
        f"{_count(cases, 'case')} in {float(footer.seconds):.1f} s: "
    )
    known, unknown = footer.findings.get("known", 0), footer.findings.get("unknown", 0)
    problems = sum(1 for _ in results.of(Problem))
    stale = sum(1 for _ in results.of(Stale))
    if unknown:
        text.append(f"{_count(unknown, 'finding')} not known", "bold red")
        text.append(f", {known} known")
    elif known:
        text.append(f"{_count(known, 'finding')}, all known", "green")
    else:
        text.append("no findings", "green")
    if stale:
        text.append(f", {_count(stale, 'known finding')} stale", "yellow")
    if problems:
        text.append(f", {_count(problems, 'rung')} not judged", "bold red")
    return text


@dataclass(frozen=True)
class _View:
    results: Results
    icons: dict[str, str]

    def port(self, port: PortRecord) -> Iterator[Text]:
        title = styled(port.port, "bold")
        title.append(f"  {plain(port.title)}  ", "")
        title.append(f"({port.number_format}, epsilon {port.epsilon})", "dim")
        yield title
        width = max(map(len, port.rungs)) + 4
        numbers = self._repairs(port)
        for label, repairs in zip(port.rungs, numbers, strict=True):
            last = repairs == numbers[-1]
            yield from self._rung(port.port, label, repairs, width, last=last)

    def _repairs(self, port: PortRecord) -> list[int]:
        """The rungs' numbers of repairs: all from 0, or only the last one."""
        seen = {
            record.repairs
            for record in self.results.records
            if getattr(record, "port", None) == port.port and hasattr(record, "repairs")
        }
        return sorted(seen)

    def _rung(
        self, port: str, label: str, repairs: int, width: int, *, last: bool
    ) -> Iterator[Text]:
        head = styled(self.icons["last" if last else "more"] + " ", "dim")
        head.append(f"{'+ ' if repairs else ''}{plain(label)}".ljust(width))
        margin = "   " if last else self.icons["line"] + " "
        findings = self.results.findings(port, repairs)
        problems = [p for p in self.results.of(Problem) if (p.port, p.repairs) == (port, repairs)]
        if not findings:
            yield head + (self._problem(problems) or self._verdict(port, repairs))
        for number, finding in enumerate(findings):
            yield (head if not number else styled(margin.ljust(3 + width), "dim")) + self._name(
                finding
            )
            for line in self._details(finding):
                yield styled(f"{margin}    ", "dim") + line
        for remark in self._remarks(port, repairs):
            yield styled(f"{margin}    ", "dim") + styled(remark, "dim")
        for stale in self.results.of(Stale):
            if (stale.port, stale.repairs) == (port, repairs):
                yield styled(f"{margin}    ", "dim") + styled(
                    f"known finding {stale.finding} is stale: it {stale.why}; take its [[known]] "
                    "entry out of port.toml"
                    if stale.why == "did not appear"
                    else f"known finding {stale.finding} has expired: mend it, or renew its date",
                    "yellow",
                )

    def _remarks(self, port: str, repairs: int) -> Iterator[str]:
        """What a rung is not judged by: choices that it may make, input that it need not refuse."""
        for diagnosis in self.results.of(Diagnosis):
            if (diagnosis.port, diagnosis.repairs) == (port, repairs) and diagnosis.choices:
                yield f"choices: {_choices(diagnosis.choices)}"
        for note in self.results.of(Finding):
            if (note.port, note.repairs, note.stage, note.severity) == (
                *(port, repairs),
                *("robustness", "note"),
            ):
                yield note.message

    def _problem(self, problems: list[Problem]) -> Text | None:
        if not problems:
            return None
        return styled(f"{self.icons['none']} not judged: {problems[0].message}", "bold red")

    def _name(self, finding: Finding) -> Text:
        text = styled(
            f"{self.icons['bad']} {finding.id}", "yellow" if finding.known else "bold red"
        )
        if finding.subject:
            text.append(f" {plain(finding.subject)}")
        if finding.known:
            text.append("  known", "dim")
        return text

    def _details(self, finding: Finding) -> Iterator[Text]:
        place = styled(f"{finding.location}  ", "cyan") if finding.location else Text()
        if finding.location or finding.message != finding.subject:
            said = "" if finding.message == finding.subject else finding.message
            yield place + styled(said.splitlines()[0] if said else "")
        yield from self._numbers(finding.evidence)
        for note in self.results.of(Finding):
            if (note.port, note.repairs, note.stage, note.id, note.severity) == (
                *(finding.port, finding.repairs),
                *("example", finding.id, "note"),
            ):
                yield styled(note.message, "dim")
        if finding.removed_by:
            yield styled("removed by ", "dim") + styled(finding.removed_by, "green")

    def _numbers(self, evidence: dict[str, Any]) -> Iterator[Text]:
        if "budgets" in evidence:
            of = "average of " if evidence["quantity"] == "moving_average" else ""
            yield styled(
                f"{evidence['case']}, step {evidence['step']}, "
                f"{of}{evidence['name']}[{evidence['index']}]"
            )
            budgets = float(evidence["budgets"])
            text = f"expected {evidence['expected']}, got {evidence['got']}"
            if math.isfinite(budgets):
                text += f": {budgets:.3g} budgets off"
            if "choice" in evidence:
                text += f"; by the choice {evidence['choice']}, which is the nearest"
            if "predicted" in evidence:
                text += f"; with this deviation {evidence['predicted']}"
            yield styled(text)
            if "or" in evidence:
                yield styled(f"or: {'; or: '.join(evidence['or'])}")
        if "cases" in evidence:
            yield styled(
                f"{evidence['cases']} of {evidence['of_cases']} cases, first {evidence['case']}"
            )

    def _verdict(self, port: str, repairs: int) -> Text:
        """A rung without findings."""
        for diagnosis in self.results.of(Diagnosis):
            if (diagnosis.port, diagnosis.repairs) == (port, repairs):
                cases = Counter(
                    case.outcome
                    for case in self.results.of(CaseRecord)
                    if (case.port, case.repairs) == (port, repairs)
                )
                text = styled(f"{self.icons['good']} conforms", "bold green")
                text.append(
                    f"  {_count(cases['passed'], 'case')}, {_count(diagnosis.values, 'value')}"
                )
                if diagnosis.values:
                    text.append(
                        f", at most {float(diagnosis.worst_budgets or 0):.2f} of the budget used"
                    )
                for outcome in ("not-applicable", "not-run"):
                    if cases[outcome]:
                        text.append(f", {cases[outcome]} {outcome.replace('-', ' ')}")
                return text
        started = any(
            (start.port, start.repairs) == (port, repairs) for start in self.results.of(StartRecord)
        )
        return styled(f"{self.icons['none']} {'no case to judge' if started else 'not run'}", "dim")


def _choices(choices: Mapping[str, Mapping[str, int]]) -> str:
    """As in ``overflow, underflow: narrow-range; 0/0: no-step``, with counts where they differ."""
    subjects: dict[str, list[str]] = {}
    for subject, made in choices.items():
        counted = (f"{name} ({n})" if len(made) > 1 else name for name, n in made.items())
        subjects.setdefault(", ".join(counted), []).append(subject)
    return "; ".join(f"{', '.join(about)}: {made}" for made, about in subjects.items())


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
