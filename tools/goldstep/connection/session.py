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

# Another process is started if what is left would take this many times as long as its start.
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

    ``on_ready`` is called at its first start; ``on_incident`` when something goes wrong that is the
    fault of no case. ``unknown_keys`` are what its answers have and nobody reads. As many as
    ``processes`` run side by side, if the cases take long.
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
        self._most = processes
        self.unknown_keys: set[str] = set()
        self._processes: list[RestartingProcess] = []
        self._restarts = port.table.run.restarts
        self._is_exhausted = False
        self._was_ready = False
        self._serving_since = 0.0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for each in self._processes:
            if kind is None:
                each.stop()
            each.close()
        self._processes.clear()

    def allow_restarts(self) -> None:
        """Begins to count restarts anew: what is next is not to suffer from what was before."""
        self._restarts = self._port.table.run.restarts
        self._is_exhausted = False

    def run(self, cases: Iterable[VectorCase]) -> Generator[tuple[VectorCase, Outcome], None, None]:
        """The outcome of each case, in order; many are sent ahead of their answers.

        Where it is closed before its end, processes with unread answers are ended, and started
        again when more is sent. Raises StartError if the port does not start at all,
        ToolchainError if its command is not there.
        """
        queue = CaseQueue(cases)
        self._serving_since = time.monotonic()
        try:
            while not queue.is_done:
                self._start_processes(queue)
                if not self._processes:
                    break
                for each in self._processes:
                    each.fill(queue)
                self._exchange(queue)
                yield from queue.ready()
        finally:
            for each in self._processes:
                if each.has_unanswered:
                    each.close()
            self._processes = [each for each in self._processes if each.process]
        yield from queue.ready()
        while queue.has_more:
            number, case = queue.take()
            queue.put(number, case, NotRun(self._why_not_run))
            yield from queue.ready()

    @property
    def _why_not_run(self) -> str:
        return f"the port had ended {self._port.table.run.restarts + 1} times before"

    def _start_processes(self, queue: CaseQueue) -> None:
        """Starts what is to run, as often as it may be."""
        for each in list(self._processes):
            if each.process is None and (each.has_suspects or queue.has_more):
                if self._restarts:
                    self._restarts -= 1
                    each.process = self._start()
                else:
                    each.give_up(queue, self._why_not_run)
                    self._processes.remove(each)
                    self._is_exhausted = True
        if not self._is_exhausted and (not self._processes or self._is_worth_another(queue)):
            self._processes.append(RestartingProcess(self._start(), self._on_incident))

    def _is_worth_another(self, queue: CaseQueue) -> bool:
        running = len(self._processes)
        first = self._processes[0].process
        if running == self._most or not queue.answered or first is None:
            return False
        a_case = (time.monotonic() - self._serving_since) / queue.answered
        seconds = queue.left * a_case / (running + 1)
        return 0 < _WORTH_A_START * first.start_seconds < seconds

    def _start(self) -> PortProcess:
        try:
            process = PortProcess(self._port, self._launch)
        except OSError as error:
            raise ToolchainError(
                f"the command {self._launch.command[0]!r} cannot be run: {error.strerror}",
                place=f"{self._port.folder / FILE_NAME}, run.command",
                hint="install it, or correct run.command",
            ) from None
        process.conversation.unknown_keys = self.unknown_keys
        return process

    def _exchange(self, queue: CaseQueue) -> None:
        """Waits until something can be read or written, and does it; time-outs count this time."""
        poll = select.poll()
        running = [(each, each.process) for each in self._processes if each.process]
        patience = []
        for _, process in running:
            poll.register(process.reading, select.POLLIN)
            if process.writing is not None:
                poll.register(process.writing, select.POLLOUT)
            if process.patience is not None:
                patience.append(process.patience)
        before = time.monotonic()
        ready = {fd for fd, _ in poll.poll(1000 * min(patience) if patience else 0)}
        seconds = time.monotonic() - before
        for restarting, process in running:
            try:
                if process.writing in ready:
                    process.write()
                answered = process.reading in ready and restarting.read(queue)
                if not answered:
                    process.waited(seconds)
            except EndedError as error:
                ending = restarting.end(error.ending, queue)
                if not self._was_ready:
                    raise StartError(ending) from None
            else:
                self._note_start(process)

    def _note_start(self, process: PortProcess) -> None:
        implementation = process.conversation.implementation
        if not self._was_ready and implementation and process.start_seconds:
            self._was_ready = True
            self._serving_since = time.monotonic()
            self._on_ready(Ready(implementation, round(process.start_seconds, 3)))
