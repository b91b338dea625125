"""What is printed of a run's results: an overview or all, what is new, and the sum."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from goldstep.report.terminal.console import Hanging, styled
from goldstep.report.terminal.ladder import print_ladders
from goldstep.report.terminal.news import print_news
from goldstep.report.terminal.overview import print_overview
from goldstep.report.verdict import count
from goldstep.results.records import Problem, Stale
from goldstep.results.value import Results


def print_results(results: Results, out: Console, *, in_full: bool, remark: str = "") -> None:
    """Prints all that was found, or an overview and what is new; the last line is the sum.

    ``remark`` is on how the run was done.
    """
    (print_ladders if in_full else print_overview)(results, out)
    out.print()
    if not in_full:
        print_news(results, out)
    if word := _word(results):
        more = "" if in_full else ", and so does --verbose"
        out.print(Hanging(Text(), styled(f"`goldstep explain {word}` says more{more}", "dim")))
    if remark:
        out.print(Hanging(Text(), styled(remark, "dim")))
    out.print(Hanging(Text(), _total(results)))


def _total(results: Results) -> Text:
    """How many ports, rungs, cases and findings; what the exit code stands for."""
    footer = results.footer
    cases = sum(footer.cases.values())
    text = Text(
        f"{count(results.header.ports, 'port')}, {count(results.header.rungs, 'rung')}, "
        f"{count(cases, 'case')} in {float(footer.seconds):.1f} s: "
    )
    known, new = footer.findings.get("known", 0), footer.findings.get("unknown", 0)
    problems = sum(1 for _ in results.of(Problem))
    stale = sum(1 for _ in results.of(Stale))
    if new:
        text.append(count(new, "new finding"), "bold red")
        text.append(f", {known:,} known" if known else "")
    elif known:
        text.append(f"{count(known, 'finding')}, all known", "green")
    else:
        text.append("no findings", "green")
    if stale:
        text.append(f", {count(stale, 'known finding')} stale", "yellow")
    if problems:
        text.append(f", {count(problems, 'rung')} not judged", "bold red")
    return text


def _word(results: Results) -> str:
    """A word of what was printed that is worth an explanation: a new finding's, if there is one."""
    findings = results.findings()
    new = next((each.id for each in findings if not each.known), "")
    return new or ("known" if findings else "")
