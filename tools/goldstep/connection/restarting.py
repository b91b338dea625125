"""One of a port's processes after the other, and the cases that are in doubt between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from goldstep.connection.conversation import EndedError
from goldstep.connection.endings import BrokeProtocol, Ending, State
from goldstep.connection.outcomes import Lost, NotRun
from goldstep.connection.process import PortProcess
from goldstep.connection.queue import CaseQueue
from goldstep.vectors.case import VectorCase


@dataclass(frozen=True, slots=True)
class Incident:
    """Something went wrong, and no case is to blame.

    ``cases`` were in flight, or had just been; ``acquitted`` says that each was tried alone, and
    answered.
    """

    ending: Ending
    cases: tuple[VectorCase, ...] = ()
    acquitted: bool = False


class RestartingProcess:
    """Answers cases by one process at a time.

    Cases that were in flight when a process ended are sent again, each alone, so that the right one
    is blamed. Where none of them fails alone, what happened is an incident, of no case.
    """

    def __init__(self, lane: PortProcess, on_incident: Callable[[Incident], None]) -> None:
        self.process: PortProcess | None = lane
        self._on_incident = on_incident
        self._numbers: deque[int] = deque()  # of the cases that are due
        self._suspects: deque[tuple[int, VectorCase]] = deque()
        self._alone = False  # one case at a time
        self._failed_last = False
        self._doubts: list[Incident] = []  # nobody is blamed yet

    @property
    def is_waiting(self) -> bool:
        """Whether it has cases to be judged that no process is working on."""
        return self.process is None and bool(self._suspects)

    @property
    def has_unjudged(self) -> bool:
        """Whether cases were taken that it has not given back."""
        return bool(self._numbers or self._suspects)

    def fill(self, batch: CaseQueue) -> None:
        """Sends as many cases as may be in flight; suspects one at a time."""
        lane = self.process
        if lane is None or lane.conversation.state is not State.SERVING:
            return
        if self._alone:
            if not self._numbers:
                self._send_alone(lane, batch)
            if self._alone:
                return
        while lane.has_room and batch.has_more:
            self._send(lane, *batch.take())

    def read(self, batch: CaseQueue) -> bool:
        """Takes what has come; False where that answers nothing. Raises EndedError."""
        assert self.process
        conversation, answered = self.process.conversation, False
        before = conversation.state
        try:
            for case, outcome in self.process.read():
                batch.put(self._numbers.popleft(), case, outcome)
                answered, self._failed_last = True, False
        finally:
            for case in conversation.repeated:
                problem = "an answer came twice"
                self._on_incident(Incident(BrokeProtocol(problem=problem), (case,)))
            conversation.repeated.clear()
        if answered and not self.has_unjudged:
            self._acquit()
        return answered or conversation.state is not before

    def bury(self, error: EndedError, batch: CaseQueue) -> Ending:
        """Ends the process, and finds out whose fault it was."""
        assert self.process
        alone = self._alone and not self.process.conversation.has_answered
        ended = self.process.ended(error)
        self.process = None
        unanswered = list(zip(self._numbers, ended.unanswered, strict=True))
        self._numbers.clear()
        match unanswered:
            case []:
                self._on_incident(Incident(ended.ending))
            case [(number, case)] if alone:
                batch.put(number, case, Lost(ended.ending))
                self._doubts.clear()
                self._alone = self._failed_last = True
            case _:
                self._suspects.extendleft(reversed(unanswered))
                self._alone = True
                self._doubts.append(Incident(ended.ending, ended.unanswered))
        return ended.ending

    def give_up(self, batch: CaseQueue, why: str) -> None:
        """Gives back the cases that no process will answer; says why in each."""
        for incident in self._doubts:
            self._on_incident(incident)
        self._doubts.clear()
        for number, case in self._suspects:
            batch.put(number, case, NotRun(why))
        self._suspects.clear()

    def stop(self) -> None:
        """Asks the process to stop."""
        if self.process:
            wrong = self.process.stop()
            self.process = None
            if wrong:
                self._on_incident(Incident(wrong))

    def close(self) -> None:
        """Ends the process, and forgets what it was to answer."""
        if self.process:
            self.process.close()
            self.process = None

    def _send_alone(self, lane: PortProcess, batch: CaseQueue) -> None:
        """A suspect, or any case while they fail alone; else all may go side by side again."""
        if self._suspects:
            self._send(lane, *self._suspects.popleft())
        elif self._failed_last and batch.has_more:
            self._send(lane, *batch.take())
        else:
            self._acquit()

    def _acquit(self) -> None:
        """No case that was in doubt has failed alone."""
        self._alone = False
        for incident in self._doubts:
            self._on_incident(replace(incident, acquitted=True))
        self._doubts.clear()

    def _send(self, lane: PortProcess, number: int, case: VectorCase) -> None:
        self._numbers.append(number)
        lane.send(case)
