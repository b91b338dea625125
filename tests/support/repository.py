"""The repository, and copies of it as it is on the disk now."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LEFT_OUT_AT_THE_TOP = {".git", ".venv", "build", "dist", "tests"}


def copy_of_repository(folder: Path) -> Path:
    """All of it but the tests, what was built, and caches of tools at the top."""

    def left_out(of: str, names: list[str]) -> set[str]:
        if Path(of) != ROOT:
            return {name for name in names if name.startswith(".") and name.endswith("_cache")}
        return {name for name in names if name in _LEFT_OUT_AT_THE_TOP or name.endswith("_cache")}

    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder
