"""What every object that is printed says of its run."""

from __future__ import annotations

from typing import Any

from goldstep.results.value import Results


def about_run(results: Results) -> dict[str, Any]:
    """Versions, vectors, isolation, seed and exit code."""
    header = results.header
    return {
        "versions": header.versions,
        "vectors": header.vectors,
        "isolation": header.isolation,
        "seed": header.seed,
        "exit_code": results.exit_code,
    }
