"""The vectors folder: files, schema, README and manifest, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from goldstep_reference.behaviour import Column, conforming
from goldstep_reference.case import HYPER_PARAMETERS, Case
from goldstep_reference.certify import PublishedStep, PublishedValues, published_steps
from goldstep_reference.flags import FLAGS
from goldstep_reference.groups import GROUPS, Group
from goldstep_reference.number_format import NUMBER_FORMATS, NumberFormat, write_number
from goldstep_reference.requirements import REQUIREMENTS
from goldstep_reference.workers import in_parallel

FORMAT = "goldstep-vectors/1"
ALGORITHM = "rmsprop"
MANIFEST = "manifest.json"
COLUMNS: tuple[Column, ...] = ("inside", "outside")


def generate(folder: Path, progress: Callable[[str, int, int], None] | None = None) -> None:
    """Makes all vectors anew in ``folder``, on all processors.

    ``progress`` is called with each finished file's name, the count so far and the count in all.
    Raises FileExistsError where ``folder`` holds something else than vectors, and OSError where it
    cannot be written; the folder is then as it was.
    """
    tasks = [(group, form) for form in NUMBER_FORMATS for group in GROUPS]
    with _replacing(folder) as new, in_parallel(_vector_file, tasks) as made:
        contents: dict[str, str] = {}
        for done, (path, text) in enumerate(made, start=1):
            contents[path] = text
            if progress:
                progress(path, done, len(tasks))
        contents["schema.json"] = _resource("schema.json")
        contents["README.md"] = readme()
        contents[MANIFEST] = manifest(contents)
        for path, text in contents.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())


def readme() -> str:
    """The folder's README: its format, and the groups' own words."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # Markdown, made from this package's own texts
    )
    return environment.from_string(_resource("vectors-readme.md.jinja")).render(
        groups=[
            (group, {name: len(group.cases(form)) for name, form in NUMBER_FORMATS.items()})
            for group in GROUPS.values()
        ],
        requirements=REQUIREMENTS,
        flags=FLAGS,
    )


def vector_file(group: Group, number_format: NumberFormat) -> str:
    """The text of one group's file in one number format: a header, then a line for each case."""
    cases = group.cases(number_format)
    flags = sorted({flag for case in cases for flag in case.flags})
    header = {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "group": group.name,
        "number_format": number_format.name,
        "title": group.title,
        "description": group.description,
        "requirements": list(group.requirements),
        "flags": {flag: FLAGS[flag] for flag in flags},
    }
    fields = [f'"{key}": {json.dumps(value)}' for key, value in header.items()]
    lines = [json.dumps(_case(group, case, number_format), separators=(",", ":")) for case in cases]
    return "{\n" + ",\n".join(fields) + ',\n"cases": [\n' + ",\n".join(lines) + "\n]\n}\n"


def manifest(contents: Mapping[str, str]) -> str:
    """The manifest of a folder with these files: counts, a SHA-256 for each and one over all."""
    entries: dict[str, dict[str, str | int]] = {}
    counts = dict.fromkeys(NUMBER_FORMATS, 0)
    for path in sorted(contents):
        data = contents[path].encode()
        entries[path] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        if path.startswith(f"{ALGORITHM}/"):
            document = json.loads(contents[path])
            entries[path]["cases"] = len(document["cases"])
            counts[document["number_format"]] += len(document["cases"])
    summary = {
        "format": FORMAT,
        "cases": counts,
        "sha256": digest_over_all({path: str(entry["sha256"]) for path, entry in entries.items()}),
        "files": entries,
    }
    return json.dumps(summary, indent=1) + "\n"


def digest_over_all(digests: Mapping[str, str]) -> str:
    """SHA-256 over the lines ``<sha256>  <path>``, sorted by path, as sha256sum prints them."""
    lines = (f"{digests[path]}  {path}\n" for path in sorted(digests))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _vector_file(task: tuple[str, str]) -> tuple[str, str]:
    group, number_format = task
    text = vector_file(GROUPS[group], NUMBER_FORMATS[number_format])
    return f"{ALGORITHM}/{number_format}/{group}.json", text


def _case(group: Group, case: Case, number_format: NumberFormat) -> dict[str, Any]:
    given = {name: getattr(case, name) for name in HYPER_PARAMETERS}
    return {
        "id": f"{ALGORITHM}/{number_format.name}/{group.name}/{case.name}",
        "description": case.description,
        "flags": list(case.flags),
        **{name: write_number(value) for name, value in given.items() if value is not None},
        "weights": _numbers(case.weights),
        "gradients": [_numbers(gradients) for gradients in case.gradients],
        "record": list(case.record),
        "expected": {
            column: [
                _step(step) for step in published_steps(case, number_format, conforming(column))
            ]
            for column in COLUMNS
        },
    }


def _numbers(arrays: Mapping[str, tuple[float, ...]]) -> dict[str, list[str]]:
    return {name: [write_number(value) for value in values] for name, values in arrays.items()}


def _step(step: PublishedStep) -> dict[str, Any]:
    return {
        "step": step.step,
        "weights": _expected(step.weights),
        "moving_average": _expected(step.moving_average),
    }


def _expected(values: PublishedValues) -> dict[str, dict[str, list[str]]]:
    return {
        name: {
            "exact": [value.exact for value in array],
            "nearest": [write_number(value.nearest) for value in array],
            "tolerance": [write_number(value.tolerance) for value in array],
        }
        for name, array in values.items()
    }


def _resource(name: str) -> str:
    return (files("goldstep_reference") / "resources" / name).read_text(encoding="utf-8")


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside ``folder`` that takes its place when the block ends well."""
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()) and not _holds_vectors(folder):
        raise FileExistsError(f"{folder} is not empty and holds no {MANIFEST} of {FORMAT}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-new-", dir=folder.parent))
    old = new.with_name(new.name.replace("-new-", "-old-"))
    try:
        yield new
        new.chmod(0o755)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        if old.exists() and not folder.exists():  # failed, or interrupted, between the two
            old.rename(folder)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _holds_vectors(folder: Path) -> bool:
    """Whether the folder's manifest is one of vectors: others use that name too."""
    try:
        summary = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(summary, dict) and summary.get("format") == FORMAT
