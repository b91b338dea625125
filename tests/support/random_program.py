"""Choices drawn at random, by a program that has habits.

Without habits the errors of many operations would cancel, and no program would come near its
budget. So one program rounds nearly everywhere and another holds nearly everything wider; one has a
root that is always 2 ULP too great; one computes every step in the same way, another never twice.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from support.faithful_programs import Candidate
from support.machine_formats import Array

Stray = Literal["none", "down", "up", "any"]
_WAYS: dict[Stray, int] = {"down": -2, "up": 2}
_STRAYS: tuple[Stray, ...] = ("none", "down", "up", "any")


class RandomProgram:
    """Program number ``number`` of those that ``seed`` decides."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = random = np.random.default_rng((seed, number))
        wider = float(random.choice([0.0, 0.0, 0.1, 0.5, 0.9]))
        twice = float(random.choice([0.0, 0.5, 1.0]))
        self._rounds_once = (1 - wider) * (1 - twice)
        self._rounds = 1 - wider
        self.keeps_average_wider = bool(random.random() < 0.25)
        self._is_steady = bool(random.random() < 0.5)
        self._forms: dict[str, int] = {}
        self._roundings: dict[str, float] = {}
        self._strays: dict[str, Stray] = {}

    def rounding(
        self, place: str, direction: Array, narrow: Candidate, twice: Candidate, wide: Candidate
    ) -> Array:
        drawn = self._roundings.get(place)
        if drawn is None:
            drawn = self._random.random()
            if self._is_steady:
                self._roundings[place] = drawn
        if drawn < self._rounds_once:
            return narrow()
        return twice() if drawn < self._rounds else wide()

    def form(self, place: str, direction: Array, *forms: Candidate) -> Array:
        drawn = self._forms.get(place)
        if drawn is None:
            drawn = int(self._random.integers(len(forms)))
            if self._is_steady:
                self._forms[place] = drawn
        return forms[drawn]()

    def stray(self, place: str, direction: Array) -> Array | None:
        habit = self._strays.get(place)
        if habit is None:
            habit = self._strays[place] = _STRAYS[self._random.integers(len(_STRAYS))]
        if habit == "none":
            return None
        if habit == "any":
            return self._random.integers(-2, 3, direction.shape)
        return np.full(direction.shape, _WAYS[habit])
