"""One rung of a port's ladder: build it, run it, judge it, and say what is wrong.

Everything found here comes out of running: what the compiler says, what the process answers, and
what its numbers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from goldstep_reference.number_format import NUMBER_FORMATS

from goldstep.build import Built, BuildFailed, NothingToBuild, build
from goldstep.commands import Commands, environment
from goldstep.diagnosis import explain
from goldstep.diagnosis.prediction import Predictor
from goldstep.errors import ToolchainError
from goldstep.evidence import Observed, build_findings, case_findings, number_findings
from goldstep.example import ExampleRun, run_example
from goldstep.example_findings import example_findings
from goldstep.judge import Judgement, Misshapen, finite, judge
from goldstep.port import Port
from goldstep.results import BuildRecord, CaseRecord, Diagnosis, Finding, Record, StartRecord
from goldstep.session import (
    Answered,
    Broken,
    Lost,
    NotRun,
    Outcome,
    Ready,
    Refused,
    Session,
    StartFailed,
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
        self._which = {"port": inputs.port.name, "repairs": inputs.repairs}

    def run(self) -> list[Finding]:
        built = build(self._place, self._inputs.toolchain)
        self._record_build(built)
        if isinstance(built, BuildFailed):
            example = self._example_as_script()
            findings = build_findings(self._observed(), built, example)
            return [*findings, *example_findings(findings, example, built=False, **self._which)]
        commands = Commands(self._port, self._inputs.toolchain, built.folder)
        example = self._example(commands)
        findings = self._judge(commands)
        return [*findings, *example_findings(findings, example, built=True, **self._which)]

    def _judge(self, commands: Commands) -> list[Finding]:
        """Findings from what the adapter answers."""
        session = Session(
            self._port, commands.fill(self._port.table.run.command), self._place.folder, environment()
        )
        judgements: list[Judgement] = []
        troubles: list[tuple[VectorCase, Refused | Broken | Lost]] = []
        try:
            outcomes = session.run(self._inputs.cases, self._record_ready)
            for case, outcome in self._until_max_failures(outcomes, judgements, troubles):
                if isinstance(judged := self._judged(case, outcome), Judgement):
                    judgements.append(judged)
                elif judged is not None:
                    troubles.append((case, judged))
        except StartFailed as failure:
            self._record(StartRecord(outcome="failed", seconds=0.0, **self._which))
            return self._observed().start_findings(failure)
        findings = case_findings(self._observed(), troubles, len(self._inputs.cases))
        return [*findings, *self._diagnose(judgements, clean=not troubles)]

    def _until_max_failures(
        self,
        outcomes: Iterator[tuple[VectorCase, Outcome]],
        judgements: Sequence[Judgement],
        troubles: Sequence[object],
    ) -> Iterator[tuple[VectorCase, Outcome]]:
        """The outcomes; once too many cases have failed, the port is ended and the rest not run."""
        most = self._inputs.max_failures
        done = 0
        for done, (case, outcome) in enumerate(outcomes, start=1):
            yield case, outcome
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
                worst_budgets=None if findings else worst,
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
                except Misshapen as error:
                    return self._judged(case, Broken(str(error)))
                self._record(
                    CaseRecord(
                        id=case.id,
                        outcome="passed" if judgement.passed else "failed",
                        budgets=finite(judgement.budgets),
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
                    CaseRecord(
                        id=case.id, outcome="error", message=outcome.message, **self._which
                    )
                )
                return outcome

    def _example(self, commands: Commands) -> ExampleRun | None:
        table = self._port.table.example
        if table is None:
            return None
        return self._run_example(commands, table.command, "built")

    def _example_as_script(self) -> ExampleRun | None:
        """Runs the source as a script, where port.toml says how; the build has failed."""
        table = self._port.table.example
        if table is None or table.script is None:
            return None
        commands = Commands(self._port, self._inputs.toolchain, self._place.root / ".build")
        return self._run_example(commands, table.script, "script")

    def _run_example(self, commands: Commands, command: tuple[str, ...], how: str) -> ExampleRun:
        try:
            return run_example(
                self._place, commands, command, how, self._inputs.example_case, self._port.epsilon
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
                seconds=ready.seconds,
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
                seconds=seconds,
                toolchain=list(self._inputs.toolchain.description),
                output=output,
                **self._which,
            )
        )
