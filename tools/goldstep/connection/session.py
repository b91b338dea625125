"""Sends a rung's cases to its port, through as many processes as it takes."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

from goldstep.connection.conversation import EndedError
from goldstep.connection.endings import Ending
from goldstep.connection.outcomes import NotRun, Outcome
from goldstep.connection.process import PortProcess
from goldstep.connection.protocol import Implementation
from goldstep.connection.queue import CaseQueue
from goldstep.connection.restarting import Incident, RestartingProcess
from goldstep.errors import ToolchainError
from goldstep.port.port import Port
from goldstep.port.table import FILE_NAME
from goldstep.supervision.launch import Launch
from goldstep.vectors.case import VectorCase

# Another process is started where what is left would take this many times as long as its start.
_WORTH_A_START = 2.0


@dataclass(frozen=True, slots=True)
class Ready:
    """The adapter started, and numbers cross unharmed."""

    implementation: Implementation
    seconds: float


class StartError(Exception):
    """The adapter did not start."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.message)
        self.ending = ending


class Session:
    """A rung's adapter: started when cases are first sent, and again when it ends too early.

    ``on_ready`` is told of its first start; ``on_incident`` of what goes wrong and is the fault of
    no case. As many as ``processes`` run side by side, where the cases take long.
    """

    def __init__(
        self,
        port: Port,
        launch: Launch,
        *,
        on_ready: Callable[[Ready], None],
        on_incident: Callable[[Incident], None],
        processes: int = 1,
    ) -> None:
        self._port = port
        self._launch = launch
        self._on_ready = on_ready
        self._on_incident = on_incident
        self._processes = processes
        self._workers: list[RestartingProcess] = []
        self._restarts = port.table.run.restarts
        self._is_exhausted = False
        self._was_ready = False
        self._serving_since = 0.0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for worker in self._workers:
            if kind is None:
                worker.stop()
            worker.close()
        self._workers.clear()

    def allow_restarts(self) -> None:
        """Begins to count restarts anew: what is next is not to suffer from what was before."""
        self._restarts = self._port.table.run.restarts
        self._is_exhausted = False

    def run(self, cases: Iterable[VectorCase]) -> Generator[tuple[VectorCase, Outcome], None, None]:
        """The outcome of each case, in order; many are sent ahead of their answers.

        Where it is closed before its end, processes with unread answers are ended, and started
        again when more is sent. Raises StartError where the port does not start at all,
        ToolchainError where its command is not there.
        """
        batch = CaseQueue(cases)
        self._serving_since = time.monotonic()
        try:
            while not batch.is_done:
                self._staff(batch)
                if not self._workers:
                    break
                for worker in self._workers:
                    worker.fill(batch)
                self._turn(batch)
                yield from batch.ready()
        finally:
            for worker in self._workers:
                if worker.has_unjudged:
                    worker.close()
            self._workers = [each for each in self._workers if each.process]
        yield from batch.ready()
        while batch.has_more:
            number, case = batch.take()
            batch.put(number, case, NotRun(self._why_not_run))
            yield from batch.ready()

    @property
    def _why_not_run(self) -> str:
        return f"the port had ended {self._port.table.run.restarts + 1} times before"

    def _staff(self, batch: CaseQueue) -> None:
        """Starts what is to run, as often as it may be."""
        for worker in list(self._workers):
            if worker.process is None and (worker.is_waiting or batch.has_more):
                if self._restarts:
                    self._restarts -= 1
                    worker.process = self._start()
                else:
                    worker.give_up(batch, self._why_not_run)
                    self._workers.remove(worker)
                    self._is_exhausted = True
        if not self._is_exhausted and (not self._workers or self._is_worth_another(batch)):
            self._workers.append(RestartingProcess(self._start(), self._on_incident))

    def _is_worth_another(self, batch: CaseQueue) -> bool:
        if len(self._workers) == self._processes:
            return False
        lane = self._workers[0].process
        if lane is None or not lane.start_seconds or not batch.answered:
            return False
        a_case = (time.monotonic() - self._serving_since) / batch.answered
        return batch.left * a_case / (len(self._workers) + 1) > _WORTH_A_START * lane.start_seconds

    def _start(self) -> PortProcess:
        try:
            return PortProcess(self._port, self._launch)
        except OSError as error:
            raise ToolchainError(
                f"the command {self._launch.command[0]!r} cannot be run: {error.strerror}",
                place=f"{self._port.folder / FILE_NAME}, run.command",
                hint="install it, or correct run.command",
            ) from None

    def _turn(self, batch: CaseQueue) -> None:
        """Waits until something can be read or written, and does it; time-outs count this time."""
        poll = select.poll()
        running = [(worker, worker.process) for worker in self._workers if worker.process]
        patience = []
        for _, lane in running:
            poll.register(lane.reading, select.POLLIN)
            if lane.writing is not None:
                poll.register(lane.writing, select.POLLOUT)
            if lane.patience is not None:
                patience.append(lane.patience)
        before = time.monotonic()
        ready = {fd for fd, _ in poll.poll(1000 * min(patience) if patience else 0)}
        seconds = time.monotonic() - before
        for worker, lane in running:
            try:
                if lane.writing in ready:
                    lane.write()
                answered = lane.reading in ready and worker.read(batch)
                if not answered:
                    lane.waited(seconds)
            except EndedError as error:
                self._bury(worker, error, batch)
            else:
                self._note_start(lane)

    def _note_start(self, lane: PortProcess) -> None:
        if not self._was_ready and lane.conversation.implementation and lane.start_seconds:
            self._was_ready = True
            self._serving_since = time.monotonic()
            self._on_ready(Ready(lane.conversation.implementation, round(lane.start_seconds, 3)))

    def _bury(self, worker: RestartingProcess, error: EndedError, batch: CaseQueue) -> None:
        ending = worker.bury(error, batch)
        if not self._was_ready:
            raise StartError(ending)
