"""Patches: whatever diff makes is applied, and taken back; also where lines have moved."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import pytest
from goldstep.errors import PortFileError
from goldstep.port.patches import apply_patch, changed_line, placed_diffs
from hypothesis import given
from hypothesis import strategies as st
from unidiff import PatchSet

# Few different lines, so that the same context comes often; some with what only looks like a line
# end, or like a part of a patch.
LINES = ("", "a", "b", "  c", "é", "x\x0cy", "x\x85y", "- a", "+b", "@@ -1 +1 @@", "\\ No newline")
texts = st.lists(st.sampled_from(LINES).map(lambda line: line + "\n"), max_size=30)
contexts = st.integers(0, 4)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Numbered lines, none twice, and the same with some taken out, changed or added."""
    old = [f"line {number}\n" for number in range(draw(st.integers(1, 25)))]
    new: list[str] = []
    for line in old:
        change = draw(st.sampled_from(["keep", "keep", "keep", "drop", "replace", "add"]))
        if change in ("keep", "add"):
            new.append(line)
        if change in ("replace", "add"):
            new.append(f"new after {line}")
    return old, new


def diff(old: Sequence[str], new: Sequence[str], context: int = 3) -> str:
    return "".join(difflib.unified_diff(old, new, "a/source", "b/source", n=context))


def applied(folder: Path, old: Sequence[str], patch: str) -> list[str]:
    """The lines after the patch."""
    write(folder, old, patch)
    apply_patch(folder / "the.patch", folder)
    text = (folder / "source").read_bytes().decode()
    return [f"{line}\n" for line in text.split("\n")[:-1]] if text else []


def write(folder: Path, old: Sequence[str], patch: str) -> None:
    (folder / "source").write_bytes("".join(old).encode())
    (folder / "the.patch").write_bytes(patch.encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("patched")


@given(old=texts, new=texts, context=contexts)
def test_a_diff_is_applied_and_taken_back(
    folder: Path, old: list[str], new: list[str], context: int
) -> None:
    if old != new:
        assert applied(folder, old, diff(old, new, context)) == new
        assert applied(folder, new, diff(new, old, context)) == old


@given(edit=edits(), above=st.integers(0, 9), below=st.integers(0, 3), context=st.integers(1, 3))
def test_lines_above_and_below_are_no_hindrance(
    folder: Path, edit: tuple[list[str], list[str]], above: int, below: int, context: int
) -> None:
    old, new = edit
    if old != new:
        head, tail = ["head\n"] * above, ["tail\n"] * below
        patch = diff(old, new, context)
        assert applied(folder, [*head, *old, *tail], patch) == [*head, *new, *tail]


@given(edit=edits(), above=st.integers(0, 9), context=st.integers(1, 3))
def test_the_changed_line_is_the_first_that_goes_else_the_first_that_comes(
    folder: Path, edit: tuple[list[str], list[str]], above: int, context: int
) -> None:
    old, new = edit
    if old == new:
        return
    gone = [number for number, line in enumerate(old, start=1) if line not in new]
    come = next((number for number, line in enumerate(new, start=1) if line not in old), 0)
    write(folder, ["head\n"] * above + old, diff(old, new, context))
    expected = gone[0] if gone else min(come, len(old))
    assert changed_line(folder / "the.patch", folder) == ("source", expected + above)


@given(edit=edits(), above=st.integers(0, 9), context=st.integers(1, 3))
def test_a_patch_gets_the_line_numbers_at_which_it_applies(
    folder: Path, edit: tuple[list[str], list[str]], above: int, context: int
) -> None:
    """Here a patch that adds lines comes first, and the next was made without it."""
    old, new = edit
    if old == new:
        return
    head = [f"head {number}\n" for number in range(above + 1)]
    first, second = diff(old, [*head, *old], context), diff(old, new, context)
    write(folder, old, first)
    (folder / "second.patch").write_text(second)
    placed = placed_diffs([folder / "the.patch", folder / "second.patch"], folder)
    assert placed[0] == first
    assert changes(placed[1]) == changes(diff([*head, *old], [*head, *new], context))
    assert (folder / "source").read_text() == "".join(old)


def changes(patch: str) -> list[tuple[str, int | None, int | None]]:
    """Each line that goes or comes, with its number."""
    return [
        (str(line), line.source_line_no, line.target_line_no)
        for patched in PatchSet(patch)
        for hunk in patched
        for line in hunk
        if not line.is_context
    ]


@pytest.mark.parametrize("text", ["no patch", diff(["b\n"], ["c\n"])])
def test_a_patch_that_does_not_apply_is_given_as_it_is(tmp_path: Path, text: str) -> None:
    write(tmp_path, ["a\n"], text)
    assert placed_diffs([tmp_path / "the.patch"], tmp_path) == [text]


def test_of_several_places_the_nearest_is_taken(tmp_path: Path) -> None:
    block = ["{\n", "old\n", "}\n"]
    source = block * 5
    patch = "--- a/source\n+++ b/source\n@@ -7,3 +7,3 @@\n {\n-old\n+new\n }\n"
    assert applied(tmp_path, source, patch) == [*block * 2, "{\n", "new\n", "}\n", *block * 2]
    # Further hunks are as far off as the first: here four lines.
    patch = (
        "--- a/source\n+++ b/source\n"
        "@@ -1,2 +1,2 @@\n-first\n+First\n {\n"
        "@@ -5,3 +5,3 @@\n {\n-old\n+new\n }\n"
    )
    source = ["x\n"] * 4 + ["first\n"] + block * 4
    changed = ["x\n"] * 4 + ["First\n", *block, "{\n", "new\n", "}\n", *block * 2]
    assert applied(tmp_path, source, patch) == changed


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    patch = diff(["a\n", "b\n", "c\n"], ["a\n", "B\n", "c\n"])
    (tmp_path / "the.patch").write_text(patch)
    (tmp_path / "source").write_bytes(b"a\r\nb\r\nc\r\n")
    apply_patch(tmp_path / "the.patch", tmp_path)
    assert (tmp_path / "source").read_bytes() == b"a\r\nB\r\nc\r\n"


def test_bytes_that_are_not_utf_8_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "the.patch").write_text(diff(["b\n"], ["B\n"]).replace("1 +1", "2 +2"))
    (tmp_path / "source").write_bytes(b"// \xe9t\xe9\nb\n")
    apply_patch(tmp_path / "the.patch", tmp_path)
    assert (tmp_path / "source").read_bytes() == b"// \xe9t\xe9\nB\n"


@pytest.mark.parametrize(
    ("old", "hunk", "new"),
    [
        ("a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n", "a\nc\n"),
        ("a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n", "a\nc"),
        ("a\nb", "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n", "A\nb"),
        ("a\nb\n", "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\n", "A\nb\n"),  # an empty line after the patch
    ],
)
def test_a_missing_line_end_at_the_end(tmp_path: Path, old: str, hunk: str, new: str) -> None:
    write(tmp_path, [old], f"--- a/source\n+++ b/source\n{hunk}")
    apply_patch(tmp_path / "the.patch", tmp_path)
    assert (tmp_path / "source").read_text() == new


def test_files_come_and_go(tmp_path: Path) -> None:
    patch = (
        "--- /dev/null\n+++ b/new/file\n@@ -0,0 +1,2 @@\n+one\n+two\n"
        "--- a/source\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
    )
    write(tmp_path, ["a\n"], patch)
    apply_patch(tmp_path / "the.patch", tmp_path)
    assert (tmp_path / "new" / "file").read_text() == "one\ntwo\n"
    assert not (tmp_path / "source").exists()


def test_all_files_are_changed_or_none(tmp_path: Path) -> None:
    patch = diff(["a\n"], ["b\n"]) + "--- a/other\n+++ b/other\n@@ -1 +1 @@\n-x\n+y\n"
    write(tmp_path, ["a\n"], patch)
    with pytest.raises(PortFileError, match="does not apply: other: No such file"):
        apply_patch(tmp_path / "the.patch", tmp_path)
    assert (tmp_path / "source").read_text() == "a\n"


@pytest.mark.parametrize("path", ["../outside", "/tmp/outside", "sub/../../outside"])
def test_a_patch_has_no_business_outside_of_the_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "port"
    folder.mkdir()
    (tmp_path / "outside").write_text("a\n")
    write(
        folder, ["a\n"], diff(["a\n"], ["b\n"]).replace("a/source", path).replace("b/source", path)
    )
    with pytest.raises(PortFileError, match="is not in the port's folder"):
        apply_patch(folder / "the.patch", folder)
    assert (tmp_path / "outside").read_text() == "a\n"


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        ("", "changes nothing"),
        ("Not a patch.\n", "changes nothing"),
        ("--- a/source\n+++ b/source\n", "changes nothing"),
        ("--- a/source\n+++ b/source\n@@ -1,3 +1 @@\n-a\n", "is not a unified diff"),
    ],
)
def test_what_is_no_patch_is_refused(tmp_path: Path, patch: str, problem: str) -> None:
    write(tmp_path, ["a\n"], patch)
    with pytest.raises(PortFileError, match=problem) as caught:
        apply_patch(tmp_path / "the.patch", tmp_path)
    assert caught.value.place == str(tmp_path / "the.patch")


def test_a_context_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, ["a\n", "c\n"], diff(["a\n", "b\n"], ["a\n", "B\n"]))
    with pytest.raises(PortFileError, match="its hunk at line 1 is not found in source"):
        apply_patch(tmp_path / "the.patch", tmp_path)
    assert changed_line(tmp_path / "the.patch", tmp_path) is None
