"""The families of the group ``hyper-parameters`` beyond single decimals."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from goldstep_reference.rmsprop.groups.epsilons import least_positive_numbers
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case

_GRADIENTS = "0.3 -0.07 0.011"
_USED = "HyperParameterUsed"
_PRECISION = "HyperParameterPrecision"
# Significands of 1.5 and a last bit, by their width. Those of 9, 12 and 25 bits lie in the middle
# between two numbers of bfloat16, float16 and float32. The 25 bits have another bit set in
# between, so that float32 keeps a number that is no other case's.
_SIGNIFICANDS = {
    8: Fraction(3, 2) + Fraction(1, 2**7),
    9: Fraction(3, 2) + Fraction(1, 2**8),
    11: Fraction(3, 2) + Fraction(1, 2**10),
    12: Fraction(3, 2) + Fraction(1, 2**11),
    24: Fraction(3, 2) + Fraction(1, 2**23),
    25: Fraction(3, 2) + Fraction(1, 2**13) + Fraction(1, 2**24),
}
# What the significands are multiplied by: a learning rate and an epsilon near the gradients'
# squares, and a decay rate below 1.
_SCALES = {
    "learning_rate": Fraction(1, 2**9),
    "decay_rate": Fraction(1, 2),
    "epsilon": Fraction(1, 2**7),
}
# Every format holds the first, none the second.
_EXACT_AND_INEXACT = {
    "learning_rate": ("0.03125", "0.029"),
    "decay_rate": ("0.875", "0.822"),
    "epsilon": ("0.0078125", "0.0079"),
}


def values_by_width(inputs: Inputs) -> Iterator[Case]:
    """Each hyper-parameter in numbers of few and of many bits; the others hold in any format."""
    for name in RULE.names:
        given = {other: exact for other, (exact, _) in _EXACT_AND_INEXACT.items()}
        for bits, significand in _SIGNIFICANDS.items():
            given[name] = inputs.exact(significand * _SCALES[name])
            yield inputs.having(_PRECISION, **given).single(
                f"{name.replace('_', '-')}-of-{bits}-bits",
                f"The {name.replace('_', ' ')} has {bits} significant bits.",
                _GRADIENTS,
            )


def some_inexact(inputs: Inputs) -> Iterator[Case]:
    """No hyper-parameter, each one, each pair and all of them in decimals that no format holds."""
    for inexact in product((False, True), repeat=len(RULE.names)):
        chosen = dict(zip(RULE.names, inexact, strict=True))
        given = {name: _EXACT_AND_INEXACT[name][chosen[name]] for name in RULE.names}
        names = [name.replace("_", "-") for name in RULE.names if chosen[name]]
        yield inputs.having(_PRECISION, **given).single(
            f"inexact-only-{'-and-'.join(names) or 'nothing'}",
            f"Of the hyper-parameters, inexact in binary: {', '.join(names) or 'none'}.",
            _GRADIENTS,
        )


def extreme_learning_rates(inputs: Inputs) -> Iterator[Case]:
    """Tiny, subnormal and huge learning rates."""
    number_format = inputs.number_format
    least = least_positive_numbers(number_format)
    del least["smallest-subnormal"]  # no step by it is wider than its own budget
    rates = {
        **{name: inputs.exact(value) for name, value in least.items()},
        **{decimal: decimal for decimal in ("1e-30", "1e-15", "1e6", "1e20", "1e30")},
        "near-largest": inputs.exact(number_format.largest / 2**10),
    }
    for name, rate in rates.items():
        yield inputs.having(_USED, learning_rate=rate, epsilon="0.1").single(
            f"learning-rate-{name}",
            f"Learning rate {name.replace('-', ' ') if rate != name else name}.",
            "3 -0.7 5",
        )


def extreme_decay_rates(inputs: Inputs) -> Iterator[Case]:
    """Decay rates next to 0 and next to 1."""
    u = inputs.number_format.unit_roundoff
    rates = {
        "smallest-subnormal": inputs.exact(inputs.number_format.smallest_subnormal),
        **{decimal: decimal for decimal in ("1e-30", "1e-10", "0.001", "0.99999", "0.999999")},
        "two-ulps-below-1": inputs.exact(1 - 2 * u),
        "next-below-1": inputs.exact(1 - u),
    }
    for name, rate in rates.items():
        meaning = name.replace("-", " ") if rate != name else name
        for epsilon in ("1e-8", "0"):
            yield inputs.having(_USED, _PRECISION, decay_rate=rate, epsilon=epsilon).single(
                f"decay-rate-{name}-epsilon-{epsilon}",
                f"Decay rate {meaning}, epsilon {epsilon}.",
                "0.3 -0.2 0.5 0.4",
            )
    for name, rate in (("0", "0"), ("next-below-1", rates["next-below-1"])):
        yield inputs.having(_USED, "StateKept", decay_rate=rate).single(
            f"decay-rate-{name}-ten-steps",
            f"Decay rate {name.replace('-', ' ')}: ten steps of growing gradients.",
            "0.1 -0.2 0.3 0.4 -0.5 0.6 -0.7 0.8 0.9 1",
        )


def without_epsilon(inputs: Inputs) -> Iterator[Case]:
    """Epsilon 0, with averages that no format takes for zero."""
    for gradients in ("1e-15 -2e-15 3e-15", "1e-3 2e-3 -1e-3", "1 0 0 -1", "1e15 2e15 -3e15"):
        slug = gradients.split()[0]
        yield inputs.having(_USED, "EpsilonPlacement", epsilon="0").single(
            f"epsilon-0-gradients-from-{slug}" + ("-with-silence" if " 0" in gradients else ""),
            f"Epsilon 0 with gradients {gradients.replace(' ', ', ')}.",
            gradients,
        )


def all_together(inputs: Inputs) -> Iterator[Case]:
    """Each extreme with each other."""
    next_below_1 = inputs.exact(1 - inputs.number_format.unit_roundoff)
    decay_rates = {"0": "0", "0.9": "0.9", "next-below-1": next_below_1}
    for learning_rate, decay_rate, epsilon in product(
        ("1e-20", "1", "1e15"), decay_rates, ("0", "1e-8", "1")
    ):
        yield inputs.having(
            _USED, learning_rate=learning_rate, decay_rate=decay_rates[decay_rate], epsilon=epsilon
        ).single(
            f"learning-rate-{learning_rate}-decay-rate-{decay_rate}-epsilon-{epsilon}",
            f"Learning rate {learning_rate}, decay rate {decay_rate.replace('-', ' ')}, "
            f"epsilon {epsilon}.",
            "0.3 0.2 -0.4",
        )
