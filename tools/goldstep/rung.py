"""One rung of a port's ladder: build it, run it, judge it, and say what is wrong.

Everything found here comes out of running: what the compiler says, what the process answers, and
what its numbers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldstep_reference.number_format import NUMBER_FORMATS, write_number

from goldstep.build import BuildFailed, Built, NothingToBuild, build
from goldstep.commands import Commands, environment
from goldstep.diagnosis import explain
from goldstep.diagnosis.prediction import Predictor
from goldstep.errors import ToolchainError
from goldstep.evidence import Observed, build_findings, case_findings, number_findings
from goldstep.example import ExampleRun, run_example
from goldstep.example_findings import example_findings
from goldstep.judge import Judgement, MisshapenError, judge
from goldstep.port import Port
from goldstep.results import (
    BuildOutcome,
    BuildRecord,
    CaseRecord,
    Diagnosis,
    Finding,
    Record,
    StartRecord,
)
from goldstep.session import (
    Answered,
    Broken,
    Lost,
    NotRun,
    Outcome,
    Ready,
    Refused,
    Session,
    StartError,
)
from goldstep.toolchain import ResolvedToolchain
from goldstep.vectors import VectorCase
from goldstep.workspace import Workspace, workspace

Emit = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class RungInputs:
    """What a rung is run with. ``example_case`` is the vector that the example's inputs make."""

    port: Port
    repairs: int
    toolchain: ResolvedToolchain
    cases: Sequence[VectorCase]
    example_case: VectorCase | None
    predictor: Predictor
    max_failures: int | None = None


def run_rung(inputs: RungInputs, record: Emit) -> list[Finding]:
    """Runs one rung; records what happens, and returns its findings, not yet settled.

    Raises GoldstepError where the rung cannot be judged for a reason outside the port.
    """
    with workspace(inputs.port, inputs.repairs) as place:
        return _Rung(inputs, place, record).run()


class _Rung:
    def __init__(self, inputs: RungInputs, place: Workspace, record: Emit) -> None:
        self._inputs = inputs
        self._port = inputs.port
        self._place = place
        self._record = record
        self._which: dict[str, Any] = {"port": inputs.port.name, "repairs": inputs.repairs}

    def run(self) -> list[Finding]:
        built = build(self._place, self._inputs.toolchain)
        self._record_build(built)
        table = self._port.table.example
        if isinstance(built, BuildFailed):
            script = table.script if table else None
            example = self._example(self._place.root / ".build", script, as_script=True)
            findings = build_findings(self._observed(), built, example)
        else:
            example = self._example(built.folder, table.command if table else None)
            findings = self._judge(Commands(self._port, self._inputs.toolchain, built.folder))
        if table is None:
            return findings
        return [*findings, *example_findings(findings, example, **self._which)]

    def _judge(self, commands: Commands) -> list[Finding]:
        """Findings from what the adapter answers."""
        bad_stops: list[Lost] = []
        session = Session(
            self._port,
            commands.fill(self._port.table.run.command),
            self._place.folder,
            environment(),
            on_ready=self._record_ready,
            on_bad_stop=bad_stops.append,
        )
        judgements: list[Judgement] = []
        troubles: list[tuple[VectorCase, Refused | Broken | Lost]] = []
        try:
            outcomes = session.run(self._inputs.cases)
            for case, outcome in self._until_max_failures(outcomes, judgements, troubles):
                if isinstance(judged := self._judged(case, outcome), Judgement):
                    judgements.append(judged)
                elif judged is not None:
                    troubles.append((case, judged))
        except StartError as failure:
            self._record(StartRecord(outcome="failed", seconds="0.0", **self._which))
            return self._observed().start_findings(failure)
        observed = self._observed()
        findings = case_findings(observed, troubles, len(self._inputs.cases))
        findings += [observed.stop_finding(bad_stop) for bad_stop in bad_stops]
        return [*findings, *self._diagnose(judgements, clean=not findings)]

    def _until_max_failures(
        self,
        outcomes: Iterator[tuple[VectorCase, Outcome]],
        judgements: Sequence[Judgement],
        troubles: Sequence[object],
    ) -> Iterator[tuple[VectorCase, Outcome]]:
        """The outcomes; once too many cases have failed, the port is ended and the rest not run."""
        most = self._inputs.max_failures
        done = 0
        for case, outcome in outcomes:
            yield case, outcome
            done += 1
            failed = len(troubles) + sum(not judgement.passed for judgement in judgements)
            if most is not None and failed >= most:
                break
        for case in self._inputs.cases[done:]:
            yield case, NotRun(f"{most} cases had failed before")

    def _diagnose(self, judgements: list[Judgement], *, clean: bool) -> list[Finding]:
        """Findings from the numbers; the reference says which deviations explain them."""
        if not judgements:
            return []
        explanation = explain(
            judgements,
            self._port.epsilon,
            NUMBER_FORMATS[self._port.number_format],
            self._inputs.predictor,
        )
        findings, deviations, message = number_findings(self._observed(), explanation)
        worst = max(judgement.budgets for judgement in judgements)
        values = sum(len(judgement.values) for judgement in judgements)
        self._record(
            Diagnosis(
                conforms=not findings and clean,
                deviations=deviations,
                worst_budgets=None if findings else write_number(worst),
                values=values,
                message=message,
                **self._which,
            )
        )
        return findings

    def _judged(
        self, case: VectorCase, outcome: Outcome
    ) -> Judgement | Refused | Broken | Lost | None:
        """Records a case's verdict; what is to be looked into further is returned."""
        match outcome:
            case Answered(steps):
                number_format = NUMBER_FORMATS[self._port.number_format]
                try:
                    judgement = judge(case, self._port.epsilon, number_format, steps)
                except MisshapenError as error:
                    return self._judged(case, Broken(str(error)))
                self._record(
                    CaseRecord(
                        id=case.id,
                        outcome="passed" if judgement.passed else "failed",
                        budgets=write_number(judgement.budgets),
                        values=len(judgement.values),
                        worst=judgement.worst.evidence() if judgement.worst else None,
                        **self._which,
                    )
                )
                return judgement
            case Refused("unsupported", message) if case.leaves_out:
                self._record(
                    CaseRecord(id=case.id, outcome="not-applicable", message=message, **self._which)
                )
                return None
            case NotRun(message):
                self._record(
                    CaseRecord(id=case.id, outcome="not-run", message=message, **self._which)
                )
                return None
            case Refused() | Broken() | Lost():
                self._record(
                    CaseRecord(id=case.id, outcome="error", message=outcome.message, **self._which)
                )
                return outcome

    def _example(
        self, output: Path, command: tuple[str, ...] | None, *, as_script: bool = False
    ) -> ExampleRun | None:
        """Runs the program's own example; None where port.toml does not say how."""
        if command is None:
            return None
        commands = Commands(self._port, self._inputs.toolchain, output)
        try:
            return run_example(
                self._place,
                commands,
                command,
                self._inputs.example_case,
                self._port.epsilon,
                as_script=as_script,
            )
        except OSError as error:
            raise ToolchainError(
                f"the example's command {command[0]!r} cannot be run: {error.strerror}",
                place=str(self._port.folder),
                mend="install it, or correct [example] in port.toml",
            ) from None

    def _observed(self) -> Observed:
        return Observed(self._place, self._inputs.repairs, self._inputs.toolchain)

    def _record_ready(self, ready: Ready) -> None:
        implementation = ready.implementation
        self._record(
            StartRecord(
                outcome="ready",
                seconds=write_number(ready.seconds),
                implementation={
                    "name": implementation.name,
                    "version": implementation.version,
                    "language": implementation.language,
                    "language_version": implementation.language_version,
                },
                **self._which,
            )
        )

    def _record_build(self, built: Built | NothingToBuild | BuildFailed) -> None:
        output = ""
        outcome: BuildOutcome
        match built:
            case NothingToBuild():
                outcome, seconds = "nothing to build", 0.0
            case Built(_, seconds, cached):
                outcome = "cached" if cached else "built"
            case BuildFailed(completed, _, seconds):
                outcome = "failed"
                output = (completed.stdout + completed.stderr)[-4000:]
        self._record(
            BuildRecord(
                outcome=outcome,
                seconds=write_number(seconds),
                toolchain=list(self._inputs.toolchain.description),
                output=output,
                **self._which,
            )
        )
