"""The group ``independence``."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_SEED = 20260304


@dataclass(frozen=True, slots=True)
class _Element:
    """A weight and its gradients, one a step, as decimals."""

    weight: str
    gradients: tuple[str, ...]


# Thirteen elements: a block of eight, one of four, and one more. Neighbours differ by magnitudes,
# in their signs, and in the step at which they are greatest.
_THIRTEEN = (
    _Element("1e-3", ("0.5", "-2e-3", "0.25")),
    _Element("-2e-3", ("-3e-4", "4e-3", "7e-5")),
    _Element("3e-3", ("40", "0.3", "-6")),
    _Element("-4e-3", ("6e-2", "-5", "0.8")),
    _Element("5e-3", ("-900", "70", "31")),
    _Element("-6e-3", ("2e-5", "3e-5", "-1e-5")),
    _Element("7e-3", ("-0.7", "-0.11", "9e-2")),
    _Element("-8e-3", ("8", "1e-4", "1e-4")),
    _Element("9e-3", ("5e-4", "600", "-2")),
    _Element("-1.1e-2", ("-13", "17", "19")),
    _Element("1.2e-2", ("0.9", "-0.6", "-1200")),
    _Element("-1.3e-2", ("1e-3", "2e-3", "4e-2")),
    _Element("1.4e-2", ("-250", "-3", "0.14")),
)
# What stands around them. Huge gradients and tiny ones are still of finite, normal squares.
_ZERO = _Element("0", ("0", "0", "0"))
_HUGE = _Element("0", ("1e9", "-1e9", "1e9"))
_TINY = _Element("0", ("1e-12", "1e-12", "-1e-12"))

# A few elements under names, for laws about parameters.
_LEFT, _RIGHT = _THIRTEEN[0:4], _THIRTEEN[4:8]

_Parameters = Mapping[str, Sequence[_Element]]


@group("independence", "Elements know nothing of each other", ("RMS-6", "RMS-11"))
def independence(inputs: Inputs) -> Iterator[Case]:
    """The same elements in other company, in other places, under other names: the same results.

    The formula is stated for one element. So a weight with its gradients has one result, wherever
    it stands, and every element of this group stands in several cases, with the same expected
    numbers. They come in sets:

    * Thirteen elements as one array; then rotated, reversed and shuffled (seeded), so that each is
      first, last, in a whole block and in the tail. Neighbours differ by magnitudes: the average
      of a neighbour, of the first or last element, or of the array is far from an element's own.
    * The same, cut into parameters at every place where a block of 1, 2, 4 or 8 ends, down to one
      parameter for each; dealt out in turn; and joined to two and three copies.
    * The same, with zeros, with huge and with tiny gradients before, behind and between them: a
      maximum, a mean or a minimum over the array is then ruled by strangers, and elements change
      their places in the blocks.
    * One element that moves alone among eight that have no gradient, at each of nine places, and
      the same among eight huge ones: which places fail tells what is read instead.
    * Two parameters of one length: alone, together, in the other order, with exchanged names, with
      zeros or huge gradients as the other, with one of another length between; and gradients that
      are given in another order than the weights. An average for each length, for each position,
      or for all, fails here.
    * Four elements that are silent at different steps, together and alone: a count of steps, or a
      decay that is put off until there is a gradient, is each element's own.

    Within a set the cases are many because a program may be wrong at one place only. The nine
    places among zeros stay beside those among huge neighbours: a sum or a maximum over the array
    hides in the former, and a mean of the non-zero elements; a minimum hides in the latter.

    A failure here alone means a vectorised loop that reads at a wrong place, an average over an
    array or a parameter, or state under a wrong key.
    """
    make = _Cases(inputs.having("ElementCoupling", "StateOfItsOwn"))
    yield from _in_one_array(make)
    yield from _over_parameters(make)
    yield from _padded(make)
    yield from _one_that_moves(make)
    yield from _two_parameters(make)
    yield from _silent_in_turn(make)


@dataclass(frozen=True, slots=True)
class _Cases:
    """Makes cases from elements."""

    inputs: Inputs

    def __call__(
        self,
        name: str,
        description: str,
        parameters: _Parameters,
        order_of_gradients: Sequence[Sequence[str]] | None = None,
    ) -> Case:
        """A case that records its last step, with the names of each step's gradients in an order.

        They are in the weights' order unless told otherwise.
        """
        steps = len(next(iter(parameters.values()))[0].gradients)
        orders = order_of_gradients or [tuple(parameters)] * steps
        return self.inputs.case(
            name,
            description,
            self.inputs.arrays(
                **{
                    name: " ".join(element.weight for element in elements)
                    for name, elements in parameters.items()
                }
            ),
            tuple(
                self.inputs.arrays(
                    **{
                        name: " ".join(element.gradients[step] for element in parameters[name])
                        for name in order
                    }
                )
                for step, order in enumerate(orders)
            ),
            record=(steps,),
        )


def _in_one_array(make: _Cases) -> Iterator[Case]:
    yield make("thirteen", "Thirteen elements as one array.", {"w1": _THIRTEEN})
    for places in (1, 4, 8, 12):
        yield make(
            f"thirteen-rotated-by-{places}",
            f"The thirteen elements, rotated by {places}.",
            {"w1": (*_THIRTEEN[places:], *_THIRTEEN[:places])},
        )
    yield make("thirteen-reversed", "The thirteen elements, reversed.", {"w1": _THIRTEEN[::-1]})
    numbers = random.Random(_SEED)
    for number in (1, 2, 3):
        keys = [(numbers.random(), element) for element in _THIRTEEN]
        shuffled = [element for _, element in sorted(keys, key=lambda pair: pair[0])]
        yield make(
            f"thirteen-shuffled-{number}",
            f"The thirteen elements in random order (seed {_SEED}).",
            {"w1": shuffled},
        )


def _over_parameters(make: _Cases) -> Iterator[Case]:
    for ends in ((1,), (4,), (8,), (12,), (8, 12), (4, 8, 12), (2, 4, 6, 8, 10, 12)):
        places = (0, *ends, len(_THIRTEEN))
        yield make(
            f"thirteen-cut-at-{'-'.join(map(str, ends))}",
            f"The thirteen elements as {len(ends) + 1} parameters.",
            {
                f"w{number}": _THIRTEEN[start:end]
                for number, (start, end) in enumerate(pairwise(places), start=1)
            },
        )
    yield make(
        "thirteen-apart",
        "The thirteen elements as thirteen parameters.",
        {f"w{number}": (element,) for number, element in enumerate(_THIRTEEN, start=1)},
    )
    for hands in (2, 3):
        yield make(
            f"thirteen-dealt-to-{hands}",
            f"The thirteen elements dealt out to {hands} parameters in turn.",
            {f"w{hand + 1}": _THIRTEEN[hand::hands] for hand in range(hands)},
        )
    for copies in (2, 3):
        yield make(
            f"thirteen-joined-{copies}-times",
            f"{copies} copies of the thirteen elements as one array.",
            {"w1": _THIRTEEN * copies},
        )
        yield make(
            f"thirteen-{copies}-times-apart",
            f"{copies} copies of the thirteen elements as {copies} parameters of one length.",
            {f"w{number}": _THIRTEEN for number in range(1, copies + 1)},
        )


def _padded(make: _Cases) -> Iterator[Case]:
    strangers = {"zeros": _ZERO, "huge-gradients": _HUGE, "tiny-gradients": _TINY}
    for slug, stranger in strangers.items():
        words = slug.replace("-", " ")
        between = [each for element in _THIRTEEN for each in (element, stranger)]
        companies = {
            "before": (stranger, *_THIRTEEN),
            "behind": (*_THIRTEEN, *[stranger] * 3),
            "around": (*[stranger] * 3, *_THIRTEEN, *[stranger] * 4),
            "between": between,
        }
        for place, elements in companies.items():
            yield make(
                f"thirteen-with-{slug}-{place}",
                f"The thirteen elements, with {words} {place} them.",
                {"w1": elements},
            )


def _one_that_moves(make: _Cases) -> Iterator[Case]:
    moving = _THIRTEEN[0]
    for company, stranger in (("resting", _ZERO), ("huge", _HUGE)):
        for place in range(9):
            elements = [stranger] * 9
            elements[place] = moving
            yield make(
                f"one-at-{place + 1}-among-{company}",
                f"One element at place {place + 1} of nine, the others {company}.",
                {"w1": elements},
            )


def _two_parameters(make: _Cases) -> Iterator[Case]:
    both = {"w1": _LEFT, "w2": _RIGHT}
    companies: Mapping[str, tuple[str, _Parameters]] = {
        "together": ("together", both),
        "left-alone": ("the first alone", {"w1": _LEFT}),
        "right-alone": ("the second alone", {"w2": _RIGHT}),
        "in-the-other-order": ("in the other order", {"w2": _RIGHT, "w1": _LEFT}),
        "with-exchanged-names": ("with exchanged names", {"w1": _RIGHT, "w2": _LEFT}),
        "left-beside-zeros": ("the second is zeros", {"w1": _LEFT, "w2": [_ZERO] * 4}),
        "right-beside-zeros": ("the first is zeros", {"w1": [_ZERO] * 4, "w2": _RIGHT}),
        "left-beside-huge": ("the second has huge gradients", {"w1": _LEFT, "w2": [_HUGE] * 4}),
        "right-beside-huge": ("the first has huge gradients", {"w1": [_HUGE] * 4, "w2": _RIGHT}),
        "with-one-between": (
            "with one of another length between them",
            {"w1": _LEFT, "between": [_HUGE] * 3, "w2": _RIGHT},
        ),
        "same-twice": ("both are the first", {"w1": _LEFT, "w2": _LEFT}),
        "one-reversed": ("the second is the first, reversed", {"w1": _LEFT, "w2": _LEFT[::-1]}),
    }
    for slug, (words, parameters) in companies.items():
        yield make(f"two-parameters-{slug}", f"Two parameters of one length: {words}.", parameters)
    orders = {
        "in-the-other-order": [("w2", "w1")] * 3,
        "in-changing-orders": [("w1", "w2"), ("w2", "w1"), ("w1", "w2")],
    }
    for slug, order in orders.items():
        yield make(
            f"two-parameters-gradients-{slug}",
            f"Two parameters whose gradients are given {slug.replace('-', ' ')}.",
            both,
            order,
        )


def _silent_in_turn(make: _Cases) -> Iterator[Case]:
    elements = tuple(
        _Element(
            f"{place + 1}e-3",
            tuple("0" if step % 4 == place else f"{place + 1}e-{step % 3}" for step in range(6)),
        )
        for place in range(4)
    )
    yield make(
        "silent-in-turn-together",
        "Four elements, each without a gradient at another step, as one array.",
        {"w1": elements},
    )
    yield make(
        "silent-in-turn-apart",
        "The same four elements as four parameters.",
        {f"w{number}": (element,) for number, element in enumerate(elements, start=1)},
    )
    for number, element in enumerate(elements, start=1):
        yield make(
            f"silent-in-turn-{number}-alone",
            f"Element {number} of the four alone.",
            {"w1": (element,)},
        )
