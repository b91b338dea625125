"""The pytest plugin where goldstep is installed from a wheel, whose modules pytest looks into."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes


def test_it_tests_a_port_and_warns_of_nothing(
    environment: dict[str, str], repository: Callable[..., Path]
) -> None:
    root = repository("outside")
    (root / "pytest.ini").write_text(
        "[pytest]\ngoldstep_ports = my-port\ngoldstep_groups = starting-average\n"
    )
    done = subprocess.run(
        ["python", "-m", "pytest", "-q", "-n", "2", "-W", "error", "-k", "two-steps"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    *said, failed = done.stdout.splitlines()
    # Below CI pytest cuts no line of its summary, so a test's message may be of several.
    where = "my-port/port.toml: epsilon-outside-root at my-port/tiny_adapter.py:"
    assert [line for line in said if line.startswith(where)]
    assert failed.startswith("7 failed in ")
