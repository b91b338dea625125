"""All cases as a table: CSV, a row a case of each rung, for spreadsheets and data frames."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from goldstep.report.visible import visible_block
from goldstep.report.writing import FileFormat
from goldstep.results.records import CaseRecord
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Report

COLUMNS = (
    "port",
    "number_format",
    "column",  # epsilon's place, by which it is judged
    "repairs",
    "rung",
    "case",
    "group",
    "outcome",
    "findings",  # of the rung, where the case has not passed because of them
    "known",  # whether port.toml says of all of them that they are known
    "budgets",  # the case's worst error
    "values",
    "quantity",  # from here on: the value with the worst error
    "name",
    "index",
    "step",
    "expected",
    "exact",
    "got",
    "tolerance",
    "choice",
    "message",
)

_OF_WORST = COLUMNS[COLUMNS.index("quantity") : COLUMNS.index("choice")]
_NO_WORST = ("",) * len(_OF_WORST)

# A spreadsheet takes a text that begins so for a formula to be worked out.
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Infinity)")


def table(report: Report) -> str:
    """CSV as RFC 4180 has it, with a line of names first; empty where nothing is known.

    A text that a spreadsheet would work out begins with an apostrophe; numbers never do.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for port in report.ports:
        label = report.label(port)
        for rung in port.rungs:
            writer.writerows(_rows(label, port, rung))
    return text.getvalue()


def _rows(label: str, port: PortReport, rung: Rung) -> Iterator[list[str]]:
    head = [label, port.port.number_format, port.port.epsilon, str(rung.repairs), rung.label]
    head = [*map(_cell, head)]
    blamed = [_cell(" ".join(dict.fromkeys(each.id for each in rung.findings)))]
    blamed.append(("true" if rung.is_known else "false") if rung.findings else "")
    for case in rung.cases:
        is_wrong = case.outcome in ("failed", "error")
        yield [*head, *_case(case, blamed if is_wrong else ["", ""])]


def _case(case: CaseRecord, blamed: list[str]) -> Iterator[str]:
    yield _cell(case.id)
    yield _cell(case.group)
    yield case.outcome
    yield from blamed
    yield _cell(case.budgets or "")
    yield str(case.values) if case.budgets else ""
    if case.worst:
        yield from (_cell(str(getattr(case.worst, name))) for name in _OF_WORST)
    else:
        yield from _NO_WORST
    yield _cell(" ".join(case.choice))
    yield _cell(case.message)


def _cell(text: str) -> str:
    shown = visible_block(text)
    if shown[:1].isalnum():
        return shown
    is_formula = _FORMULA.match(shown) and not _NUMBER.fullmatch(shown)
    return f"'{shown}" if is_formula else shown


FORMAT = FileFormat("csv", "a table of all cases", lambda report: table(report).encode())
