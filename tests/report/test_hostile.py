"""Text from a port in every place that has any: harmless, and valid in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from goldstep.report.comparison_texts import as_markdown
from goldstep.report.formats.badge import badge, endpoint
from goldstep.report.formats.junit import junit
from goldstep.report.formats.markdown import markdown
from goldstep.report.formats.sarif.log import sarif
from goldstep.report.formats.table import COLUMNS, table
from goldstep.results.value import Report
from hypothesis import example, given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from support.rendered import shape
from support.sarif_fixes import valid
from support.streams import conforming, every_text

XSD = xmlschema.XMLSchema(Path(__file__).parents[1] / "support" / "schemas" / "junit-10.xsd")

HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "&amp;&lt;&#0;",
    "\n",
    "\r\n",
    "\r",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://example.org\x07link",
    "\0",
    "\x01\x08\x0b\x0c\x1f\x7f\x85\x9b",
    "\ud800",
    "\udcff",
    "\ufffe\uffff",
    "\u202e\u2066\u200b\ufeff",
    "\u2028\u2029",
    "=cmd|' /C calc'!A0",
    "@somebody",
    "|",
    "```",
    "</details>",
    "</testcase>",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\windows",
    "%SRCROOT%",
    "{0}",
    "@@ -1 +1 @@\n-a\n+b\n",
    "--- a/x\n+++ b/x\n",
    "",
    " ",
    "     ",
    ".",
)
texts = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None), max_size=4)),
    max_size=5,
).map("".join)


def read_junit(of: Report) -> None:
    written = junit(of)
    XSD.validate(io.BytesIO(written))
    said = JUnitXml.fromstring(written)
    assert said.tests == sum(len(list(suite)) for suite in said)
    assert_clean(written.decode())


def read_sarif(of: Report) -> None:
    written = sarif(of)
    valid(written)
    assert_clean(json.dumps(json.loads(written), ensure_ascii=False))


def read_markdown(of: Report) -> None:
    """It has the parts that it has with a text that means nothing."""
    text = markdown(of)
    assert_clean(text)
    found, plain = shape(text), shape(markdown(every_text("text")))
    assert set(found) <= set(plain)
    for part in ("heading_open", "tr_open", "td_open", "th_open", "fence", "html_block"):
        assert found[part] == plain[part]
    assert_clean(as_markdown(of.changes_since(conforming())))


def read_table(of: Report) -> None:
    text = table(of)
    assert_clean(text)
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(read) == 1 + 5
    for row in read:
        assert len(row) == len(COLUMNS)
        for each in row:
            assert each[:1] not in ("=", "@", "\t") or each == ""


def read_badge(of: Report) -> None:
    """Nothing of it comes from outside."""
    plain = every_text("text")
    assert badge(of) == badge(plain)
    assert endpoint(of) == endpoint(plain)
    ElementTree.fromstring(badge(of))


READERS: tuple[Callable[[Report], None], ...] = (
    read_junit,
    read_sarif,
    read_markdown,
    read_table,
    read_badge,
)


def assert_clean(text: str) -> None:
    """What may stand in any file, and drives no terminal."""
    text.encode()
    seen = text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\n\t"), " "))
    assert seen.replace("\ufe0f", "").isprintable()  # which makes a sign a picture


@pytest.mark.parametrize("read", READERS, ids=lambda read: str(read.__name__))
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_text_is_harmless(read: Callable[[Report], None], text: str) -> None:
    read(every_text(text))


@settings(max_examples=30)
@given(texts)
@example("".join(HOSTILE))
def test_any_text_is_harmless(text: str) -> None:
    of = every_text(text)
    for read in READERS:
        read(of)


@pytest.mark.parametrize("text", ["é", "\n", "\x1b"], ids=ascii)
def test_a_megabyte_of_text_is_cut(text: str) -> None:
    of = every_text(text * 1_000_000)
    for render in (junit, sarif, markdown, table, badge, endpoint):
        assert len(render(of)) < 1_000_000
    for read in READERS:
        read(of)
