"""A rule: what an algorithm makes of weights, gradients and hyper-parameters, as expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.case import LEARNING_RATE, Case
from goldstep_reference.rule.compilation import Maker, compiled
from goldstep_reference.rule.expression import Expression


@dataclass(frozen=True, slots=True)
class HyperParameter:
    """A number that a caller may give, at least zero and below ``below``.

    ``everyday`` are the powers of ten between which it is in everyday use. An option has a
    ``neutral`` value, which leaves the rule as it is without it and is never given.
    """

    name: str
    default: Decimal  # which each number format rounds
    below: float
    other_defaults: tuple[str, ...]  # of libraries in use
    everyday: tuple[float, float]
    neutral: float | None = None

    def allows(self, value: float) -> bool:
        """Whether it may have this value."""
        return 0 <= value < self.below

    @property
    def words(self) -> str:
        """Its name in a sentence."""
        return self.name.replace("_", " ")

    def default_in(self, number_format: NumberFormat) -> float:
        """The default as the number format holds it; that of an option is neutral."""
        if self.neutral is not None:
            return self.neutral
        return _nearest(self.default, number_format)


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of each element.

    ``start`` is its value before the first step, of the first gradient; ``next`` that of a step, of
    the values before and the gradient; ``kept`` what of the new value is there in the next step.
    ``words`` are what it is called in a sentence.
    """

    words: str
    start: Expression
    next: Expression
    kept: Expression


@dataclass(frozen=True, eq=False)
class Rule:
    """``weight`` is a weight's next value, of all states' values before the step and new ones."""

    hyper_parameters: tuple[HyperParameter, ...]
    states: Mapping[str, State]
    weight: Expression

    @property
    def names(self) -> tuple[str, ...]:
        """Those of the hyper-parameters."""
        return tuple(each.name for each in self.hyper_parameters)

    def used(self, case: Case, number_format: NumberFormat, step: int = 1) -> dict[str, float]:
        """The hyper-parameters in a step of a case: those given, the defaults of the others."""
        used = self.defaults(number_format) | dict(case.hyper_parameters)
        if case.learning_rates:
            used[LEARNING_RATE] = case.learning_rates[step - 1]
        return used

    def defaults(self, number_format: NumberFormat) -> dict[str, float]:
        """The default of each hyper-parameter."""
        return {each.name: each.default_in(number_format) for each in self.hyper_parameters}

    def rewritten(self, target: str, replacement: Expression) -> Rule:
        """With a replacement of all that ``target`` names or is the label of."""

        def of(expression: Expression) -> Expression:
            return expression.rewritten(target, replacement)

        states = {
            name: State(state.words, of(state.start), of(state.next), of(state.kept))
            for name, state in self.states.items()
        }
        return Rule(self.hyper_parameters, states, of(self.weight))

    @cached_property
    def functions(self) -> tuple[Maker, Maker, Maker]:
        """What an element's states start at; its new states, and as they are kept; its weight."""
        states, before = self.states.items(), tuple(self.states)
        new = tuple((f"new_{name}", state.next) for name, state in states)
        kept = tuple((f"kept_{name}", state.kept) for name, state in states)
        after = tuple(name for name, _ in new + kept)
        start = tuple((name, state.start) for name, state in states)
        return (
            compiled(("gradient",), start),
            compiled(("gradient", *before), new + kept),
            compiled(("gradient", "weight", *before, *after), (("updated", self.weight),)),
        )


@cache
def _nearest(value: Decimal, number_format: NumberFormat) -> float:
    return number_format.nearest(Fraction(value))
