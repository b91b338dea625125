"""Reports that are written to files: the options of every command that has results."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldstep.errors import HarnessError, UsageError

if TYPE_CHECKING:
    from goldstep.report import Report

_HELP = {
    "junit": "Write JUnit XML: a suite a rung, a test a case.",
    "sarif": "Write SARIF 2.1.0: findings at their lines, with fixes.",
    "markdown": "Write Markdown, as for the summary of a CI job.",
    "badge": "Write a badge: a picture where FILE ends in .svg, else the JSON of an endpoint.",
    "csv": "Write a table of all cases.",
}
_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


def output_options(command: Callable[..., int]) -> Callable[..., int]:
    """Which reports to write: the command's argument ``outputs``."""

    @functools.wraps(command)
    def with_outputs(*, html: Path | None, **others: Any) -> int:
        files = {name: others.pop(name) for name in _HELP}
        return command(outputs=Outputs(html, files), **others)

    for name, words in reversed(_HELP.items()):
        click.option(f"--{name}", type=_FILE, metavar="FILE", help=words)(with_outputs)
    return click.option(
        "--html",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Write pages with pictures; open DIR/index.html.",
    )(with_outputs)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where reports go; a file called ``-`` is standard output."""

    html: Path | None
    files: dict[str, Path | None]

    def __bool__(self) -> bool:
        """Whether any is wanted."""
        return self.html is not None or any(self.files.values())

    @property
    def take_stdout(self) -> bool:
        """Whether one of them is all that standard output is to have."""
        return any(str(file) == "-" for file in self.files.values())

    def check(self, *, prints_json: bool = False) -> None:
        """Raises UsageError where something cannot be written, before anything is run."""
        to_stdout = [f"--{name} -" for name, file in self.files.items() if str(file) == "-"]
        to_stdout += ["--json"] if prints_json else []
        if len(to_stdout) > 1:
            raise UsageError(
                f"{' and '.join(to_stdout)} would be mixed on standard output",
                hint="name files for all but one",
            )
        for file in filter(None, self.files.values()):
            if str(file) != "-" and not file.parent.is_dir():
                raise UsageError(
                    f"cannot be written: there is no folder {file.parent}",
                    place=str(file),
                    hint="make it, or name a file elsewhere",
                )
        if self.html:
            from goldstep.report.html import check_folder

            check_folder(self.html)

    def write(self, report: Report) -> None:
        """Writes all of them, each whole or not at all.

        Raises HarnessError for the first that cannot be written, when the others are.
        """
        failures: list[HarnessError] = []
        for name, file in self.files.items():
            if file is not None:
                try:
                    write_whole(file, _render(name, report, file))
                except HarnessError as error:
                    failures.append(error)
        if self.html:
            from goldstep.report.html import write_html

            write_html(report, self.html)
        if failures:
            raise failures[0]


def write_whole(file: Path, content: bytes) -> None:
    """Puts a file into its place once all of it is written; ``-`` is standard output.

    A link stays, and what it leads to is written. Raises HarnessError.
    """
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        if file.exists() and not file.is_file():  # a pipe or a device
            file.write_bytes(content)
            return
        target = file.resolve()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".goldstep-")
        try:
            with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor
                stream.write(content)
            Path(name).chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise _unwritten(file, error.strerror or str(error)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritten(file: Path, why: str) -> HarnessError:
    return HarnessError(
        f"cannot be written: {why}",
        place=str(file),
        hint="make room there, or name a file elsewhere",
    )


def _render(name: str, report: Report, file: Path) -> bytes:
    match name:
        case "junit":
            from goldstep.report.junit import junit

            return junit(report)
        case "sarif":
            from goldstep.report.sarif import sarif

            return sarif(report)
        case "markdown":
            from goldstep.report.markdown import markdown

            return markdown(report).encode()
        case "badge":
            from goldstep.report.badge import badge, endpoint

            return badge(report) if file.suffix.lower() == ".svg" else endpoint(report)
    from goldstep.report.table import table

    return table(report).encode()
