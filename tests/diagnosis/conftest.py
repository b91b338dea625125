"""What the diagnosis works out for one test serves the others."""

from __future__ import annotations

import pytest
from support.deviants import Bench


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()
