"""The command ``goldstep``: its subcommands, and how errors become messages and exit codes."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
import traceback
from types import FrameType

import click

from goldstep.cli.bench import bench
from goldstep.cli.diagnose import diagnose
from goldstep.cli.doctor import doctor
from goldstep.cli.explain import explain
from goldstep.cli.ports import ports
from goldstep.cli.report import report
from goldstep.cli.streams import guard_streams, say
from goldstep.cli.vectors import vectors
from goldstep.cli.verify import verify
from goldstep.errors import ExitCode, GoldstepError, decisive
from goldstep.supervision.process import stop_all
from goldstep.version import __version__

# What asks a process to end, beside Ctrl-C: each is as clean, with the exit code of the signal.
_ENDING = (signal.SIGTERM, signal.SIGHUP)
_SIGNALLED = 128  # exit codes beyond it


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="goldstep")
def goldstep() -> None:
    """A conformance suite for optimizers, RMSProp first."""


for command in (verify, diagnose, vectors, ports, doctor, explain, report, bench):
    goldstep.add_command(command)


def run() -> int:
    """Runs the command line, and gives its exit code."""
    out = guard_streams()
    code = _run()
    sys.stdout.flush()
    if out and out.failure:
        say(f"standard output cannot be written: {out.failure.strerror}; make room, or redirect it")
        return code if code > _SIGNALLED else decisive(ExitCode(code), ExitCode.TOOLCHAIN)
    return code


def _run() -> int:
    # Vectors and what is worked out from them stay to the end: to look through them for cycles
    # again and again takes a quarter of the harness's time.
    gc.set_threshold(100_000, 50, 100)
    ended_by = _end_as_by_an_interrupt()
    try:
        return int(goldstep.main(prog_name="goldstep", standalone_mode=False) or 0)
    except (KeyboardInterrupt, click.Abort):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stop_all()
        say("interrupted" if not ended_by else f"ended by {ended_by[0].name}")
        return _leave(_SIGNALLED + ended_by[0] if ended_by else ExitCode.INTERRUPTED)
    except click.ClickException as error:
        _usage(error)
        return ExitCode.USAGE
    except GoldstepError as error:
        say(str(error))
        return _leave(error.exit_code)
    except SystemExit as ended:  # as click ends completion
        return int(ended.code or 0)
    except Exception:
        traceback.print_exc()
        say("this is a fault of goldstep itself; please report it with the lines above")
        return ExitCode.TOOLCHAIN


def _end_as_by_an_interrupt() -> list[signal.Signals]:
    """Makes a request to end an interrupt; the signal is in the list once it has come."""
    came: list[signal.Signals] = []

    def end(number: int, frame: FrameType | None) -> None:
        came.append(signal.Signals(number))
        raise KeyboardInterrupt

    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, end)
    return came


def _leave(code: int) -> int:
    """Does not wait for threads that wait for the network; temporary folders go with them."""
    if threading.active_count() > 1:
        atexit._run_exitfuncs()
        os._exit(code)
    return code


def _usage(error: click.ClickException) -> None:
    """One line on what is wrong with the arguments; the help where there are none."""
    message = error.format_message().rstrip(".")
    if "\n" in message:
        error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "goldstep"
    say(f"{message[0].lower()}{message[1:]}; see `{command} --help`")
