"""``goldstep vectors list``."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import click

from goldstep.cli.options import FLAG, GROUP, REQUIREMENT, json_option, vectors_option
from goldstep.paths import vectors_folder


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
@click.option("--flag", type=FLAG, metavar="NAME", help="Only cases with this flag.")
@click.option(
    "--requirement",
    type=REQUIREMENT,
    metavar="RMS-N",
    help="Only groups that test this requirement.",
)
@click.option(
    "--expects",
    type=click.Choice(["numbers", "choices", "rejected"]),
    help="Only cases that expect this: one result, one of several, or that the input is refused.",
)
@click.option(
    "--text", metavar="WORDS", default="", help="Only cases with this in their id or description."
)
@vectors_option
@json_option
def list_cases(
    pattern: str,
    number_format: str | None,
    flag: str | None,
    requirement: str | None,
    expects: str | None,
    text: str,
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
    flags = {name for file in loaded.files for name in file.flags}
    requirements = {name for file in loaded.files for name in file.requirements}
    if not fnmatch.filter(groups, pattern):
        raise unknown("group", pattern, groups)
    if flag is not None and flag not in flags:
        raise unknown("flag", flag, flags)
    if requirement is not None and requirement not in requirements:
        raise unknown("requirement", requirement, requirements)
    listed = [
        (file, case)
        for file, case in loaded.cases()
        if fnmatch.fnmatch(file.group, pattern)
        and number_format in (None, file.number_format)
        and flag in (None, *case.flags)
        and requirement in (None, *file.requirements)
        and expects in (None, case.expected.kind)
        and text.casefold() in f"{case.id}\n{case.description}".casefold()
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
