"""From an error of a running port to a finding: its kind, and the line of the port it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from goldstep.build.compilers.classify import Classified, not_bound
from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Kind
from goldstep.build.compilers.dialects import DIALECTS
from goldstep.build.compilers.read import read_diagnostics
from goldstep.results.records import Location

# What Java adds of modules and class loaders.
_MODULES = re.compile(r" \([^()]* (?:is|are) in (?:unnamed )?module [^()]*\)")
# Words of a message are no class: one stands before a colon, or alone and has a capital letter.
_CLASS = re.compile(r"[A-Za-z_](?:[\w.$]|::)*?(?=:(?!:)\s)|[\w.$:]*[A-Z][\w.$:]*$", re.MULTILINE)
# "File.java:12", "/path/x.js:12:3", "./x.go:12", "x.cs:line 12": a file with a line, anywhere.
_FRAME = re.compile(r"(?P<file>[^\s()'\":,;]+\.\w+):(?:line )?(?P<line>\d+)")


def classify_runtime(
    message: str,
    trace: str = "",
    sources: Sequence[str] = (),
    classes_named: ClassesNamed = lambda _: (),
) -> Classified:
    """The finding for an error on valid input.

    ``message`` is ``ExceptionClass: text``, as the protocol has it, ``trace`` the stack trace in
    the language's own form, ``sources`` the port's sources relative to its folder. The place is
    that of the innermost call from one of them; None where the trace shows none. The subject is
    the class of the exception, of the cause where the trace names causes.
    """
    raised, cause, stack = _read(trace)
    place = _place(stack, sources)
    if raised and raised.kind is Kind.UNRESOLVED:
        return replace(not_bound(raised, classes_named), place=place)
    said = cause or message
    head = _CLASS.match(said)
    subject = head[0] if head else None
    id_ = "runtime-type-error" if _is_type_error(subject or "", said) else "runtime-failure"
    return Classified(id_, subject, one_line(said), place)


def one_line(message: str) -> str:
    """An exception's words on one line, without what Java adds of modules and class loaders."""
    return _MODULES.sub("", " ".join(message.split()))


def _is_type_error(class_name: str, said: str) -> bool:
    simple = re.split(r"[.$]", class_name)[-1]
    return any(
        simple in dialect.type_errors or any(words in said for words in dialect.type_messages)
        for dialect in DIALECTS
    )


# A port that fails in a thousand cases mostly fails in the same place.
@lru_cache(maxsize=256)
def _read(trace: str) -> tuple[Diagnostic | None, str, tuple[Location, ...]]:
    """What an interpreter raised, the words of the first cause, and the calls, innermost first.

    The calls that led to the first cause come before those that led to what it caused.
    """
    for raised in read_diagnostics(trace):
        if raised.stack:
            return raised, "", raised.stack
    parts = [trace]
    for cause in (dialect.cause for dialect in DIALECTS if dialect.cause):
        parts = cause.split(trace) if len(parts) == 1 else parts
    # Java prints the exception that arrived first and the one that began it last.
    found = [frame for part in parts[::-2] for frame in _FRAME.finditer(part)]
    stack = tuple(Location(frame["file"], int(frame["line"])) for frame in found)
    return None, parts[-2] if len(parts) > 1 else "", stack


def _place(stack: Sequence[Location], sources: Sequence[str]) -> Location | None:
    for call in stack:
        for source in sources:
            if _is_same(call.file, source):
                return Location(source, call.line)
    return None


def _is_same(shown: str, source: str) -> bool:
    """Whether a trace means this source: by its path, or by its name where it gives no folder."""
    path = PurePosixPath(shown.replace("\\", "/").removeprefix("file://"))
    own = PurePosixPath(source)
    if len(path.parts) == 1:
        return path.name == own.name
    return path.parts[-len(own.parts) :] == own.parts
