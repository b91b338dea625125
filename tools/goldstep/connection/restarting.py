"""A port's process that is started anew whenever it ends, and who is to blame for each end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from goldstep.connection import hints
from goldstep.connection.endings import BrokeProtocol, Ending, State
from goldstep.connection.outcomes import Lost, NotRun
from goldstep.connection.process import PortProcess
from goldstep.connection.queue import CaseQueue
from goldstep.vectors.case import VectorCase


@dataclass(frozen=True, slots=True)
class Incident:
    """Something went wrong, and no case is to blame.

    ``cases`` were in flight, or had just been; ``acquitted`` says that each was then sent alone,
    and answered.
    """

    ending: Ending
    cases: tuple[VectorCase, ...] = ()
    acquitted: bool = False


class RestartingProcess:
    """Answers cases by one process after the other; ``process`` is the one that runs, if any does.

    Cases that were in flight when a process ended are suspects: they are sent again, each alone, so
    that the right one is blamed. Where none of them fails alone, it was an incident, of no case.
    """

    def __init__(self, process: PortProcess, on_incident: Callable[[Incident], None]) -> None:
        self.process: PortProcess | None = process
        self._on_incident = on_incident
        self._sent: deque[int] = deque()  # numbers of the cases that are due
        self._suspects: deque[tuple[int, VectorCase]] = deque()
        self._one_by_one = False
        self._last_failed = False
        self._open_incidents: list[Incident] = []  # a suspect may still be to blame

    @property
    def has_suspects(self) -> bool:
        """Whether there are cases to be sent again."""
        return bool(self._suspects)

    @property
    def has_unanswered(self) -> bool:
        """Whether cases were taken that it has not given back."""
        return bool(self._sent or self._suspects)

    def fill(self, queue: CaseQueue) -> None:
        """Sends as many cases as may be in flight; suspects one at a time."""
        process = self.process
        if process is None or process.conversation.state is not State.SERVING:
            return
        if self._one_by_one and not self._sent:
            self._send_alone(process, queue)
        while not self._one_by_one and process.has_room and queue.has_more:
            self._send(process, *queue.take())

    def read(self, queue: CaseQueue) -> bool:
        """Takes what has come; False if that answers nothing. Raises EndedError."""
        assert self.process
        conversation, answered = self.process.conversation, False
        before = conversation.state
        try:
            for case, outcome in self.process.read():
                queue.put(self._sent.popleft(), case, outcome)
                answered, self._last_failed = True, False
        finally:
            for case in conversation.repeated:
                ending = BrokeProtocol(problem="an answer came twice", hint=hints.ONCE)
                self._on_incident(Incident(ending, (case,)))
            conversation.repeated.clear()
        if answered and not self.has_unanswered:
            self._acquit()
        return answered or conversation.state is not before

    def end(self, ending: Ending, queue: CaseQueue) -> Ending:
        """Ends the process, and blames the case that was alone with it; else all are suspects."""
        assert self.process
        conversation = self.process.conversation
        was_alone = self._one_by_one and not conversation.has_answered
        ending = self.process.end(ending)
        self.process = None
        cases = tuple(due.case for due in conversation.due)
        unanswered = list(zip(self._sent, cases, strict=True))
        self._sent.clear()
        match unanswered:
            case []:
                self._on_incident(Incident(ending))
            case [(number, case)] if was_alone:
                queue.put(number, case, Lost(ending))
                self._open_incidents.clear()
                self._one_by_one = self._last_failed = True
            case _:
                self._suspects.extendleft(reversed(unanswered))
                self._one_by_one = True
                self._open_incidents.append(Incident(ending, cases))
        return ending

    def give_up(self, queue: CaseQueue, why: str) -> None:
        """Gives back the suspects, as cases that are not run; says why in each."""
        for incident in self._open_incidents:
            self._on_incident(incident)
        self._open_incidents.clear()
        for number, case in self._suspects:
            queue.put(number, case, NotRun(why))
        self._suspects.clear()

    def stop(self) -> None:
        """Asks the process to stop."""
        if self.process:
            wrong = self.process.stop()
            self.process = None
            if wrong:
                self._on_incident(Incident(wrong))

    def close(self) -> None:
        """Ends the process, whatever it has to answer."""
        if self.process:
            self.process.close()
            self.process = None

    def _send_alone(self, process: PortProcess, queue: CaseQueue) -> None:
        """A suspect, or any case while they fail alone; else all may be sent ahead again."""
        if self._suspects:
            self._send(process, *self._suspects.popleft())
        elif self._last_failed and queue.has_more:
            self._send(process, *queue.take())
        else:
            self._acquit()

    def _acquit(self) -> None:
        """No suspect has failed alone."""
        self._one_by_one = False
        for incident in self._open_incidents:
            self._on_incident(replace(incident, acquitted=True))
        self._open_incidents.clear()

    def _send(self, process: PortProcess, number: int, case: VectorCase) -> None:
        self._sent.append(number)
        process.send(case)
