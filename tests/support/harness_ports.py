"""Ports for tests of the harness: scripts of this folder, and copies of bundled ports."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from goldstep.paths import ports_folder
from goldstep.results.records import Finding
from goldstep.results.value import Results
from goldstep.supervision.isolation import SandboxMode, sandbox

HERE = Path(__file__).parent / "ports"

# Not in a container or a changed root that forbids users to make namespaces.
can_isolate = pytest.mark.skipif(
    not sandbox(SandboxMode.AUTO).isolates, reason="nothing isolates ports here"
)

Once = Callable[[str, Callable[[Path], object]], Path]
"""The fixture `once`: folders by name, filled by the first who asks."""


def script_port(
    folder: Path,
    script: str,
    *words: str,
    name: str = "a-port",
    number_format: str = "float64",
    epsilon: str = "inside",
    sources: tuple[str, ...] = (),
    keys: str = "",
    run_keys: str = "",
) -> Path:
    """The port.toml of a new port whose adapter is a script of this folder, run with ``words``.

    ``keys`` are TOML before the first table, ``run_keys`` in ``[run]``.
    """
    folder.mkdir(parents=True)
    shutil.copy(HERE / script, folder)
    command = json.dumps(["{python}", script, *words])
    file = folder / "port.toml"
    file.write_text(
        f'name = "{name}"\ntitle = "A port"\nlanguage = "Python"\n'
        f'number_format = "{number_format}"\nepsilon = "{epsilon}"\n'
        f"sources = {json.dumps(sources or [script])}\n{keys}\n"
        f"[run]\ncommand = {command}\n{run_keys}\n"
    )
    return file


def copy_port(name: str, place: Path, *, folder: str | None = None) -> Path:
    """The folder of a copy of a bundled port; the folders that it shares stand beside it."""
    original = ports_folder() / name
    copy = place / (folder or name)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(original, copy, ignore=ignored)
    for shared in re.findall(r'"\.\./(\w+)"', (original / "port.toml").read_text()):
        shutil.copytree(ports_folder() / shared, place / shared, ignore=ignored, dirs_exist_ok=True)
    return copy


def edit(file: Path, change: str | Callable[[str], str], new: str | None = None) -> None:
    """Changes the text of a file; an old text must stand in it."""
    text = file.read_text()
    if isinstance(change, str):
        assert change in text, f"{change!r} is not in {file}"
        changed = text.replace(change, new or "")
    else:
        changed = change(text)
    assert changed != text
    file.write_text(changed)


def without_repairs(folder: Path) -> None:
    """Takes the repairs and what is known out of a port."""
    edit(folder / "port.toml", lambda text: text[: text.index("[[repair]]")])


def line_of(file: Path, text: str) -> int:
    """The number of the first line that has ``text``."""
    lines = file.read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def what(finding: Finding) -> tuple[str, str | None]:
    """A finding's id and subject."""
    return finding.id, finding.subject


def where(finding: Finding) -> tuple[str, int] | None:
    """A finding's file and line."""
    place = finding.location
    return (place.file, place.line) if place else None


def by_rung(results: Results, port: str) -> dict[int, list[Finding]]:
    """The errors of each rung of a port that has any."""
    rungs: dict[int, list[Finding]] = {}
    for finding in results.findings(port):
        rungs.setdefault(finding.repairs, []).append(finding)
    return rungs


def outline(rungs: Mapping[int, list[Finding]]) -> dict[int, list[tuple[object, ...]]]:
    """What the same faults must have in common, whatever compiler and folder they are seen in."""
    return {
        repairs: [
            (finding.stage, *what(finding), finding.location, finding.removed_by)
            for finding in findings
        ]
        for repairs, findings in rungs.items()
    }
