"""Unusual names of parameters: any text may be a key of a dictionary.

The parameters of one case are names that a careless program takes for one, or for something else
than a name. Three kinds of names are left out, because a reasonable program cannot have them:

* U+0000, which ends a string in C;
* halves of surrogate pairs, which are no Unicode text: UTF-8 has no bytes for them;
* a composed and a decomposed form of one text in one dictionary: Swift's and Raku's strings are
  equal where the text is, so that theirs would hold one parameter. Each form has a case of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

_LONG = "w" * 999


@dataclass(frozen=True, slots=True)
class Naming:
    """The parameters' names of one case, and what goes wrong with them."""

    slug: str
    meaning: str
    names: tuple[str, ...]


UNUSUAL_NAMES: tuple[Naming, ...] = (
    Naming("empty", "the empty name, which is easily taken for none", ("", "w1")),
    Naming(
        "with-blanks",
        "names that differ in blanks only, which trimming or splitting loses",
        ("w 1", "w1", " w1", "w1 ", "w  1", " ", "\t"),
    ),
    Naming(
        "with-quotes",
        "quotes, which end a string where they are not escaped",
        ('"', "'", "`", 'w"1', "w'1", "w1"),
    ),
    Naming(
        "with-backslashes",
        "backslashes, which vanish where escapes are read twice",
        ("\\", "\\\\", "\\n", "\n", "\\u0041", "A"),
    ),
    Naming(
        "with-line-ends",
        "line ends, which end a message of lines where they are not escaped",
        ("w\n1", "w\r1", "w\r\n1", "w\u00851", "w\u20281", "w\u20291", "w1"),
    ),
    Naming(
        "with-control-characters",
        "control characters, which JSON escapes",
        ("w\u00011", "w\u00081", "w\u001b1", "w\u001f1", "w\u007f1", "w1"),
    ),
    Naming(
        "with-dots",
        "dots, which are taken for a path into a structure",
        ("layer.w", "layer", "layer..w", ".", "..", ".w", "w."),
    ),
    Naming(
        "with-slashes",
        "slashes, which are taken for a path of folders or a JSON pointer",
        ("layer/w", "layer", "layer//w", "/", "~1", "layer~1w", "../w"),
    ),
    Naming(
        "with-brackets",
        "brackets, which are taken for an index or a call",
        ("w[0]", "w", "w(0)", "w{0}", "<w>", "[]", "{}"),
    ),
    Naming(
        "with-placeholders",
        "placeholders, which a formatted message fills in",
        ("%s", "%d%n", "{}", "{0}", "$w", "${w}", "#{w}", "~a"),
    ),
    Naming(
        "with-separators",
        "separators of lists and pairs",
        ("w,1", "w;1", "w:1", "w=1", "w|1", "w&1", "w1"),
    ),
    Naming(
        "of-prototypes",
        "names that an object has without being given them, as in JavaScript",
        ("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"),
    ),
    Naming(
        "of-containers",
        "names of what containers offer, where keys are looked up as members",
        ("length", "size", "keys", "get", "items", "self", "__class__", "__dict__"),
    ),
    Naming(
        "of-nothing",
        "names that are read as nothing, or as a truth value",
        ("null", "nil", "None", "undefined", "true", "false", "NaN"),
    ),
    Naming(
        "of-the-optimizer",
        "names of what an optimizer keeps in the same dictionary, or in itself",
        ("weights", "gradients", "moving_average", "learning_rate", "decay_rate", "epsilon"),
    ),
    Naming(
        "with-suffixes-of-state",
        "names that another parameter's state may have",
        ("w1", "w1_v", "w1.v", "w1/v", "w1_moving_average", "w1.moving_average", "v"),
    ),
    Naming(
        "that-are-integers",
        "integers, which are taken for positions; JavaScript sorts them, PHP makes them numbers",
        ("10", "2", "1", "0", "-1", "01", "+1", "00"),
    ),
    Naming(
        "that-are-numbers",
        "other numbers, which are one where names are read as numbers",
        ("1.0", "1", "1e0", "0x1", "-0", "0", "1_0", "10"),
    ),
    Naming(
        "that-differ-in-case",
        "names that differ in case only, also where the case has no single partner",
        ("w", "W", "Weight", "weight", "I", "i", "\u0131", "\u0130", "ss", "\u00df"),
    ),
    Naming(
        "that-begin-alike",
        "each is the beginning of the next",
        ("w", "w1", "w10", "w100", "w100.", "w100.w"),
    ),
    Naming(
        "that-are-long",
        "a thousand characters, of which the last or the first differs",
        (_LONG + "1", _LONG + "2", "1" + _LONG),
    ),
    Naming(
        "with-composed-letters",
        "letters with marks, each as one character, beside the bare letter",
        ("po\u00efds", "poids", "\u00e9", "e", "\u1ec7", "\uac00"),
    ),
    Naming(
        "with-decomposed-letters",
        "letters with marks, each as letter and mark, beside the bare letter",
        ("poi\u0308ds", "poids", "e\u0301", "e", "e\u0323\u0302", "\u1100\u1161"),
    ),
    Naming(
        "with-compatible-letters",
        "letters and digits that Unicode calls compatible: other names all the same",
        ("w1", "\uff57\uff11", "w\u00b9", "w\u2081", "\u03bc", "\u00b5", "\ufb01", "fi"),
    ),
    Naming(
        "that-look-alike",
        "letters of several scripts that look the same",
        ("a", "\u0430", "\u0251", "A", "\u0391", "\u0410", "w", "\u051d"),
    ),
    Naming(
        "of-other-scripts",
        "names as people write them in Greek, Japanese, Hindi and Korean",
        ("\u03b8", "\u0398", "\u91cd\u307f", "\u092d\u093e\u0930", "\uac00\uc911\uce58"),
    ),
    Naming(
        "from-right-to-left",
        "Hebrew and Arabic, and marks that turn the direction of a display",
        ("\u05de\u05e9\u05e7\u05dc", "\u0648\u0632\u0646", "\u202ew1", "\u200fw1", "w1"),
    ),
    Naming(
        "of-emoji",
        "characters that UTF-16 holds in two units, alone, joined and with a colour",
        (
            "\U0001f600",
            "\U0001f601",
            "\U0001f44d",
            "\U0001f44d\U0001f3fd",
            "\U0001f469\u200d\U0001f52c",
            "\U0001f469",
            "\U0001d430",
        ),
    ),
    Naming(
        "with-invisible-characters",
        "characters that no display shows: a zero-width space, joiners, a byte-order mark",
        ("w1", "w\u200b1", "w\u200c1", "w\u200d1", "\ufeffw1", "w\u00ad1", "w\u00a01", "w1\ufe0f"),
    ),
    Naming(
        "that-sort-otherwise",
        "given in another order than sorted; as numbers or by a dictionary's rules in a third",
        ("w10", "w9", "B", "a", "C", "w2", "w1"),
    ),
    Naming(
        "that-sort-by-encoding",
        "sorted otherwise by code points than by units of UTF-16",
        ("\uff5a", "\U0001d433", "z", "\u00e4", "\ue000"),
    ),
)
