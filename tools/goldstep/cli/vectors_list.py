"""``goldstep vectors list``."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldstep.cli.options import GROUP, json_option, vectors_option
from goldstep.paths import vectors_folder

if TYPE_CHECKING:
    from goldstep.vectors.case import VectorCase


@click.command("list")
@click.option(
    "--group",
    "pattern",
    metavar="GLOB",
    type=GROUP,
    default="*",
    help="Only these groups.",
)
@click.option("--number-format", type=click.Choice(["float64", "float32"]), help="Only of it.")
@click.option("--flag", metavar="NAME", help="Only cases with this flag.")
@click.option("--requirement", metavar="RMS-N", help="Only groups that test this requirement.")
@click.option(
    "--expects",
    type=click.Choice(["numbers", "choices", "rejected"]),
    help="Only cases that expect this: one result, one of several, or that the input is refused.",
)
@click.option("--text", metavar="WORDS", help="Only cases with this in their id or description.")
@vectors_option
@json_option
def list_cases(
    pattern: str,
    number_format: str | None,
    flag: str | None,
    requirement: str | None,
    expects: str | None,
    text: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """List the ids of all cases, one a line.

    A case has to pass every filter that is given.
    """
    import msgspec

    from goldstep.errors import unknown
    from goldstep.vectors.folder import load_vectors

    loaded = load_vectors(folder or vectors_folder())
    groups = {file.group for file in loaded.files}
    if not fnmatch.filter(groups, pattern):
        raise unknown("group", pattern, groups)
    _known("flag", flag, (name for file in loaded.files for name in file.flags))
    _known("requirement", requirement, (name for f in loaded.files for name in f.requirements))
    listed = [
        (file, case)
        for file, case in loaded.cases()
        if fnmatch.fnmatch(file.group, pattern)
        and number_format in (None, file.number_format)
        and (flag is None or flag in case.flags)
        and (requirement is None or requirement in file.requirements)
        and expects in (None, case.expected.kind)
        and (text is None or _has(case, text))
    ]
    if as_json:
        rows = [
            {
                "id": case.id,
                "description": case.description,
                "flags": case.flags,
                "requirements": file.requirements,
                "expects": case.expected.kind,
            }
            for file, case in listed
        ]
        click.echo(msgspec.json.encode(rows))
    else:
        for _, case in listed:
            click.echo(case.id)


def _known(what: str, name: str | None, existing: Iterable[str]) -> None:
    from goldstep.errors import unknown

    names = set(existing)
    if name is not None and name not in names:
        raise unknown(what, name, names)


def _has(case: VectorCase, text: str) -> bool:
    return text.casefold() in f"{case.id}\n{case.description}".casefold()
