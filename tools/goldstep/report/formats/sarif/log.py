"""SARIF 2.1.0: findings as annotations at their lines, with what fixes them.

A run of goldstep is a run there, a kind of finding a rule. Places are those of the repository: a
line that was seen after repairs is told as the line of the original that it was. Findings that are
known are suppressed, with the reason that port.toml gives. Nothing that changes from one run to
the next goes into a fingerprint.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from goldstep.errors import ExitCode
from goldstep.report.formats.sarif.results import STALE, Object, PortResults
from goldstep.report.visible import visible_line
from goldstep.results.kinds import FINDINGS, FindingKind
from goldstep.results.records import to_json
from goldstep.results.rungs import PortReport
from goldstep.results.value import Report, Results

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

# GitHub takes no more of a run, and no file that is longer.
_MOST_RESULTS = 25_000
_MOST_BYTES = 9_000_000

_KINDS: Mapping[str, FindingKind] = {
    **FINDINGS,
    STALE: FindingKind(
        "A finding that port.toml lists as known did not appear, or its time is over.",
        "Take its entry out of port.toml, or renew its date.",
    ),
}


def sarif(report: Report) -> bytes:
    """The whole report as one log, in UTF-8."""
    room = _MOST_BYTES // max(1, len(report.runs))
    runs = [_run(results, room) for results in report.runs]
    if len(runs) > 1:  # of several runs in a log each has to be of its own category
        for number, run in enumerate(runs, start=1):
            run["automationDetails"] = {"id": f"goldstep/{number}/"}
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}) + b"\n"


def _run(results: Results, room: int) -> Object:
    header = results.header
    all_results = sorted(_results(results.ports), key=_is_known)
    shown = list(_as_many_as_fit(all_results, room))
    ids = {result["ruleId"] for result in shown}
    rules = [name for name in _KINDS if name in ids] + sorted(ids - set(_KINDS))
    for result in shown:
        result["ruleIndex"] = rules.index(result["ruleId"])
    version = header.versions.get("goldstep", "")
    return {
        "tool": {
            "driver": {
                "name": "goldstep",
                "version": visible_line(version),
                "semanticVersion": visible_line(version),
                "shortDescription": {"text": "Conformance of optimizers to golden vectors"},
                "rules": [_rule(name) for name in rules],
            }
        },
        "invocations": [_invocation(results, len(all_results) - len(shown))],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The repository's root"}}},
        "columnKind": "unicodeCodePoints",
        "results": shown,
        "properties": {
            "vectors": visible_line(header.vectors),
            "seed": header.seed,
            "isolation": visible_line(header.isolation),
            "machine": {visible_line(k): visible_line(str(v)) for k, v in header.machine.items()},
            "versions": {visible_line(k): visible_line(v) for k, v in header.versions.items()},
        },
    }


def _results(ports: Iterable[PortReport]) -> Iterator[Object]:
    """No note makes an alert: what an example shows is said with the finding that it is about."""
    for port in ports:
        of_port = PortResults(port.port)
        seen: Counter[Hashable] = Counter()
        for rung in port.rungs:
            for finding in rung.findings:
                identity = of_port.identity(finding)
                seen[identity] += 1
                yield of_port.finding(rung, finding, seen[identity])
        yield from (of_port.stale(stale) for rung in port.rungs for stale in rung.stale)


def _is_known(result: Object) -> bool:
    """News come first, as the last are left out where there are too many."""
    return bool(result["suppressions"])


def _as_many_as_fit(results: Iterable[Object], room: int) -> Iterator[Object]:
    taken = 0
    for number, result in enumerate(results):
        taken += len(to_json(result)) + 20  # for the index of its rule
        if number == _MOST_RESULTS or taken > room:
            return
        yield result


def _rule(name: str) -> Object:
    kind = _KINDS.get(name, FindingKind(f"A finding of the kind {name}.", ""))
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": kind.meaning},
        "fullDescription": {"text": f"{kind.meaning} {kind.advice}"},
        "help": {
            "text": f"{kind.meaning}\n\nWhat to do: {kind.advice}",
            "markdown": f"{kind.meaning}\n\n**What to do:** {kind.advice}\n\n"
            f"More: `goldstep explain {name}`",
        },
        "defaultConfiguration": {"level": "warning" if name == STALE else "error"},
        "properties": {"precision": "very-high", "tags": ["conformance", "numerics"]},
    }


def _invocation(results: Results, left_out: int) -> Object:
    header, exit_code = results.header, results.exit_code
    notifications = [
        PortResults(rung.port).problem(rung.problem)
        for port in results.ports
        for rung in port.rungs
        if rung.problem
    ]
    if left_out:
        text = f"{left_out:,} results are left out: there are more than a reader takes."
        notifications.append({"level": "warning", "message": {"text": text}})
    command = [visible_line(part) for part in header.command]
    return {
        "commandLine": shlex.join(command),
        "arguments": command[1:],
        **_times(header.time, results.footer.seconds),
        "exitCode": int(exit_code),
        "exitCodeDescription": exit_code.name.lower(),
        "executionSuccessful": exit_code not in (ExitCode.TOOLCHAIN, ExitCode.VECTORS),
        "toolExecutionNotifications": notifications,
    }


def _times(start: str, seconds: str) -> Object:
    """When it began and ended, in UTC."""
    try:
        began = datetime.fromisoformat(start)
        ended = began + timedelta(seconds=float(seconds))
    except (ValueError, OverflowError):
        return {}
    begin, end = (each.strftime("%Y-%m-%dT%H:%M:%SZ") for each in (began, ended))
    return {"startTimeUtc": begin, "endTimeUtc": end}
