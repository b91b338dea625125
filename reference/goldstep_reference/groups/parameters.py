"""The group ``parameters``."""

from __future__ import annotations

import random
from collections.abc import Iterator

from goldstep_reference.case import Case
from goldstep_reference.groups.group import Inputs, group
from goldstep_reference.number_format import NumberFormat

_SEED = 20241126
_LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33)


@group("parameters", "Several parameters of several lengths", ("RMS-5", "RMS-6", "RMS-7"))
def parameters(number_format: NumberFormat) -> Iterator[Case]:
    """Parameters by name, and arrays of 1 to 33 elements around the widths of SIMD registers.

    Every element has a gradient of its own, of another magnitude than its neighbours', and most
    cases run two or three steps: an average that is shared, or taken from a neighbour, or a tail
    that is left out, cannot agree with the formula. The weights start at zero, which hides nothing.
    Random decimals are drawn with a fixed seed.

    A failure here alone means state that is kept by position or by shape instead of by parameter,
    or a loop that ends early.
    """
    inputs = Inputs(number_format)
    numbers = random.Random(_SEED)
    flags = ("StateOfItsOwn", "UpdateApplied")

    def gradients(count: int) -> str:
        return " ".join(
            f"{1 + int(numbers.random() * 99)}e-{int(numbers.random() * 5)}" for _ in range(count)
        )

    def zeros(count: int) -> str:
        return " ".join(["0"] * count)

    for length in _LENGTHS:
        yield inputs.case(
            f"one-parameter-of-{length}",
            f"Two steps of one parameter with {length} elements (seed {_SEED}).",
            flags,
            inputs.arrays(w1=zeros(length)),
            tuple(inputs.arrays(w1=gradients(length)) for _ in range(2)),
        )
    for count in (2, 3, 8):
        names = [f"w{number}" for number in range(1, count + 1)]
        yield inputs.case(
            f"{count}-parameters-of-one-length",
            f"{count} parameters of two elements each, whose gradients differ (seed {_SEED}).",
            flags,
            inputs.arrays(**{name: zeros(2) for name in names}),
            tuple(inputs.arrays(**{name: gradients(2) for name in names}) for _ in range(3)),
        )
        yield inputs.case(
            f"{count}-parameters-of-different-lengths",
            f"{count} parameters of 1 to {count} elements (seed {_SEED}).",
            flags,
            inputs.arrays(**{name: zeros(i) for i, name in enumerate(names, start=1)}),
            tuple(
                inputs.arrays(**{name: gradients(i) for i, name in enumerate(names, start=1)})
                for _ in range(2)
            ),
        )
    yield inputs.case(
        "one-parameter-without-gradient",
        "One parameter has gradients, another none: it stays, and so does its average.",
        flags,
        inputs.arrays(moving="0 0", still="0.25 -0.25"),
        tuple(inputs.arrays(moving=gradients(2), still="0 0") for _ in range(3)),
    )
    yield inputs.case(
        "opposite-gradients",
        "Two parameters with opposite gradients move in opposite directions by equal steps.",
        flags,
        inputs.arrays(up="0", down="0"),
        tuple(inputs.arrays(up=g, down=f"-{g}") for g in ("0.5", "0.25", "3")),
    )
