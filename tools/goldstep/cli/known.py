"""``goldstep verify --update-known``: exactly what was found is known from then on."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldstep.errors import ExitCode, UsageError, decisive
from goldstep.report.terminal.console import console, plain
from goldstep.results.records import Finding, Problem
from goldstep.results.value import Results

if TYPE_CHECKING:
    from goldstep.cli.known_file import KnownFile, Rewriting
    from goldstep.cli.running import Running
    from goldstep.findings.known import KnownNews

_DATE = "%Y-%m-%d"
_DATE_METAVAR = "YYYY-MM-DD"


def _last_day(value: str) -> date:
    """A day that is not over. Raises click.BadParameter."""
    try:
        day = datetime.strptime(value.strip(), _DATE).date()
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date as {_DATE_METAVAR}") from None
    if day < _today():
        raise click.BadParameter(f"{value} is over")
    return day


def _words(value: str) -> str:
    """What can stand in port.toml. Raises click.BadParameter."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("it is not UTF-8") from None
    if not value.strip():
        raise click.BadParameter("it is empty")
    return value.strip()


def _checked(check: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    return lambda context, parameter, value: None if value is None else check(value)


_OPTIONS = (
    click.option(
        "--update-known",
        is_flag=True,
        help="Rewrite the [[known]] entries of each port.toml: what was found is known, what did "
        "not appear is not.",
    ),
    click.option(
        "--reason",
        metavar="TEXT",
        callback=_checked(_words),
        help="Of new entries; without it, each is asked for.",
    ),
    click.option(
        "--issue",
        metavar="URL",
        callback=_checked(_words),
        help="Of new entries: where to read on.",
    ),
    click.option(
        "--expires",
        metavar=_DATE_METAVAR,
        callback=_checked(_last_day),
        help="The last day of new entries, and of those that have expired.",
    ),
)


def known_options(command: Callable[..., int]) -> Callable[..., int]:
    """Whether to rewrite what is known, and what to write: the command's argument ``update``."""

    @functools.wraps(command)
    def with_update(
        *,
        update_known: bool,
        reason: str | None,
        issue: str | None,
        expires: date | None,
        **others: Any,
    ) -> int:
        given = {"--reason": reason, "--issue": issue, "--expires": expires}
        for name, value in given.items():
            if value is not None and not update_known:
                raise click.UsageError(f"{name} is for --update-known")
        update = KnownUpdate(reason, issue, expires) if update_known else None
        return command(update=update, **others)

    for option in reversed(_OPTIONS):
        option(with_update)
    return with_update


@dataclass(frozen=True, slots=True)
class KnownUpdate:
    """What new entries say. What is None is left out; a reason is asked for."""

    reason: str | None
    issue: str | None
    expires: date | None

    def files(self, names: Sequence[str], running: Running) -> list[KnownFile]:
        """The files that are to be rewritten, as they are before the run.

        Raises UsageError where they cannot be, or where nobody can be asked.
        """
        from goldstep.cli.known_file import KnownFile
        from goldstep.verification import Options, ports_to_run

        if self.reason is None and not _can_ask():
            raise UsageError(
                "--update-known asks for the reason of each new entry, and there is no terminal "
                "to ask at",
                hint="give one for all with --reason TEXT",
            )
        files: dict[Path, KnownFile] = {}
        for port in ports_to_run(tuple(names), Options(**running.options)):
            path = port.file.resolve()
            before = files[path].variants if path in files else ()
            files[path] = KnownFile(path, (*before, port))
        for file in files.values():
            file.check()
        return list(files.values())

    def write(
        self, files: Sequence[KnownFile], results: Results, running: Running, *, is_part: bool
    ) -> int:
        """Asks what is to be asked, rewrites the files, and tells what became of them.

        Gives the exit code: 0 where nothing kept a rung from being judged and all is known now.
        Raises HarnessError; where one file has been changed during the run, none is rewritten.
        """
        from goldstep.findings.known import known_news

        rewritings = [
            self._answered(file, known_news(file.variants, results, _today())) for file in files
        ]
        for each in rewritings:
            each.file.check_unchanged()
        out = console(error=running.as_json)
        for each in rewritings:
            each.write()
            if not running.quiet:
                for line in each.told(is_part=is_part):
                    out.print(line)
        codes = [ExitCode(problem.exit_code) for problem in results.of(Problem)]
        return decisive(*codes, *(code for each in rewritings for code in each.exit_codes()))

    def _answered(self, file: KnownFile, news: KnownNews) -> Rewriting:
        from goldstep.cli.known_file import Rewriting
        from goldstep.port.known_text import KnownChanges

        added, left = list[dict[str, Any]](), list[Finding]()
        for finding in news.unknown:
            if reason := self.reason or _ask_reason(file, finding):
                added.append(self._entry(finding, reason))
            else:
                left.append(finding)
        days = {number: self.expires or _ask_day(file, number) for number in news.expired}
        renewed = {number: day for number, day in days.items() if day}
        expired = [number for number, day in days.items() if not day]
        changes = KnownChanges(frozenset(news.gone), renewed, added)
        return Rewriting(file, changes, tuple(left), tuple(expired))

    def _entry(self, finding: Finding, reason: str) -> dict[str, Any]:
        entry = {"repairs": finding.repairs, "finding": finding.id, "reason": reason}
        optional = {"issue": self.issue, "expires": self.expires}
        return entry | {name: value for name, value in optional.items() if value is not None}


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _ask_reason(file: KnownFile, finding: Finding) -> str:
    """Why a finding is to be known; nothing where it is not."""
    subject = f" {finding.subject}" if finding.subject else ""
    place = f", {finding.location}" if finding.location else ""
    _show(f"{file.rung(finding.repairs)}: {finding.id}{subject}{place}")
    if finding.message != finding.subject:
        _show(f"    {''.join(finding.message.splitlines()[:1])}")
    reason: str = _ask("reason (none: it stays unknown)", _words)
    return reason


def _ask_day(file: KnownFile, number: int) -> date | None:
    """The new last day of an entry that has expired; nothing where it has none."""
    if not _can_ask():
        return None
    entry = file.entries[number]
    _show(f"{file.rung(entry.repairs)}: {entry.finding}, known until {entry.expires}")
    _show(f"    {' '.join(entry.reason.split())}")
    return _ask(f"known until, {_DATE_METAVAR} (none: it stays expired)", _last_day) or None


def _ask(question: str, check: Callable[[str], Any]) -> Any:
    """An answer that passes the check, or an empty one. Raises click.Abort at its end."""
    return click.prompt(
        f"    {question}",
        default="",
        show_default=False,
        err=True,
        value_proc=lambda answer: check(answer) if answer.strip() else "",
    )


def _show(line: str) -> None:
    click.echo(plain(line), err=True)


def _today() -> date:
    return datetime.now(UTC).date()
