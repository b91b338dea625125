"""``goldstep diagnose``."""

from __future__ import annotations

from typing import Any

import click

from goldstep.cli.about import about_run
from goldstep.cli.options import PORT
from goldstep.cli.running import Running, running_options
from goldstep.results.rungs import Rung
from goldstep.results.value import Results


@click.command()
@click.argument("port", type=PORT)
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
            for of in results.ports
        ],
    }


def _rung(rung: Rung) -> dict[str, Any]:
    """A rung; of one that no case was run with, why."""
    reasons = [rung.problem] if rung.problem else rung.findings
    said: dict[str, Any] = {
        "conforms": False,
        "message": " and ".join(each.message for each in reasons),
        "like": "",
        "order": "",
        "further": 0,
        "left_out": 0,
    }
    if rung.diagnosis:
        said = {name: getattr(rung.diagnosis, name) for name in said}
    return {"repairs": rung.repairs, "label": rung.label, **said, "findings": rung.findings}
