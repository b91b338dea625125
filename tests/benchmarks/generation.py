"""How long the vectors take to make, and how much memory. ``make bench-vectors`` prints it.

Seconds and peak memory of ``goldstep vectors generate`` with one and with two processes, then the
seconds of cases of 100, 1,000 and 10,000 element-steps: the growth is to be linear. Seconds of the
clock depend on what else the machine does; those of the processor hardly. Memory is that of all
processes together, pages that they share counted once (Linux only).
"""

from __future__ import annotations

import resource
import subprocess
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.expectation import expectation

COMMAND = Path(sysconfig.get_path("scripts")) / "goldstep"
SIZES = (100, 1_000, 10_000)
_EVERY = 0.05  # seconds between two looks at the memory


def generating(jobs: int) -> tuple[float, float, float | None]:
    """Seconds of the clock and the processors, and peak MB, of the command in a new folder."""
    with tempfile.TemporaryDirectory() as temporary:
        started, used = time.perf_counter(), _processor_seconds()
        process = subprocess.Popen(
            [COMMAND, "vectors", "generate", f"{temporary}/vectors", "--jobs", str(jobs)],
            stdout=subprocess.DEVNULL,
        )
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        if process.wait():
            raise SystemExit(f"generate failed with {process.returncode}")
        seconds = time.perf_counter() - started
        watcher.join()
    return seconds, _processor_seconds() - used, peak[0] or None


def growth(number_format: NumberFormat) -> Iterator[tuple[str, int, float]]:
    """Shape, element-steps and processor seconds of long cases, and of wide ones."""
    for size in SIZES:
        for shape, elements, steps in (("steps", 1, size), ("elements", size, 1)):
            case = made(elements, steps, number_format)
            started = time.process_time()
            expectation(RMSPROP, case, number_format)
            yield shape, size, time.process_time() - started


def made(elements: int, steps: int, number_format: NumberFormat) -> Case:
    """Ordinary numbers; the last step is recorded, in both columns."""
    value = number_format.parse
    gradients = [value(str(((7 * n) % 19 - 9) / 10)) for n in range(elements + steps)]
    return Case(
        name="bench",
        description="For the benchmark.",
        flags=(),
        hyper_parameters={
            "learning_rate": value("0.001"),
            "decay_rate": value("0.9"),
            "epsilon": value("1e-8"),
        },
        weights={"w": (value("0.5"),) * elements},
        gradients=tuple({"w": tuple(gradients[step : step + elements])} for step in range(steps)),
        record=(steps,),
    )


def _processor_seconds() -> float:
    """What processes that have ended used, and those that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        total = sum(_kilobytes(pid) for pid in _tree(process.pid))
        peak[0] = max(peak[0], total / 1024)
        time.sleep(_EVERY)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in children:
            yield from _tree(int(child))


def _kilobytes(pid: int) -> int:
    """The process's share of memory: what n processes have in common counts as one n-th in each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def main() -> None:
    """Prints two tables."""
    print("goldstep vectors generate")
    for jobs in (1, 2):
        seconds, used, peak = generating(jobs)
        memory = f"{peak:,.0f} MB" if peak else "memory not known here"
        name = f"{jobs} process{'es' if jobs > 1 else ''}"
        print(f"  {name}: {seconds:6.1f} s, {used:.1f} s of processors, {memory}")
    for number_format in NUMBER_FORMATS.values():
        print(f"one case in {number_format.name}, both columns")
        for shape, size, seconds in growth(number_format):
            each = 1e6 * seconds / size
            print(f"  {size:6,} {shape:8}: {seconds:7.3f} s, {each:5.0f} us an element-step")


if __name__ == "__main__":
    main()
