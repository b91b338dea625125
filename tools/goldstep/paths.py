"""Where goldstep finds its data and keeps its cache."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_CLONE = _PACKAGE.parent.parent


def _data(name: str) -> Path:
    """A data folder: the clone's own where this is a clone, else the copy inside the wheel."""
    inside_wheel = _PACKAGE / "data" / name
    return inside_wheel if inside_wheel.is_dir() else _CLONE / name


def vectors_folder() -> Path:
    """The golden vectors that belong to this version."""
    return _data("vectors")


def ports_folder() -> Path:
    """The bundled ports, one folder each."""
    return _data("ports")


def is_installed(folder: Path) -> bool:
    """Whether a folder is one of the data inside an installed goldstep, which is not to change."""
    return folder.resolve().is_relative_to(_PACKAGE / "data")


def cache_folder() -> Path:
    """The user's cache: toolchains and builds. ``GOLDSTEP_CACHE_DIR`` moves it."""
    override = os.environ.get("GOLDSTEP_CACHE_DIR")
    return Path(override) if override else platformdirs.user_cache_path("goldstep", False)


def folder_in_repository(folder: Path) -> str:
    """A folder as others know it: from the root of its repository; else from here, if it is here.

    Parts are separated by slashes. A folder elsewhere is given as a whole.
    """
    whole = folder.resolve()
    roots = (parent for parent in (whole, *whole.parents) if (parent / ".git").exists())
    root = next(roots, Path.cwd())
    return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()
