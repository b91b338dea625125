"""Choices made against a budget: at every operation the one that errs the wanted way the most.

The rounding of given numbers is what it is: an adversary can only choose which operations there
are, whether their roundings take place, and the way of what may be some ULP off. It decides for
each element by itself. It is greedy: the greatest error here may not be the greatest in the end.
"""

from __future__ import annotations

import numpy as np
from support.faithful_programs import Aim, Candidate
from support.machine_formats import Array

# The average errs as the weight needs it at each step, or always one way.
AIMS = tuple(Aim(weight, average) for average in (None, 1, -1) for weight in (1, -1))


class Adversary:
    """Choices for the greatest error in the direction that is asked for."""

    keeps_average_wider = False

    def rounding(
        self, place: str, direction: Array, narrow: Candidate, twice: Candidate, wide: Candidate
    ) -> Array:
        return _farthest(direction, narrow, twice, wide)

    def form(self, place: str, direction: Array, *forms: Candidate) -> Array:
        return _farthest(direction, *forms)

    def stray(self, place: str, direction: Array) -> Array | None:
        return np.where(direction > 0, 2, -2)


def _farthest(direction: Array, *candidates: Candidate) -> Array:
    results = [candidate() for candidate in candidates]
    least = greatest = results[0]
    for result in results[1:]:
        least, greatest = np.minimum(least, result), np.maximum(greatest, result)
    return np.where(direction > 0, greatest, least)
