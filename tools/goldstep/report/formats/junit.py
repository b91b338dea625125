"""JUnit XML, as CI servers read it: a suite a rung of a port, a test case a golden vector.

The elements are those that Ant began with and that Surefire, Jenkins, GitLab and pytest share. What
port.toml says is known is skipped with its reason, so that a build fails on news only: exactly
where `goldstep verify` exits with another code than 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from goldstep.report.evidence_words import brief, evidence_lines, number_lines
from goldstep.report.originals import original_location
from goldstep.report.visible import visible_block, visible_line
from goldstep.report.writing import FileFormat
from goldstep.results.records import CaseRecord, Finding, Stale
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Report

_Verdict = Literal["failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class _Test:
    """A test case; without a verdict it has passed."""

    group: str
    name: str
    verdict: _Verdict | None = None
    kind: str = ""
    message: str = ""
    text: str = ""
    seconds: str | None = None


def junit(report: Report) -> bytes:
    """All rungs as test suites, in UTF-8."""
    root = Element("testsuites", name="goldstep")
    for port in report.ports:
        for rung in port.rungs:
            root.append(_suite(report.label(port), port, rung))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.attrib[count]) for suite in root)))
    root.set("time", _seconds(float(suite.attrib["time"]) for suite in root))
    indent(root, " ")
    xml: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'.encode()


def _suite(label: str, port: PortReport, rung: Rung) -> Element:
    tests = list(_tests(rung))
    verdicts = [test.verdict for test in tests]
    suite = Element(
        "testsuite",
        name=visible_line(f"{label}, {rung.title}"),
        tests=str(len(tests)),
        failures=str(verdicts.count("failure")),
        errors=str(verdicts.count("error")),
        skipped=str(verdicts.count("skipped")),
        time=_seconds(float(test.seconds or 0) for test in tests),
        timestamp=visible_line(port.header.time.partition("+")[0]),
    )
    properties = SubElement(suite, "properties")
    for name, value in _properties(port, rung):
        SubElement(properties, "property", name=visible_line(name), value=visible_line(value))
    where = visible_line(f"{label}.{rung.label}")
    for test in tests:
        suite.append(_element(where, test))
    return suite


def _element(where: str, test: _Test) -> Element:
    classname = visible_line(f"{where}.{test.group}")
    element = Element("testcase", classname=classname, name=visible_line(test.name))
    if test.seconds is not None:
        element.set("time", _seconds([float(test.seconds)]))
    if test.verdict:
        verdict = SubElement(element, test.verdict)
        if test.kind:
            verdict.set("type", visible_line(test.kind))
        verdict.set("message", visible_line(test.message))
        verdict.text = visible_block(test.text) or None
    return element


def _seconds(times: Iterable[float]) -> str:
    return f"{sum(times):.3f}"


def _properties(port: PortReport, rung: Rung) -> Iterator[tuple[str, str]]:
    header, of = port.header, port.port
    yield "port", of.port
    yield "title", of.title
    yield "language", of.language
    yield "number format", of.number_format
    yield "epsilon", of.epsilon
    for repair in of.repairs[: rung.repairs]:
        yield "repair", repair.patch
    for name, version in header.versions.items():
        yield f"version of {name}", version
    for tool in rung.build.toolchain if rung.build else ():
        yield "toolchain", tool
    for name, value in rung.start.implementation.items() if rung.start else ():
        yield f"implementation {name.replace('_', ' ')}", value
    yield "vectors", header.vectors
    yield "seed", str(header.seed)
    yield "command", " ".join(header.command)
    yield "machine", ", ".join(f"{name} {value}" for name, value in header.machine.items())
    yield "isolation", header.isolation


def _tests(rung: Rung) -> Iterator[_Test]:
    wrong = {case.id for case in rung.cases if case.outcome in ("failed", "error")}
    elsewhere = [
        each for each in rung.findings if not each.evidence or each.evidence.case not in wrong
    ]
    if rung.problem:
        yield _Test("rung", "judged", "error", "not-judged", rung.problem.message)
    for name, seconds, is_done in _stages(rung):
        stopped_here = [each for each in elsewhere if each.stage == name]
        if not stopped_here and is_done:
            yield _Test("rung", name, seconds=seconds)
        for number, finding in enumerate(stopped_here):
            once = None if number else seconds
            yield _of_finding(rung, finding, f"{name}: {finding.title}", once)
            elsewhere.remove(finding)
    for finding in elsewhere:
        yield _of_finding(rung, finding, finding.title)
    yield from map(_of_stale, rung.stale)
    about = "\n".join(_about(rung))
    for case in rung.cases:
        yield _of_case(rung, case, about)


def _stages(rung: Rung) -> Iterator[tuple[str, str, bool]]:
    if rung.build and rung.build.outcome != "nothing to build":
        yield "build", rung.build.seconds, rung.build.outcome != "failed"
    if rung.start:
        yield "start", rung.start.seconds, rung.start.outcome == "ready"


def _of_finding(rung: Rung, finding: Finding, name: str, seconds: str | None = None) -> _Test:
    """A test case of its own, for what is not told by a vector's."""
    known = finding.known
    return _Test(
        "rung",
        name,
        "skipped" if known else "failure",
        finding.id,
        _reason([finding]) if known else finding.message,
        "\n".join(_in_full(rung, finding)),
        seconds,
    )


def _of_stale(stale: Stale) -> _Test:
    name = f"known finding {stale.finding}"
    return _Test("rung", name, "failure", "stale", f"the {stale.message}")


def _of_case(rung: Rung, case: CaseRecord, about: str) -> _Test:
    group, name = case.group or "cases", case.name
    match case.outcome:
        case "passed":
            return _Test(group, name)
        case "not-applicable" | "not-run":
            return _Test(group, name, "skipped", case.outcome, case.message)
    ids = " ".join(dict.fromkeys(each.id for each in rung.findings)) or case.outcome
    said = case.message or (": ".join(brief(number_lines(case.worst))) if case.worst else "")
    text = "\n".join(filter(None, (case.id, said, about)))
    if rung.is_known:
        return _Test(group, name, "skipped", ids, _reason(rung.findings), text)
    verdict: _Verdict = "failure" if case.outcome == "failed" else "error"
    return _Test(group, name, verdict, ids, said, text)


def _reason(findings: Iterable[Finding]) -> str:
    """Why findings are known, as port.toml says."""
    return "; ".join(f"known, {each.id}: {each.why_known}" for each in findings)


def _about(rung: Rung) -> Iterator[str]:
    """What is wrong with the rung, a line a finding: each of its failed vectors tells it."""
    for finding in rung.findings:
        removed = f" (removed by {finding.removed_by})" if finding.removed_by else ""
        location = original_location(rung.port.repairs, finding)
        place = f" at {location}" if location else ""
        yield f"{finding.title}{place}: {finding.message}{removed}"


def _in_full(rung: Rung, finding: Finding) -> Iterator[str]:
    if location := original_location(rung.port.repairs, finding):
        yield location
    yield finding.message
    lines = list(evidence_lines(rung, finding))
    yield from brief(lines)
    yield from (line.text for line in lines if line.kind == "block")
    if finding.removed_by:
        yield f"removed by {finding.removed_by}"


FORMAT = FileFormat("junit", "JUnit XML: a suite a rung, a test a case", junit)
