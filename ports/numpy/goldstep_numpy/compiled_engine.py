"""The engine that compiles the operations into one loop, with LLVM: the extra ``goldstep[fast]``.

The loop reads and writes memory once, and memory's speed is its own. LLVM makes vector instructions
of it; nothing allows it to fuse or reorder operations, so the remainder's scalar ones give the same
bits. Compiling takes a few hundredths of a second, once a process for each dtype and placement of
epsilon; to read a result kept in a file would save next to nothing.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from goldstep_numpy.calls import Array, Call, make
from goldstep_numpy.formula import ARRAYS, CONSTANTS, Operation

_Arguments = ctypes.c_int64 * 5
_TYPES = {"float32": ("float", "f32"), "float64": ("double", "f64")}
_WRITTEN = ("average", "weight")


@dataclass(frozen=True, slots=True)
class Loop:
    """Machine code, called with five integers in an array: see `CompiledKernel.calls`.

    ``assembly`` is the code in words. ``owner`` keeps it in memory.
    """

    function: Callable[[ctypes.Array[ctypes.c_int64]], None]
    assembly: str
    owner: object = field(repr=False)


class CompiledEngine:
    """Makes kernels for operations. ``compile_seconds`` is how long it waited for the compiler."""

    scratch = 0
    make = staticmethod(make)

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations
        self.compile_seconds = 0.0

    def kernel(self, constants: Array, scratch: Sequence[Array]) -> CompiledKernel:
        """See `plan.Engine`."""
        started = time.perf_counter()
        its_loop = loop(self._operations, constants.dtype.name)
        self.compile_seconds += time.perf_counter() - started
        return CompiledKernel(its_loop, constants)


class CompiledKernel:
    """Updates arrays of any length by a loop, which reads the constants whenever it runs."""

    def __init__(self, loop: Loop, constants: Array) -> None:
        self._function = loop.function
        self._loop, self._constants = loop, constants  # calls have their addresses alone
        self._constants_at = constants.ctypes.data

    def calls(self, gradient: Array, average: Array, weight: Array) -> list[Call]:
        """See `plan.Kernel`. The arrays must outlive the calls."""
        addresses = [array.ctypes.data for array in (gradient, average, weight)]
        # One argument, as each costs a tenth of a microsecond.
        return [(self._function, _Arguments(*addresses, self._constants_at, len(gradient)))]


def available() -> bool:
    """Whether LLVM can be had in this Python."""
    try:
        import llvmlite.binding  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def loop(operations: Sequence[Operation], dtype_name: str) -> Loop:
    """The loop for this machine's processor; raises ImportError without the extra."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
    module = llvm.parse_assembly(llvm_assembly(operations, dtype_name))
    module.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = True
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    assembly = machine.emit_assembly(module)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(engine.get_function_address("update"))
    return Loop(function, assembly, engine)


def llvm_assembly(operations: Sequence[Operation], dtype_name: str) -> str:
    """The loop in LLVM's language. Its arrays do not overlap, and are aligned to their elements."""
    number, suffix = _TYPES[dtype_name]
    body = _Body(number, suffix)
    values = {name: f"%{name}" for name in CONSTANTS}
    for name in ARRAYS:
        values[name] = body.add(f"load {number}, ptr %{name}_at")
    for operation in operations:
        values[operation.result] = body.operate(
            operation.name, [values[name] for name in operation.operands]
        )
    lines = "\n".join(
        [
            *(
                f"  %{name}_at = getelementptr inbounds {number}, ptr %{name}s, i64 %index"
                for name in ARRAYS
            ),
            *body.lines,
            *(f"  store {number} {values[name]}, ptr %{name}_at" for name in _WRITTEN),
        ]
    )
    constants = "\n".join(
        f"  %{name}_at = getelementptr inbounds {number}, ptr %constants, i64 {index}\n"
        f"  %{name} = load {number}, ptr %{name}_at"
        for index, name in enumerate(CONSTANTS)
    )
    pointers = [f"%{name}s" for name in (*ARRAYS, "constant")]
    arguments = "\n".join(
        f"  {name}_at = getelementptr inbounds i64, ptr %arguments, i64 {index}\n"
        f"  {name} = load {kind}, ptr {name}_at"
        for index, (name, kind) in enumerate(
            [*((name, "ptr") for name in pointers), ("%length", "i64")]
        )
    )
    return f"""
declare {number} @llvm.sqrt.{suffix}({number})

define void @update(ptr %arguments) {{
{arguments}
  call void @loop({", ".join(f"ptr {name}" for name in pointers)}, i64 %length)
  ret void
}}

define internal void @loop({", ".join(f"ptr noalias {name}" for name in pointers)}, i64 %length) {{
entry:
{constants}
  %some = icmp sgt i64 %length, 0
  br i1 %some, label %element, label %end
element:
  %index = phi i64 [ 0, %entry ], [ %next, %element ]
{lines}
  %next = add nuw nsw i64 %index, 1
  %more = icmp slt i64 %next, %length
  br i1 %more, label %element, label %end
end:
  ret void
}}
"""


class _Body:
    """Instructions of the loop, in order, each with a value of its own."""

    def __init__(self, number: str, suffix: str) -> None:
        self._number, self._suffix = number, suffix
        self.lines: list[str] = []

    def add(self, instruction: str) -> str:
        value = f"%value{len(self.lines)}"
        self.lines.append(f"  {value} = {instruction}")
        return value

    def operate(self, name: str, operands: Sequence[str]) -> str:
        if name == "sqrt":
            return self.add(
                f"call {self._number} @llvm.sqrt.{self._suffix}({self._number} {operands[0]})"
            )
        instruction = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}[
            name
        ]
        return self.add(f"{instruction} {self._number} {', '.join(operands)}")
