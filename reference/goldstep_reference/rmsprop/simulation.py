"""RMSProp, written once: any behaviour, in any arithmetic.

v_t = decay v_(t-1) + (1 - decay) g_t^2,   v_0 = 0
w_t = w_(t-1) - learning_rate g_t / sqrt(v_t + epsilon)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from goldstep_reference.arithmetic.arithmetic import Arithmetic, N, NoValueError
from goldstep_reference.numbers.number_format import ALL_FORMATS
from goldstep_reference.rmsprop.behaviour import OWN, Behaviour
from goldstep_reference.rule.case import HYPER_PARAMETERS, Case

# None where there is no value, and whatever comes of it.
Values = dict[str, list[N | None]]

_BLOCK = 4  # elements that a loop with a forgotten tail takes at a time


def simulate(
    case: Case, behaviour: Behaviour, arithmetic: Arithmetic[N]
) -> Iterator[tuple[int, Values[N], Values[N]]]:
    """The number, the weights and the averages of each recorded step."""
    learning_rate, decay_rate, epsilon = (
        arithmetic.number(behaviour.hyper_parameter(name, case, arithmetic.number_format))
        for name in HYPER_PARAMETERS
    )
    if behaviour.subnormals == "flushed":
        learning_rate, decay_rate, epsilon = map(
            arithmetic.flushed, (learning_rate, decay_rate, epsilon)
        )
    optimizer = _Optimizer(behaviour, arithmetic, learning_rate, decay_rate, epsilon, {})
    weights: Values[N] = {
        name: list(map(arithmetic.number, values)) for name, values in case.weights.items()
    }
    record = set(case.record)
    for number, gradients in enumerate(case.gradients, start=1):
        for name, values in weights.items():
            optimizer.update(number, name, values, list(map(arithmetic.number, gradients[name])))
        if number in record:
            yield (
                number,
                {name: list(values) for name, values in weights.items()},
                {name: optimizer.averages(name, len(values)) for name, values in weights.items()},
            )


@dataclass(frozen=True, slots=True)
class _Optimizer(Generic[N]):
    """The formula, or what a deviation makes of it; ``state`` is what it remembers."""

    behaviour: Behaviour
    arithmetic: Arithmetic[N]
    learning_rate: N
    decay_rate: N
    epsilon: N
    state: dict[object, list[N | None]]

    def update(
        self, number: int, name: str, weights: list[N | None], gradients: Sequence[N]
    ) -> None:
        """Changes the weights of a parameter, and what is remembered of its gradients."""
        if self.behaviour.subnormals == "flushed":
            gradients = [self.arithmetic.flushed(gradient) for gradient in gradients]
        if self.behaviour.not_a_number == "zeroed":
            gradients = [self.arithmetic.without_nan(gradient) for gradient in gradients]
        previous = self._kept(name, gradients)
        new = [
            average
            if self._left_out(index, len(gradients))
            else self._average(number, average, gradient)
            for index, (average, gradient) in enumerate(zip(previous, gradients, strict=False))
        ]
        used = previous if self.behaviour.lagging else new
        for index, gradient in enumerate(gradients):
            if not self._left_out(index, len(gradients)):
                average = used[self._source(index, len(gradients))]
                weights[index] = self._weight(number, weights[index], average, gradient)
        kept = [self._stored(average) for average in new]
        self.state[self._key(name, len(gradients))] = kept + previous[len(kept) :]

    def averages(self, name: str, length: int) -> list[N | None]:
        """A parameter's averages, as they are told."""
        kept = self.state[self._key(name, length)][:length]
        return [self._reported(average) for average in kept]

    def _key(self, name: str, length: int) -> object:
        match self.behaviour.state:
            case "shared":
                return length
            case "shared-by-all":
                return None
        return name

    def _kept(self, name: str, gradients: Sequence[N]) -> list[N | None]:
        kept = self.state.get(self._key(name, len(gradients)), [])
        if self.behaviour.state == "renewed":
            kept = []
        return kept + [self._initial_average(gradient) for gradient in gradients[len(kept) :]]

    def _initial_average(self, gradient: N) -> N:
        match self.behaviour.initial_average:
            case "zero":
                return self.arithmetic.zero
            case "one":
                return self.arithmetic.one
            case "epsilon":
                return self.epsilon
            case "first-square":
                return self.arithmetic.square(gradient)
        constant = self.arithmetic.number_format.nearest(Fraction(self.behaviour.initial_average))
        return self.arithmetic.number(constant)

    def _source(self, index: int, length: int) -> int:
        """Whose average the element at ``index`` uses."""
        match self.behaviour.coupling:
            case "neighbour":
                return (index + 1) % length
            case "first":
                return 0
            case "last":
                return length - 1
        return index

    def _left_out(self, index: int, length: int) -> bool:
        whole_blocks = length - length % _BLOCK
        return self.behaviour.coupling == "tail" and 0 < whole_blocks <= index

    def _average(self, number: int, previous: N | None, gradient: N) -> N | None:
        if previous is None:
            return None
        try:
            average = self._new_average(number, previous, gradient)
            if self.behaviour.epsilon_placement == "into-average":
                average = self.arithmetic.total(average, self.epsilon)
            return self._narrowed(average, self.behaviour.average_format)
        except NoValueError:
            return None

    def _new_average(self, number: int, previous: N, gradient: N) -> N:
        arithmetic, decay_rate = self.arithmetic, self.decay_rate
        match self.behaviour.average:
            case "moving" | "bias-corrected":
                return arithmetic.moving_average_of_squares(decay_rate, previous, gradient)
            case "decayed-twice":
                decayed = arithmetic.product(decay_rate, previous)
                return arithmetic.moving_average_of_squares(decay_rate, decayed, gradient)
            case "cumulative-sum":
                return arithmetic.total(previous, arithmetic.square(gradient))
            case "cumulative-mean":
                count = arithmetic.number(float(number))
                old = arithmetic.product(arithmetic.number(number - 1.0), previous)
                return arithmetic.quotient(
                    arithmetic.total(old, arithmetic.square(gradient)), count
                )
            case "magnitudes":
                magnitude = arithmetic.absolute(gradient)
                return arithmetic.moving_average(decay_rate, previous, magnitude)
            case "swapped-rates":
                complement = arithmetic.difference(arithmetic.one, decay_rate)
                old = arithmetic.product(complement, previous)
                new = arithmetic.product(decay_rate, arithmetic.square(gradient))
                return arithmetic.total(old, new)

    def _weight(self, number: int, weight: N | None, average: N | None, gradient: N) -> N | None:
        """The weight after the step; one without a value stays so."""
        if weight is None or self.behaviour.update == "discarded":
            return weight
        arithmetic = self.arithmetic
        try:
            change = self._change(number, average, gradient)
            change = self._narrowed(change, self.behaviour.update_format)
            if self.behaviour.step == "ascent":
                new = arithmetic.total(weight, change)
            else:
                new = arithmetic.difference(weight, change)
            if self.behaviour.subnormals == "flushed":
                new = arithmetic.flushed(new)
            return arithmetic.reported(new)
        except NoValueError:
            return None

    def _change(self, number: int, average: N | None, gradient: N) -> N:
        """learning_rate * gradient / divisor."""
        arithmetic, rate = self.arithmetic, self.learning_rate
        match self.behaviour.step:
            case "sign":
                return arithmetic.product(rate, arithmetic.sign(gradient))
            case "gradient":
                return arithmetic.product(rate, gradient)
            case "squared-rate":
                rate = arithmetic.product(rate, rate)
        if average is None:
            raise NoValueError("there is no average to divide by")
        if self.behaviour.average == "bias-corrected":
            power = arithmetic.power(self.decay_rate, number)
            average = arithmetic.quotient(average, arithmetic.difference(arithmetic.one, power))
        return arithmetic.scaled_gradient(rate, gradient, self._divisor(average))

    def _divisor(self, average: N) -> N:
        arithmetic, epsilon = self.arithmetic, self.epsilon
        added: N | None = None
        match self.behaviour.epsilon_placement:
            case "inside":
                average = arithmetic.total(average, epsilon)
            case "outside":
                added = epsilon
            case "subtracted":
                average = arithmetic.difference(average, epsilon)
            case "maximum":
                average = arithmetic.maximum(average, epsilon)
            case "root-outside":
                added = arithmetic.root(epsilon)
        root = average if self.behaviour.step == "without-root" else arithmetic.root(average)
        return root if added is None else arithmetic.total(root, added)

    def _narrowed(self, value: N, format_name: str) -> N:
        if format_name == OWN:
            return value
        return self.arithmetic.rounded(value, ALL_FORMATS[format_name])

    def _stored(self, average: N | None) -> N | None:
        if average is None:
            return None
        try:
            if self.behaviour.subnormals == "flushed":
                average = self.arithmetic.flushed(average)
            return self.arithmetic.stored(average)
        except NoValueError:
            return None

    def _reported(self, average: N | None) -> N | None:
        if average is None:
            return None
        try:
            return self.arithmetic.reported(average)
        except NoValueError:
            return None
