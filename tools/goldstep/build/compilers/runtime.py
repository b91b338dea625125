"""From an error of a running port to a finding: its kind, and the line of the port it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from goldstep.build.compilers import node, python
from goldstep.build.compilers.classify import Classified, unbound
from goldstep.build.compilers.diagnostic import Frame, Kind, Place
from goldstep.build.compilers.names import ClassesNamed

# Exceptions that mean a value of the wrong type, by their simple names.
_TYPE_ERRORS = {
    *("ClassCastException", "ArrayStoreException"),  # Java, Scala, Clojure, Kotlin
    *("TypeError", "UFuncTypeError", "_UFuncNoLoopError"),  # Python, NumPy, JavaScript, Ruby
    "InvalidCastException",  # .NET
    "MethodError",  # Julia
    "TypeAssertionError",  # Go
}
# The same, where only the message says so.
_TYPE_MESSAGES = re.compile(
    r"cannot be cast to|interface conversion:|Don't know how to create ISeq from"
    r"|not supported on this type"
)
_MODULES = re.compile(r" \([^()]* (?:is|are) in (?:unnamed )?module [^()]*\)")
_HEAD = re.compile(r"(?P<class>[A-Za-z_][\w.$]*)(?::\s*(?P<text>.*))?", re.DOTALL)
_CAUSE = re.compile(r"^Caused by: (?P<message>.*)$", re.MULTILINE)
_PYTHON_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d+)', re.MULTILINE)
# "File.java:12", "/path/x.js:12:3", "./x.go:12", "x.cs:line 12": a file with a line, anywhere.
_FRAME = re.compile(r"(?P<file>[^\s()'\":,;]+\.\w+):(?:line )?(?P<line>\d+)")
_TRACEBACK = "Traceback (most recent call last):"


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
    place = _place(trace, sources)
    for diagnostic in (*python.read(trace), *node.read(trace)):
        if diagnostic.kind is Kind.UNRESOLVED and "." not in (diagnostic.symbol or "."):
            found = unbound(diagnostic, classes_named)
            return Classified(found.id, found.subject, found.message, place, said=trace)
    causes = [cause["message"] for cause in _CAUSE.finditer(trace)]
    said = causes[-1] if causes else message
    head = _HEAD.match(said)
    subject = head["class"] if head else None
    is_type_error = (
        re.split(r"[.$]", subject or "")[-1] in _TYPE_ERRORS
        or _TYPE_MESSAGES.search(said) is not None
    )
    id_ = "runtime-type-error" if is_type_error else "runtime-failure"
    return Classified(id_, subject, one_line(said), place, said=trace)


def one_line(message: str) -> str:
    """An exception's words on one line, without what Java adds of modules and class loaders."""
    return _MODULES.sub("", " ".join(message.split()))


# A port that fails in a thousand cases mostly fails in the same place.
@lru_cache(maxsize=256)
def frames(trace: str) -> tuple[Frame, ...]:
    """Files and lines of a stack trace, innermost first, those of the first cause before others."""
    if _TRACEBACK in trace:
        last = trace[trace.rindex(_TRACEBACK) :]
        return tuple(reversed(_frames(_PYTHON_FRAME, last)))
    # Java prints the exception that arrived first and the one that began it last.
    parts = _CAUSE.split(trace)[::2]
    return tuple(frame for part in reversed(parts) for frame in _frames(_FRAME, part))


def _frames(pattern: re.Pattern[str], text: str) -> list[Frame]:
    return [Frame(found["file"], int(found["line"])) for found in pattern.finditer(text)]


def _place(trace: str, sources: Sequence[str]) -> Place | None:
    for frame in frames(trace):
        for source in sources:
            if _is_same(frame.file, source):
                return Place(source, frame.line)
    return None


def _is_same(shown: str, source: str) -> bool:
    """Whether a trace means this source: by its path, or by its name where it gives no folder."""
    path = PurePosixPath(shown.replace("\\", "/").removeprefix("file://"))
    own = PurePosixPath(source)
    if len(path.parts) == 1:
        return path.name == own.name
    return path.parts[-len(own.parts) :] == own.parts
