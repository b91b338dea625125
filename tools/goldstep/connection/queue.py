"""The cases of one run: handed out one by one, and given back in order with their outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import length_hint

from goldstep.connection.outcomes import Outcome
from goldstep.vectors.case import VectorCase

_LOOK_AHEAD = 4096  # cases beyond the first without an outcome: memory has a bound


class CaseQueue:
    """Hands out cases one by one; takes their outcomes in any order."""

    def __init__(self, cases: Iterable[VectorCase]) -> None:
        self._cases = iter(cases)
        self._size = length_hint(cases, 0)
        self._next = next(self._cases, None)
        self._taken = 0
        self._given = 0
        self._outcomes: dict[int, tuple[VectorCase, Outcome]] = {}

    @property
    def has_more(self) -> bool:
        """Whether a case can be taken."""
        return self._next is not None and self._taken - self._given < _LOOK_AHEAD

    @property
    def is_done(self) -> bool:
        """Whether all cases have been taken and given back."""
        return self._next is None and self._given == self._taken

    @property
    def answered(self) -> int:
        """How many have been given back."""
        return self._given

    @property
    def left(self) -> int:
        """How many have not been taken, as far as is known."""
        return max(0, self._size - self._taken)

    def take(self) -> tuple[int, VectorCase]:
        """A case and its number; only if there is more."""
        case = self._next
        assert case is not None
        self._next = next(self._cases, None)
        self._taken += 1
        return self._taken - 1, case

    def put(self, number: int, case: VectorCase, outcome: Outcome) -> None:
        """The outcome of a case that was taken."""
        self._outcomes[number] = case, outcome

    def ready(self) -> Iterator[tuple[VectorCase, Outcome]]:
        """What has an outcome and is next in order."""
        while (found := self._outcomes.pop(self._given, None)) is not None:
            self._given += 1
            yield found
