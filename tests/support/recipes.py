"""The recipes of CONTRIBUTING.md, followed in a copy of the repository as a newcomer would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from support.goldstep_command import environment
from support.repository import ROOT

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SOURCE_ROOTS = ("tools", "reference", "ports/numpy")


def follow(title: str, folder: Path) -> list[Path]:
    """Does what a recipe says, block by block; the files that were there and are changed by it."""
    text = _recipes().split(f"\n### {title}\n", 1)[1].split("\n### ", 1)[0]
    changed = []
    for kind, block in _BLOCK.findall(text):
        first, rest = block.split("\n", 1)
        if kind == "console":
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                _run(*command.split("\n", 1), folder)
        elif kind == "diff":
            changed.append(_edit(folder / first.removeprefix("+++ "), rest))
        else:
            _write(folder / re.sub(r"\W*([\w./-]+)\W*", r"\1", first), block)
    return changed


def run(command: str, folder: Path) -> str:
    """What a command of the copy prints; a finding that is new makes its exit code 1."""
    roots = os.pathsep.join(str(folder / root) for root in _SOURCE_ROOTS)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment(PYTHONPATH=roots, PATH=path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == "" or "generate" in command
    return done.stdout


def _recipes() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Recipes\n", 1)[1]


def _run(command: str, shown: str, folder: Path) -> None:
    """Each line that is shown must be printed, in this order."""
    printed = run(command, folder)
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        pattern = re.compile(re.escape(line).replace(re.escape("..."), ".*"))
        assert any(pattern.fullmatch(each) for each in lines), f"no {line!r} in:\n{printed}"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _edit(file: Path, diff: str) -> Path:
    """Puts the new lines between the lines that are shown around them, in the one such place."""
    text = file.read_text(encoding="utf-8")
    for hunk in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(old) == 1, f"{file.name} has {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return file
