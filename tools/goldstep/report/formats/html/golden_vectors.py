"""The golden vectors that a report was judged by: what its cases are, beside its pages.

They are read as the public data that they are, where those that are here are the report's.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from goldstep.paths import vectors_folder
from goldstep.results.value import Report


class _Manifest(msgspec.Struct, frozen=True):
    sha256: str


def vectors_of(report: Report) -> Path | None:
    """The folder of the report's vectors; None where others are here, or none."""
    folder = vectors_folder()
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
    except (OSError, msgspec.DecodeError):
        return None
    return folder if manifest.sha256 == report.vectors else None


def write_groups(report: Report, vectors: Path, folder: Path) -> None:
    """Writes each group that the report has cases of, as ``folder/ALGORITHM/FORMAT/GROUP.js``.

    A script, because a page that is opened from a disk may load nothing else.
    """
    ids = (case.id for port in report.ports for rung in port.rungs for case in rung.cases)
    wanted = {name.rpartition("/")[0] for name in ids}
    for file in vectors.glob("*/*/*.json"):
        name = file.relative_to(vectors).with_suffix(".js")
        if name.with_suffix("").as_posix() in wanted:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"addGroup(" + file.read_bytes().strip() + b");\n")
