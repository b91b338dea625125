"""Settings of all tests: property tests have no deadlines, which a busy machine would miss."""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

settings.register_profile(
    "goldstep", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("goldstep")

# As the command does: vectors and what is worked out from them stay to the end.
gc.set_threshold(100_000, 50, 100)
