"""`goldstep vectors check`: what can be told of a vector file without recomputing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from goldstep.errors import VectorsError
from goldstep.paths import vectors_folder
from goldstep.vectors.check import check_vectors
from goldstep.vectors.consistency import faults
from goldstep.vectors.folder import load_vectors
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NumberFormat
from msgspec.structs import replace
from support import small_vectors
from support.small_vectors import Document

Change = Callable[[Document], object]


def test_a_folder_with_all_kinds_of_cases_passes(tmp_path: Path) -> None:
    checked = check_vectors(
        small_vectors.write(tmp_path, small_vectors.document(elements=10, steps=100))
    )
    kinds = [case.expected.kind for _, case in checked.cases()]
    assert kinds == ["choices", "rejected", *["numbers"] * 5]


def test_the_published_files_agree_with_themselves() -> None:
    assert [fault for file in load_vectors(vectors_folder()).files for fault in faults(file)] == []


def named(content: Document, name: str) -> Any:
    (found,) = (case for case in content["cases"] if case["id"].endswith(f"/{name}"))
    return found


def step(content: Document, name: str) -> Any:
    return named(content, name)["expected"]["inside"][0]


def special(content: Document) -> Any:
    """Exact, nearest and tolerance of NaN, minus infinity and minus zero."""
    return step(content, "special-values")["weights"]["w"]


def elements(content: Document) -> Any:
    """Exact, nearest and tolerance of a quarter, many times."""
    return step(content, "many-elements")["weights"]["w"]


def put(array: list[str], text: str, index: int = 0) -> None:
    array[index] = text


QUARTER_LESS = f"2.4{'9' * 38}e-1"
SPECIAL = "case special-values, expected inside, step 1, weights 'w'"
MANY = "case many-elements, expected inside, step 1, weights 'w'"

CHANGES: list[tuple[str, Change]] = [
    ("flags: lacks Overflow,", lambda d: named(d, "choices")["flags"].append("Overflow")),
    ("flags: has Overflow,", lambda d: d["flags"].update(Overflow="It overflows.")),
    ("choices: lacks wide-range,", lambda d: d["choices"].pop("wide-range")),
    ("choices: has no-step,", lambda d: d["choices"].update({"no-step": "None."})),
    (
        "case rmsprop/float32/by-hand/one, id: does not start with ",
        lambda d: named(d, "choices").update(id="rmsprop/float32/by-hand/one"),
    ),
    (
        "case choices, learning_rate: 0.50 is not written as a float64",
        lambda d: named(d, "choices").update(learning_rate="0.50"),
    ),
    (
        "case choices, weights, 'w'[0]: 1e999 is not written as a float64",
        lambda d: named(d, "choices")["weights"].update(w=["1e999"]),
    ),
    (
        "case many-steps, gradients of step 77, 'w'[0]: 0.10 is not",
        lambda d: put(named(d, "many-steps")["gradients"], {"w": ["0.10"]}, 76),
    ),
    (
        "case many-steps, gradients of step 3: have other names or lengths",
        lambda d: put(named(d, "many-steps")["gradients"], {"v": ["0.5"]}, 2),
    ),
    (
        "case many-elements, gradients of step 1: have other names or lengths",
        lambda d: named(d, "many-elements")["gradients"][0]["w"].pop(),
    ),
    (
        "case many-steps, record: is not an ascending list of steps of the 100",
        lambda d: named(d, "many-steps").update(record=[101]),
    ),
    (
        "case many-steps, record: is not an ascending list",
        lambda d: named(d, "many-steps").update(record=[3, 2]),
    ),
    (
        "case many-steps, expected inside: has other steps",
        lambda d: named(d, "many-steps").update(record=[99]),
    ),
    (
        "case choices, choice wide-range outside: has other steps",
        lambda d: named(d, "choices")["expected"]["choices"]["wide-range"]["outside"].clear(),
    ),
    (
        "case many-steps, expected inside, step 100, moving_average: has other names",
        lambda d: step(d, "many-steps")["moving_average"].clear(),
    ),
    (f"{MANY}: has another length", lambda d: elements(d)["tolerance"].pop()),
    (f"{SPECIAL}[0]: the special value NaN", lambda d: put(special(d)["nearest"], "0.0")),
    (f"{SPECIAL}[1]: the special value -Inf", lambda d: put(special(d)["nearest"], "Infinity", 1)),
    (f"{SPECIAL}[2]: the special value -0.0", lambda d: put(special(d)["tolerance"], "1e-09", 2)),
    (f"{SPECIAL}[2]: the special value -0.0", lambda d: put(special(d)["nearest"], "0.0", 2)),
    (f"{SPECIAL}[2]: nearest is -0.0", lambda d: put(special(d)["exact"], "0.0", 2)),
    (f"{MANY}[0]: nearest is Infinity", lambda d: put(elements(d)["nearest"], "Infinity")),
    (f"{MANY}[9]: nearest is 0.250, which", lambda d: put(elements(d)["nearest"], "0.250", 9)),
    (
        f"{MANY}[9]: nearest is 0.25000000000000006, which is not exact, 2.50",
        lambda d: put(elements(d)["nearest"], "0.25000000000000006", 9),
    ),
    (
        f"{MANY}[8]: the tolerance 1e-41 is less than nearest is off, 1.0e-40",
        lambda d: (
            put(elements(d)["exact"], QUARTER_LESS, 8),
            put(elements(d)["tolerance"], "1e-41", 8),
        ),
    ),
    (f"{MANY}[5]: the tolerance 1e-020", lambda d: put(elements(d)["tolerance"], "1e-020", 5)),
    (f"{MANY}[5]: the tolerance 1e999", lambda d: put(elements(d)["tolerance"], "1e999", 5)),
]


@pytest.mark.parametrize(("place", "change"), CHANGES, ids=[place for place, _ in CHANGES])
def test_a_file_that_does_not_agree_with_itself(tmp_path: Path, place: str, change: Change) -> None:
    content = small_vectors.document(elements=10, steps=100)
    change(content)
    with pytest.raises(VectorsError) as raised:
        check_vectors(small_vectors.write(tmp_path, content))
    told = str(raised.value).replace(small_vectors.ID, "").replace(f"{tmp_path}/", "")
    assert told.startswith(f"rmsprop/float64/by-hand.json, {place}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: named(d, "choices").update(extra=1), "/choices: .*`extra`"),
        (lambda d: named(d, "choices").update(beta1="0.9"), "/choices: .*`beta1`"),
        (lambda d: named(d, "rejected")["expected"].update(why="?"), "/rejected: .*`why`"),
        (lambda d: step(d, "many-steps").update(velocity={}), "/many-steps: .*`velocity`"),
    ],
)
def test_names_that_the_algorithm_does_not_have(tmp_path: Path, change: Change, told: str) -> None:
    content = small_vectors.document(elements=10, steps=100)
    change(content)
    with pytest.raises(VectorsError, match=told):
        check_vectors(small_vectors.write(tmp_path, content))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(extra=1), ", the whole: does not pass the schema"),
        (
            lambda d: put(special(d)["exact"], "NaN\n"),
            ", case special-values, expected inside 0 weights w exact 0: ",
        ),
    ],
)
def test_a_file_that_does_not_pass_the_schema(tmp_path: Path, change: Change, told: str) -> None:
    content = small_vectors.document(elements=10, steps=100)
    change(content)
    with pytest.raises(VectorsError, match="does not pass the schema") as raised:
        check_vectors(small_vectors.write(tmp_path, content))
    assert told in str(raised.value).replace(small_vectors.ID, "")


def test_a_key_that_is_there_twice(tmp_path: Path) -> None:
    """JSON allows it, and readers differ in what they take."""
    file = small_vectors.write(tmp_path) / "rmsprop" / "float64" / f"{small_vectors.GROUP}.json"
    text = file.read_text()
    file.write_text(text.replace('"decay_rate":', '"decay_rate":"0.9","decay_rate":', 1))
    small_vectors.sign(tmp_path)
    with pytest.raises(VectorsError, match="an object has the key 'decay_rate' more than once"):
        check_vectors(tmp_path)


@pytest.mark.parametrize(
    ("number_format", "exact", "nearest", "good"),
    [
        # Between 1 and its neighbour, next to the middle on either side, and in it.
        (FLOAT32, "1.000000059604644775390625000000000000001e+0", "1.0000001192092896", True),
        (FLOAT32, "1.000000059604644775390625000000000000001e+0", "1.0", False),
        (FLOAT32, "1.000000059604644775390624999999999999999e+0", "1.0", True),
        (FLOAT32, "1.000000059604644775390624999999999999999e+0", "1.0000001192092896", False),
        (FLOAT64, "2.470328229206232720882843964341106861825e-324", "5e-324", True),
        (FLOAT64, "2.470328229206232720882843964341106861825e-324", "0.0", True),  # 40 digits: both
        (FLOAT64, "2.470328229206232720882843964341106861826e-324", "0.0", False),
        (FLOAT64, "-1.000000000000000000000000000000000000000e-400", "-0.0", True),
        (FLOAT64, "-1.000000000000000000000000000000000000000e-400", "0.0", False),
        (FLOAT32, "1.000000000000000000000000000000000000000e-60", "0.0", True),
        (FLOAT32, "1.000000000000000000000000000000000000000e-60", "1e-60", False),
    ],
)
def test_nearest_is_the_rounding_of_exact(
    tmp_path: Path, number_format: NumberFormat, exact: str, nearest: str, good: bool
) -> None:
    content = small_vectors.document(elements=10, steps=100)
    values = elements(content)
    put(values["exact"], exact)
    put(values["nearest"], nearest)
    put(values["tolerance"], "1.0")
    (file,) = load_vectors(small_vectors.write(tmp_path, content)).files
    case = replace(file.cases[5], id=f"rmsprop/{number_format.name}/{file.group}/one")
    changed = replace(file, number_format=number_format.name, cases=[case], flags={}, choices={})
    assert (list(faults(changed)) == []) is good
