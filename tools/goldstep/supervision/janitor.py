"""Takes folders away once nobody needs them; run as a program of its own, on the library alone.

On standard input come lines, ``+FOLDER`` for one that is needed and ``-FOLDER`` for one that is
gone. At the end of the input, which comes also where the harness is killed, what is left is taken
away.
"""

import os
import subprocess
import sys
import time

_PATIENCE = 15.0  # seconds; what still writes there is being ended meanwhile


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
            for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
                subprocess.run([*command, folder], stderr=subprocess.DEVNULL, check=False)
        time.sleep(0.05)
        needed = {folder for folder in needed if os.path.lexists(folder)}


if __name__ == "__main__":
    main()
