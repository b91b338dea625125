"""``goldstep diagnose``."""

from __future__ import annotations

from typing import Any

import click

from goldstep.cli.about import about_run
from goldstep.cli.options import PortName
from goldstep.cli.running import Running, running_options
from goldstep.report.rungs import Rung, ports_of
from goldstep.results.records import DiagnosisRecord
from goldstep.results.value import Results


@click.command()
@click.argument("port", type=PortName())
@running_options
def diagnose(running: Running, port: str) -> int:
    """Name the deviations that explain a port's results.

    PORT is a bundled port's name or the path of a port.toml. It is run as `goldstep verify` runs
    it. Each rung is printed with the deviations from the formula that reproduce all of its numbers,
    and each of these with where to look and the smallest case that shows it: in words, as a request
    to the port's adapter, and as a Python program that prints what is expected.

    Exit codes are those of `goldstep verify`.
    """
    from goldstep.report.terminal.diagnosis import print_diagnoses

    results = running.run(port)
    running.show(results, as_object, print_diagnoses)
    return results.exit_code


def as_object(results: Results) -> dict[str, Any]:
    """What explains each rung's numbers, in one object."""
    return {
        "format": "goldstep-diagnosis/1",
        **about_run(results),
        "ports": [
            {
                "port": of.name,
                "number_format": of.port.number_format,
                "epsilon": of.port.epsilon,
                "rungs": [_rung(rung) for rung in of.rungs],
            }
            for of in ports_of(results)
        ],
    }


def _rung(rung: Rung) -> dict[str, Any]:
    diagnosis = rung.diagnosis or _without_numbers(rung)
    return {
        "repairs": rung.repairs,
        "label": rung.label,
        "conforms": diagnosis.conforms,
        "message": diagnosis.message,
        "like": diagnosis.like,
        "order": diagnosis.order,
        "further": diagnosis.further,
        "left_out": diagnosis.left_out,
        "findings": rung.findings,
    }


def _without_numbers(rung: Rung) -> DiagnosisRecord:
    """Of a rung that no case was run with: why."""
    reasons = [rung.problem] if rung.problem else rung.findings
    return DiagnosisRecord(
        port="",
        repairs=rung.repairs,
        conforms=False,
        deviations=[],
        worst_budgets=None,
        values=0,
        message=" and ".join(each.message for each in reasons),
    )
