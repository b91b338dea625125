"""A rung's adapter while it is judged: it runs the vectors, and answers further cases."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing, suppress

from goldstep.connection.outcomes import Answered, Lost, NotRun
from goldstep.connection.restarting import Incident
from goldstep.connection.session import Ready, Session, StartError
from goldstep.judge.judge import Judgement, MisshapenError
from goldstep.judge.verdicts import Verdicts
from goldstep.supervision.launch import Launch
from goldstep.vectors.case import VectorCase


class Adapter:
    """Its verdicts, and the ``incidents``: what went wrong and is the fault of no vector.

    It is run and asked while its ``session`` is entered, and as many as ``processes`` side by side;
    ``on_ready`` is called at the first start. Raises StartError if it does not start at all.
    """

    def __init__(
        self, launch: Launch, verdicts: Verdicts, on_ready: Callable[[Ready], None], processes: int
    ) -> None:
        self.verdicts = verdicts
        self.incidents: list[Incident] = []
        self._launch = launch
        self.session = self._session(on_ready, processes)

    def run(self, cases: Sequence[VectorCase], max_failures: int | None) -> None:
        """Takes the verdict on each case; once too many have failed, the rest is not run."""
        verdicts, most = self.verdicts, math.inf if max_failures is None else max_failures
        left = deque(cases)
        if verdicts.failures < most:
            with closing(self.session.run(cases)) as outcomes:
                for case, outcome in outcomes:
                    verdicts.take(case, outcome)
                    left.popleft()
                    if verdicts.failures >= most:
                        break
        for case in left:
            verdicts.take(case, NotRun(f"{most} cases had failed before"))

    def ask(self, cases: Sequence[VectorCase]) -> list[Judgement]:
        """How the port answers further cases; those without an answer are left out."""
        return self._ask(self.session, cases)

    def ask_fresh(self, cases: Sequence[VectorCase]) -> list[Judgement]:
        """The same of a new process."""
        try:
            with self._session(lambda _: None, 1) as session:
                return self._ask(session, cases)
        except StartError as failure:
            self.incidents.append(Incident(failure.ending))
            return []

    def ask_for_a_drawing(self, case: VectorCase) -> Judgement | None:
        """The same of one case; a port that does not answer it is not blamed."""
        before = len(self.incidents)
        judgement = next(iter(self.ask([case])), None)
        del self.incidents[before:]
        return judgement

    def _ask(self, session: Session, cases: Sequence[VectorCase]) -> list[Judgement]:
        judgements = []
        for case, outcome in session.run(cases):
            if isinstance(outcome, Answered):
                with suppress(MisshapenError):
                    judgements.append(self.verdicts.judgement(case, outcome))
            elif isinstance(outcome, Lost):
                self.incidents.append(Incident(outcome.ending, (case,)))
        return judgements

    def _session(self, on_ready: Callable[[Ready], None], processes: int) -> Session:
        return Session(
            self.verdicts.port,
            self._launch,
            on_ready=on_ready,
            on_incident=self.incidents.append,
            processes=processes,
        )
