"""Threads that carry out calls side by side."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue

import numpy as np

from goldstep_numpy.calls import Call, make


@dataclass(frozen=True, slots=True)
class _Task:
    """Calls for one thread; how each task ended is put into ``ended``, which they share."""

    calls: Iterable[Call]
    ended: list[BaseException | None] = field(repr=False)


class Workers:
    """Threads that wait for work until this object is gone; for one caller at a time.

    They are threads of this process: after a fork, the child has to make its own (`alive`).
    """

    def __init__(self, count: int) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._process = os.getpid()
        self.count = count
        for number in range(count):
            threading.Thread(
                target=_work,
                args=(self._tasks, self._wake),
                name=f"goldstep_numpy-{number}",
                daemon=True,
            ).start()
        weakref.finalize(self, _end, self._tasks, count)

    @property
    def alive(self) -> bool:
        """Whether the threads are those of this process."""
        return self._process == os.getpid()

    def run(self, programs: Sequence[Iterable[Call]]) -> None:
        """Makes the calls of each program in a thread; returns, or raises, after the last.

        What a signal's handler raises meanwhile is raised afterwards: either no program has begun
        then, or all have ended. If a second one comes while the first is waiting, it is raised at
        once; the programs go on to their ends even then.
        """
        ended: list[BaseException | None] = []
        tasks = [_Task(program, ended) for program in programs]
        begun: list[bool] = []
        interruption: BaseException | None = None
        try:
            make([(begun.append, True), *((self._tasks.put, task) for task in tasks)])
        except BaseException as error:
            if not begun:
                raise
            interruption = error
        while len(ended) < len(tasks):
            try:
                self._wake.get()
            except BaseException as error:
                interruption = error
        for ending in (interruption, *ended):
            if ending is not None:
                raise ending


def _work(tasks: SimpleQueue[_Task | None], wake: SimpleQueue[None]) -> None:
    with np.errstate(all="ignore"):
        while (task := tasks.get()) is not None:
            error: BaseException | None = None
            try:
                make(task.calls)
            except BaseException as caught:
                error = caught
            task.ended.append(error)
            del task, error  # while it waits it holds no arrays
            wake.put(None)


def _end(tasks: SimpleQueue[_Task | None], count: int) -> None:
    for _ in range(count):
        tasks.put(None)
