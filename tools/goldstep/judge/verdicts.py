"""What becomes of a rung's cases: each is judged and recorded, and kept for what is said of all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, write_number

from goldstep.connection.outcomes import Answered, Broken, Lost, NotRun, Outcome, Refused
from goldstep.judge.invalid_input import Change, InvalidVerdict, judge_invalid, mutated_gradient
from goldstep.judge.judge import Judgement, LengthenedError, MisshapenError, judge
from goldstep.judge.prediction import Predictor
from goldstep.port.port import Port
from goldstep.results.records import CaseOutcome, CaseRecord, RungKey
from goldstep.vectors.case import VectorCase


@dataclass(slots=True)
class Verdicts:
    """The verdicts on the cases so far; ``key`` is that of the rung."""

    port: Port
    key: RungKey
    predict: Predictor
    record: Callable[[CaseRecord], None]
    judgements: list[Judgement] = field(default_factory=list)
    troubles: list[tuple[VectorCase, Refused | Broken | Lost]] = field(default_factory=list)
    invalid: list[InvalidVerdict] = field(default_factory=list)
    mutated: list[tuple[VectorCase, Change]] = field(default_factory=list)
    not_run: Counter[str] = field(default_factory=Counter)  # by why
    _wrong: int = field(default=0, init=False)  # judgements

    @property
    def conforms(self) -> bool:
        """Whether every valid case has passed."""
        return not self.troubles and not self._wrong

    @property
    def failures(self) -> int:
        """How many cases have failed, of those that the port is held to."""
        failed = len(self.troubles) + self._wrong
        if self.port.table.validates_input:
            failed += sum(verdict.kind != "rejected" for verdict in self.invalid)
        return failed

    def judgement(self, case: VectorCase, answered: Answered) -> Judgement:
        """The verdict on one answer. Raises MisshapenError if it has another shape."""
        number_format = NUMBER_FORMATS[self.port.number_format]
        return judge(case, self.port.column, number_format, answered.steps)

    def take(self, case: VectorCase, outcome: Outcome) -> None:
        """Records a case's verdict, and keeps what is to be looked into further."""
        match outcome:
            case NotRun(message):
                self.not_run[message] += 1
                self._record_case(case, "not-run", message)
                return
            case Refused("unsupported", message) if case.left_out:
                self._record_case(case, "not-applicable", message)
                return
            case Answered() | Refused():
                try:
                    if change := mutated_gradient(case, outcome):
                        self.mutated.append((case, change))
                except MisshapenError as error:
                    outcome = Broken(str(error), error.hint)
        if case.expected.rejected is not None:
            self._take_invalid(case, outcome)
        elif isinstance(outcome, Answered):
            self._take_answer(case, outcome)
        else:
            self._take_trouble(case, outcome)

    def _take_trouble(self, case: VectorCase, trouble: Refused | Broken | Lost) -> None:
        self._record_case(case, "error", trouble.message)
        self.troubles.append((case, trouble))

    def _take_answer(self, case: VectorCase, answered: Answered) -> None:
        try:
            judgement = self.judgement(case, answered)
        except LengthenedError as error:
            self._take_trouble(case, Refused("failed", str(error)))
            return
        except MisshapenError as error:
            self._take_trouble(case, Broken(str(error), error.hint))
            return
        self.judgements.append(judgement)
        got = [] if judgement.passed else [write_number(each.got) for each in judgement.values]
        self._wrong += not judgement.passed
        self.record(
            CaseRecord(
                port=self.key.port,
                repairs=self.key.repairs,
                id=case.id,
                outcome="passed" if judgement.passed else "failed",
                budgets=write_number(judgement.budgets),
                values=len(judgement.values),
                errors=[_three_digits(error) for error in judgement.errors],
                got=got,
                choice=list(judgement.choices),
                worst=judgement.worst.evidence() if judgement.worst else None,
            )
        )

    def _take_invalid(self, case: VectorCase, outcome: Answered | Refused | Broken | Lost) -> None:
        """A port that does not validate its input is not held to refuse it."""
        column, conforms = self.port.column, self.conforms
        try:
            verdict = judge_invalid(case, outcome, column, self.predict, conforms=conforms)
        except MisshapenError as error:
            verdict = InvalidVerdict(case, Broken(str(error), error.hint))
        self.invalid.append(verdict)
        if verdict.kind == "rejected":
            self._record_case(case, "passed")
        elif not self.port.table.validates_input:
            self._record_case(case, "not-applicable", verdict.message)
        else:
            answered = verdict.kind in ("accepted", "partly updated")
            self._record_case(case, "failed" if answered else "error", verdict.message)

    def _record_case(self, case: VectorCase, outcome: CaseOutcome, message: str = "") -> None:
        key = self.key
        self.record(
            CaseRecord(
                port=key.port, repairs=key.repairs, id=case.id, outcome=outcome, message=message
            )
        )


def _three_digits(budgets: float) -> str:
    """As the stream has many of them; which side of a budget it is on stays as it is."""
    text = f"{budgets:.3g}" if math.isfinite(budgets) else "Infinity"
    return "1.001" if text == "1" and budgets > 1 else text
