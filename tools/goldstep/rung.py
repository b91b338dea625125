"""One rung of a port's ladder: build it, run it, judge it, and say what is wrong.

Everything found here comes out of running: what the compiler says, what the process answers, and
what its numbers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, write_number

from goldstep.build.build import BuildFailed, Built, NothingToBuild, build
from goldstep.build.commands import Commands
from goldstep.build.toolchain import ResolvedToolchain
from goldstep.connection.outcomes import Lost
from goldstep.connection.session import Ready, StartError
from goldstep.diagnosis import Diagnosis, Hypotheses, Observations, diagnose
from goldstep.errors import ToolchainError
from goldstep.findings.curves import Curves
from goldstep.findings.example import ExampleRun, example_findings, run_example
from goldstep.findings.invalid_input import invalid_input_findings, mutation_findings
from goldstep.findings.numbers import Numbers, choices_made, number_findings
from goldstep.findings.processes import (
    Observed,
    build_findings,
    case_findings,
    given_up,
    incident_findings,
    unknown_keys_note,
)
from goldstep.judge.adapter import Adapter
from goldstep.judge.prediction import Predictor
from goldstep.judge.verdicts import Verdicts
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
    Sweep,
    Trajectory,
)
from goldstep.supervision.sandbox import Sandbox
from goldstep.vectors.case import VectorCase

Emit = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What all rungs of a run share: ``processes`` of each run side by side."""

    predictor: Predictor
    sandbox: Sandbox
    seed: int
    processes: int
    max_failures: int | None


@dataclass(frozen=True, slots=True)
class RungInputs:
    """What a rung is run with. ``example_case`` is the vector that the example's inputs make."""

    port: Port
    repairs: int
    toolchain: ResolvedToolchain
    cases: Sequence[VectorCase]
    example_case: VectorCase | None
    settings: Settings

    @property
    def key(self) -> RungKey:
        """The rung."""
        return RungKey(self.port.name, self.repairs)


def run_rung(inputs: RungInputs, record: Emit) -> list[Finding]:
    """Runs one rung; records what happens, and returns its findings, not yet settled.

    Raises GoldstepError if the rung cannot be judged for a reason outside the port.
    """
    table = inputs.port.table.example
    with workspace(inputs.port, inputs.repairs, inputs.toolchain.equipment) as place:
        observed = Observed(place, inputs.repairs, inputs.toolchain)
        built = build(place, inputs.toolchain)
        record(_build_record(inputs, built))
        if isinstance(built, BuildFailed):
            script = table.script if table else None
            example = _run_example(inputs, place, place.root / ".build", script, as_script=True)
            findings = build_findings(observed, built, example)
        else:
            command = table.command if table else None
            example = _run_example(inputs, place, built.folder, command)
            findings = _judge(inputs, observed, built.folder, record)
    if table is None:
        return findings
    wrong = [each for each in findings if each.stage != "robustness"]
    return [*findings, *example_findings(inputs.key, wrong, example)]


def _judge(inputs: RungInputs, observed: Observed, built: Path, record: Emit) -> list[Finding]:
    """Findings from what the adapter answers."""
    port, settings, key = inputs.port, inputs.settings, inputs.key
    valid = [case for case in inputs.cases if case.expected.rejected is None]
    invalid = [case for case in inputs.cases if case.expected.rejected is not None]
    command = Commands(observed.workspace, inputs.toolchain, built).fill(port.table.run.command)
    adapter = Adapter(
        observed.workspace.launch(command, settings.sandbox),
        Verdicts(port, key, settings.predictor, record),
        lambda ready: record(_start_record(key, ready)),
        settings.processes,
    )
    incidents, verdicts = adapter.incidents, adapter.verdicts
    try:
        with adapter.session as session:
            adapter.run(valid, settings.max_failures)
            session.allow_restarts()
            diagnosed = diagnose(
                Observations(verdicts.judgements, settings.predictor),
                Hypotheses(port.algorithm, port.column, NUMBER_FORMATS[port.number_format]),
                adapter.ask,
                adapter.ask_fresh,
                settings.seed,
            )
            for curve in _curves(inputs, adapter, diagnosed):
                record(curve)
            # Invalid input comes last: a process that it ends, or leaves in disorder, spoils
            # no other case.
            session.allow_restarts()
            before = len(incidents)
            adapter.run(invalid, settings.max_failures)
            if not port.table.validates_input:
                del incidents[before:]  # only a port that has to refuse it is blamed
    except StartError as failure:
        record(StartRecord(port=key.port, repairs=key.repairs, outcome="failed", seconds="0.0"))
        return observed.start_findings(failure.ending)
    of_processes = [
        *case_findings(observed, verdicts.troubles, len(inputs.cases)),
        *incident_findings(observed, incidents),
    ]
    findings = [
        *given_up(of_processes, verdicts.not_run, len(inputs.cases)),
        *unknown_keys_note(observed, session.unknown_keys),
    ]
    robustness = [
        *invalid_input_findings(observed, verdicts.invalid, validates=port.table.validates_input),
        *mutation_findings(observed, verdicts.mutated, len(inputs.cases)),
    ]
    if not verdicts.judgements and not verdicts.invalid:
        return [*findings, *robustness]
    numbers = number_findings(observed, diagnosed, len(verdicts.judgements))
    all_findings = [*findings, *numbers.findings, *robustness]
    conforms = not any(each.severity == "error" for each in all_findings)
    record(_diagnosis_record(key, verdicts, diagnosed, numbers, conforms=conforms))
    return all_findings


def _curves(
    inputs: RungInputs, adapter: Adapter, diagnosed: Diagnosis
) -> Iterator[Trajectory | Sweep]:
    """What a report draws.

    A port whose processes end is not asked for more: each case may take another start.
    """
    port, verdicts = inputs.port, adapter.verdicts
    if not verdicts.judgements:
        return
    predict = inputs.settings.predictor
    curves = Curves(inputs.key, port.algorithm, port.column, diagnosed.explanation, predict)
    yield from curves.trajectories(verdicts.judgements)
    ends = adapter.incidents or any(isinstance(each, Lost) for _, each in verdicts.troubles)
    if not ends and (sweep := curves.sweep(port.number_format, adapter.ask_for_a_drawing)):
        yield sweep


def _run_example(
    inputs: RungInputs,
    place: Workspace,
    built: Path,
    command: tuple[str, ...] | None,
    *,
    as_script: bool = False,
) -> ExampleRun | None:
    """Runs the program's own example; None if port.toml does not say how."""
    if command is None:
        return None
    words = Commands(place, inputs.toolchain, built).fill(command)
    launch = place.launch(words, inputs.settings.sandbox)
    try:
        return run_example(launch, inputs.example_case, inputs.port.column, as_script=as_script)
    except OSError as error:
        raise ToolchainError(
            f"the example's command {command[0]!r} cannot be run: {error.strerror}",
            place=str(inputs.port.folder),
            hint="install it, or correct [example] in port.toml",
        ) from None


def _build_record(inputs: RungInputs, built: Built | NothingToBuild | BuildFailed) -> BuildRecord:
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
    return BuildRecord(
        port=inputs.port.name,
        repairs=inputs.repairs,
        outcome=outcome,
        seconds=write_number(seconds),
        toolchain=list(inputs.toolchain.description),
        output=output,
    )


def _start_record(key: RungKey, ready: Ready) -> StartRecord:
    return StartRecord(
        port=key.port,
        repairs=key.repairs,
        outcome="ready",
        seconds=write_number(ready.seconds),
        implementation=msgspec.structs.asdict(ready.implementation),
    )


def _diagnosis_record(
    key: RungKey, verdicts: Verdicts, diagnosed: Diagnosis, numbers: Numbers, *, conforms: bool
) -> DiagnosisRecord:
    judgements = verdicts.judgements
    worst = max((judgement.budgets for judgement in judgements), default=0.0)
    reported = {value.quantity for judgement in judgements for value in judgement.values}
    states = verdicts.port.algorithm.rule.states
    return DiagnosisRecord(
        port=key.port,
        repairs=key.repairs,
        conforms=conforms,
        deviations=[finding.id for finding in numbers.findings],
        worst_budgets=None if numbers.findings else write_number(worst),
        values=sum(len(judgement.values) for judgement in judgements),
        message=numbers.message,
        like=numbers.like,
        order=numbers.order,
        choices=choices_made(judgements),
        further=diagnosed.further,
        left_out=len(verdicts.troubles),
        unreported=[state for state in states if reported and state not in reported],
    )
