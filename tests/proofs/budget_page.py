"""Tables for people: for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

Row = Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """Prints to standard output."""

    markdown: bool

    def table(self, title: str, rows: Sequence[Row]) -> None:
        """Rows that all have the same keys, which head the columns."""
        click.echo(f"\n{'### ' if self.markdown else ''}{title}\n")
        if not rows:
            click.echo("None.")
            return
        heads = list(rows[0])
        widths = [max(len(head), *(len(row[head]) for row in rows)) for head in heads]
        lines = [heads, *([row[head] for head in heads] for row in rows)]
        if self.markdown:
            lines.insert(1, ["-" * width for width in widths])
        edge, between = ("| ", " | ") if self.markdown else ("", "  ")
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo(f"{edge}{between.join(cells)}{edge[::-1]}".rstrip())

    def line(self, text: str) -> None:
        """One remark below a table."""
        click.echo(f"\n{text}" if self.markdown else text)
