"""Removes folders once they are not needed; a program of its own, on the standard library alone.

On standard input come lines, ``+FOLDER`` for one that is needed and ``-FOLDER`` for one that is
gone. At the end of the input, which comes also if the harness is killed, what is left is removed.
"""

import os
import subprocess
import sys
import time

_PATIENCE = 15.0  # seconds; what still writes there is being ended meanwhile


def remove(folder: str) -> None:
    """Removes a folder, whatever its permissions are."""
    for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        subprocess.run([*command, folder], stderr=subprocess.DEVNULL, check=False)


def main() -> None:
    """Reads to the end, then cleans up."""
    needed: set[str] = set()
    for line in sys.stdin.buffer:
        folder = os.fsdecode(line[1:-1])
        if line.startswith(b"+"):
            needed.add(folder)
        else:
            needed.discard(folder)
    give_up = time.monotonic() + _PATIENCE
    while needed and time.monotonic() < give_up:
        for folder in needed:
            remove(folder)
        time.sleep(0.05)
        needed = {folder for folder in needed if os.path.lexists(folder)}


if __name__ == "__main__":
    main()
