"""Runs one command confined by sandlock; a program of its own, beside the keeper.

    confine.py LIBRARY FOLDER WRITABLE ... -- COMMAND ...

LIBRARY is the folder that has sandlock. The command runs in FOLDER and can write to the folders
WRITABLE alone; it reads everything that its user may, and has no network. Its pipes are those that
this program has as 3 and 4, if it has them. This program ends as the command does, with 128 and
more for a signal, as shells do.
"""

import os
import sys
from signal import SIG_DFL, SIGKILL, SIGPIPE, SIGXFSZ, Signals, signal

_PIPES = ((3, 0), (4, 1))
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")


def main(arguments: list[str]) -> int:
    """Confines the command, waits for its end, and gives its exit code."""
    end = arguments.index("--")
    library, folder, *writable = arguments[:end]
    sys.path.append(library)
    from sandlock import ExitReason, Protection, Sandbox

    sandbox = Sandbox(
        fs_readable=["/"],
        fs_writable=[*writable, *filter(os.path.exists, _DEVICES)],
        cwd=folder,
        name=f"goldstep-{os.urandom(8).hex()}",  # no two that run may have the same
        # Linux before 6.12 has none of these; the harness says so.
        allow_degraded=[
            Protection.FS_IOCTL_DEV,
            Protection.SIGNAL_SCOPE,
            Protection.ABSTRACT_UNIX_SOCKET_SCOPE,
        ],
    )
    for number in (SIGPIPE, SIGXFSZ):
        signal(number, SIG_DFL)  # which Python ignores, and the command would inherit
    _take_pipes()
    process = sandbox.popen(arguments[end + 1 :])
    _let_go_of_pipes()
    result = process.wait()
    if result.reason is ExitReason.EXITED:
        return int(result.exit_code)
    return 128 + (int(result.signal) if result.signal in set(Signals) else SIGKILL)


def _take_pipes() -> None:
    for passed, own in _PIPES:
        try:
            os.dup2(passed, own)
            os.close(passed)
        except OSError:
            pass  # it was run without


def _let_go_of_pipes() -> None:
    """From now on only the command holds them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for own in (0, 1):
        os.dup2(nothing, own)


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Exception as error:
        sys.exit(f"goldstep cannot confine this command: {error}")
    os._exit(code)  # nothing of the library is to be taken down
