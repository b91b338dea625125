"""What ports and compilers see of the harness's environment: an allow-list."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase

from goldstep.port.port import Port

# Where programs are, who the user is, in which language and time zone; nothing that changes how
# numbers are computed, and no secrets. A port asks for more by name, or sets it: ``environment``.
PASSED = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM"),
    *("LANG", "LANGUAGE", "LC_*", "TZ"),
    *("JAVA_HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)


def environment(port: Port) -> dict[str, str]:
    """The variables that the port's commands get."""
    patterns = (*PASSED, *port.table.environment)
    passed = {
        name: value
        for name, value in os.environ.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    }
    return {**passed, **port.table.variables}
