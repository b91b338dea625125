"""The command ``goldstep``: its subcommands, and how errors become messages and exit codes."""

from __future__ import annotations

import sys

import click

from goldstep import __version__, processes
from goldstep.cli.doctor import doctor
from goldstep.cli.explain import explain
from goldstep.cli.ports import ports
from goldstep.cli.vectors import vectors
from goldstep.cli.verify import verify
from goldstep.errors import ExitCode, GoldstepError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="goldstep")
def goldstep() -> None:
    """A conformance suite for optimizers, RMSProp first."""


for command in (verify, vectors, ports, doctor, explain):
    goldstep.add_command(command)


def main() -> None:
    """Runs the command line, and exits with one of the codes of `ExitCode`."""
    try:
        code = goldstep.main(prog_name="goldstep", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        processes.stop_all()
        click.echo("goldstep: interrupted", err=True)
        code = ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except GoldstepError as error:
        click.echo(f"goldstep: {error}", err=True)
        code = error.exit_code
    sys.exit(int(code or 0))
