"""Work on all processors, which ends at once where the caller is interrupted."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def in_parallel(
    work: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[Iterator[Result]]:
    """The results of ``work`` on each task, in order; both have to be picklable.

    One process does it all where the system gives no semaphores to several.

    Where the block does not end well, the processes that are at work are killed.
    """
    # Not by fork, which may deadlock where the caller has threads, such as a progress bar's.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    try:
        executor = ProcessPoolExecutor(mp_context=context)
    except OSError:  # no semaphores, as in a container without /dev/shm: one process has to do
        yield map(work, tasks)
        return
    with executor as pool:
        try:
            with _interrupts_kept_from_children():
                futures = [pool.submit(work, task) for task in tasks]
            yield (future.result() for future in futures)
        except BaseException:
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
            raise


@contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """Children that are started in the block never see Ctrl-C: it is the caller's to tell of."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
