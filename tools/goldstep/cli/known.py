"""``goldstep verify --update-known``: exactly what was found is known from then on."""

from __future__ import annotations

import difflib
import functools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldstep.errors import ExitCode, HarnessError, UsageError, decisive
from goldstep.paths import is_installed
from goldstep.report.terminal.console import console, plain, styled
from goldstep.report.writing import write_whole
from goldstep.results.records import Problem, Stale
from goldstep.results.value import Results

if TYPE_CHECKING:
    from rich.console import Console

    from goldstep.cli.running import Running
    from goldstep.port.port import Port

_WRITABLE = 0o222
_REASON = "reason (none: it stays unknown)"
_DAY = "known until, YYYY-MM-DD (none: it stays expired)"


def _words(value: str) -> str:
    """What can stand in port.toml. Raises click.BadParameter."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("it is not UTF-8") from None
    if not value.strip():
        raise click.BadParameter("it is empty")
    return value.strip()


def _last_day(value: str) -> date:
    """A day that is not over. Raises click.BadParameter."""
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date as YYYY-MM-DD") from None
    if day < datetime.now(UTC).date():
        raise click.BadParameter(f"{value} is over")
    return day


_HELP = {
    "reason": ("TEXT", _words, "Of new entries; without it, each is asked for."),
    "issue": ("URL", _words, "Of new entries: where to read on."),
    "expires": ("YYYY-MM-DD", _last_day, "The last day of new entries, and of expired ones."),
}


def known_options(command: Callable[..., int]) -> Callable[..., int]:
    """Whether to rewrite what is known, and what to write: the command's argument ``update``."""

    @functools.wraps(command)
    def with_update(*, update_known: bool, **others: Any) -> int:
        given = {name: others.pop(name) for name in _HELP}
        for name, value in given.items():
            if value is not None and not update_known:
                raise click.UsageError(f"--{name} is for --update-known")
        return command(update=KnownUpdate(**given) if update_known else None, **others)

    for name, (metavar, check, words) in reversed(_HELP.items()):
        click.option(f"--{name}", metavar=metavar, type=check, help=words)(with_update)
    return click.option(
        "--update-known",
        is_flag=True,
        help="Rewrite the [[known]] entries of each port.toml: what was found is known, what did "
        "not appear is not.",
    )(with_update)


@dataclass(frozen=True, slots=True)
class KnownUpdate:
    """What new entries say. What is None is left out; a reason is asked for."""

    reason: str | None
    issue: str | None
    expires: date | None

    def files(self, names: tuple[str, ...], running: Running) -> list[list[Port]]:
        """The variants that are run, by the port.toml that is to be rewritten.

        Raises UsageError where it cannot be, or where nobody can be asked.
        """
        from goldstep.plan import Options, ports_to_run

        if self.reason is None and not _can_ask():
            raise UsageError(
                "--update-known asks for the reason of each new entry, and there is no terminal "
                "to ask at",
                hint="give one for all with --reason TEXT",
            )
        files: dict[Path, list[Port]] = {}
        for port in ports_to_run(names, Options(**running.options)):
            _check_rewritable(port)
            files.setdefault(port.file.resolve(), []).append(port)
        return list(files.values())

    def write(
        self, files: Sequence[Sequence[Port]], results: Results, running: Running
    ) -> ExitCode:
        """Asks what is to be asked, rewrites the files, each whole, and shows what changes.

        Gives the exit code: 0 where nothing kept a rung from being judged and all is known now.
        Raises HarnessError; where one file has been changed during the run, none is rewritten.
        """
        decided = [(ports[0], *self._rewritten(ports, results)) for ports in files]
        for port, _, _ in decided:
            if not port.file.is_file() or port.file.read_bytes() != port.text.encode():
                raise HarnessError(
                    "was changed during the run, and is left alone",
                    place=str(port.file),
                    hint="run `goldstep verify --update-known` again",
                )
        for port, text, _ in decided:
            if text != port.text:
                write_whole(port.file, text.encode())
            if not running.quiet:
                _show_changes(port, text, console(error=running.as_json))
        codes = [ExitCode(problem.exit_code) for problem in results.of(Problem)]
        return decisive(*codes, *(code for _, _, left in decided for code in left))

    def _rewritten(self, variants: Sequence[Port], results: Results) -> tuple[str, list[ExitCode]]:
        """port.toml in which what was found is known, and codes for what stays unknown or expired.

        Entries that the run did not judge stay as they are.
        """
        from goldstep.port.known_text import KnownChanges, rewrite_known

        port, names = variants[0], {port.name for port in variants}
        changes, left = KnownChanges(), list[ExitCode]()
        stale = {(s.repairs, s.finding): s.why for s in results.of(Stale) if s.port in names}
        for number, entry in enumerate(port.table.known):
            why = stale.get((entry.repairs, entry.finding))
            if why == "did not appear":
                changes.gone.add(number)
            elif why == "expired" and entry.has_expired(datetime.now(UTC).date()):
                about = f"{entry.finding}, known until {entry.expires}\n    {entry.reason}"
                if day := self.expires or _ask(port, entry.repairs, about, _DAY, _last_day):
                    changes.renewed[number] = day
                else:
                    left.append(ExitCode.STALE)
        found = reversed(results.findings())  # so that the first of a kind is asked for
        unknown = {(f.repairs, f.id): f for f in found if f.port in names and not f.known}
        for (repairs, kind), finding in sorted(unknown.items()):
            place = f", {finding.location}" if finding.location else ""
            about = f"{finding.title}{place}\n    {finding.message}"
            if reason := self.reason or _ask(port, repairs, about, _REASON, _words):
                texts = {"reason": reason, "issue": self.issue, "expires": self.expires}
                given = {key: value for key, value in texts.items() if value}
                changes.added.append({"repairs": repairs, "finding": kind, **given})
            else:
                left.append(ExitCode.FINDING)
        return rewrite_known(port.text, changes), left


def _check_rewritable(port: Port) -> None:
    """Raises UsageError where its file cannot be rewritten, or is not what the run is about."""
    file = port.file.resolve()
    # What is put in its place needs no permission of the file's: its owner's word counts.
    is_writable = file.stat().st_mode & _WRITABLE and os.access(file, os.W_OK)
    problem = ""
    if is_installed(file.parent):
        problem = (
            "belongs to the installed goldstep and is not to be rewritten; copy the port's folder "
            "elsewhere, and name the copy"
        )
    elif not is_writable or not os.access(file.parent, os.W_OK):
        problem = "cannot be rewritten: it, or its folder, is read-only; make both writable"
    elif port.is_held_to_another_column:
        problem = (
            f"is for epsilon {port.column_of_its_own}; what a run with --epsilon {port.column} "
            "finds is not to be known there; leave out --epsilon or --update-known"
        )
    if problem:
        raise UsageError(problem, place=str(port.file))


def _show_changes(port: Port, text: str, out: Console) -> None:
    name = str(port.file)
    if text == port.text:
        out.print(styled(f"{name}: its known findings stay as they are", "bold"))
    before, after = (each.replace("\r\n", "\n").split("\n") for each in (port.text, text))
    for line in difflib.unified_diff(before, after, name, name, lineterm=""):
        out.print(styled(line, {"+": "green", "-": "red"}.get(line[0], "")))


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _ask(port: Port, repairs: int, about: str, question: str, check: Callable[[str], Any]) -> Any:
    """An answer that passes the check; an empty one, or nobody's. Raises click.Abort at its end."""
    from goldstep.port.ladder import rung_label

    if not _can_ask():
        return ""
    click.echo(plain(f"{port.table.name}, {rung_label(port, repairs)}: {about}"), err=True)
    return click.prompt(
        f"    {question}",
        default="",
        show_default=False,
        err=True,
        value_proc=lambda answer: check(answer) if answer.strip() else "",
    )
