"""The group ``parameters``."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rmsprop.groups.names import UNUSUAL_NAMES
from goldstep_reference.rule.case import Arrays, Case

_SEED = 20241126
_SEED_OF_NAMES = 20260302
_SEED_OF_LENGTHS = 20260303
_LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33)
_FURTHER_LENGTHS = (6, 10, 11, 12, 13, 14, 32)
_LONG_LENGTHS = (63, 64, 65, 127, 128, 129, 255, 256, 257, 1000)


@group("parameters", "Several parameters of several lengths", ("RMS-5", "RMS-6", "RMS-7", "RMS-11"))
def parameters(inputs: Inputs) -> Iterator[Case]:
    """Parameters by name: one to fifty, with usual and unusual names, of 0 to 1,000 elements.

    Every element has a gradient of its own, of another magnitude than its neighbours', and the
    cases run two or three steps: an average that is shared, or taken from a neighbour, or a tail
    that is left out, cannot agree with the formula. The weights start at zero, which hides nothing.
    Random decimals are drawn with a fixed seed.

    Three families, each along one axis:

    * Lengths. 1 to 17 leave a tail of every length after blocks of 2, 4 and 8 elements; 15 to 17,
      31 to 33, 63 to 65, 127 to 129 and 255 to 257 stand around wider blocks, unrolled ones, and
      the range of a byte as a counter; 1,000 elements are several blocks of any width and a tail
      of 8. A program that leaves out a tail fails at some of them, and which ones tells the width
      of its blocks.
    * Counts. 2, 3 and 8 parameters of one length and of several; 13 and 50, with which hash tables
      grow while they are filled and in which w10 sorts before w2. Empty parameters alone, first,
      between and last: they have no result, and take nothing from the others. The one alone shows
      no wrong number; it stays because a program may stop there, at a mean of nothing.
    * Names. A name is any text. Each of these cases holds one kind of names that one kind of
      mistake takes for another: blanks that are trimmed, paths that are followed, members that
      every object has, letters that are folded. A program that uses its language's dictionary
      passes them all, and no simulated deviation needs them; they stay because a program that
      makes something else of a name fails there, and nowhere else. U+0000 and halves of surrogate
      pairs are left out, which some languages cannot hold, and so is a composed beside a
      decomposed form of one text, which Swift takes for equal: each form has a case of its own.
      There is no case without any parameter: a program may refuse it.

    A failure here alone means state that is kept by position or by shape instead of by parameter,
    or a loop that ends early. A failure with unusual names alone may be the adapter's: names cross
    as JSON strings, whose escapes are its matter.
    """
    updates = inputs.having("StateOfItsOwn", "UpdateApplied")
    yield from _first_cases(updates)
    yield from _further_lengths(updates)
    names = _Gradients(inputs, _SEED_OF_NAMES)
    yield from _counts(updates, names)
    yield from _empty(updates, names)
    for naming in UNUSUAL_NAMES:
        lengths = dict.fromkeys(naming.names, 1)
        yield inputs.having("ParameterNames", "StateOfItsOwn").case(
            f"names-{naming.slug}",
            f"Names: {naming.meaning} (seed {_SEED_OF_NAMES}).",
            _zeros(inputs, lengths),
            (names.of(lengths), names.of(lengths)),
            record=(2,),
        )


class _Gradients:
    """Random gradients of two digits and five magnitudes, one draw after the other."""

    def __init__(self, inputs: Inputs, seed: int) -> None:
        self._inputs = inputs
        self._numbers = random.Random(seed)

    def of(self, lengths: Mapping[str, int]) -> Arrays:
        """Gradients for parameters of these lengths."""
        return self._inputs.arrays(**{name: self._line(count) for name, count in lengths.items()})

    def _line(self, count: int) -> str:
        random = self._numbers.random
        return " ".join(f"{1 + int(random() * 99)}e-{int(random() * 5)}" for _ in range(count))


def _zeros(inputs: Inputs, lengths: Mapping[str, int]) -> Arrays:
    return inputs.arrays(**{name: "0 " * count for name, count in lengths.items()})


def _first_cases(inputs: Inputs) -> Iterator[Case]:
    """What the group began with: all from one sequence of random numbers."""
    gradients = _Gradients(inputs, _SEED)
    for length in _LENGTHS:
        yield _of_length(inputs, gradients, length, _SEED)
    for count in (2, 3, 8):
        names = [f"w{number}" for number in range(1, count + 1)]
        alike = dict.fromkeys(names, 2)
        yield inputs.case(
            f"{count}-parameters-of-one-length",
            f"{count} parameters of two elements each, whose gradients differ (seed {_SEED}).",
            _zeros(inputs, alike),
            tuple(gradients.of(alike) for _ in range(3)),
        )
        different = {name: length for length, name in enumerate(names, start=1)}
        yield inputs.case(
            f"{count}-parameters-of-different-lengths",
            f"{count} parameters of 1 to {count} elements (seed {_SEED}).",
            _zeros(inputs, different),
            tuple(gradients.of(different) for _ in range(2)),
        )
    moving = {"moving": 2}
    yield inputs.case(
        "one-parameter-without-gradient",
        "One parameter has gradients, another none: it stays, and so does its average.",
        inputs.arrays(moving="0 0", still="0.25 -0.25"),
        tuple({**gradients.of(moving), **inputs.arrays(still="0 0")} for _ in range(3)),
    )
    yield inputs.case(
        "opposite-gradients",
        "Two parameters with opposite gradients move in opposite directions by equal steps.",
        inputs.arrays(up="0", down="0"),
        tuple(inputs.arrays(up=g, down=f"-{g}") for g in ("0.5", "0.25", "3")),
    )


def _further_lengths(inputs: Inputs) -> Iterator[Case]:
    gradients = _Gradients(inputs, _SEED_OF_LENGTHS)
    for length in _FURTHER_LENGTHS:
        yield _of_length(inputs, gradients, length, _SEED_OF_LENGTHS)
    for length in _LONG_LENGTHS:
        yield _of_length(inputs, gradients, length, _SEED_OF_LENGTHS, record=(2,))


def _of_length(
    inputs: Inputs,
    gradients: _Gradients,
    length: int,
    seed: int,
    record: tuple[int, ...] | None = None,
) -> Case:
    return inputs.case(
        f"one-parameter-of-{length}",
        f"Two steps of one parameter with {length} elements (seed {seed}).",
        _zeros(inputs, {"w1": length}),
        (gradients.of({"w1": length}), gradients.of({"w1": length})),
        record=record,
    )


def _counts(inputs: Inputs, gradients: _Gradients) -> Iterator[Case]:
    for count in (13, 50):
        lengths = {f"w{number}": 1 for number in range(1, count + 1)}
        yield inputs.case(
            f"{count}-parameters",
            f"{count} parameters of one element each (seed {_SEED_OF_NAMES}).",
            _zeros(inputs, lengths),
            (gradients.of(lengths), gradients.of(lengths)),
            record=(2,),
        )


def _empty(inputs: Inputs, gradients: _Gradients) -> Iterator[Case]:
    """Parameters without elements; ``places`` are the lengths of the parameters in their order."""
    places: Mapping[str, Sequence[int]] = {
        "alone": (0,),
        "first": (0, 2, 1),
        "between": (2, 0, 3),
        "last": (1, 2, 0),
        "several": (0, 1, 0, 0, 2, 0),
    }
    for place, lengths_in_order in places.items():
        lengths = {f"w{number}": length for number, length in enumerate(lengths_in_order, start=1)}
        yield inputs.case(
            f"empty-parameters-{place}" if place == "several" else f"empty-parameter-{place}",
            f"Parameters of {', '.join(map(str, lengths_in_order))} elements "
            f"(seed {_SEED_OF_NAMES}).",
            _zeros(inputs, lengths),
            (gradients.of(lengths), gradients.of(lengths)),
        )
