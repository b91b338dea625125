"""Where to begin when an adapter broke the protocol: a hint for each way to break it."""

from __future__ import annotations

import re

from goldstep_reference.numbers.decimals import same_bits
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat

LOGS = "what writes to standard output beside the adapter: logs belong on standard error"
SEQ = "`seq`: each answer has the integer of its request, in the order of the requests"
ONCE = "what answers a request again: each has one answer"
OK_OR_ERROR = "`ok`: true with what was asked for, or false with an `error`"
EACH_KEY_ONCE = "what writes the JSON: a key that is given again replaces the one before it"
NUMBER_FORMAT = "number_format in port.toml, and in the answer to `start`: float64 or float32"
IMPLEMENTATION = "`implementation`: its name, version, language and language_version"
VALUES = "`values`: all that `echo` sent, in the same order"
STEPS = "`steps`: an entry for each step that `record` names, and no other"
ARRAYS = "the arrays: each of the request's, by its name, with as many numbers"
GRADIENTS = "`gradients`: a dictionary for each step that was sent"
DECIMALS = "how numbers are written: in decimal, or as NaN, Infinity or -Infinity"
STRINGS = 'how numbers are sent: as JSON strings, "0.1" and not 0.1'
_ALL_DIGITS = (
    "how numbers are written: in as many digits as tell them apart ({digits} are enough), and not "
    "with a fixed number of decimals, as by %.6f"
)
_SIGN = "where the sign of a zero is lost: -0.0 is read, held and written as itself"
_NARROWED = "the type that numbers are read into, or written from: it is float32, not float64"
_DIGITS = {"float64": 17, "float32": 9}

_IN_ARRAYS = r" - at `\$\.(steps|values|gradients|error\.\w+)\b"
_OF_DECODING = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (rf"^Expected `str`, got `(int|float)`{_IN_ARRAYS}", STRINGS),
        (
            rf"^Expected `str`, got `null`{_IN_ARRAYS}",
            "NaN and infinities: some JSON writers make null of them; send them as strings",
        ),
        (
            rf"^Expected `array( \| null)?`, got `\w+`{_IN_ARRAYS}",
            "arrays of one element: some JSON writers make a single value of them",
        ),
        (r"`\$\.number_format`", NUMBER_FORMAT),
        (r"`\$\.error\.kind`", "`kind` of the error: rejected, failed or unsupported"),
        (r"required field `seq`|`\$\.seq`", SEQ),
        (r"required field `ok`|`\$\.ok`", OK_OR_ERROR),
        (r"required field `(\w+)`", r"the key \1, and how it is spelt"),
        (r"`\$\.implementation", IMPLEMENTATION),
        (r"utf-8|UTF-8", "the encoding of standard output: JSON is UTF-8"),
    )
)
_OBJECT = "what writes the JSON: an answer is one object on one line, with all numbers as strings"


def of_decoding(problem: str, line: bytes) -> str:
    """The hint for a line that cannot be read; ``problem`` is what msgspec says of it."""
    if not line.lstrip().startswith(b"{"):
        return LOGS
    for pattern, hint in _OF_DECODING:
        if found := pattern.search(problem):
            return found.expand(hint)
    return _OBJECT


def of_echo(sent: str, echoed: str, number_format: NumberFormat) -> str:
    """The hint for a number that came back as another."""
    number, came = number_format.parse(sent), number_format.parse(echoed)
    if number == came == 0:
        return _SIGN
    narrowed = NUMBER_FORMATS["float32"].parse(sent)
    if number_format.name == "float64" and narrowed and same_bits(narrowed, came):
        return _NARROWED
    return _ALL_DIGITS.format(digits=_DIGITS[number_format.name])
