"""SARIF logs: valid by the schema; fixes made as the standard says (3.30 regions, 3.55 fixes)."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from goldstep.report.formats.sarif.log import sarif
from goldstep.results.value import Report


@cache
def validator() -> jsonschema.protocols.Validator:
    schema = json.loads(
        Path(__file__).with_name("schemas").joinpath("sarif-schema-2.1.0.json").read_text()
    )
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def log_of(report: Report) -> dict[str, Any]:
    """The report's log, which is valid."""
    return valid(sarif(report))


def valid(written: bytes) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(written)
    errors = [f"{each.json_path}: {each.message}" for each in validator().iter_errors(log)]
    assert errors == []
    return log


def applied(fix: dict[str, Any], text: str) -> str:
    """The text of the one file that a fix changes, after it."""
    (change,) = fix["artifactChanges"]
    for replacement in sorted(
        change["replacements"], key=lambda each: -offset(text, start_of(each))
    ):
        region = replacement["deletedRegion"]
        first, last = offset(text, start_of(replacement)), offset(text, end_of(region, text))
        assert first <= last
        text = text[:first] + replacement.get("insertedContent", {}).get("text", "") + text[last:]
    return text


def start_of(replacement: dict[str, Any]) -> tuple[int, int]:
    region = replacement["deletedRegion"]
    return region["startLine"], region.get("startColumn", 1)


def end_of(region: dict[str, Any], text: str) -> tuple[int, int]:
    """The place behind it: without a column, behind the last character of its last line."""
    line = region.get("endLine", region["startLine"])
    return line, region.get("endColumn", len(lines_of(text)[line - 1]) + 1)


def offset(text: str, place: tuple[int, int]) -> int:
    """How many characters are before a place, which is in the text."""
    line, column = place
    lines = lines_of(text)
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1
    starts = [0, *(match.end() for match in re.finditer("\r\n|\n", text))]
    return starts[line - 1] + column - 1


def lines_of(text: str) -> list[str]:
    return re.split("\r\n|\n", text)
