"""Evidence, written and read back: each kind as itself, anything else as it came."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from goldstep.report.evidence_words import Line, evidence_lines
from goldstep.results.evidence import KINDS, Evidence, OtherEvidence, Request, from_json
from goldstep.results.records import Finding, encode
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect
from support.streams import every_evidence, finding, port, report

NUMBERS = st.sampled_from(("0.1", "-0.0", "5e-324", "1e+300", "NaN", "Infinity", "-Infinity"))
ARRAYS = st.dictionaries(st.text(max_size=2), st.lists(NUMBERS, max_size=2), max_size=2)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | NUMBERS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def contents(kind: type) -> st.SearchStrategy[Any]:
    """JSON of a kind of evidence, by the types of its fields."""
    return _of_type(inspect.type_info(kind))


def _of_type(info: inspect.Type) -> st.SearchStrategy[Any]:
    match info:
        case inspect.Metadata(type=inner):
            return _of_type(inner)
        case inspect.StrType(pattern=None):
            return st.text(max_size=3)
        case inspect.StrType():
            return NUMBERS
        case inspect.IntType():
            return st.integers(-9, 9)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.ListType(item_type=item):
            return st.lists(_of_type(item), max_size=2)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_of_type(key), _of_type(value), max_size=2)
        case inspect.UnionType(types=types):
            return st.one_of(map(_of_type, types))
        case inspect.CustomType(cls=cls) if cls is Request:
            of_request = {"weights": ARRAYS, "gradients": st.lists(ARRAYS, max_size=2)}
            optional = {"decay_rate": NUMBERS, "seq": st.just(3), "record": st.just([1])}
            return st.fixed_dictionaries(of_request, optional=optional)
        case inspect.StructType(fields=fields):
            of_field = {field.encode_name: _of_type(field.type) for field in fields}
            required = {field.encode_name for field in fields if field.required}
            return st.fixed_dictionaries(
                {name: value for name, value in of_field.items() if name in required},
                optional={name: value for name, value in of_field.items() if name not in required},
            )
    raise AssertionError(info)


def read(content: Any) -> Finding:
    """A finding with such evidence, as it is read from a stream."""
    line = json.loads(encode(finding(evidence=None))) | {"evidence": content}
    found: Finding = msgspec.json.decode(json.dumps(line), type=Finding, dec_hook=from_json)
    return found


def lines_of(found: Finding, number_format: str = "float64") -> list[Line]:
    """What reports say of the only finding of a rung."""
    (mine,) = report(port(number_format=number_format), found).ports
    return list(evidence_lines(mine.rungs[0], found))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
@given(st.data())
def test_each_kind_is_written_and_read_without_loss(kind: type, data: st.DataObject) -> None:
    content = data.draw(contents(kind))
    first = read(content)
    assert type(first.evidence) is kind
    again = read(msgspec.to_builtins(first.evidence))
    assert again == first
    assert encode(again) == encode(first)
    for name, value in msgspec.to_builtins(first.evidence).items():
        assert content[name] == value  # what is left out is what it is without saying so


@given(st.dictionaries(st.text(max_size=3), ANY))
def test_what_is_of_no_kind_is_kept_as_it_came(content: dict[str, Any]) -> None:
    found = read(content)
    assert isinstance(found.evidence, OtherEvidence)
    assert json.loads(encode(found))["evidence"] == content


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
@given(st.data())
def test_a_damaged_kind_is_shown_or_kept(kind: type, data: st.DataObject) -> None:
    content = data.draw(contents(kind))
    name = data.draw(st.sampled_from([*content, "new"]))
    damaged = content | {name: data.draw(ANY)}
    if data.draw(st.booleans()):
        del damaged[name]
    found = read(damaged)
    if isinstance(found.evidence, OtherEvidence):
        assert json.loads(encode(found))["evidence"] == damaged
    for number_format in ("float64", "float32", "of another version"):
        for line in lines_of(found, number_format):
            assert line.label
            assert isinstance(line.text, str)


@pytest.mark.parametrize("content", [3, [], "text", None])
def test_evidence_is_an_object(content: Any) -> None:
    if content is None:
        assert read(content).evidence is None
        return
    with pytest.raises(msgspec.ValidationError, match="evidence"):
        read(content)


def test_every_kind_is_among_those_that_reports_are_tried_with() -> None:
    assert {type(each) for each in every_evidence("text")} == {*KINDS, OtherEvidence}


@pytest.mark.parametrize(
    "evidence", [*every_evidence("text")], ids=lambda each: type(each).__name__
)
def test_a_line_says_all_of_itself(evidence: Evidence) -> None:
    lines = lines_of(finding(evidence=evidence))
    assert bool(lines) != isinstance(evidence, OtherEvidence)
    assert all("\n" not in line.brief for line in lines)
    assert len({(line.label, line.text) for line in lines}) == len(lines)
