"""Runs as values: streams that are made record by record, without running a port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from goldstep.results.evidence import (
    ChangedValue,
    EndedProcess,
    Evidence,
    ExampleOutput,
    FailedBuild,
    FailedCases,
    InvalidInput,
    JudgedNumber,
    NearestHypothesis,
    OtherEvidence,
    PartOfCases,
    Repetition,
    Request,
    SmallestCase,
    WrongNumber,
)
from goldstep.results.footer import footer_of
from goldstep.results.records import (
    BuildRecord,
    CaseRecord,
    DiagnosisRecord,
    Excerpt,
    Finding,
    Header,
    Location,
    PortRecord,
    Problem,
    Record,
    RepairText,
    Stale,
    StartRecord,
    Sweep,
    Trajectory,
)
from goldstep.results.value import Report, Results
from msgspec.structs import asdict, replace

VECTORS = "5ca1ab1e" * 8

SOURCE = """\
class RMSProp:
    def update(self, weights, gradients):
        for name, gradient in gradients.items():
            average = self.average[name]
            average += 0.1 * (gradient * gradient - average)
            weights[name] -= self.rate * gradient / (sqrt(average) + self.epsilon)


optimizer = RMSProp()
"""
IMPORT = RepairText(
    "repairs/1-import.patch",
    "The root is of the module math.",
    """\
--- a/mine.py
+++ b/mine.py
@@ -1,3 +1,5 @@
+from math import sqrt
+
 class RMSProp:
     def update(self, weights, gradients):
         for name, gradient in gradients.items():
""",
)
EPSILON = RepairText(
    "repairs/2-epsilon.patch",
    "Epsilon belongs under the root.",
    """\
--- a/mine.py
+++ b/mine.py
@@ -6,3 +6,3 @@
             average = self.average[name]
             average += 0.1 * (gradient * gradient - average)
-            weights[name] -= self.rate * gradient / (sqrt(average) + self.epsilon)
+            weights[name] -= self.rate * gradient / sqrt(average + self.epsilon)
""",
)
WORST = JudgedNumber(
    quantity="weights",
    name="w1",
    index=0,
    step=1,
    expected="-0.0031622775020545084",
    exact="-3.162277502054508485e-3",
    got="-0.003162277660168379",
    tolerance="4.7e-18",
    budgets="33640.0",
)


def wrong(**changes: Any) -> WrongNumber:
    """The evidence that a number is, which the first case shows."""
    return WrongNumber(**asdict(WORST) | {"case": "rmsprop/float64/formula/first"} | changes)


def header(**changes: Any) -> Header:
    """Of a run that was made; counts are set by `run`."""
    fields: dict[str, Any] = {
        "versions": {"goldstep": "0.1.0", "python": "3.12.1"},
        "vectors": VECTORS,
        "command": ["goldstep", "verify", "mine/port.toml"],
        "time": "2026-01-02T03:04:05+00:00",
        "machine": {"system": "Linux", "machine": "x86_64", "processors": 2},
        "seed": 7,
        "isolation": "none: switched off",
        "ports": 0,
        "rungs": 0,
        "cases": 0,
    }
    return Header(**fields | changes)


def port(name: str = "mine", *rungs: str, **changes: Any) -> PortRecord:
    """A port of one rung, where no others are named."""
    fields: dict[str, Any] = {
        "port": name,
        "title": f"The port {name}",
        "language": "Python",
        "number_format": "float64",
        "epsilon": "inside",
        "rungs": list(rungs or ("as it is",)),
        "cases": 3,
        "folder": f"ports/{name}",
    }
    return PortRecord(**fields | changes)


def case(name: str = "formula/first", outcome: str = "passed", **changes: Any) -> CaseRecord:
    """A case of the first port's first rung; a name with two parts is of float64."""
    fields: dict[str, Any] = {
        "port": "mine",
        "repairs": 0,
        "id": f"rmsprop/float64/{name}" if name.count("/") == 1 else name,
        "outcome": outcome,
    }
    if outcome == "passed":
        fields |= {"budgets": "0.25", "values": 2, "errors": ["0.25", "0.0"]}
    if outcome == "failed":
        fields |= {"budgets": "33640.0", "values": 2, "errors": ["3.36e+04", "0.0"]}
        fields |= {"worst": WORST}
    return CaseRecord(**fields | changes)


def finding(name: str = "epsilon-outside-root", **changes: Any) -> Finding:
    """An error of the first port's first rung, which its first case shows."""
    fields: dict[str, Any] = {
        "port": "mine",
        "repairs": 0,
        "stage": "vectors",
        "id": name,
        "message": "epsilon is added after the square root",
        "evidence": wrong(),
    }
    return Finding(**fields | changes)


def diagnosis(**changes: Any) -> DiagnosisRecord:
    """Of a rung that conforms."""
    fields: dict[str, Any] = {
        "port": "mine",
        "repairs": 0,
        "conforms": True,
        "deviations": [],
        "worst_budgets": "0.25",
        "values": 4,
        "message": "every value is within its rounding budget",
    }
    return DiagnosisRecord(**fields | changes)


def run(*records: Record, **of_header: Any) -> Results:
    """A whole run of these records: its header and footer say what they are."""
    ports = [each for each in records if isinstance(each, PortRecord)]
    counts = {"ports": len(ports), "rungs": sum(len(each.rungs) for each in ports)}
    cases = sum(isinstance(each, CaseRecord) for each in records)
    head = header(**counts | {"cases": cases} | of_header)
    return Results((head, *records, footer_of((head, *records), "1.5")))


def report(*records: Record, **of_header: Any) -> Report:
    """A report of one run."""
    return Report.of(run(*records, **of_header))


def conforming(**changes: Any) -> Report:
    """A port without findings."""
    return report(port(**changes), case(), case("formula/second"), diagnosis())


def ladder() -> Iterator[Record]:
    """A port of three rungs: it does not start, puts epsilon outside, conforms.

    What is wrong with the first rung is known, with the second it is not.
    """
    rungs = ("as printed", "1-import", "2-epsilon")
    yield port("mine", *rungs, repairs=[IMPORT, EPSILON])
    for repairs in range(3):
        yield BuildRecord(
            port="mine", repairs=repairs, outcome="built", seconds="0.5", toolchain=["Python 3.12"]
        )
        yield StartRecord(
            port="mine",
            repairs=repairs,
            outcome="ready" if repairs else "failed",
            seconds="0.25",
            implementation={"name": "mine", "language_version": "3.12"} if repairs else {},
        )
    yield case(repairs=1, outcome="failed")
    yield case("formula/second", repairs=1)
    yield case("invalid-input/first", "not-applicable", repairs=1, message="accepted")
    yield diagnosis(repairs=1, conforms=False, deviations=["epsilon outside"])
    yield case(repairs=2)
    yield case("formula/second", repairs=2)
    yield case("invalid-input/first", "not-run", repairs=2, message="enough have failed")
    yield diagnosis(repairs=2)
    lines = (SOURCE.splitlines(), ["from math import sqrt", "", *SOURCE.splitlines()])
    yield finding(
        "unresolved-symbol",
        stage="start",
        subject="sqrt",
        message="sqrt is not defined",
        location=Location("mine.py", 6, 55),
        source=Excerpt(4, lines[0][3:7]),
        evidence=EndedProcess(
            state="starting",
            expected="a line",
            standard_error="",
            look_at="the module's imports",
        ),
        removed_by=IMPORT.patch,
        known=True,
        reason="Printed so.",
        issue="https://example.org/1",
    )
    yield finding(
        repairs=1,
        location=Location("mine.py", 8),
        source=Excerpt(6, lines[1][5:10]),
        removed_by=EPSILON.patch,
        evidence=wrong(cases=1, of_cases=3),
    )
    yield Finding(
        port="mine",
        repairs=1,
        stage="example",
        id="epsilon-outside-root",
        severity="note",
        message="the example cannot show the fault",
    )
    yield Stale(
        port="mine",
        repairs=2,
        finding="average-lag",
        why="did not appear",
        reason="Was so.",
        line=40,
        last_line=43,
    )


def every_evidence(text: str) -> Iterator[Evidence]:
    """Evidence of each kind, in which all that comes from outside is ``text``."""
    request = Request(
        learning_rate="0.001",
        decay_rate="0.9",
        weights={text: ["0.0"]},
        gradients=[{text: ["1.0"]}],
        record=[1],
    )
    smallest = SmallestCase(
        request=request,
        python=text,
        name=text,
        index=0,
        step=1,
        expected="0.5",
        got="0.25",
        budgets="7.0",
    )
    shown = {"case": text, "name": text, "got": text, "choice": text, "predicted": text}
    yield wrong(**shown, first_step=1, reproduction=smallest, alternatives=[text])
    yield wrong(**shown, without=text, separated_by=request)
    hypothesis = NearestHypothesis(deviations=[text], cases=1, of_cases=2, fails=text)
    yield wrong(**shown, first_step=1, nearest=hypothesis)
    yield wrong(**shown, partial=PartOfCases(explains=1, of_cases=2, rest=text))
    yield Repetition(
        case=text, quantity=text, name=text, index=0, step=1, got=text, again=text, seed=7
    )
    ended = {"expected": text, "half_a_line": text, "standard_error": text, "look_at": text}
    yield EndedProcess(state="starting", **ended)
    yield EndedProcess(case=text, times=2, state=text, **ended)
    affected = {"case": text, "cases": 1, "of_cases": 2}
    yield FailedCases(**affected, trace=text)
    yield InvalidInput(**affected, rule=text, rules={text: 1}, state=text, **ended, trace=text)
    yield ChangedValue(
        **affected, rule=text, place=text, before=text, after=None, rules={text: 1}, trace=text
    )
    yield FailedBuild(command=[text], exit_code=1, output=text)
    yield ExampleOutput(
        shows_the_fault=True, command=[text], exit_code=1, printed=text, standard_error=text
    )
    yield OtherEvidence({text: text, "case": [text], "got": {text: text}})


def every_text(text: str) -> Report:
    """A run in which each text that comes from outside is ``text``: all that a report may show.

    Numbers and what the harness itself chooses from are as they are.
    """
    worst = replace(WORST, name=text, got=text)
    name, other = text, f"{text}2"
    return report(
        port(
            name,
            text,
            title=text,
            language=text,
            folder=text,
            repairs=[RepairText(text, text, EPSILON.diff + text[:10_000])],
        ),
        BuildRecord(
            port=name, repairs=0, outcome="failed", seconds="0.5", toolchain=[text], output=text
        ),
        StartRecord(
            port=name, repairs=0, outcome="ready", seconds="0.5", implementation={text: text}
        ),
        *(
            case(f"{text}{outcome}", outcome, port=name, message=text, worst=worst, choice=[text])
            for outcome in ("passed", "failed", "error", "not-applicable", "not-run")
        ),
        diagnosis(
            port=name, conforms=False, deviations=[text], message=text, like=text, order=text
        ),
        *(
            finding(
                port=name,
                subject=text,
                message=text,
                location=Location(text, 2, 3),
                source=Excerpt(1, [text, text, text]),
                evidence=wrong(case=text, name=text, got=text, choice=text),
                removed_by=text,
                known=known,
                reason=text,
                issue=text,
            )
            for known in (False, True)
        ),
        *(
            finding(port=name, subject=text, message=text, evidence=evidence)
            for evidence in every_evidence(text)
        ),
        finding(port=name, severity="note", message=text, stage="robustness", evidence=None),
        Stale(
            port=name, repairs=0, finding="average-lag", why="did not appear", reason=text, line=3
        ),
        port(other, title=text),
        Problem(port=other, repairs=0, message=text, exit_code=3),
        command=[text],
        time=text,
        isolation=text,
        versions={"goldstep": text, text: text},
        machine={"system": text, "machine": text},
    )


def large(ports: int = 10, rungs: int = 10, cases: int = 1_000) -> Results:
    """A run of ``ports`` times ``rungs`` times ``cases`` cases, of which a third has failed."""
    return run(*_large(ports, rungs, cases))


def _large(ports: int, rungs: int, cases: int) -> Iterator[Record]:
    groups = ("formula", "accumulation", "epsilon-placement", "special-values")
    errors = ["0.25", "0.0", "1e+03", "3.36e+04", "0.5", "0.125", "12.5"]
    ids = [f"rmsprop/float64/{groups[i % 4]}/number-{i}" for i in range(cases)]
    labels = ["as printed", *(f"{number}-repair" for number in range(1, rungs))]
    for name in (f"port-{number}" for number in range(ports)):
        yield port(name, *labels, repairs=[EPSILON] * (rungs - 1), cases=cases)
        for repairs in range(rungs):
            which = {"port": name, "repairs": repairs}
            yield BuildRecord(**which, outcome="cached", seconds="0.1", toolchain=[])
            yield StartRecord(**which, outcome="ready", seconds="0.1")
            for number, name_of_case in enumerate(ids):
                outcome = "failed" if number % 3 == 0 and repairs + 1 < rungs else "passed"
                yield case(name_of_case, outcome, **which, values=7, errors=list(errors))
            yield from _curves(which, ids)
            yield diagnosis(**which, conforms=repairs + 1 == rungs, values=7 * cases)
        for repairs in range(rungs - 1):
            yield finding(
                port=name,
                repairs=repairs,
                evidence=wrong(cases=cases // 3, of_cases=cases, case=ids[0]),
                location=Location("mine.py", 8),
                source=Excerpt(6, SOURCE.splitlines()[3:8]),
                removed_by=EPSILON.patch,
                known=repairs % 2 == 0,
                reason="Printed so.",
            )


def _curves(which: dict[str, Any], ids: Iterable[str]) -> Iterator[Record]:
    steps = list(range(1, 51))
    numbers = [f"-{step / 1000}" for step in steps]
    for name_of_case in list(ids)[:2]:
        yield Trajectory(
            **which,
            case=name_of_case,
            name="w1",
            index=0,
            steps=steps,
            exact=numbers,
            got=numbers,
            predicted=list(numbers),
        )
    gradients = [f"{mantissa}e-{exponent}" for exponent in range(12, 0, -1) for mantissa in (1, 3)]
    yield Sweep(
        **which,
        learning_rate="0.001",
        decay_rate="0.9",
        epsilon="1e-08",
        gradients=gradients,
        exact=["-1e-3"] * len(gradients),
        got=["-1e-3"] * len(gradients),
        predicted=["-1e-3"] * len(gradients),
    )
