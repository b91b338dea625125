"""What the program's own example says about a rung, and what it could have shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goldstep.build.compilers import one_line, read_diagnostics
from goldstep.findings.example import ExampleRun
from goldstep.results.records import Finding, RungKey, Severity

_MOST_TEXT = 2000  # characters of output in one finding


def example_findings(
    key: RungKey, findings: Sequence[Finding], example: ExampleRun | None
) -> list[Finding]:
    """For each of a rung's findings a note whether the example shows it; None if it cannot run.

    Where there is no other finding, an example that fails or prints other numbers than the
    formula's is an error of its own.
    """

    def finding(of: str, severity: Severity, message: str, shows: bool) -> Finding:
        return Finding(
            port=key.port,
            repairs=key.repairs,
            stage="example",
            id=of,
            severity=severity,
            message=message,
            evidence={"shows_the_fault": shows, **_run(example)},
        )

    message, shows = _words(example)
    if findings:
        return [finding(each.id, "note", message, shows) for each in _first_of_each(findings)]
    if example is None:
        return []
    if example.failed:
        return [finding("runtime-failure", "error", message, shows)]
    if example.differences:
        return [finding("unexplained", "error", message, shows)]
    return []


def _words(example: ExampleRun | None) -> tuple[str, bool]:
    """What the example did, and whether its author could have seen the fault by it."""
    if example is None:
        return "the example does not build either: it shows the fault", True
    if example.failed:
        return f"the example stops: {_why(example)}", True
    if example.as_script:
        prints = f", and prints {example.summary()}" if example.complete else ""
        return f"as a script it runs{prints}: it hides the fault", False
    if not example.complete:
        return "the example prints no numbers that can be compared", False
    if not example.differences:
        return (
            f"the example prints {example.summary()}, the formula's numbers to the digits printed: "
            "it cannot show the fault",
            False,
        )
    first = example.differences[0]
    return (
        f"the example prints {example.summary()}; by the formula {first.place} is "
        f"{first.expected}, not {first.printed}: it could have shown the fault",
        True,
    )


def _why(example: ExampleRun) -> str:
    """The error in one line, as far as its language is known."""
    completed = example.completed
    if completed.timed_out:
        return "it does not end"
    for diagnostic in read_diagnostics(completed.stdout + completed.stderr):
        return one_line(diagnostic.message)
    lines = (completed.stderr or completed.stdout).strip().splitlines()
    return lines[-1][:200] if lines else f"exit code {completed.returncode}"


def _run(example: ExampleRun | None) -> dict[str, Any]:
    """How it was run, and all that it wrote."""
    if example is None:
        return {}
    return {
        "as_script": example.as_script,
        "command": list(example.completed.command),
        "exit_code": example.completed.returncode,
        "printed": example.completed.stdout[-_MOST_TEXT:],
        "standard_error": example.completed.stderr[-_MOST_TEXT:],
    }


def _first_of_each(findings: Sequence[Finding]) -> list[Finding]:
    return list({finding.id: finding for finding in reversed(findings)}.values())[::-1]
