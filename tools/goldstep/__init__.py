"""goldstep: a conformance suite for optimizers, RMSProp first.

import goldstep
results = goldstep.verify("numpy")
assert results.exit_code == 0
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldstep.plan import Options
    from goldstep.port.ladder import Climb
    from goldstep.results.value import Report, Results
    from goldstep.verification import verify

from goldstep.version import __version__

__all__ = ["Climb", "Options", "Report", "Results", "__version__", "verify"]

_MODULES = {
    "Climb": "goldstep.port.ladder",
    "Options": "goldstep.plan",
    "Report": "goldstep.results.value",
    "Results": "goldstep.results.value",
    "verify": "goldstep.verification",
}


def __getattr__(name: str) -> Any:
    """The library is imported when it is used: `goldstep --help` and completion stay quick."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """What a shell completes, imported already or not."""
    return sorted({*globals(), *_MODULES})
