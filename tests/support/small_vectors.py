"""A small folder of vectors made by hand, with all that a case can expect."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

from goldstep.paths import vectors_folder
from goldstep_reference.vectors.publish import manifest

Document = dict[str, Any]
Few = tuple[str, Path]
"""The fixture `few`: an option and its value."""

GROUP = "by-hand"
ID = f"rmsprop/float64/{GROUP}/"
# Names that a CSV file, a shell or a terminal could stumble over.
UNUSUAL = [
    "",
    "NA",
    "a,b",
    'say "w"',
    "line\nbreak",
    "carriage\rreturn",
    "both\r\n",
    "größe/Ω",
    "../w",
    "\u001b[31m",
]
HALF, QUARTER = f"5.{'0' * 39}e-1", f"2.5{'0' * 38}e-1"


def values(*texts: str) -> Document:
    """Expected values that are exact in either format; special ones by name."""
    return {
        "exact": [{"0.5": HALF, "0.25": QUARTER}.get(text, text) for text in texts],
        "nearest": list(texts),
        "tolerance": ["0.0" if text not in ("0.5", "0.25") else "1e-20" for text in texts],
    }


def step(number: int, **parameters: Document) -> Document:
    """Weights and averages that are expected to be alike."""
    return {"step": number, "weights": parameters, "moving_average": copy.deepcopy(parameters)}


def columns(*steps: Document) -> Document:
    return {"inside": list(steps), "outside": copy.deepcopy(list(steps))}


def case(name: str, gradients: list[Document], expected: Document, **fields: Any) -> Document:
    """One parameter of 0.5, unless ``fields`` say otherwise; every step is recorded."""
    return {
        "id": ID + name,
        "description": f"By hand: {name}.",
        "flags": [],
        "learning_rate": "0.5",
        "decay_rate": "0.5",
        "weights": {"w": ["0.5"]},
        "gradients": gradients,
        "record": list(range(1, len(gradients) + 1)),
        "expected": expected,
        **fields,
    }


def document(elements: int = 1000, steps: int = 10_000) -> Document:
    """One file: each kind of expectation, special values, empty and long arrays, many steps."""
    unusual = {name: ["0.5"] for name in UNUSUAL} | {"empty": []}
    long = {"w": ["0.25"] * elements}
    many = [{"w": ["0.5"]}] * steps
    made = {
        "format": "goldstep-vectors/1",
        "algorithm": "rmsprop",
        "group": GROUP,
        "number_format": "float64",
        "title": "By hand",
        "description": "Cases for tests of the tools; the formula has nothing to do with them.",
        "requirements": ["RMS-1"],
        "flags": {"StepForm": "The step has another form."},
        "choices": {"narrow-range": "It overflows.", "wide-range": "It does not."},
        "cases": [
            case(
                "choices",
                [{"w": ["0.5"]}],
                {
                    "choices": {
                        "narrow-range": columns(step(1, w=values("Infinity"))),
                        "wide-range": columns(step(1, w=values("0.5"))),
                    }
                },
                flags=["StepForm"],
            ),
            case(
                "rejected",
                [{"w": ["0.5", "NaN"], "extra": []}, {}],
                {"rejected": "The gradients have other names than the weights."},
                epsilon="NaN",
            ),
            case(
                "special-values",
                [{"w": ["NaN", "-Infinity", "-0.0"]}],
                columns(step(1, w=values("NaN", "-Infinity", "-0.0"))),
                weights={"w": ["0.5", "0.5", "-0.0"]},
            ),
            case(
                "unusual-names",
                [unusual],
                columns(
                    step(1, **{name: values(*texts) for name, texts in unusual.items()}),
                ),
                weights=unusual,
            ),
            case("no-parameters", [{}], columns(step(1)), weights={}),
            case(
                "many-elements",
                [long],
                columns(step(1, w=values(*long["w"]))),
                weights=long,
            ),
            case(
                "many-steps",
                many,
                columns(step(steps, w=values("0.5"))),
                record=[steps],
            ),
        ],
    }
    unshared: Document = json.loads(json.dumps(made))
    return unshared


def sign(folder: Path) -> None:
    """Makes the manifest of the files that are there."""
    contents = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    (folder / "manifest.json").write_text(manifest(contents), encoding="utf-8")


def part(folder: Path, *files: str) -> Path:
    """A folder with some of the published files alone, named by their paths."""
    for name in (*files, "schema.json", "README.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(vectors_folder() / name, folder / name)
    sign(folder)
    return folder


def write(folder: Path, content: Document | None = None) -> Path:
    """A folder with this one file; with that of :func:`document` where it is not given."""
    content = document() if content is None else content
    file = folder / "rmsprop" / "float64" / f"{GROUP}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    head = {key: value for key, value in content.items() if key != "cases"}
    fields = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    lines = [json.dumps(each, separators=(",", ":")) for each in content["cases"]]
    file.write_text(f'{{\n{fields}"cases": [\n' + ",\n".join(lines) + "\n]\n}\n", encoding="utf-8")
    for name in ("schema.json", "README.md"):
        (folder / name).write_bytes((vectors_folder() / name).read_bytes())
    sign(folder)
    return folder
