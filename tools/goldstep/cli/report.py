"""``goldstep report``: results, once they are there, for every kind of reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from goldstep.cli.options import json_option, verbose_option
from goldstep.cli.outputs import CommandWithOutputs, Outputs, refuse_mixture

if TYPE_CHECKING:
    from goldstep.results.value import Report

_RESULTS = click.Path(dir_okay=False, path_type=Path)
_RENDER = "render"


class _WithDefault(click.Group):
    """A group in which what is no command is a file of results, to be rendered."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the hidden command's name before anything but a command or a request for help."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args.insert(0, _RENDER)
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Also what the hidden command takes: its options, and files."""
        if incomplete.startswith("-"):
            return self.commands[_RENDER].shell_complete(ctx, incomplete)
        found = super().shell_complete(ctx, incomplete)
        if not (incomplete and found):
            found.append(CompletionItem(incomplete, type="file"))  # last: bash then asks for files
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the outputs, too: they are options of the hidden command."""
        from goldstep.report.formats import all_formats

        super().format_help_text(ctx, formatter)
        with formatter.section("Outputs"):
            formatter.write_dl(
                [(f"--{form.name} {form.metavar}", form.description) for form in all_formats()]
            )


@click.group(
    cls=_WithDefault,
    options_metavar="",
    subcommand_metavar="RESULTS... [OUTPUTS] | show RESULTS... | diff OLD NEW",
)
def report() -> None:
    """Write reports of results, show them, or compare them.

    RESULTS are files that `goldstep verify --results` wrote; several make one report.
    FILE may be - for standard output. `goldstep report RESULTS` alone shows them.
    """


@report.command(_RENDER, cls=CommandWithOutputs, hidden=True)
@click.argument("results", metavar="RESULTS...", nargs=-1, required=True, type=_RESULTS)
def render(outputs: Outputs, results: tuple[Path, ...]) -> int:
    """Write reports of results, or show them where none is named."""
    from goldstep.results.value import Report

    outputs.check()
    read = Report.read(*results)
    if outputs:
        outputs.write(read)
    else:
        _show(read, in_full=False)
    return 0


@report.command()
@click.argument("results", metavar="RESULTS...", nargs=-1, required=True, type=_RESULTS)
@verbose_option
def show(results: tuple[Path, ...], verbose: bool) -> int:
    """Show results as `goldstep verify` does. Exit code 0, whatever they say."""
    from goldstep.results.value import Report

    _show(Report.read(*results), in_full=verbose)
    return 0


@report.command()
@click.argument("old", type=_RESULTS)
@click.argument("new", type=_RESULTS)
@json_option
@click.option(
    "--markdown",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write it as Markdown too; - is standard output.",
)
def diff(old: Path, new: Path, as_json: bool, markdown: Path | None) -> int:
    """Compare two files of results: what regressed, is new, improved, is gone, or changed.

    Exit code 1 where something regressed: a case that passes no longer, a finding that is new and
    not known, a rung that can be judged no longer.
    """
    import msgspec

    from goldstep.report.comparison_texts import as_markdown, as_object
    from goldstep.report.terminal.comparison import print_comparison
    from goldstep.report.terminal.console import console
    from goldstep.report.writing import write_whole
    from goldstep.results.records import to_json
    from goldstep.results.value import Report

    if as_json and str(markdown) == "-":
        refuse_mixture(["--markdown -", "--json"])
    compared = Report.read(new).changes_since(Report.read(old))
    if markdown:
        write_whole(markdown, as_markdown(compared).encode())
    if as_json:
        click.echo(msgspec.json.format(to_json(as_object(compared)), indent=2))
    elif str(markdown) != "-":
        print_comparison(compared, console())
    return int(compared.has_regressed)


def _show(read: Report, *, in_full: bool) -> None:
    from goldstep.report.terminal.console import console
    from goldstep.report.terminal.screen import print_results

    out = console()
    for results in read.runs:
        header = results.header
        machine = " ".join(str(header.machine.get(part, "")) for part in ("system", "machine"))
        out.print(f"{header.time}  {machine}", style="dim")
        out.print()
        print_results(results, out, in_full=in_full)
