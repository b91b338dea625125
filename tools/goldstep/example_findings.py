"""What the program's own example says about a rung, and what it could have shown."""

from __future__ import annotations

from collections.abc import Sequence

from goldstep.example import ExampleRun
from goldstep.results import Finding, Severity

_MOST_TEXT = 2000  # characters of output in one finding


def example_findings(
    findings: Sequence[Finding],
    example: ExampleRun | None,
    *,
    built: bool,
    port: str,
    repairs: int,
) -> list[Finding]:
    """For each finding a note whether the example shows it.

    Where there is no other finding, an example that fails or prints other numbers than the
    formula's is an error of its own.
    """
    if example is None:
        return []

    def finding(of: str, severity: Severity, message: str, shows: bool) -> Finding:
        return Finding(
            port=port,
            repairs=repairs,
            stage="example",
            id=of,
            severity=severity,
            message=message,
            evidence={
                "how": example.how,
                "command": list(example.completed.command),
                "exit_code": example.completed.returncode,
                "printed": example.completed.stdout[-_MOST_TEXT:],
                "standard_error": example.completed.stderr[-_MOST_TEXT:],
                "shows_the_fault": shows,
            },
        )

    message, shows = _words(example, built=built)
    if findings:
        return [finding(each.id, "note", message, shows) for each in _first_of_each(findings)]
    if example.failed:
        return [finding("runtime-failure", "error", message, shows)]
    if example.differences:
        return [finding("unexplained", "error", message, shows)]
    return []


def _words(example: ExampleRun, *, built: bool) -> tuple[str, bool]:
    """What the example did, and whether its author could have seen the fault by it."""
    if example.failed:
        return f"the example stops: {_last_line(example)}", True
    if not built:
        return f"as a script it runs, and prints {example.summary()}: it hides the fault", False
    if not example.complete:
        return "the example prints no numbers that can be compared", False
    if not example.differences:
        return (
            f"the example prints {example.summary()}, the formula's numbers to all digits printed: "
            "it cannot show the fault",
            False,
        )
    first = example.differences[0]
    return (
        f"the example prints {example.summary()}; by the formula {first.place} is "
        f"{first.expected}, not {first.printed}: it could have shown the fault",
        True,
    )


def _last_line(example: ExampleRun) -> str:
    if example.completed.timed_out:
        return "it does not end"
    lines = (example.completed.stderr or example.completed.stdout).strip().splitlines()
    telling = [line.strip() for line in lines if "Error" in line or "Exception" in line]
    return (telling or lines or [f"exit code {example.completed.returncode}"])[0][:200]


def _first_of_each(findings: Sequence[Finding]) -> list[Finding]:
    return list({finding.id: finding for finding in reversed(findings)}.values())[::-1]
