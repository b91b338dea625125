"""Places in repaired sources, and repairs, in terms of the file that the repository has."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import pytest
from goldstep.port.patches import apply_patch
from goldstep.report.formats.sarif.results import replacement_of
from goldstep.report.originals import (
    original_excerpt,
    original_location,
    original_place,
    replacements,
)
from goldstep.results.records import Excerpt, Location, RepairText
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sarif_fixes import applied
from support.streams import EPSILON, IMPORT, finding


@st.composite
def ladders(draw: st.DrawFn, context: int = 0) -> tuple[list[list[str]], list[RepairText]]:
    """A source of lines that are all different, changed again and again; and the diffs."""
    texts = [[f"line {number}\n" for number in range(draw(st.integers(1, 12)))]]
    repairs = []
    for number in range(draw(st.integers(1, 3))):
        old = texts[-1]
        new = changed(draw, old, number)
        if new == old or not new:
            continue
        lines = difflib.unified_diff(
            old, new, "a/source", "b/source", n=draw(st.integers(context, 3))
        )
        repairs.append(RepairText(f"{number}.patch", "why", "".join(lines)))
        texts.append(new)
    return texts, repairs


def changed(draw: st.DrawFn, old: Sequence[str], number: int) -> list[str]:
    new: list[str] = []
    for line in old:
        change = draw(st.sampled_from(["keep", "keep", "keep", "keep", "drop", "replace", "add"]))
        if change in ("keep", "add"):
            new.append(line)
        if change in ("replace", "add"):
            new.append(f"{number} after {line}")
    return new


@given(ladders())
def test_a_line_is_found_where_it_was(ladder: tuple[list[list[str]], list[RepairText]]) -> None:
    texts, repairs = ladder
    for steps in range(len(texts)):
        for number, line in enumerate(texts[steps], start=1):
            place = original_place(repairs[:steps], "source", number)
            assert place is not None
            assert place.is_same == (line in texts[0])
            if place.is_same:
                assert texts[0][place.line - 1] == line
            else:
                assert 1 <= place.line <= len(texts[0]) + 1


@given(ladders(), st.integers(1, 12), st.integers(1, 5))
def test_lines_are_told_together_only_where_they_were(
    ladder: tuple[list[list[str]], list[RepairText]], first: int, length: int
) -> None:
    texts, repairs = ladder
    lines = texts[-1][first - 1 : first - 1 + length]
    original = original_excerpt(repairs, "source", Excerpt(first, lines)) if lines else None
    places = [texts[0].index(line) for line in lines if line in texts[0]]
    in_a_row = (
        bool(lines) and places == [*range(places[0], places[0] + len(lines))] if places else False
    )
    assert (original is not None) == in_a_row
    if original:
        assert texts[0][original.first - 1 :][: len(lines)] == lines


@settings(max_examples=40)
@given(ladders(context=1))  # without any, a patch that moves does not know where to
def test_a_repair_is_made_in_the_original_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory,
    ladder: tuple[list[list[str]], list[RepairText]],
) -> None:
    texts, repairs = ladder
    for number, repair in enumerate(repairs):
        changes = replacements(repairs[:number], repair)
        if number == 0:
            assert changes is not None
        if changes is None:
            continue
        fix = {"artifactChanges": [{"replacements": [*map(replacement_of, changes)]}]}
        original = "".join(texts[0])
        folder = tmp_path_factory.getbasetemp()
        assert applied(fix, original) == patched(folder, original, repair)


def patched(folder: Path, text: str, repair: RepairText) -> str:
    """What the patch makes of a text."""
    (folder / "source").write_bytes(text.encode())
    (folder / "the.patch").write_bytes(repair.diff.encode())
    apply_patch(folder / "the.patch", folder)
    return (folder / "source").read_bytes().decode()


@pytest.mark.parametrize("old", ["a\nb\nc\n", "a\nb\nc"])
@pytest.mark.parametrize("new", ["x\na\nb\nc\n", "a\nb\nx\nc\n", "a\nc\n", "b\nc\n", "y\nb\nc\n"])
def test_a_patch_without_context_is_made_where_it_says(old: str, new: str) -> None:
    lines = difflib.unified_diff(
        f"{old.strip()}\n".splitlines(True), new.splitlines(True), "a/source", "b/source", n=0
    )
    changes = replacements([], RepairText("the.patch", "why", "".join(lines)))
    assert changes is not None
    fix = {"artifactChanges": [{"replacements": [*map(replacement_of, changes)]}]}
    assert applied(fix, old).strip() == new.strip()


@pytest.mark.parametrize(
    "diff",
    [
        "no diff",
        "",
        "--- /dev/null\n+++ b/source\n@@ -0,0 +1 @@\n+new\n",
        "--- a/source\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n",
        "--- a/source\n+++ b/other\n@@ -1 +1 @@\n-old\n+new\n",
    ],
)
def test_a_patch_that_does_more_than_change_lines_is_no_fix(diff: str) -> None:
    assert replacements([], RepairText("the.patch", "why", diff)) is None


def test_a_file_that_a_repair_makes_has_no_original() -> None:
    makes = RepairText("1", "", "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+new\n")
    assert original_place([makes], "new", 1) is None
    assert original_place([makes], "./source", 7) == original_place([], "source", 7)


@pytest.mark.parametrize(
    ("at", "where"),
    [
        (Location("mine.py", 8, 5), "mine.py:6:5"),
        (Location("mine.py", 8), "mine.py:6"),
        (Location("mine.py", 1, 5), "mine.py"),  # a line that the first repair puts there
        (Location("other.py", 8), "other.py:8"),
        (None, ""),
    ],
)
def test_a_finding_is_where_the_repository_has_it(at: Location | None, where: str) -> None:
    found = finding(repairs=1, location=at)
    assert original_location([IMPORT, EPSILON], found) == where


def test_line_ends_of_the_file_stay() -> None:
    diff = "--- a/source\n+++ b/source\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n"
    changes = replacements([], RepairText("the.patch", "why", diff))
    assert changes is not None
    fix = {"artifactChanges": [{"replacements": [*map(replacement_of, changes)]}]}
    assert applied(fix, "a\r\nb\r\nd\r\n") == "a\r\nc\r\nd\r\n"
