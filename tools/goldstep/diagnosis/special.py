"""Cases at the ends of the range: NaN, infinities, signed zeros, overflow, underflow, 0/0.

There a result is not a matter of rounding, and a program that is right everywhere else may go its
own way. So these cases are kept apart from the ordinary ones, each with a word for its subject.
"""

from __future__ import annotations

from collections.abc import Mapping

from goldstep.vectors.case import VectorCase

_GROUP = "special-values"

# By what is written in a case: the first that is found.
_OF_TEXTS: Mapping[str, str] = {
    "NaN": "NaN",
    "Infinity": "infinity",
    "-Infinity": "infinity",
    "-0.0": "signed zero",
}
_OF_FLAGS: Mapping[str, str] = {
    "NotANumber": "NaN",
    "Infinity": "infinity",
    "SignedZero": "signed zero",
    "Subnormal": "subnormals",
    "Overflow": "overflow",
    "Underflow": "underflow",
    "ZeroByZero": "0/0",
}


def is_special(case: VectorCase) -> bool:
    """Whether a case is of that group, offers choices, or has a special value in it."""
    if case.id.split("/")[2] == _GROUP or case.expected.choices is not None:
        return True
    return bool(case.special_values)


def subject(case: VectorCase) -> str:
    """What a special case is about, in a word or two: by its flags, or else by its values."""
    for flag in case.flags:
        if flag in _OF_FLAGS:
            return _OF_FLAGS[flag]
    found = (word for text, word in _OF_TEXTS.items() if text in case.special_values)
    return next(found, "range")
