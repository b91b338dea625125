"""Markdown, rendered as a forge does: what stands where, and that text from outside stays text."""

from __future__ import annotations

import itertools

import pytest
from goldstep.report.formats import markdown as markdown_module
from goldstep.report.formats.markdown import markdown
from goldstep.report.markdown_text import cell, code, fenced
from goldstep.report.visible import visible_block, visible_line
from goldstep.results.records import Problem, Stale
from goldstep.results.value import Report
from hypothesis import given
from hypothesis import strategies as st
from support.rendered import html, rows, shape, tokens
from support.streams import case, conforming, diagnosis, finding, ladder, port, report, run

# What Markdown and forges look for, beside anything at all.
HOSTILE = (
    *(
        "<script>alert(1)</script>",
        "<!-- ",
        "&lt;",
        "&#64;",
        "[a](javascript:b)",
        "![a](b)",
        "`",
        "``",
    ),
    *("|", "\\|", "\\", "*a*", "__a__", "~~a~~", "# a", "- a", "1. a", "> a", "---", "===", "$a$"),
    *(
        "@somebody",
        "a@b.org",
        "#12",
        "o/r#12",
        "https://example.org",
        "www.example.org",
        "\n",
        "\n\n",
    ),
    *("mailto:a@b.org", "<https://example.org>", "[^1]", "[a]: b", "</details>", "\x1b[31m", "\0"),
)
texts = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5))).map("".join)


def headings(of: Report) -> list[str]:
    found = tokens(markdown(of))
    return [
        after.content for token, after in itertools.pairwise(found) if token.type == "heading_open"
    ]


def test_a_port_that_conforms_takes_a_few_lines() -> None:
    assert markdown(conforming()).splitlines() == [
        "## ✅ goldstep: conforms",
        "",
        "- 1 port, 1 rung, 2 cases in 1.5 s; goldstep 0.1.0 on Linux x86\\_64, "
        "2026\\-01\\-02T03:04:05\\+00:00; vectors `5ca1ab1e5ca1`",
        "",
        "| port | as it is |",
        "|---|---|",
        "| mine | ✅ 2 cases |",
    ]


def test_what_is_new_comes_first_and_what_is_known_is_folded() -> None:
    assert headings(report(*ladder())) == [
        "❌ goldstep: 1 new finding, 1 known finding stale",
        "1 new finding",
        "`epsilon-outside-root` in mine, \\+ 1\\-import",
        "1 known finding stale",
    ]
    text = markdown(report(*ladder()))
    folded = text[text.index("<details>") :]
    assert folded.endswith("</details>\n")
    assert list(rows(folded.partition("</summary>")[2])) == [
        ["port", "rung", "finding", "where", "why it is known"],
        [
            "mine",
            "as printed",
            "unresolved-symbol sqrt",
            "ports/mine/mine.py:6",
            "Printed so. (https://example.org/1)",
        ],
    ]


def test_a_table_shows_each_rung_of_each_port() -> None:
    problem = Problem(port="other", repairs=1, message="there is no Java here", exit_code=3)
    other = [port("other", "as printed", "1"), case(port="other"), diagnosis(port="other"), problem]
    ladders = rows(markdown(report(*ladder(), *other)))
    assert [next(ladders) for _ in range(3)] == [
        ["port", "as it is", "+ 1 repair", "+ 2 repairs"],
        [
            "mine",
            "🟡 known unresolved-symbol",
            "❌ epsilon-outside-root",
            "✅ 2 cases ⚠️ stale",
        ],
        ["other", "✅ 1 case", "⚪ not judged", ""],
    ]


def test_rungs_stand_under_their_number_of_repairs() -> None:
    records = (port("mine", "2-epsilon"), case(repairs=2), diagnosis(repairs=2))
    assert next(rows(markdown(report(*records)))) == ["port", "+ 2 repairs"]


def test_a_finding_has_its_place_source_evidence_and_repair() -> None:
    text = markdown(report(*ladder()))
    fences = [token.content for token in tokens(text) if token.type == "fence"]
    assert "`ports/mine/mine.py:6`: epsilon is added after the square root" in text
    source, diff = fences
    assert source.splitlines()[2] == (
        ">    6              weights[name] -= self.rate * gradient / (sqrt(average) + self.epsilon)"
    )
    assert "+            weights[name]" in diff
    page = html(text)
    expected = "expected -0.0031622775020545084, got -0.003162277660168379"
    assert f"<li>{expected}: off by 3.36e+04 rounding budgets</li>" in page
    assert "<li>the example cannot show the fault</li>" in page
    assert "<strong>What to do:</strong> Write sqrt(average + epsilon)" in page


def test_stale_ones_and_rungs_that_were_not_judged_are_listed() -> None:
    problem = Problem(port="mine", repairs=0, message="there is no Java here", exit_code=3)
    stale = Stale(port="mine", repairs=0, finding="average-lag", why="expired", reason="So.")
    page = html(markdown(report(port(), problem, stale)))
    assert "<li>mine, as it is: there is no Java here</li>" in page
    assert (
        "<li><code>ports/mine/port.toml</code>: <code>average-lag</code> has expired: "
        "fix it, or renew its date</li>" in page
    )


def test_several_runs_are_numbered() -> None:
    records = (port(), case(), diagnosis())
    text = markdown(Report.of(run(*records), run(*records, seed=8)))
    assert "- Run 2: 1 port" in text
    assert [row[0] for row in rows(text)] == ["port", "mine (run 1)", "mine (run 2)"]


class TestLimits:
    def test_many_findings_are_told_in_rows_and_more_are_counted(self) -> None:
        many = [finding(message=f"number {number}") for number in range(300)]
        text = markdown(report(port(), *many))
        assert len([each for each in headings(report(port(), *many)) if "in mine" in each]) == 20
        assert "And 280 findings more:" in text
        assert text.count("number ") == 220
        assert text.rstrip().endswith("And 80 more.")

    def test_many_ports_are_counted(self) -> None:
        names = [f"port-{number}" for number in range(250)]
        judged = (diagnosis(port=name) for name in names)
        text = markdown(report(*map(port, names), *judged))
        assert len(list(rows(text))) == 201
        assert "And 50 ports more." in text

    def test_it_is_never_longer_than_a_summary_may_be(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(markdown_module, "_MOST_BYTES", 20_000)
        of = report(port(), *(finding(message="é" * 1000, subject="s" * 1000) for _ in range(30)))
        text = markdown(of)
        assert 15_000 < len(text.encode()) <= 20_000
        assert text.endswith("The rest is left out: it is longer than a summary may be.\n")


class TestText:
    @given(texts)
    def test_in_a_line_it_is_read_as_it_is(self, text: str) -> None:
        (row,) = list(rows(f"| {cell(text)} |\n|---|"))
        assert row == [" ".join(visible_line(text).split())]

    @given(texts, texts)
    def test_in_a_table_it_ends_no_cell(self, one: str, other: str) -> None:
        table = f"| a | b | c |\n|---|---|---|\n| {cell(one)} | {code(other)} | {cell(one)} |"
        _, row = rows(table)
        words = " ".join(visible_line(one).split())
        assert row == [words, visible_line(other).strip(), words]

    @given(texts)
    def test_in_a_block_it_ends_no_block(self, text: str) -> None:
        first, *others = tokens(fenced(text, "diff"))
        assert others == []
        assert (first.type, first.info) == ("fence", "diff")
        assert first.content == visible_block(text.rstrip("\n")) + "\n"

    @given(texts)
    def test_a_paragraph_of_it_is_a_paragraph(self, text: str) -> None:
        assert shape(f"before {cell(text)}") == {"paragraph_open": 1, "paragraph_close": 1}
