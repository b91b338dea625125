"""One file a compiler or runtime: what it says, and what it means, as a ``Dialect``.

Where two dialects have the same form, the one that reads fewer files stands first: what it has read
is not read again.
"""

from goldstep.build.compilers.diagnostic import Dialect
from goldstep.build.compilers.dialects.clojure import CLOJURE
from goldstep.build.compilers.dialects.dotnet import DOTNET
from goldstep.build.compilers.dialects.ecj import ECJ
from goldstep.build.compilers.dialects.gcc import GCC
from goldstep.build.compilers.dialects.go import GO
from goldstep.build.compilers.dialects.javac import JAVAC
from goldstep.build.compilers.dialects.julia import JULIA
from goldstep.build.compilers.dialects.jvm import JVM
from goldstep.build.compilers.dialects.kotlinc import KOTLINC
from goldstep.build.compilers.dialects.node import NODE
from goldstep.build.compilers.dialects.python import PYTHON
from goldstep.build.compilers.dialects.rustc import RUSTC
from goldstep.build.compilers.dialects.scalac import SCALAC

DIALECTS: tuple[Dialect, ...] = (
    JAVAC,
    ECJ,
    SCALAC,
    KOTLINC,
    CLOJURE,
    JVM,
    PYTHON,
    NODE,
    GO,
    RUSTC,
    DOTNET,
    JULIA,
    GCC,
)
