"""The schema lets every vector file pass, and little else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.published_vectors import VECTORS, read_file, vector_files

SCHEMA = json.loads((VECTORS / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

Document = dict[str, Any]
Mutation = Callable[[Document], object]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", vector_files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_file_passes(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def case(document: Document) -> Document:
    found: Document = document["cases"][0]
    return found


def step(document: Document) -> Document:
    found: Document = case(document)["expected"]["inside"][0]
    return found


def arrays(document: Document) -> Document:
    found: Document = step(document)["weights"]["w1"]
    return found


def with_epsilon(text: str) -> Mutation:
    return lambda document: case(document).update(epsilon=text)


COLUMNS: Document = {"inside": [], "outside": []}
CHOICES = {"one": COLUMNS, "other": COLUMNS}
DIGITS = "1.234567890123456789012345678901234567891e-3"

MUTATIONS: dict[str, Mutation] = {
    "unknown key in the file": lambda d: d.update(extra=1),
    "unknown key in a case": lambda d: case(d).update(extra=1),
    "unknown key in expected": lambda d: case(d)["expected"].update(acceptable=[]),
    "unknown key in a step": lambda d: step(d).update(extra={}),
    "unknown key in a value": lambda d: arrays(d).update(ulps=["1"]),
    "another format": lambda d: d.update(format="goldstep-vectors/2"),
    "another algorithm": lambda d: d.update(algorithm="adam"),
    "another number format": lambda d: d.update(number_format="float16"),
    "no requirement": lambda d: d.update(requirements=[]),
    "a requirement of another algorithm": lambda d: d.update(requirements=["ADAM-1"]),
    "a flag in the wrong spelling": lambda d: case(d).update(flags=["epsilon-placement"]),
    "a flag without a meaning": lambda d: d.update(flags={"StepForm": ""}),
    "no cases": lambda d: d.update(cases=[]),
    "no id": lambda d: case(d).pop("id"),
    "an id of another algorithm": lambda d: case(d).update(id="adam/float64/formula/one"),
    "an id with blanks": lambda d: case(d).update(id="rmsprop/float64/formula/one two"),
    "an id in capitals": lambda d: case(d).update(id="rmsprop/float64/formula/One"),
    "no description": lambda d: case(d).update(description=""),
    "no column inside": lambda d: case(d)["expected"].pop("inside"),
    "no column outside": lambda d: case(d)["expected"].pop("outside"),
    "step zero": lambda d: step(d).update(step=0),
    "step as text": lambda d: step(d).update(step="1"),
    "a step recorded twice": lambda d: case(d).update(record=[1, 1]),
    "no averages": lambda d: step(d).pop("moving_average"),
    "no tolerance": lambda d: arrays(d).pop("tolerance"),
    "a JSON number as hyper-parameter": lambda d: case(d).update(learning_rate=0.001),
    "a JSON number as weight": lambda d: case(d)["weights"].update(w1=[0.5]),
    "a JSON number as gradient": lambda d: case(d)["gradients"][0].update(w1=[0.5]),
    "a JSON number as exact": lambda d: arrays(d).update(exact=[0.5]),
    "a JSON number as nearest": lambda d: arrays(d).update(nearest=[0.5]),
    "a JSON number as tolerance": lambda d: arrays(d).update(tolerance=[1e-17]),
    "a weight that is null": lambda d: case(d)["weights"].update(w1=[None]),
    "a weight that is no array": lambda d: case(d)["weights"].update(w1="0.5"),
    "39 digits": lambda d: arrays(d).update(exact=[DIGITS.replace("1e", "e")]),
    "41 digits": lambda d: arrays(d).update(exact=[DIGITS.replace("e", "5e")]),
    "digits without an exponent": lambda d: arrays(d).update(exact=[DIGITS.split("e")[0]]),
    "digits that begin with zero": lambda d: arrays(d).update(exact=["0" + DIGITS[1:]]),
    "digits that are none": lambda d: arrays(d).update(exact=[DIGITS.replace("9", "x")]),
    "exact zero without a point": lambda d: arrays(d).update(exact=["0"]),
    "exact NaN with a sign": lambda d: arrays(d).update(exact=["-NaN"]),
    "neither column nor choice nor rule": lambda d: case(d).update(expected={}),
    "a rule beside the columns": lambda d: case(d)["expected"].update(rejected="No."),
    "choices beside the columns": lambda d: case(d)["expected"].update(choices=CHOICES),
    "a rule that is empty": lambda d: case(d).update(expected={"rejected": ""}),
    "a single choice": lambda d: case(d).update(expected={"choices": {"one": COLUMNS}}),
    "a choice without a column": lambda d: case(d).update(
        expected={"choices": {"one": COLUMNS, "other": {"inside": []}}}
    ),
    "a choice in the wrong spelling": lambda d: case(d).update(
        expected={"choices": {"one": COLUMNS, "The Other": COLUMNS}}
    ),
    "a choice without a meaning": lambda d: d.update(choices={"one": ""}),
    **{
        f"a line break after {what}": change
        for what, change in {
            "an exact value": lambda d: arrays(d).update(exact=[f"{DIGITS}\n"]),
            "a tolerance": lambda d: arrays(d).update(tolerance=["1e-17\n"]),
            "an id": lambda d: case(d).update(id=f"{case(d)['id']}\n"),
            "a flag": lambda d: case(d).update(flags=["StepForm\n"]),
            "a requirement": lambda d: d.update(requirements=["RMS-1\n"]),
            "a group": lambda d: d.update(group="formula\n"),
            "a choice": lambda d: d.update(choices={"one\n": "One."}),
        }.items()
    },
    "a negative tolerance": lambda d: arrays(d).update(tolerance=["-1e-17"]),
    "a tolerance that is no number": lambda d: arrays(d).update(tolerance=["NaN"]),
    "an infinite tolerance": lambda d: arrays(d).update(tolerance=["Infinity"]),
    **{
        f"the number {text!r}": with_epsilon(text)
        for text in (
            *(
                "",
                " 1",
                "1 ",
                "1\n",
                "NaN\n",
                "+1",
                "01",
                ".5",
                "1.",
                "1e",
                "1E5",
                "1f",
                "0x1p3",
                "1_0",
                "1,5",
            ),
            *("inf", "nan", "-NaN", "+Infinity"),
        )
    },
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_damaged_file_is_refused(mutation: Mutation) -> None:
    document = read_file("float64", "formula")
    document["cases"] = document["cases"][1:2]  # one weight, one step
    VALIDATOR.validate(document)
    mutation(document)
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("text", ["0.1", "-0.0", "5e-324", "1e+16", "NaN", "Infinity", "-Infinity"])
def test_every_number_of_the_contract_passes(text: str) -> None:
    document = read_file("float64", "formula")
    case(document)["weights"] = {"w1": [text]}
    VALIDATOR.validate(document)


@pytest.mark.parametrize("text", ["0.0", "-0.0", "NaN", "Infinity", "-Infinity"])
def test_every_special_value_may_be_expected(text: str) -> None:
    document = read_file("float64", "formula")
    document["cases"] = document["cases"][1:2]
    arrays(document).update(exact=[text], nearest=[text], tolerance=["0.0"])
    VALIDATOR.validate(document)


@pytest.mark.parametrize("expected", [{"choices": CHOICES}, {"rejected": "It is negative."}])
def test_choices_and_a_broken_rule_may_be_expected(expected: Document) -> None:
    document = read_file("float64", "formula")
    document["choices"] = {"one": "One result.", "other": "Another."}
    case(document)["expected"] = expected
    VALIDATOR.validate(document)


def test_a_hyper_parameter_may_be_left_out() -> None:
    document = read_file("float64", "formula")
    for name in ("learning_rate", "decay_rate", "epsilon"):
        del case(document)[name]
    VALIDATOR.validate(document)
