"""Work on several processors, which ends at once where the caller is interrupted or killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def in_parallel(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int | None = None
) -> Iterator[Iterator[Result]]:
    """The results of ``work`` on each task, in order; both have to be picklable.

    ``jobs`` is the number of processes, by default one a processor. One is the caller's own; it
    does all the work too where the system gives no semaphores to several.

    Where the block does not end well, or the caller is killed, the processes that are at work end.
    """
    if jobs == 1:
        yield map(work, tasks)
        return
    # Not by fork, which may deadlock where the caller has threads, such as a progress bar's.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    try:
        executor = ProcessPoolExecutor(jobs, context, initializer=_end_with_caller)
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


def _end_with_caller() -> None:
    """Lets this process end when the one that started it does, which may have been killed."""
    caller = multiprocessing.parent_process()
    if caller is None:
        return

    def watch() -> None:
        caller.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """Children that are started in the block never see Ctrl-C: it is the caller's to tell of."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
