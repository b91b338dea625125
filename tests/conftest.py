"""Settings of all tests: property tests have no deadlines, which a busy machine would miss."""

from __future__ import annotations

import gc
import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["support.fixtures", "support.quick"]

settings.register_profile(
    "goldstep", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("goldstep")

# As the command does: vectors and what is worked out from them stay to the end.
gc.set_threshold(100_000, 50, 100)


def pytest_configure(config: pytest.Config) -> None:
    """Lets the hundreds of processes that tests start compile each module once.

    Where Python is told to write no bytecode beside the sources, it is kept for the tests alone.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        bytecode = tempfile.TemporaryDirectory(prefix="goldstep-bytecode-")
        config.add_cleanup(bytecode.cleanup)
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode.name
