"""The group ``range-limits``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isqrt

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_NARROW, _WIDE = "narrow-range", "wide-range"


@group("range-limits", "Overflow and underflow of the squared gradient", ("RMS-12",))
def range_limits(inputs: Inputs) -> Iterator[Case]:
    """Gradients whose square is out of the format's range, above and below.

    The square of a gradient overflows from the root of the largest number on. A program that
    rounds it to the format has an infinite average from then on, and a step of g/infinity, which
    is zero: the weight stays. One that holds it wider, or multiplies (1 - decay) g by g, has the
    real step, and an average that is infinite only if it is too large itself. Both are faithful,
    and the document does not say which: each is a choice, and after a further step so is how the
    average is formed, and whether it is kept wider.

    Below the root of the smallest subnormal number the square is zero in the format. With an
    epsilon that is not subnormal that changes nothing; it stands here because a program that
    divides by the average alone would show. With an epsilon of zero the divisor is zero, and the
    step infinite; or the real one, with a wider range.

    A failure here alone means a program that clips, guards or skips. Each case stays for one side,
    sign and distance from the limit: just beyond it, where (1 - decay) g^2 is still in range, and
    far beyond.
    """
    number_format = inputs.number_format
    root = Fraction(isqrt(int(number_format.largest)))
    overflow = {
        "just-above": inputs.exact(root * 6 / 5),
        "far-above": inputs.exact(root * 1000),
        "largest": inputs.exact(number_format.largest),
    }
    for place, decimal in overflow.items():
        for sign, word in (("", ""), ("-", "minus-")):
            yield inputs.having("Overflow").single(
                f"overflow-{word}{place}",
                "One step with a gradient whose square overflows.",
                f"{sign}{decimal}",
                "0.5",
                choices=(_NARROW, _WIDE),
            )
    yield inputs.having("Overflow").single(
        "overflow-just-above-then-finite",
        "A square that overflows, then an everyday gradient.",
        f"{overflow['just-above']} 0.25",
        "0.5",
        choices=(_NARROW, "narrow-range-increment", _WIDE),
    )
    four = (_NARROW, "narrow-range-increment", _WIDE, "wide-range-increment")
    yield inputs.having("Overflow").single(
        "overflow-far-above-then-finite",
        "A square that overflows far, then an everyday gradient.",
        f"{overflow['far-above']} 0.25",
        "0.5",
        choices=four,
    )
    yield inputs.having("Overflow").single(
        "overflow-far-above-twice",
        "A square that overflows far, twice: the average is kept wider, or it is not.",
        f"{overflow['far-above']} {overflow['far-above']}",
        "0.5",
        choices=(*four, "wide-state"),
    )
    yield inputs.having("Overflow", "ElementCoupling").row(
        "overflow-among-others",
        "A square that overflows at one element of four; the others move as without it.",
        "0 0 0 0",
        (f"0.25 0.25 {overflow['far-above']} 0.25",),
        choices=(_NARROW, _WIDE),
    )
    yield inputs.having("Overflow", learning_rate=inputs.exact(number_format.largest / 4)).single(
        "weight-overflows",
        "A step that is too long for the weight: infinity.",
        "1",
        inputs.exact(-number_format.largest),
    )
    tiny = Fraction(1, 2 ** ((number_format.precision - number_format.least_normal_exponent) // 2))
    underflow = {"below": tiny / 1000, "far-below": number_format.smallest_normal * 3}
    for place, number in underflow.items():
        decimal = inputs.exact(number)
        for sign, word in (("", ""), ("-", "minus-")):
            yield inputs.having("Underflow", epsilon="0").single(
                f"underflow-{word}{place}-epsilon-zero",
                "A square that is zero in the format, at an epsilon of zero.",
                f"{sign}{decimal}",
                "0.5",
                choices=(_NARROW, _WIDE),
            )
        yield inputs.having("Underflow", learning_rate="1", epsilon="1e-6").single(
            f"underflow-{place}-epsilon-1e-6",
            "A square that is zero in the format beside an everyday epsilon.",
            f"{decimal} {decimal}",
        )
