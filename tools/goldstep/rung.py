"""One rung of a port's ladder: build it, run it, judge it, and say what is wrong.

Everything found here comes out of running: what the compiler says, what the process answers, and
what its numbers are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, write_number

from goldstep.build.build import BuildFailed, Built, NothingToBuild, build
from goldstep.build.commands import Commands
from goldstep.build.toolchain import ResolvedToolchain
from goldstep.connection.outcomes import Answered, Lost, NotRun
from goldstep.connection.restarting import Incident
from goldstep.connection.session import Ready, Session, StartError
from goldstep.diagnosis import Diagnosis, diagnose
from goldstep.errors import ToolchainError
from goldstep.findings.curves import Curves
from goldstep.findings.example import ExampleRun, run_example
from goldstep.findings.example_findings import example_findings
from goldstep.findings.invalid_input import invalid_input_findings, mutation_findings
from goldstep.findings.numbers import choices_made, number_findings
from goldstep.findings.processes import (
    Observed,
    build_findings,
    case_findings,
    incident_findings,
)
from goldstep.judge.judge import Judgement, MisshapenError
from goldstep.judge.prediction import Predictor
from goldstep.judge.verdicts import Verdicts
from goldstep.port.environment import environment
from goldstep.port.port import Port
from goldstep.port.workspace import Workspace, workspace
from goldstep.results.records import (
    BuildOutcome,
    BuildRecord,
    DiagnosisRecord,
    Finding,
    Record,
    RungKey,
    StartRecord,
)
from goldstep.supervision.launch import Launch
from goldstep.supervision.sandbox import Sandbox
from goldstep.vectors.case import VectorCase

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
    sandbox: Sandbox
    seed: int
    processes: int = 1  # of this rung, side by side
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
        self._key = RungKey(inputs.port.name, inputs.repairs)
        self._incidents: list[Incident] = []
        self._judged = Verdicts(inputs.port, self._key, inputs.predictor, record)

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
        wrong = [each for each in findings if each.stage != "robustness"]
        return [*findings, *example_findings(self._key, wrong, example)]

    def _judge(self, commands: Commands) -> list[Finding]:
        """Findings from what the adapter answers."""
        valid = [case for case in self._inputs.cases if case.expected.rejected is None]
        invalid = [case for case in self._inputs.cases if case.expected.rejected is not None]
        launch = self._launch(commands, self._port.table.run.command)
        try:
            with self._session(launch, self._record_ready, self._inputs.processes) as session:
                self._run(session, valid)
                session.allow_restarts()
                diagnosed = self._diagnose(session, launch)
                self._record_curves(diagnosed, session)
                # Invalid input comes last: a process that it ends, or leaves in disorder, spoils
                # no other case.
                session.allow_restarts()
                before = len(self._incidents)
                self._run(session, invalid)
                self._forgive(before)
        except StartError as failure:
            self._record(
                StartRecord(
                    port=self._key.port, repairs=self._key.repairs, outcome="failed", seconds="0.0"
                )
            )
            return self._observed().start_findings(failure.ending)
        observed = self._observed()
        judged, cases = self._judged, len(self._inputs.cases)
        findings = case_findings(observed, judged.troubles, cases)
        findings += incident_findings(observed, self._incidents)
        robustness = invalid_input_findings(
            observed, judged.invalid, validates=self._port.table.validates_input
        )
        robustness += mutation_findings(observed, judged.mutated, cases)
        clean = not any(each.severity == "error" for each in (*findings, *robustness))
        return [*findings, *self._explained(diagnosed, clean=clean), *robustness]

    def _run(self, session: Session, cases: Sequence[VectorCase]) -> None:
        """Takes what becomes of each case; once too many have failed, the rest is not run."""
        most = self._inputs.max_failures
        if most is None or self._judged.failures < most:
            outcomes = session.run(cases)
            for done, (case, outcome) in enumerate(outcomes, start=1):
                self._judged.take(case, outcome)
                if most is not None and self._judged.failures >= most:
                    outcomes.close()
                    cases = cases[done:]
                    break
            else:
                return
        for case in cases:
            self._judged.take(case, NotRun(f"{most} cases had failed before"))

    def _forgive(self, before: int) -> None:
        """What invalid input led to counts only for a port that has to refuse it."""
        if not self._port.table.validates_input:
            del self._incidents[before:]

    def _session(
        self, launch: Launch, on_ready: Callable[[Ready], None], processes: int = 1
    ) -> Session:
        return Session(
            self._port,
            launch,
            on_ready=on_ready,
            on_incident=self._incidents.append,
            processes=processes,
        )

    def _diagnose(self, session: Session, launch: Launch) -> Diagnosis:
        """Which deviations explain the numbers of the valid cases; the reference says."""

        def ask_fresh(cases: Sequence[VectorCase]) -> list[Judgement]:
            try:
                with self._session(launch, lambda _: None) as fresh:
                    return self._ask(fresh, cases)
            except StartError as failure:
                self._incidents.append(Incident(failure.ending))
                return []

        return diagnose(
            self._judged.judgements,
            self._port.epsilon,
            NUMBER_FORMATS[self._port.number_format],
            self._inputs.predictor,
            partial(self._ask, session),
            ask_fresh,
            self._inputs.seed,
        )

    def _ask(self, session: Session, cases: Sequence[VectorCase]) -> list[Judgement]:
        """How the port answers further cases; those without an answer are left out."""
        judgements = []
        for case, outcome in session.run(cases):
            if isinstance(outcome, Answered):
                with suppress(MisshapenError):
                    judgements.append(self._judged.judgement(case, outcome))
            elif isinstance(outcome, Lost):
                self._incidents.append(Incident(outcome.ending, (case,)))
        return judgements

    def _explained(self, diagnosed: Diagnosis, *, clean: bool) -> Sequence[Finding]:
        """Records the diagnosis; its findings."""
        judgements = self._judged.judgements
        if not judgements and not self._judged.invalid:
            return []
        numbers = number_findings(self._observed(), diagnosed, len(judgements))
        worst = max((judgement.budgets for judgement in judgements), default=0.0)
        self._record(
            DiagnosisRecord(
                port=self._key.port,
                repairs=self._key.repairs,
                conforms=not numbers.findings and clean,
                deviations=[finding.id for finding in numbers.findings],
                worst_budgets=None if numbers.findings else write_number(worst),
                values=sum(len(judgement.values) for judgement in judgements),
                message=numbers.message,
                like=numbers.like,
                order=numbers.order,
                choices=choices_made(judgements),
                further=diagnosed.further,
                left_out=len(self._judged.troubles),
            )
        )
        return numbers.findings

    def _record_curves(self, diagnosed: Diagnosis, session: Session) -> None:
        """What a report draws; a port that does not answer the case more is not blamed for it.

        One whose processes end is not asked: each case more may take another start.
        """
        judgements = self._judged.judgements
        if not judgements:
            return
        curves = Curves(
            self._port.epsilon, diagnosed.explanation, self._inputs.predictor, self._key
        )

        def ask(case: VectorCase) -> Judgement | None:
            before = len(self._incidents)
            judgement = next(iter(self._ask(session, [case])), None)
            del self._incidents[before:]
            return judgement

        for trajectory in curves.trajectories(judgements):
            self._record(trajectory)
        ends = self._incidents or any(isinstance(each, Lost) for _, each in self._judged.troubles)
        if not ends and (sweep := curves.sweep(self._port.number_format, ask)):
            self._record(sweep)

    def _example(
        self, output: Path, command: tuple[str, ...] | None, *, as_script: bool = False
    ) -> ExampleRun | None:
        """Runs the program's own example; None where port.toml does not say how."""
        if command is None:
            return None
        commands = Commands(self._port, self._inputs.toolchain, output)
        try:
            return run_example(
                self._launch(commands, command),
                self._inputs.example_case,
                self._port.epsilon,
                as_script=as_script,
            )
        except OSError as error:
            raise ToolchainError(
                f"the example's command {command[0]!r} cannot be run: {error.strerror}",
                place=str(self._port.folder),
                hint="install it, or correct [example] in port.toml",
            ) from None

    def _launch(self, commands: Commands, command: tuple[str, ...]) -> Launch:
        return Launch(
            commands.fill(command),
            self._place.root,
            self._place.folder,
            environment(self._port),
            self._port.table.limits,
            self._inputs.sandbox,
        )

    def _observed(self) -> Observed:
        return Observed(self._place, self._inputs.repairs, self._inputs.toolchain)

    def _record_ready(self, ready: Ready) -> None:
        implementation = ready.implementation
        self._record(
            StartRecord(
                port=self._key.port,
                repairs=self._key.repairs,
                outcome="ready",
                seconds=write_number(ready.seconds),
                implementation={
                    "name": implementation.name,
                    "version": implementation.version,
                    "language": implementation.language,
                    "language_version": implementation.language_version,
                },
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
                port=self._key.port,
                repairs=self._key.repairs,
                outcome=outcome,
                seconds=write_number(seconds),
                toolchain=list(self._inputs.toolchain.description),
                output=output,
            )
        )
