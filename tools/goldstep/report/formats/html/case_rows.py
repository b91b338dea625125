"""The markup of cases: there are so many that templates would take thrice as long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from markupsafe import Markup

from goldstep.report.formats.html.grid import OUTCOMES, GroupOfCases, digits
from goldstep.report.visible import visible_line
from goldstep.results.records import CaseRecord

_FEW = 8  # values are shown at once; folds are slow where there are thousands
_LONGEST_NUMBERS = 400_000  # characters: far more than any case has


def cells(group: GroupOfCases) -> Markup:
    """A group's cells; who points at one sees what its case is."""
    return Markup(
        "".join(
            f'<i class="{each.kind}" data-place="{each.place}" title="{_text(each.title)}"></i>'
            for each in group.cases
        )
    )


def case_rows(groups: Iterable[GroupOfCases]) -> Markup:
    """The rows of a table of all cases."""
    return Markup("\n".join(row for group in groups for row in _rows(group)))


def _rows(group: GroupOfCases) -> Iterator[str]:
    name = _text(group.name)
    for each in group.cases:
        case = each.case
        outcome = OUTCOMES[case.outcome]
        error = number = choice = got = ""
        if case.values and case.budgets is not None:
            error = digits(case.budgets)
            number = f' data-number="{_text(case.budgets)}"'
        if case.worst and case.worst.choice:
            choice = f' data-choice="{_text(case.worst.choice)}"'
        if case.got:
            got = f' data-got="{_numbers(case.got)}"'
        yield (
            f'<tr id="{each.place}" data-item data-outcome="{case.outcome}"'
            f' data-group="{name}"{choice}{got}>'
            f'<td class="outcome"><i class="{each.kind}"></i> {outcome}</td>'
            f'<th scope="row"><a href="#{each.place}">{_text(case.name)}</a></th><td>{name}</td>'
            f'<td class="number"{number}>{error}</td><td>{_what_came(case)}</td></tr>'
        )


def _what_came(case: CaseRecord) -> str:
    words = ""
    if worst := case.worst:
        words = f"{worst.place}: expected {worst.expected}, got {worst.got}"
    elif case.message:
        words = case.message
    elif case.choice:
        words = f"by the choice {' or '.join(case.choice)}"
    if len(case.errors) < 2:
        return _text(words)
    numbers = _numbers(case.errors)
    if len(case.errors) <= _FEW:
        return f"{_text(words)} <small>{case.values} values: <span>{numbers}</span></small>"
    return (
        f"{_text(words)} <details><summary>{case.values} values</summary>"
        f"<span>{numbers}</span></details>"
    )


def _numbers(numbers: Iterable[str]) -> str:
    return escape(visible_line(" ".join(numbers), _LONGEST_NUMBERS))


def _text(text: str) -> str:
    return escape(visible_line(text))
