"""`goldstep vectors export`: the numbers of the JSON files, for those who do not read JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from goldstep.paths import vectors_folder
from goldstep.vectors.export import export_vectors
from goldstep.vectors.folder import load_vectors
from goldstep_reference.numbers.number_format import write_number
from support import small_vectors
from support.desk import Desk

Element = tuple[str, int, str, int]  # case, step, parameter, index


@pytest.fixture(params=["small", "published"])
def vectors(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """By hand, with all that a case can expect; and those that come with goldstep."""
    if request.param == "published":
        return vectors_folder()
    return small_vectors.write(tmp_path / "small")


def documents(vectors: Path) -> list[dict[str, Any]]:
    """All cases, as plain JSON."""
    return [
        case
        for file in sorted(vectors.glob("rmsprop/*/*.json"))
        for case in json.loads(file.read_text())["cases"]
    ]


def inputs(case: dict[str, Any]) -> dict[tuple[int, str], list[str]]:
    """Weights (step 0) and gradients, by step and parameter."""
    steps = [case["weights"], *case["gradients"]]
    return {(n, name): array for n, arrays in enumerate(steps) for name, array in arrays.items()}


def expected(case: dict[str, Any]) -> dict[tuple[str, str, int, str, str, int], tuple[str, ...]]:
    """Exact, nearest, tolerance by column, choice, step, quantity, parameter and index."""
    given = case["expected"]
    alternatives = given.get("choices", {} if "rejected" in given else {"": given})
    return {
        (column, choice, step["step"], quantity, name, index): numbers
        for choice, columns in alternatives.items()
        for column in ("inside", "outside")
        for step in columns[column]
        for quantity in ("weights", "moving_average")
        for name, each in step[quantity].items()
        for index, numbers in enumerate(
            zip(each["exact"], each["nearest"], each["tolerance"], strict=True)
        )
    }


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv(vectors: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_vectors(load_vectors(vectors), out, "csv")
    arrays: dict[str, dict[tuple[int, str], list[str]]] = {}
    for row in table(out, "arrays"):
        place = int(row["step"]), row["parameter"]
        arrays.setdefault(row["case"], {})[place] = [""] * int(row["length"])
    for row in table(out, "inputs"):
        place = int(row["step"]), row["parameter"]
        arrays[row["case"]][place][int(row["index"])] = row["value"]
    numbers: dict[str, dict[tuple[str, str, int, str, str, int], tuple[str, ...]]] = {}
    for row in table(out, "expected"):
        key = (row["epsilon_placement"], row["choice"], int(row["step"]), row["quantity"])
        numbers.setdefault(row["case"], {})[*key, row["parameter"], int(row["index"])] = (
            row["exact"],
            row["nearest"],
            row["tolerance"],
        )
    cases = {row["case"]: row for row in table(out, "cases")}
    there = documents(vectors)
    assert sorted(cases) == sorted(case["id"] for case in there)
    for case in there:
        row = cases[case["id"]]
        assert row["description"] == case["description"]
        assert row["flags"].split() == case["flags"]
        assert row["steps"] == str(len(case["gradients"]))
        assert row["rejected"] == case["expected"].get("rejected", "")
        for name in ("learning_rate", "decay_rate", "epsilon"):
            assert row[name] == case.get(name, "")
        assert arrays.get(case["id"], {}) == inputs(case)
        assert numbers.get(case["id"], {}) == expected(case)


def test_npz(vectors: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_vectors(load_vectors(vectors), out, "npz")
    there = documents(vectors)
    for number_format in ("float64", "float32"):
        with np.load(out / f"{number_format}.npz", allow_pickle=False) as file:
            data = {name: file[name] for name in file.files}
        mine = [case for case in there if case["id"].split("/")[1] == number_format]
        ids = data["cases.case"].tolist()
        assert sorted(ids) == sorted(case["id"] for case in mine)
        for name in ("inputs.value", "expected.nearest", "cases.epsilon"):
            assert data[name].dtype == number_format
        assert data["expected.tolerance"].dtype == "float64"

        def named(column: str, data: dict[str, np.ndarray] = data) -> list[str]:
            return data[f"{column}_names"][data[column]].tolist() if len(data[column]) else []

        found: dict[str, list[tuple[object, ...]]] = {case_id: [] for case_id in ids}
        for row in zip(
            data["expected.case"].tolist(),
            named("expected.epsilon_placement"),
            named("expected.choice"),
            data["expected.step"].tolist(),
            named("expected.quantity"),
            named("expected.parameter"),
            data["expected.index"].tolist(),
            data["expected.exact"].tolist(),
            map(write_number, data["expected.nearest"].tolist()),
            map(write_number, data["expected.tolerance"].tolist()),
            strict=True,
        ):
            found[ids[row[0]]].append(row[1:])
        elements: dict[str, list[tuple[object, ...]]] = {case_id: [] for case_id in ids}
        for row in zip(
            data["inputs.case"].tolist(),
            data["inputs.step"].tolist(),
            named("inputs.parameter"),
            data["inputs.index"].tolist(),
            map(write_number, data["inputs.value"].tolist()),
            strict=True,
        ):
            elements[ids[row[0]]].append(row[1:])
        for case in mine:
            place = ids.index(case["id"])
            assert data["cases.epsilon_given"][place] == ("epsilon" in case)
            if "epsilon" in case:
                assert write_number(float(data["cases.epsilon"][place])) == case["epsilon"]
            wanted = [(*key, *values) for key, values in expected(case).items()]
            assert sorted(map(repr, found[case["id"]])) == sorted(map(repr, wanted))
            assert elements[case["id"]] == [
                (*key, index, value)
                for key, array in inputs(case).items()
                for index, value in enumerate(array)
            ]
            lengths = data["arrays.length"][data["arrays.case"] == place].tolist()
            assert lengths == [len(array) for array in inputs(case).values()]


def test_the_readme_s_example_runs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_vectors(load_vectors(vectors_folder()), out, "npz")
    readme = (out / "README.md").read_text()
    lines = [line[4:] for line in readme.splitlines() if line.startswith("    ")]
    names: dict[str, Any] = {}
    program = "\n".join(lines).replace("float64.npz", str(out / "float64.npz"))
    exec(program, names)
    names["data"].close()
    assert set(names["parameters"]) == {"w1", "w2"}
    assert len(names["nearest"]) == len(names["tolerance"]) == 16


@pytest.mark.parametrize("form", ["csv", "npz"])
def test_the_readme_names_every_table_and_column(tmp_path: Path, form: Any) -> None:
    out = tmp_path / "out"
    export_vectors(load_vectors(small_vectors.write(tmp_path / "small")), out, form)
    readme = (out / "README.md").read_text()
    if form == "csv":
        names = [path.name for path in out.glob("*.csv")]
        names += [name for path in out.glob("*.csv") for name in table(out, path.stem)[0]]
    else:
        with np.load(out / "float64.npz", allow_pickle=False) as file:
            names = file.files
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    vectors = load_vectors(small_vectors.write(tmp_path / "small"))
    for form in ("csv", "npz"):
        export_vectors(vectors, tmp_path / form, form)
        first = {path.name: path.read_bytes() for path in (tmp_path / form).iterdir()}
        export_vectors(vectors, tmp_path / form, form)
        assert {path.name: path.read_bytes() for path in (tmp_path / form).iterdir()} == first


class TestCommand:
    def test_another_format_takes_the_place_of_an_earlier_export(self, desk: Desk) -> None:
        small = small_vectors.write(desk.folder / "small")
        out = desk.folder / "out"
        for form in ("csv", "npz"):
            ran = desk.goldstep("vectors", "export", out, "--format", form, "--vectors", small)
            assert (ran.code, ran.err) == (0, "")
            assert ran.out == f"{out}: 7 cases as {form}\n"
        assert {path.name for path in out.iterdir()} == {
            *("export.json", "README.md", "float64.npz", "float32.npz")
        }
        marker = json.loads((out / "export.json").read_text())
        digest = json.loads((small / "manifest.json").read_text())["sha256"]
        assert marker == {
            "format": "goldstep-export/1",
            "files": "npz",
            "vectors_sha256": digest,
        }

    @pytest.mark.parametrize("there", ["thesis.tex", "manifest.json"])
    def test_a_folder_of_other_things_is_refused(self, desk: Desk, there: str) -> None:
        out = desk.folder / "out"
        out.mkdir()
        (out / there).write_text('{"format": "goldstep-vectors/1"}')
        ran = desk.goldstep("vectors", "export", out, "--format", "csv")
        assert (ran.code, ran.out) == (2, "")
        assert ran.error.endswith("; name a folder that is new, empty or an earlier export")
        assert [path.name for path in out.iterdir()] == [there]

    def test_a_format_that_there_is_not(self, desk: Desk) -> None:
        ran = desk.goldstep("vectors", "export", desk.folder / "out", "--format", "xlsx")
        assert (ran.code, ran.out) == (2, "")
        assert "'xlsx' is not one of 'csv', 'npz'" in ran.error

    def test_damaged_vectors(self, desk: Desk) -> None:
        small = small_vectors.write(desk.folder / "small")
        (small / "README.md").write_text("")
        ran = desk.goldstep(
            "vectors", "export", desk.folder / "out", "--format", "csv", "--vectors", small
        )
        assert ran.code == 4
        assert not (desk.folder / "out").exists()
