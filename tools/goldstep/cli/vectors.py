"""``goldstep vectors``: make them, check them, give them away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldstep.cli.kill_matrix import kill_matrix
from goldstep.cli.options import vectors_option
from goldstep.cli.vectors_list import list_cases
from goldstep.cli.vectors_show import show
from goldstep.errors import UsageError
from goldstep.paths import vectors_folder

if TYPE_CHECKING:
    from goldstep.vectors.export import ExportFormat

_FOLDER = click.Path(file_okay=False, path_type=Path)
_jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to work in; without it, one a processor.",
)


@click.group()
def vectors() -> None:
    """The golden vectors: make them, check them, look at them."""


@vectors.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, default=Path("vectors"))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; compare, for CI.")
@_jobs_option
def generate(folder: Path, only_check: bool, jobs: int | None) -> None:
    """Make all vectors anew from the reference.

    In DIR, or in ./vectors without it. The folder is replaced as a whole, or left as it is.

    With --check they are made anew and compared byte for byte with those of DIR; exit code 4 where
    a file differs, is missing or extra.
    """
    from goldstep_reference.vectors import publish

    from goldstep.vectors.check import compare

    with _progress() as progress:
        if only_check:
            compare(folder, publish.contents(progress, jobs))
        else:
            with _writing(folder, "of vectors"):
                publish.generate(folder, progress, jobs)
    click.echo(f"{folder}: vectors {'as the reference makes them' if only_check else 'generated'}")


@vectors.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, required=False)
@click.option("--recompute", "anew", is_flag=True, help="Recompute every number too.")
@_jobs_option
def check(folder: Path | None, anew: bool, jobs: int | None) -> None:
    """Check that a folder of vectors is whole.

    Manifest, digests, schema, ids and consistency of DIR; without it, of the vectors that come with
    goldstep. With --recompute, every number is compared with what the reference computes. Exit code
    4 where something is wrong.
    """
    from goldstep.vectors.check import check_vectors
    from goldstep.vectors.recompute import recompute

    folder = folder or vectors_folder()
    checked = check_vectors(folder)
    cases = sum(len(file.cases) for file in checked.files)
    told = f"{folder}: {len(checked.files)} files, {cases} cases, SHA-256 {checked.digest}"
    if anew:
        with _progress() as progress:
            told += f", {recompute(folder, progress, jobs)} numbers recomputed"
    click.echo(told)


@vectors.command()
@click.argument("target", metavar="DIR", type=_FOLDER)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "npz"]),
    required=True,
    help="Tables as text, or arrays for numpy.load.",
)
@vectors_option
def export(target: Path, form: ExportFormat, folder: Path | None) -> None:
    """Write all vectors as tables, for those who do not read JSON.

    DIR must be new, empty, or an earlier export. A README in it says how the tables are read.
    """
    from goldstep.vectors.export import export_vectors
    from goldstep.vectors.folder import load_vectors

    loaded = load_vectors(folder or vectors_folder())
    with _writing(target, "an earlier export"):
        export_vectors(loaded, target, form)
    cases = sum(len(file.cases) for file in loaded.files)
    click.echo(f"{target}: {cases} cases as {form}")


for command in (list_cases, show, kill_matrix):
    vectors.add_command(command)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal, which takes a file's name, the count so far and the count in all."""
    from rich.progress import Progress

    from goldstep.report.terminal.console import console

    messages = console(error=True)
    with Progress(console=messages, transient=True, disable=not messages.is_terminal) as progress:
        task = progress.add_task("generating", total=None)
        yield lambda name, done, of: progress.update(task, completed=done, total=of)


@contextmanager
def _writing(folder: Path, kind: str) -> Iterator[None]:
    """Makes an error of the file system the user's."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}",
            place=str(folder),
            hint=f"name a folder that is new, empty or {kind}",
        ) from None
