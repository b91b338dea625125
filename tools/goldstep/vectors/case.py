"""One case of the golden vectors: its inputs, and what is expected of them.

Hyper-parameters, states and columns are fields by the names that they have in an algorithm:
`case_type` makes the types that are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Literal

import msgspec
from goldstep_reference.algorithms import ALGORITHMS
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import LEARNING_RATE, LEARNING_RATES, Case

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


Arrays = dict[str, ExpectedValues]


class ExpectedStep(msgspec.Struct, frozen=True, dict=True):
    """What is expected after one step: of the weights, and of each state."""

    step: int
    weights: Arrays

    @cached_property
    def quantities(self) -> Mapping[str, Arrays]:
        """The parameters of each quantity, weights first."""
        return {name: getattr(self, name) for name in self.__struct_fields__[1:]}

    def elements(self) -> Iterator[tuple[str, str, int, str, str, str]]:
        """Quantity, parameter and index of each element; its exact and nearest value, tolerance."""
        for quantity, parameters in self.quantities.items():
            for name, values in parameters.items():
                texts = zip(values.exact, values.nearest, values.tolerance, strict=True)
                for index, (exact, nearest, tolerance) in enumerate(texts):
                    yield quantity, name, index, exact, nearest, tolerance


class Columns(msgspec.Struct, frozen=True):
    """What is expected in each column."""

    def column(self, name: str) -> list[ExpectedStep]:
        """One of them."""
        steps: list[ExpectedStep] = getattr(self, _field(name))
        return steps


class Expected(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The columns; or choices, each with its columns; or why the input must be rejected."""

    choices: dict[str, Columns] | None = None
    rejected: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where it is none of the three, or several of them."""
        others = ("choices", "rejected")
        columns = [name for name in self.__struct_encode_fields__ if name not in others]
        given = [name for name in (*columns, *others) if getattr(self, _field(name)) is not None]
        if given not in (columns, ["choices"], ["rejected"]):
            raise ValueError(f"expected holds {' and '.join(given) or 'nothing'}")

    @property
    def kind(self) -> Literal["numbers", "choices", "rejected"]:
        """Which of the three it is."""
        if self.rejected is not None:
            return "rejected"
        return "numbers" if self.choices is None else "choices"

    def alternatives(self, column: str) -> Mapping[str | None, list[ExpectedStep]]:
        """What a port held to ``column`` may answer, by the choice it makes; empty if rejected.

        The one alternative of a case without choices has the name None.
        """
        if self.choices is not None:
            return {name: columns.column(column) for name, columns in self.choices.items()}
        if self.rejected is not None:
            return {}
        steps: list[ExpectedStep] = getattr(self, _field(column))
        return {None: steps}


class VectorCase(msgspec.Struct, frozen=True, dict=True):
    """One case of a vector file."""

    id: str
    description: str
    flags: list[str]
    weights: Numbers
    gradients: list[Numbers]
    record: list[int]
    expected: Expected
    learning_rates: list[str] | msgspec.UnsetType = msgspec.UNSET

    @property
    def algorithm(self) -> Algorithm:
        """Whose case it is."""
        return ALGORITHMS[self.id.split("/")[0]]

    @property
    def number_format(self) -> str:
        """The format that the inputs are exact in."""
        return self.id.split("/")[1]

    @cached_property
    def hyper_parameters(self) -> Mapping[str, str]:
        """Those that are given for all steps, by their names."""
        given = {name: getattr(self, name) for name in self.algorithm.rule.names}
        return {name: text for name, text in given.items() if text is not None}

    @property
    def options(self) -> set[str]:
        """The options of the algorithm that it uses."""
        given = {LEARNING_RATES} if self.learning_rates else set()
        return (given | self.hyper_parameters.keys()) & {*self.algorithm.options}

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The hyper-parameters that are left to the port's default; an option is not."""
        algorithm = self.algorithm
        others = {*self.hyper_parameters, *algorithm.options}
        if self.learning_rates:
            others.add(LEARNING_RATE)
        return frozenset(algorithm.rule.names) - others

    @cached_property
    def special_values(self) -> frozenset[str]:
        """NaN, infinities and negative zero, where they are among its numbers."""
        return _SPECIAL.intersection(self._texts())

    def _texts(self) -> Iterator[str]:
        """All numbers: hyper-parameters, inputs, and what is expected."""
        yield from self.hyper_parameters.values()
        yield from self.learning_rates or ()
        for arrays in (self.weights, *self.gradients):
            for texts in arrays.values():
                yield from texts
        for column in self.algorithm.columns:
            for steps in self.expected.alternatives(column).values():
                for step in steps:
                    for parameters in step.quantities.values():
                        for values in parameters.values():
                            yield from values.nearest

    @cached_property
    def inputs(self) -> Case:
        """The inputs as the reference takes them."""
        parse = NUMBER_FORMATS[self.number_format].parse

        def arrays(numbers: Numbers) -> dict[str, tuple[float, ...]]:
            return {name: tuple(map(parse, values)) for name, values in numbers.items()}

        return Case(
            name=self.id.rsplit("/", 1)[1],
            description=self.description,
            flags=tuple(self.flags),
            hyper_parameters={name: parse(text) for name, text in self.hyper_parameters.items()},
            weights=arrays(self.weights),
            gradients=tuple(map(arrays, self.gradients)),
            record=tuple(self.record),
            rejected=self.expected.rejected,
            choices=tuple(self.expected.choices or ()),
            learning_rates=tuple(map(parse, self.learning_rates or ())),
        )


@cache
def case_type(algorithm: Algorithm) -> type[VectorCase]:
    """The case whose fields have the names of an algorithm; others are refused."""
    step: Any = msgspec.defstruct(
        "ExpectedStep",
        [(state, Arrays) for state in algorithm.rule.states],
        bases=(ExpectedStep,),
        frozen=True,
        forbid_unknown_fields=True,
    )
    names = tuple(algorithm.columns)
    columns: Any = msgspec.defstruct(
        "Columns",
        [(_field(name), list[step], msgspec.field(name=name)) for name in names],
        bases=(Columns,),
        frozen=True,
        forbid_unknown_fields=True,
    )
    expected = msgspec.defstruct(
        "Expected",
        [
            *(
                (_field(name), list[step] | None, msgspec.field(name=name, default=None))
                for name in names
            ),
            ("choices", dict[str, columns] | None, None),
        ],
        bases=(Expected,),
        frozen=True,
        omit_defaults=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    given = [(name, str | None, None) for name in algorithm.rule.names]
    made = msgspec.defstruct(
        "VectorCase",
        [("expected", expected), *given],
        bases=(VectorCase,),
        frozen=True,
        forbid_unknown_fields=True,
    )
    assert issubclass(made, VectorCase)
    return made


def _field(column: str) -> str:
    """Of a column, whose name may have hyphens."""
    return column.replace("-", "_")
