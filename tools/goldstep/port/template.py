"""New ports: a folder for each language that builds and conforms at once, to be filled in."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from goldstep.errors import UsageError
from goldstep.paths import ports_folder
from goldstep.port.table import FILE_NAME

_NAME = re.compile(r'^name = ".*"$', re.MULTILINE)


def template_languages() -> tuple[str, ...]:
    """The languages that there is a template for."""
    return tuple(sorted(each.parent.name for each in _templates().glob(f"*/{FILE_NAME}")))


def new_port(folder: Path, language: str) -> tuple[Path, ...]:
    """Makes ``folder`` a port, called like it, from the template of a language; the files.

    Raises UsageError where ``folder`` is there and not empty, or cannot be written; it is then left
    as it is.
    """
    folder = folder.absolute()
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError("is not empty", place=str(folder), hint="name a new folder")
    name = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "my-port"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-port-", dir=folder.parent) as made:
            port = Path(made) / "port"
            left_out = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(_templates() / language, port, ignore=left_out)
            table = port / FILE_NAME
            text = _NAME.sub(f'name = "{name}"', table.read_text(encoding="utf-8"), count=1)
            table.write_text(text, encoding="utf-8")
            port.rename(folder)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", place=str(folder), hint="name another folder"
        ) from None
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def _templates() -> Path:
    return ports_folder() / "templates"
