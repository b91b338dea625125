"""The loop that all algorithms share: any variant of any rule, in any arithmetic."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from goldstep_reference.arithmetic.arithmetic import Arithmetic, N, NoValueError
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.compilation import Function

# By parameter; None where there is no value, and whatever comes of it.
Values = dict[str, list[N | None]]


def simulate(
    case: Case, variant: Variant, arithmetic: Arithmetic[N]
) -> Iterator[tuple[int, Values[N], Mapping[str, Values[N]]]]:
    """The number, the weights and the states, by their names, of each recorded step."""
    number = arithmetic.number
    rule = variant.rule

    def functions_in(step: int) -> Iterator[Function]:
        numbers = variant.numbers(case, arithmetic.number_format, step).items()
        given = {name: number(value) for name, value in numbers}
        return (make(arithmetic, given) for make in rule.functions)

    start, advance, update = functions_in(1)
    # Of each element: its states, in the order of the rule.
    states: dict[Hashable, list[tuple[N | None, ...]]] = {}
    weights: Values[N] = {name: list(map(number, array)) for name, array in case.weights.items()}
    record = set(case.record)
    for t, step_gradients in enumerate(case.gradients, start=1):
        if case.learning_rates:
            start, advance, update = functions_in(t)
        for name, array in weights.items():
            gradients = list(map(number, step_gradients[name]))
            length = len(gradients)
            kept = states.setdefault(variant.key(name, length, t), [])
            kept += [start(t, gradient) for gradient in gradients[len(kept) :]]
            # New states, and then what is kept of them.
            new = [
                advance(t, gradient, *before)
                for gradient, before in zip(gradients, kept, strict=False)
            ]
            sources = variant.sources(length)
            for index, source in enumerate(sources):
                if source is not None:
                    (array[index],) = update(
                        t, gradients[index], array[index], *kept[source], *new[source]
                    )
            for index, source in enumerate(sources):
                if source is not None:
                    kept[index] = new[index][len(rule.states) :]
        if t in record:
            yield (
                t,
                {name: list(array) for name, array in weights.items()},
                {
                    state: {
                        name: [
                            _reported(arithmetic, each[index])
                            for each in states[variant.key(name, len(array), t)][: len(array)]
                        ]
                        for name, array in weights.items()
                    }
                    for index, state in enumerate(rule.states)
                },
            )


def _reported(arithmetic: Arithmetic[N], value: N | None) -> N | None:
    if value is None:
        return None
    try:
        return arithmetic.reported(value)
    except NoValueError:
        return None
