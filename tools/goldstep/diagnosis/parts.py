"""A case without some of its parts: steps, parameters, elements; or with another one in it.

What is left out is a range of places, from 0, in the order of the case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from goldstep_reference.rule.case import Arrays, Case


def first_steps(case: Case, count: int) -> Case:
    """The first steps, of which the last is recorded."""
    return _with_steps(case, range(count))


def without_steps(case: Case, left_out: range) -> Case:
    """Without some steps; the last one that is left is recorded."""
    return _with_steps(case, [n for n in range(len(case.gradients)) if n not in left_out])


def without_parameters(case: Case, left_out: range) -> Case:
    """Without some parameters: their weights and their gradients."""
    names = {name for place, name in enumerate(case.weights) if place in left_out}
    return _with_arrays(
        case, lambda arrays: {name: each for name, each in arrays.items() if name not in names}
    )


def without_elements(case: Case, left_out: range, names: Sequence[str]) -> Case:
    """Without some elements of some parameters, which are of one length."""

    def kept(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(value for index, value in enumerate(values) if index not in left_out)

    return _with_arrays(
        case,
        lambda arrays: {
            name: kept(values) if name in names else values for name, values in arrays.items()
        },
    )


def with_an_element(case: Case, empty: str, weight: float, gradient: float) -> Case:
    """With one element, of this gradient at each step, in a parameter that has none."""
    gradients = tuple({**step, empty: (gradient,)} for step in case.gradients)
    return replace(case, weights={**case.weights, empty: (weight,)}, gradients=gradients)


def renamed(case: Case, old: str, new: str) -> Case:
    """With another name for a parameter, at the same place."""
    return _with_arrays(
        case,
        lambda arrays: {new if name == old else name: each for name, each in arrays.items()},
    )


def _with_steps(case: Case, steps: Sequence[int]) -> Case:
    return replace(
        case,
        gradients=tuple(case.gradients[step] for step in steps),
        record=(len(steps),),
        learning_rates=tuple(case.learning_rates[step] for step in steps if case.learning_rates),
    )


def _with_arrays(case: Case, change: Callable[[Arrays], Arrays]) -> Case:
    return replace(case, weights=change(case.weights), gradients=tuple(map(change, case.gradients)))
