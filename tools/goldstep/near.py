"""Errors for names that do not exist, with the nearest that do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from goldstep.errors import UsageError


def unknown(what: str, name: str, existing: Iterable[str]) -> UsageError:
    """The error for a ``what`` called ``name`` that there is not."""
    names = sorted(existing)
    near = difflib.get_close_matches(name, names, 3, cutoff=0.5)
    if near:
        mend = f"did you mean {' or '.join(near)}?"
    else:
        mend = f"there are {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}"
    return UsageError(f"there is no {what} {name!r}", mend=mend)
