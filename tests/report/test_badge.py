"""The badge: as shields.io documents its endpoint, and as a picture that can be read."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from goldstep.report.formats.badge import badge, endpoint
from goldstep.results.records import Problem, Record, Stale
from goldstep.results.value import Report
from support.streams import case, diagnosis, finding, port, report

SVG = "{http://www.w3.org/2000/svg}"

KNOWN = finding(known=True, reason="Printed so.")
PROBLEM = Problem(port="mine", repairs=0, message="there is no Java here", exit_code=3)
STALE = Stale(port="mine", repairs=0, finding="average-lag", why="expired", reason="So.")

STANDINGS: dict[str, tuple[list[Record], str, str]] = {
    "conforms": ([], "conforms", "brightgreen"),
    "known": ([KNOWN], "conforms but for 1 known", "green"),
    "findings": ([KNOWN, finding("average-lag")], "1 new finding", "red"),
    "several": (
        [finding("average-lag"), finding(), STALE],
        "2 new findings, 1 known finding stale",
        "red",
    ),
    "stale": ([KNOWN, STALE], "1 known finding stale", "yellow"),
    "problem": ([PROBLEM], "1 rung not judged", "lightgrey"),
    "both": ([PROBLEM, finding()], "1 new finding, 1 rung not judged", "red"),
}


@pytest.fixture(params=STANDINGS)
def standing(request: pytest.FixtureRequest) -> tuple[Report, str, str]:
    """A report, and the words and the colour for it."""
    records, message, color = STANDINGS[request.param]
    return report(port(), case(), diagnosis(), *records), message, color


def test_the_endpoint_says_what_shields_io_asks_for(standing: tuple[Report, str, str]) -> None:
    of, message, color = standing
    said: dict[str, Any] = json.loads(endpoint(of))
    assert said == {
        "schemaVersion": 1,
        "label": "goldstep",
        "message": message,
        "color": color,
        "isError": "not judged" in message,
    }


def test_the_picture_says_the_same_to_everybody(standing: tuple[Report, str, str]) -> None:
    of, message, _ = standing
    picture = ElementTree.fromstring(badge(of))
    assert picture.tag == f"{SVG}svg"
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == f"goldstep: {message}"
    assert picture.findtext(f"{SVG}title") == f"goldstep: {message}"
    assert [each.text for each in picture.iter(f"{SVG}text")] == ["goldstep", message]


def test_its_parts_fill_it_and_its_words_fill_them(standing: tuple[Report, str, str]) -> None:
    picture = ElementTree.fromstring(badge(standing[0]))
    group = picture.find(f"{SVG}g")
    assert group is not None
    left, right = (int(each.get("width", "")) for each in group)
    assert left + right == int(picture.get("width", ""))
    for part, text in zip((left, right), picture.iter(f"{SVG}text"), strict=True):
        length = int(text.get("textLength", ""))
        assert length == part - 12
        assert 4 < length / len(text.text or "") < 9  # pixels a character


def test_white_can_be_read_on_every_colour(standing: tuple[Report, str, str]) -> None:
    """By WCAG 2.2, AA: a contrast of at least 4.5."""
    group = ElementTree.fromstring(badge(standing[0])).find(f"{SVG}g")
    assert group is not None
    assert [each.get("fill", "")[0] for each in group] == ["#", "#"]
    for part in group:
        assert 1.05 / (luminance(part.get("fill", "")) + 0.05) >= 4.5


def luminance(color: str) -> float:
    digits = color.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
