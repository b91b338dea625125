""".NET: exceptions of its runtime."""

from goldstep.build.compilers.diagnostic import Dialect

DOTNET = Dialect("dotnet", type_errors=("InvalidCastException",))
