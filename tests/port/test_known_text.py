"""port.toml's known findings, rewritten: they say what they are to, and little else changes."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from goldstep.errors import HarnessError
from goldstep.paths import ports_folder
from goldstep.port.known_text import Entry, KnownChanges, known_places, rewrite_known
from goldstep.port.port import load_port
from hypothesis import assume, given
from hypothesis import strategies as st

NEW_DAY = date(2031, 12, 31)
# Lines that are no statement, and statements that look like known findings and are none.
LOOSE = st.lists(
    st.sampled_from(["", "  ", "# [[known]]", "\t# caf\u00e9 \u2028 \u0085", "#"]), max_size=2
)
VALUES = st.sampled_from(
    [
        "1",
        '"[[known]]"  # [[known]]',
        '"""\n[[known]]\nrepairs = 0\n\n# none"""',
        "'''\n[[known]]'''",
        '[\n  "[[known]]",  # ]\n\n  "]"\n]',
        "{ known = [{}] }",
    ]
)
HEADERS = st.sampled_from(
    ["[[known]]", "  [[ known ]]  # x", "[['known']]", '[["known"]] #', '[["kn\\u006fwn"]]']
)
DAYS = st.none() | st.dates()
REASONS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
ADDED = st.lists(
    st.fixed_dictionaries(
        {"repairs": st.integers(0, 9), "finding": st.just("unexplained"), "reason": REASONS},
        optional={"issue": REASONS, "expires": st.dates()},
    ),
    max_size=2,
)


@dataclass
class Written:
    """A port.toml, line by line; which lines each entry has, and what it says."""

    lines: list[str] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)  # from 0; the last is not in it
    line_end: str = "\n"
    ends_whole: bool = True

    def add(self, text: str) -> None:
        self.lines += text.split("\n")

    def text(self, *, at: int = 0, to: int | None = None) -> str:
        """Its lines ``at`` to ``to``, which are all without arguments."""
        whole = self.line_end.join(self.lines[at:to])
        is_last = to is None or to == len(self.lines)
        return whole + ("" if (is_last and not self.ends_whole) or not whole else self.line_end)


def an_entry(draw: st.DrawFn, number: int) -> tuple[dict[str, Any], dict[str, str]]:
    """What an entry says, and its values as they are written; no two entries are alike."""
    entry: dict[str, Any] = {"repairs": number, "finding": "unexplained"}
    values = {"repairs": f"0x{number:x}", "finding": "'unexplained'"}
    entry["reason"] = reason = draw(st.sampled_from(["so it is", "#", "}", "[[known]]", '"']))
    values["reason"] = json.dumps(reason)
    if day := draw(DAYS):
        entry["expires"] = day
        values["expires"] = day.isoformat()
    return entry, values


@st.composite
def with_tables(draw: st.DrawFn) -> Written:
    """Known findings as tables, among others."""
    written = Written(
        line_end=draw(st.sampled_from(["\n", "\r\n"])), ends_whole=draw(st.booleans())
    )
    for number, kind in enumerate(draw(st.lists(st.sampled_from(["other", "known"]), max_size=5))):
        for line in draw(LOOSE):
            written.add(line)
        if kind == "other":
            written.add(draw(st.sampled_from(["[table{}]", "[[repair]] # {}"])).format(number))
            written.add(f"key\t={draw(VALUES)}")
        else:
            begin = len(written.lines)
            written.add(draw(HEADERS))
            entry, values = an_entry(draw, number)
            if draw(st.booleans()):
                entry["reason"], values["reason"] = "[[known]]\n# x", '"""\n[[known]]\n# x"""'
            for key, value in draw(st.permutations(list(values.items()))):
                for line in draw(LOOSE):
                    written.add(line)
                written.add(f"{key}=  {value}{draw(st.sampled_from(['', ' # why']))}")
            written.entries.append(entry)
            written.spans.append((begin, len(written.lines)))
    for line in draw(LOOSE):
        written.add(line)
    return written


@st.composite
def with_an_array(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """Known findings as an array, and what they say."""
    text, entries = "".join(f"{line}\n" for line in draw(LOOSE)) + f"key = {draw(VALUES)}\n", []
    text += draw(st.sampled_from(["known = [", '"known"=[ # {\n']))
    count = draw(st.integers(0, 3))
    for number in range(count):
        text += draw(st.sampled_from([" ", "\n", "\n\n  # {x}\n\t"]))
        entry, values = an_entry(draw, number)
        text += "{" + ", ".join(f"{key} = {value}" for key, value in values.items()) + " }"
        entries.append(entry)
        is_last = number == count - 1
        text += draw(st.sampled_from(["", ","] if is_last else [",", " ,", ", # }\n"]))
    text += draw(st.sampled_from(["\n]", " # ]\n]  # {known}"]))
    text += draw(st.sampled_from(["", "\n", "\n\n[run]\nx = 1", "\n# x\n[[repair]]\nx = 1\n"]))
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), entries


def changes_of(draw: Any, entries: list[dict[str, Any]]) -> KnownChanges:
    numbers = range(len(entries))
    gone = {number for number in numbers if draw(st.booleans())}
    dated = [number for number in numbers if "expires" in entries[number]]
    renewed = {number: NEW_DAY for number in dated if draw(st.booleans())}
    return KnownChanges(gone, renewed, draw(ADDED))


def changed(entries: list[dict[str, Any]], changes: KnownChanges) -> list[Entry]:
    """The entries as they are to be."""
    dates = {number: {"expires": day} for number, day in changes.renewed.items()}
    kept = [
        {**entry, **dates.get(number, {})}
        for number, entry in enumerate(entries)
        if number not in changes.gone
    ]
    return [*kept, *changes.added]


def known_entries(text: str) -> list[Entry]:
    entries: list[Entry] = tomllib.loads(text).get("known", [])
    return entries


def said(text: str) -> list[str]:
    """Its lines without their ends; no blank ones."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return [line for line in lines if line.strip(" ")]


def as_wanted(written: Written, changes: KnownChanges) -> tuple[str, str]:
    """The file before and after the place of new entries, without them."""
    kept = list[str]()
    place = len(written.lines)
    cut = {n: i for i in changes.gone for n in range(*written.spans[i])}
    renewed = {n: i for i in changes.renewed for n in range(*written.spans[i])}
    for number, line in enumerate(written.lines):
        if written.spans and number == written.spans[-1][1]:
            place = len(kept)
        if number in cut:
            continue
        if number in renewed and line.startswith("expires="):
            old = written.entries[renewed[number]]["expires"].isoformat()
            line = line.replace(old, NEW_DAY.isoformat())
        kept.append(line)
    return "\n".join(kept[:place]), "\n".join(kept[place:])


@given(st.data())
def test_tables(data: st.DataObject) -> None:
    written = data.draw(with_tables())
    text = written.text()
    assert known_entries(text) == written.entries
    assert known_places(text) == [slice(*span) for span in written.spans]
    changes = changes_of(data.draw, written.entries)
    rewritten = rewrite_known(text, changes)
    assert known_entries(rewritten) == changed(written.entries, changes)
    before, after = map(said, as_wanted(written, changes))
    lines = said(rewritten)
    assert lines[: len(before)] == before
    assert lines[len(lines) - len(after) :] == after
    new = lines[len(before) : len(lines) - len(after)]
    assert known_entries("\n".join(new)) == changes.added
    if "\r\n" in text:
        assert rewritten.count("\n") == rewritten.count("\r\n")
    if not changes.gone and not changes.added:  # blank lines too
        assert len(rewritten.split("\n")) == len(text.split("\n"))


@given(st.data())
def test_new_entries_alone_leave_every_character(data: st.DataObject) -> None:
    written = data.draw(with_tables())
    text = written.text()
    assume(text.strip())
    rewritten = rewrite_known(text, KnownChanges(added=data.draw(ADDED)))
    place = (
        len(written.text(to=written.spans[-1][1])) if written.spans else len(text.rstrip(" \r\n"))
    )
    assert rewritten.startswith(text[:place])
    assert rewritten.endswith(text[place:])
    assert rewritten.endswith("\n") == text.endswith("\n")


@given(st.data())
def test_an_array(data: st.DataObject) -> None:
    text, entries = data.draw(with_an_array())
    assert known_entries(text) == entries
    assert not known_places(text)
    changes = changes_of(data.draw, entries)
    try:
        rewritten = rewrite_known(text, changes)
    except HarnessError:
        assume(False)
    assert known_entries(rewritten) == changed(entries, changes)
    if "\r\n" in text:
        assert rewritten.count("\n") == rewritten.count("\r\n")
    if not changes.gone:
        assert rewritten.count("# ") == text.count("# ")


@given(with_tables())
def test_nothing_changes_where_nothing_is_to(written: Written) -> None:
    """Also where an entry is renewed to the day that it has."""
    text = written.text()
    days = {n: entry["expires"] for n, entry in enumerate(written.entries) if "expires" in entry}
    assert rewrite_known(text, KnownChanges(renewed=days)) == text


@pytest.mark.parametrize("name", ["python", "java", "scala", "clojure"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_bundled_port(name: str, line_end: str) -> None:
    """What is taken out and put in again stands where it stood, in goldstep's own style."""
    text = (ports_folder() / name / "port.toml").read_text().replace("\n", line_end)
    entries = known_entries(text)
    without = rewrite_known(text, KnownChanges(gone=set(range(len(entries)))))
    assert "known" not in tomllib.loads(without)
    assert rewrite_known(without, KnownChanges(added=entries)) == text


class TestBlankLines:
    FIRST = '[[known]]\nreason = "first"\n'
    SECOND = '[[known]]\nreason = "second"\n'

    @pytest.mark.parametrize(
        ("text", "removed", "left"),
        [
            (f"x = 1\n\n{FIRST}\n{SECOND}", {0}, f"x = 1\n\n{SECOND}"),
            (f"x = 1\n\n{FIRST}\n{SECOND}", {1}, f"x = 1\n\n{FIRST}"),
            (f"x = 1\n\n{FIRST}\n{SECOND}", {0, 1}, "x = 1\n"),
            (f"x = 1\n{FIRST}{SECOND}", {0}, f"x = 1\n{SECOND}"),
            (f"x = 1\n\n{FIRST}\n\n[run]\n", {0}, "x = 1\n\n[run]\n"),
            (f"{FIRST}\n[run]\n", {0}, "[run]\n"),
            # A comment that may be about it is not put above another entry.
            (f"x = 1\n\n# one\n{FIRST}\n{SECOND}", {0}, f"x = 1\n\n# one\n\n{SECOND}"),
            (f"x = 1\n\n{FIRST}# run\n[run]\n", {0}, "x = 1\n\n# run\n[run]\n"),
        ],
    )
    def test_are_left_on_one_side(self, text: str, removed: set[int], left: str) -> None:
        assert rewrite_known(text, KnownChanges(gone=removed)) == left

    @pytest.mark.parametrize(
        ("text", "with_it"),
        [
            ("x = 1", f"x = 1\n\n{FIRST[:-1]}"),
            ("x = 1\n", f"x = 1\n\n{FIRST}"),
            ("x = 1\n\n", f"x = 1\n\n{FIRST}\n"),
            (f"{SECOND}[run]\n", f"{SECOND}\n{FIRST}[run]\n"),
            (f"{SECOND}\n[run]\n", f"{SECOND}\n{FIRST}\n[run]\n"),
        ],
    )
    def test_are_put_between(self, text: str, with_it: str) -> None:
        assert rewrite_known(text, KnownChanges(added=[{"reason": "first"}])) == with_it


@pytest.mark.parametrize(
    ("array", "with_it"),
    [
        ("[]", "[{a = 2}]"),
        ("[{a = 1}] # x", "[{a = 1}, {a = 2}] # x"),
        ("[\n  {a = 1} # one\n]", "[\n  {a = 1}, # one\n  {a = 2}\n]"),
        ("[\n  {a = 1}, # one\n]", "[\n  {a = 1}, # one\n  {a = 2},\n]"),
        ("[\n  {a = 1}]", "[\n  {a = 1},\n  {a = 2}]"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_new_entry_of_an_array_stands_as_the_last_one(
    array: str, with_it: str, line_end: str
) -> None:
    text, wanted = (f"known = {a}\n".replace("\n", line_end) for a in (array, with_it))
    assert rewrite_known(text, KnownChanges(added=[{"a": 2}])) == wanted


def test_an_array_that_tomlkit_would_break_is_to_be_changed_by_hand() -> None:
    """It adds behind a comment."""
    text = "known = [{a = 1}, {a = 2} # two\n]\n"
    with pytest.raises(HarnessError) as refused:
        rewrite_known(text, KnownChanges(added=[{"a": 3}]))
    assert refused.value.hint


def test_the_places_of_a_port_are_those_of_its_text() -> None:
    (port,) = load_port(ports_folder() / "java" / "port.toml")
    lines = port.text.split("\n")
    for place, entry in zip(known_places(port.text), port.table.known, strict=True):
        assert lines[place.start] == "[[known]]"
        assert entry.reason in lines[place.stop - 1]
