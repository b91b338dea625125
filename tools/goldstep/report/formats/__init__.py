"""The formats that reports are written in.

Every module and package here has a ``FORMAT``, from which its option of `goldstep verify` and
`goldstep report`, the help and the documentation come: a new format is one more file.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from goldstep.report.writing import Format


@cache
def all_formats() -> tuple[Format, ...]:
    """What reports can be written as, by the options' names."""
    modules = (import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    formats: list[Format] = [module.FORMAT for module in modules]
    return tuple(sorted(formats, key=lambda each: each.name))
