"""One case of the golden vectors: its inputs, and what is expected of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

import msgspec
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import COLUMNS, Column
from goldstep_reference.rule.case import HYPER_PARAMETERS, Case, HyperParameter

from goldstep.vectors.expected_number import ExpectedNumber

Numbers = dict[str, list[str]]

_SPECIAL = frozenset({"NaN", "Infinity", "-Infinity", "-0.0"})


class ExpectedValues(msgspec.Struct, frozen=True, dict=True):
    """What one parameter is expected to be, element by element."""

    exact: list[str]
    nearest: list[str]
    tolerance: list[str]

    @cached_property
    def numbers(self) -> tuple[ExpectedNumber, ...]:
        """The elements, ready to be compared with."""
        return tuple(map(ExpectedNumber.read, self.exact, self.nearest, self.tolerance))


class ExpectedStep(msgspec.Struct, frozen=True):
    """What is expected after one step."""

    step: int
    weights: dict[str, ExpectedValues]
    moving_average: dict[str, ExpectedValues]

    @property
    def quantities(self) -> dict[str, dict[str, ExpectedValues]]:
        """The parameters of each quantity."""
        return {"weights": self.weights, "moving_average": self.moving_average}

    def elements(self) -> Iterator[tuple[str, str, int, str, str, str]]:
        """Quantity, parameter and index of each element; its exact and nearest value, tolerance."""
        for quantity, parameters in self.quantities.items():
            for name, values in parameters.items():
                texts = zip(values.exact, values.nearest, values.tolerance, strict=True)
                for index, (exact, nearest, tolerance) in enumerate(texts):
                    yield quantity, name, index, exact, nearest, tolerance


class Columns(msgspec.Struct, frozen=True):
    """What is expected with epsilon inside the root, and outside of it."""

    inside: list[ExpectedStep]
    outside: list[ExpectedStep]

    def column(self, name: Column) -> list[ExpectedStep]:
        """One of the two."""
        return self.inside if name == "inside" else self.outside


class Expected(msgspec.Struct, frozen=True, omit_defaults=True):
    """The columns; or choices, each with its columns; or why the input must be rejected."""

    inside: list[ExpectedStep] | None = None
    outside: list[ExpectedStep] | None = None
    choices: dict[str, Columns] | None = None
    rejected: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where it is none of the three, or several of them."""
        given = tuple(name for name in self.__struct_fields__ if getattr(self, name) is not None)
        if given not in {("inside", "outside"), ("choices",), ("rejected",)}:
            raise ValueError(f"expected holds {' and '.join(given) or 'nothing'}")

    @property
    def kind(self) -> Literal["numbers", "choices", "rejected"]:
        """Which of the three it is."""
        if self.rejected is not None:
            return "rejected"
        return "numbers" if self.choices is None else "choices"

    def alternatives(self, column: Column) -> Mapping[str | None, list[ExpectedStep]]:
        """What a port held to ``column`` may answer, by the choice it makes; empty if rejected.

        The one alternative of a case without choices has the name None.
        """
        if self.choices is not None:
            return {name: columns.column(column) for name, columns in self.choices.items()}
        steps = self.inside if column == "inside" else self.outside
        return {} if steps is None else {None: steps}


class VectorCase(msgspec.Struct, frozen=True, dict=True):
    """One case of a vector file."""

    id: str
    description: str
    flags: list[str]
    weights: Numbers
    gradients: list[Numbers]
    record: list[int]
    expected: Expected
    learning_rate: str | None = None
    decay_rate: str | None = None
    epsilon: str | None = None

    @property
    def number_format(self) -> str:
        """The format that the inputs are exact in."""
        return self.id.split("/")[1]

    @property
    def left_out(self) -> set[HyperParameter]:
        """The hyper-parameters that are left to the port's default."""
        return {name for name in HYPER_PARAMETERS if getattr(self, name) is None}

    @cached_property
    def special_values(self) -> frozenset[str]:
        """NaN, infinities and negative zero, where they are among its numbers."""
        return _SPECIAL.intersection(self._texts())

    def _texts(self) -> Iterator[str]:
        """All numbers: hyper-parameters, inputs, and what is expected."""
        yield from (text for text in (self.learning_rate, self.decay_rate, self.epsilon) if text)
        for arrays in (self.weights, *self.gradients):
            for texts in arrays.values():
                yield from texts
        for column in COLUMNS:
            for steps in self.expected.alternatives(column).values():
                for step in steps:
                    for parameters in step.quantities.values():
                        for values in parameters.values():
                            yield from values.nearest

    @cached_property
    def inputs(self) -> Case:
        """The inputs as the reference takes them."""
        number_format = NUMBER_FORMATS[self.number_format]

        def arrays(numbers: Numbers) -> dict[str, tuple[float, ...]]:
            return {
                name: tuple(map(number_format.parse, values)) for name, values in numbers.items()
            }

        learning_rate, decay_rate, epsilon = (
            None if text is None else number_format.parse(text)
            for text in (self.learning_rate, self.decay_rate, self.epsilon)
        )
        return Case(
            name=self.id.rsplit("/", 1)[1],
            description=self.description,
            flags=tuple(self.flags),
            learning_rate=learning_rate,
            decay_rate=decay_rate,
            epsilon=epsilon,
            weights=arrays(self.weights),
            gradients=tuple(map(arrays, self.gradients)),
            record=tuple(self.record),
            rejected=self.expected.rejected,
            choices=tuple(self.expected.choices or ()),
        )
