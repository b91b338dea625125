"""Julia: no method takes values of these types."""

from goldstep.build.compilers.diagnostic import Dialect

JULIA = Dialect("julia", type_errors=("MethodError",))
