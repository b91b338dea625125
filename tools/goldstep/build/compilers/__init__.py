"""What compilers and runtimes say, as data, and what it means for a port.

:func:`read_diagnostics` reads their output in every dialect there is, so nothing has to be told
which compiler ran. :func:`classify` turns the diagnostics of a failed command into findings,
:func:`classify_runtime` an error that a running port reported.
"""

from goldstep.build.compilers.classify import Classified, classify
from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind, Severity
from goldstep.build.compilers.read import read_diagnostics
from goldstep.build.compilers.runtime import classify_runtime, one_line

__all__ = [
    "Classified",
    "Diagnostic",
    "Dialect",
    "Kind",
    "Severity",
    "classify",
    "classify_runtime",
    "one_line",
    "read_diagnostics",
]
