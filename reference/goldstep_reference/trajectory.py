"""The trajectory of a case: exact averages and weights, and their rounding budgets.

    v_t = decay v_(t-1) + (1 - decay) g_t^2,   v_0 = 0
    w_t = w_(t-1) - learning_rate g_t / sqrt(v_t + epsilon)

A trajectory is a pure function of the case, the number format and the behaviour; the formula is one
behaviour of many (`behaviour`). It is evaluated in two arithmetics at once (`arithmetic`): the
exact value, and the interval of everything a faithful program may have at that place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from goldstep_reference.arithmetic import FaithfulArithmetic, Interval, RealArithmetic
from goldstep_reference.behaviour import FORMULA, Behaviour
from goldstep_reference.case import HYPER_PARAMETERS, Case, HyperParameter, default
from goldstep_reference.number_format import FLOAT32, NumberFormat

STARTING_PRECISION = 192  # bits


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One value: an interval that holds it, and one that holds all faithful results.

    Both are None where the behaviour has no real value there (a root of a negative number, a
    division by zero): a program has NaN or an infinity.
    """

    exact: Interval | None
    faithful: Interval | None

    @property
    def budget(self) -> Fraction:
        """The greatest distance of a faithful result from the exact value; absolute."""
        if self.exact is None or self.faithful is None:
            raise ValueError("an undefined value has no budget")
        above = end(self.faithful.b) - end(self.exact.a)
        below = end(self.exact.b) - end(self.faithful.a)
        return max(above, below)


Enclosures = Mapping[str, tuple[Enclosure, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """What holds after step number ``step``, counted from 1."""

    step: int
    weights: Enclosures
    moving_average: Enclosures


def trajectory(
    case: Case,
    number_format: NumberFormat,
    behaviour: Behaviour = FORMULA,
    precision: int = STARTING_PRECISION,
) -> tuple[Step, ...]:
    """The recorded steps of ``case``, in intervals of ``precision`` bits."""
    exact = _run(case, behaviour, RealArithmetic(number_format, precision))
    faithful = _run(case, behaviour, FaithfulArithmetic(number_format, precision))
    return tuple(
        Step(number, _paired(weights, faithful_weights), _paired(average, faithful_average))
        for number, (weights, average), (faithful_weights, faithful_average) in zip(
            case.record, exact, faithful, strict=True
        )
    )


def end(interval_end: Interval) -> Fraction:
    """One end of an interval, as the rational that it is. Raises ValueError for an infinity."""
    sign, mantissa, exponent, _ = interval_end._mpi_[0]
    if not mantissa and exponent:
        raise ValueError("the interval is unbounded")
    magnitude = Fraction(int(mantissa)) * (
        Fraction(2**exponent) if exponent >= 0 else Fraction(1, 2**-exponent)
    )
    return -magnitude if sign else magnitude


_Values = dict[str, list[Interval | None]]


def _run(
    case: Case, behaviour: Behaviour, arithmetic: RealArithmetic
) -> list[tuple[_Values, _Values]]:
    """Weights and averages at each recorded step, in one arithmetic."""
    hyper_parameters = {
        name: _hyper_parameter(case, name, behaviour, arithmetic) for name in HYPER_PARAMETERS
    }
    element = _Element(behaviour, arithmetic, **hyper_parameters)
    weights: _Values = {
        name: [arithmetic.number(value) for value in values]
        for name, values in case.weights.items()
    }
    state: dict[str | int, list[Interval]] = {}
    recorded = []
    for number, gradients in enumerate(case.gradients, start=1):
        for name, values in weights.items():
            key = len(values) if behaviour.state == "shared" else name
            averages = state.get(key)
            if averages is None or behaviour.state == "renewed":
                averages = state[key] = [element.initial_average()] * len(values)
            for index, gradient in enumerate(map(arithmetic.number, gradients[name])):
                values[index], averages[index] = element.update(
                    number, values[index], averages[index], gradient
                )
        if number in case.record:
            of = {
                name: state[len(values) if behaviour.state == "shared" else name]
                for name, values in weights.items()
            }
            recorded.append(
                (
                    {name: list(values) for name, values in weights.items()},
                    {name: list(averages) for name, averages in of.items()},
                )
            )
    return recorded


@dataclass(frozen=True, slots=True)
class _Element:
    """One element's update: the formula, or what a deviation makes of it."""

    behaviour: Behaviour
    arithmetic: RealArithmetic
    learning_rate: Interval
    decay_rate: Interval
    epsilon: Interval

    def initial_average(self) -> Interval:
        match self.behaviour.initial_average:
            case "zero":
                return self.arithmetic.zero
            case "one":
                return self.arithmetic.one
            case "epsilon":
                return self.epsilon

    def update(
        self, number: int, weight: Interval | None, average: Interval, gradient: Interval
    ) -> tuple[Interval | None, Interval]:
        """Weight and average after step ``number``; a weight once undefined stays so."""
        new = self._average(average, gradient)
        if weight is None or self.behaviour.update == "discarded":
            return weight, new
        change = self._change(number, average if self.behaviour.lagging else new, gradient)
        if change is None:
            return None, new
        if self.behaviour.step == "ascent":
            return self.arithmetic.total(weight, change), new
        return self.arithmetic.difference(weight, change), new

    def _average(self, previous: Interval, gradient: Interval) -> Interval:
        arithmetic = self.arithmetic
        match self.behaviour.average:
            case "moving" | "bias-corrected":
                return arithmetic.moving_average_of_squares(self.decay_rate, previous, gradient)
            case "cumulative-sum":
                return arithmetic.total(previous, arithmetic.square(gradient))
            case "magnitudes":
                return arithmetic.moving_average(self.decay_rate, previous, abs(gradient))
            case "swapped-rates":
                complement = arithmetic.difference(arithmetic.one, self.decay_rate)
                old = arithmetic.product(complement, previous)
                new = arithmetic.product(self.decay_rate, arithmetic.square(gradient))
                return arithmetic.total(old, new)

    def _change(self, number: int, average: Interval, gradient: Interval) -> Interval | None:
        """learning_rate * gradient / divisor; None where it is not defined."""
        arithmetic = self.arithmetic
        if self.behaviour.step == "sign":
            signed = (gradient > 0) - (gradient < 0)
            return arithmetic.number(float(signed)) * self.learning_rate
        if self.behaviour.average == "bias-corrected":
            power = arithmetic.power(self.decay_rate, number)
            correction = arithmetic.difference(arithmetic.one, power)
            if not correction.a > 0:
                return None
            average = arithmetic.quotient(average, correction)
        divisor = self._divisor(average)
        if divisor is None or 0 in divisor:
            return None
        return arithmetic.scaled_gradient(self.learning_rate, gradient, divisor)

    def _divisor(self, average: Interval) -> Interval | None:
        arithmetic = self.arithmetic
        match self.behaviour.epsilon_placement:
            case "inside":
                radicand, added = arithmetic.total(average, self.epsilon), arithmetic.zero
            case "outside":
                radicand, added = average, self.epsilon
            case "missing":
                radicand, added = average, arithmetic.zero
            case "subtracted":
                radicand, added = arithmetic.difference(average, self.epsilon), arithmetic.zero
        if self.behaviour.step == "without-root":
            root = radicand
        elif radicand.a >= 0:
            root = arithmetic.root(radicand)
        else:
            return None
        return root if added is arithmetic.zero else arithmetic.total(root, added)


def _hyper_parameter(
    case: Case, name: HyperParameter, behaviour: Behaviour, arithmetic: RealArithmetic
) -> Interval:
    number_format = arithmetic.number_format
    value = case.hyper_parameter(name, number_format)
    match getattr(behaviour, name):
        case "float32":
            value = Fraction(FLOAT32.nearest(value))
        case "default":
            value = default(name, number_format)
    return arithmetic.number(float(value))


def _paired(exact: _Values, faithful: _Values) -> dict[str, tuple[Enclosure, ...]]:
    return {name: tuple(map(Enclosure, values, faithful[name])) for name, values in exact.items()}
