"""A port.toml whose known findings are rewritten: what may forbid it, and what is told of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from goldstep.errors import ExitCode, HarnessError, UsageError
from goldstep.paths import is_installed
from goldstep.port.known_text import KnownChanges, known_places, rewrite_known
from goldstep.port.ladder import rung_label
from goldstep.port.port import Port
from goldstep.port.table import Known
from goldstep.report.terminal.console import styled
from goldstep.report.writing import write_whole
from goldstep.results.records import Finding

_WRITABLE = 0o222


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A port.toml as it is before the run, and those of its variants that are run."""

    path: Path  # without links
    variants: tuple[Port, ...]

    @property
    def text(self) -> str:
        """What is in it."""
        return self.variants[0].text

    @property
    def entries(self) -> tuple[Known, ...]:
        """What it lists as known."""
        return self.variants[0].table.known

    @property
    def shown(self) -> str:
        """Its path as it was named."""
        return str(self.variants[0].file)

    @property
    def is_whole(self) -> bool:
        """Whether all variants are run."""
        matrix = self.variants[0].table.matrix
        return matrix is None or len(self.variants) == len(matrix.variants)

    def rung(self, repairs: int) -> str:
        """The port and the rung, as people know them."""
        return f"{self.variants[0].table.name}, {rung_label(self.variants[0], repairs)}"

    def check(self) -> None:
        """Raises UsageError where it cannot be rewritten, or the run is not what it speaks of."""
        if is_installed(self.path.parent):
            raise UsageError(
                "belongs to the installed goldstep and is not to be rewritten",
                place=self.shown,
                hint="copy the port's folder elsewhere, and name the copy",
            )
        # What is put in its place needs no permission of the file's: its owner's word counts.
        is_writable = self.path.stat().st_mode & _WRITABLE and os.access(self.path, os.W_OK)
        if not is_writable or not os.access(self.path.parent, os.W_OK):
            raise UsageError(
                "cannot be rewritten: it, or its folder, is read-only",
                place=self.shown,
                hint="make both writable",
            )
        for port in self.variants:
            if port.is_held_to_another_column:
                raise UsageError(
                    f"is for epsilon {port.table.epsilon}; what a run with --epsilon "
                    f"{port.epsilon} finds is not to be known there",
                    place=self.shown,
                    hint="leave out --epsilon or --update-known",
                )

    def check_unchanged(self) -> None:
        """Raises HarnessError where it is no longer what was run."""
        try:
            is_unchanged = self.path.read_bytes() == self.text.encode()
        except OSError:
            is_unchanged = False
        if not is_unchanged:
            raise HarnessError(
                "was changed during the run, and is left alone",
                place=self.shown,
                hint="run `goldstep verify --update-known` again",
            )


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What becomes of a file; findings that are left unknown, and entries that stay expired."""

    file: KnownFile
    changes: KnownChanges
    left: tuple[Finding, ...]
    expired: tuple[int, ...]

    def write(self) -> None:
        """Rewrites the file, whole or not at all, where anything changes. Raises HarnessError."""
        if self.changes:
            text = rewrite_known(self.file.text, self.changes)
            write_whole(self.file.path, text.encode())

    def exit_codes(self) -> Iterator[ExitCode]:
        """What is left to be told by the exit code."""
        if self.left:
            yield ExitCode.FINDING
        if self.expired:
            yield ExitCode.STALE

    def told(self, *, is_part: bool) -> Iterator[Text]:
        """A line for each change, and for what was not changed though it might have been."""
        yield styled(f"{self.file.shown}: {self._sum()}", "bold")
        entries, places = self.file.entries, known_places(self.file.text)
        for number in sorted(self.changes.removed):
            where = f"line {places[number].line}, did not appear{self._comment_above(number)}"
            yield styled("  - ", "red") + self._entry(entries[number]) + styled(where, "dim")
        for number, day in sorted(self.changes.renewed.items()):
            what = f"known until {day}, was {entries[number].expires}"
            yield styled("  ~ ", "yellow") + self._entry(entries[number]) + styled(what)
        for added in self.changes.added:
            yield styled("  + ", "green") + self._added(added)
        for number in self.expired:
            yield self._remark(
                f"{self._name(entries[number])} stays expired: fix it, or give --expires"
            )
        for finding in self.left:
            name = f"{self._rung(finding.repairs)}: {finding.id}"
            yield self._remark(f"{name} stays unknown")
        if self.file.entries and (is_part or not self.file.is_whole):
            what = "cases" if is_part else "variants"
            yield self._remark(f"not all {what} were run: what did not appear stays known")

    def _sum(self) -> str:
        changes = self.changes
        counts = {
            "added": len(changes.added),
            "taken out": len(changes.removed),
            "renewed": len(changes.renewed),
        }
        said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        return f"known findings: {said}" if said else "its known findings stay as they are"

    def _comment_above(self, number: int) -> str:
        """That a comment is left alone which may be about the entry."""
        line = known_places(self.file.text)[number].line
        above = self.file.text.split("\n")[line - 2] if line > 1 else ""
        return "; the comment above it stays" if above.lstrip().startswith("#") else ""

    def _entry(self, entry: Known) -> Text:
        return styled(f"{self._name(entry)}  ")

    def _name(self, entry: Known) -> str:
        return f"{self._rung(entry.repairs)}: {entry.finding}"

    def _added(self, entry: Mapping[str, Any]) -> Text:
        text = styled(f"{self._rung(entry['repairs'])}: {entry['finding']}  ")
        rest = [entry[key] for key in ("reason", "issue") if key in entry]
        if "expires" in entry:
            rest.append(f"until {entry['expires']}")
        return text + styled(" ".join(", ".join(rest).split()), "dim")

    def _rung(self, repairs: int) -> str:
        return rung_label(self.file.variants[0], repairs)

    def _remark(self, words: str) -> Text:
        return styled(f"    {words}", "dim")
