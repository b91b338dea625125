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


def cache_folder() -> Path:
    """The user's cache: toolchains and builds. ``GOLDSTEP_CACHE_DIR`` moves it."""
    override = os.environ.get("GOLDSTEP_CACHE_DIR")
    return Path(override) if override else platformdirs.user_cache_path("goldstep", False)
