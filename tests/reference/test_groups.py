"""The groups of cases: each documented, named, flagged, and exact in its number format."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from goldstep_reference.numbers.number_format import (
    FLOAT32,
    FLOAT64,
    NUMBER_FORMATS,
    NumberFormat,
    write_number,
)
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.group import Group
from support.published_vectors import VECTORS, published_cases, read_file

# Names of cases at magnitudes that only float64 reaches.
_BEYOND_FLOAT32 = re.compile(
    r"decade-1e-?[0-9]+-to-1e-?[0-9]+|five-steps-at-1e-?(30|60|90|1[0-9]{2})"
    r"|weight-1e-?(50|[12][0-9]{2})"
)

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
every_group = pytest.mark.parametrize("a_group", GROUPS.values(), ids=lambda g: g.name)


@every_format
def test_there_are_enough_cases(number_format: NumberFormat) -> None:
    assert sum(len(each.cases(number_format)) for each in GROUPS.values()) >= 750


@every_group
def test_the_docstring_is_a_manual(a_group: Group) -> None:
    """A title line, why, and what a failure means."""
    title, *paragraphs = a_group.description.split("\n\n")
    assert title.endswith(".")
    assert "\n" not in title
    assert len(paragraphs) >= 2
    assert "failure here" in a_group.description or "A failure from" in a_group.description
    assert len(a_group.description) > 300
    assert a_group.title
    assert not a_group.title.endswith(".")


@every_group
def test_requirements_and_flags_are_known(a_group: Group) -> None:
    assert a_group.requirements
    assert set(a_group.requirements) <= REQUIREMENTS.keys()
    for case in a_group.cases(FLOAT64):
        assert case.flags
        assert len(set(case.flags)) == len(case.flags)
        assert set(case.flags) <= FLAGS.keys()


def test_every_requirement_and_every_flag_is_cited() -> None:
    cited = {requirement for each in GROUPS.values() for requirement in each.requirements}
    assert cited == REQUIREMENTS.keys()
    flagged = {flag for each in GROUPS.values() for c in each.cases(FLOAT64) for flag in c.flags}
    assert flagged == FLAGS.keys()


def test_requirements_name_their_source() -> None:
    assert [*REQUIREMENTS] == [f"RMS-{number}" for number in range(1, len(REQUIREMENTS) + 1)]
    for requirement in REQUIREMENTS.values():
        assert requirement.text.endswith(".")
        assert requirement.source


@every_format
@every_group
def test_every_input_is_exact_in_its_format(a_group: Group, number_format: NumberFormat) -> None:
    for case in a_group.cases(number_format):
        given = [case.given(name) for name in RULE.names]
        arrays = [*case.weights.values(), *(a for step in case.gradients for a in step.values())]
        for value in [*(value for value in given if value is not None), *sum(arrays, ())]:
            assert isinstance(value, float)
            assert number_format.holds(value), (case.name, value)


@every_format
@every_group
def test_every_case_is_well_formed(a_group: Group, number_format: NumberFormat) -> None:
    for case in a_group.cases(number_format):
        assert case.description.endswith("."), case.name
        assert case.gradients
        fitting = [
            {name: len(array) for name, array in gradients.items()}
            == {name: len(array) for name, array in case.weights.items()}
            for gradients in case.gradients
        ]
        assert all(fitting) or case.rejected, case.name
        assert case.weights
        assert case.elements == sum(map(len, case.weights.values()))
        assert case.record[-1] == len(case.gradients)
        assert all(0 < step < later for step, later in pairwise(case.record))


@every_group
def test_both_formats_have_the_same_cases(a_group: Group) -> None:
    """But for decades of gradients that float32 does not have."""
    float64 = [
        case
        for case in a_group.cases(FLOAT64)
        if not (a_group.name == "formula" and _BEYOND_FLOAT32.fullmatch(case.name))
    ]
    float32 = a_group.cases(FLOAT32)
    assert [case.name for case in float64] == [case.name for case in float32]
    assert [case.record for case in float64] == [case.record for case in float32]


@every_group
def test_a_group_makes_the_same_cases_every_time(a_group: Group) -> None:
    # As text: NaN differs from itself.
    assert repr(a_group.cases(FLOAT64)) == repr(a_group.cases(FLOAT64))


@every_format
def test_no_case_repeats_another(number_format: NumberFormat) -> None:
    """Two names for the same inputs would count one test twice; what comes again says so."""
    names: dict[str, list[str]] = {}
    for a_group in GROUPS.values():
        for case in a_group.cases(number_format):
            given = [case.given(name) for name in RULE.names]
            inputs = repr((case.weights, case.gradients, *given))
            names.setdefault(inputs, []).append(f"{a_group.name}/{case.name}")
    for first, *others in names.values():
        assert [other for other in others if not other.endswith("-again")] == [], first


@every_format
def test_ids_are_unique_readable_and_as_the_schema_has_them(number_format: NumberFormat) -> None:
    schema = json.loads((VECTORS / "schema.json").read_text())
    pattern = schema["$defs"]["case"]["properties"]["id"]["pattern"]
    ids = [published.id for published in published_cases(number_format.name)]
    assert len(set(ids)) == len(ids)
    for published in published_cases(number_format.name):
        assert re.fullmatch(pattern, published.id)
        assert published.id == "/".join(
            ("rmsprop", number_format.name, published.group, published.case.name)
        )


@every_format
@every_group
def test_files_say_what_the_groups_say(a_group: Group, number_format: NumberFormat) -> None:
    document = read_file(number_format.name, a_group.name)
    assert document["title"] == a_group.title
    assert document["description"] == a_group.description
    assert document["requirements"] == list(a_group.requirements)
    used = {flag for case in document["cases"] for flag in case["flags"]}
    assert document["flags"] == {flag: FLAGS[flag] for flag in used}
    for case, entry in zip(a_group.cases(number_format), document["cases"], strict=True):
        assert entry["weights"] == _written(case.weights)
        assert entry["gradients"] == [_written(gradients) for gradients in case.gradients]
        assert entry["record"] == list(case.record)
        for name in RULE.names:
            given = case.given(name)
            assert entry.get(name) == (None if given is None else write_number(given))


def _written(arrays: object) -> dict[str, list[str]]:
    assert isinstance(arrays, dict)
    return {name: list(map(write_number, values)) for name, values in arrays.items()}


class TestRegistry:
    """What the registry refuses, so that no group can be published with it."""

    def made(self, *cases: Case) -> Group:
        return Group("made-up", "Made up", ("RMS-1",), FLAGS, lambda number_format: iter(cases))

    def case(self, name: str = "one", flags: tuple[str, ...] = ("StepForm",)) -> Case:
        inputs = Inputs(FLOAT64)
        return inputs.having(*flags).single(name, "A case.", "1 2")

    def test_two_cases_of_one_name(self) -> None:
        with pytest.raises(ValueError, match="two cases are called one"):
            self.made(self.case(), self.case()).cases(FLOAT64)

    def test_an_unknown_flag(self) -> None:
        with pytest.raises(ValueError, match="NoSuchFlag"):
            self.made(self.case(flags=("NoSuchFlag",))).cases(FLOAT64)

    def test_an_unknown_requirement(self) -> None:
        with pytest.raises(ValueError, match="RMS-0"):
            group("made-up", "Made up", ("RMS-0",))

    def test_an_unknown_hyper_parameter(self) -> None:
        with pytest.raises(ValueError, match="decay"):
            Inputs(FLOAT64).having(decay="0.9")

    def test_decimals_are_rounded_to_the_format_once(self) -> None:
        case = Inputs(FLOAT32).having(learning_rate="0.7").single("one", "A case.", "0.3", "0.1")
        assert case.weights == {"w1": (0.10000000149011612,)}
        assert case.gradients == ({"w1": (0.30000001192092896,)},)
        assert (case.hyper_parameters["learning_rate"], case.record) == (0.699999988079071, (1,))
