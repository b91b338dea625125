"""The vectors folder: files, schema, README and manifest, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2

from goldstep_reference.algorithms import ALGORITHMS, FIRST, FLAGS, REQUIREMENTS
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.kill_matrix import KillMatrix, matrix_file
from goldstep_reference.vectors.kills import Kills, group_kills
from goldstep_reference.vectors.vector_file import FORMAT, case_count, path_of, vector_file
from goldstep_reference.vectors.whole_folder import replacing
from goldstep_reference.vectors.workers import in_parallel

MANIFEST = "manifest.json"


def generate(
    folder: Path,
    progress: Callable[[str, int, int], None] | None = None,
    jobs: int | None = None,
) -> None:
    """Makes all vectors anew in ``folder``, in ``jobs`` processes: by default one a processor.

    ``progress`` is called with each finished file's name, the count so far and the count in all.
    Raises FileExistsError where ``folder`` holds something else than vectors, and OSError where it
    cannot be written; the folder is then as it was.
    """
    with replacing(folder, MANIFEST, FORMAT) as new:
        for path, text in contents(progress, jobs).items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())


def contents(
    progress: Callable[[str, int, int], None] | None = None, jobs: int | None = None
) -> dict[str, str]:
    """The text of every file of the vectors folder, by its path there; as for ``generate``."""
    tasks = [
        (algorithm.name, group, form)
        for algorithm in ALGORITHMS.values()
        for group in algorithm.groups
        for form in NUMBER_FORMATS
    ]
    # What takes longest first, so that no process is left with it at the end.
    by_cost = sorted(tasks, key=_cost, reverse=True)
    made: dict[str, str] = {}
    matrices: dict[str, KillMatrix] = {
        name: {form: {} for form in NUMBER_FORMATS} for name in ALGORITHMS
    }
    with in_parallel(_made, by_cost, jobs) as files_made:
        for done, ((name, group, form), (path, text, kills)) in enumerate(
            zip(by_cost, files_made, strict=True), start=1
        ):
            made[path] = text
            matrices[name][form][group] = kills
            if progress:
                progress(path, done, len(tasks))
    for name, matrix in matrices.items():
        algorithm = ALGORITHMS[name]
        made[_kill_matrix(name)] = matrix_file(algorithm, matrix, algorithm.norm)
    made["schema.json"] = schema()
    made["README.md"] = readme()
    made[MANIFEST] = manifest(made)
    return made


def readme() -> str:
    """The folder's README: its format, and the groups' own words."""
    return _rendered(
        "vectors-readme.md.jinja",
        names=ALGORITHMS[FIRST].rule.names,
        groups=[
            (group, {name: len(group.cases(form)) for name, form in NUMBER_FORMATS.items()})
            for algorithm in ALGORITHMS.values()
            for group in algorithm.groups.values()
        ],
        requirements=REQUIREMENTS,
        flags=FLAGS,
        choices=CHOICES,
    )


def schema() -> str:
    """The JSON Schema of vector files."""
    return _rendered("schema.json.jinja", algorithm=ALGORITHMS[FIRST])


def manifest(contents: Mapping[str, str]) -> str:
    """The manifest of a folder with these files: counts, a SHA-256 for each and one over all."""
    entries: dict[str, dict[str, str | int]] = {}
    counts = dict.fromkeys(NUMBER_FORMATS, 0)
    for path in sorted(contents):
        data = contents[path].encode()
        entries[path] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        if path.split("/")[0] in ALGORITHMS:
            cases = entries[path]["cases"] = case_count(contents[path])
            counts[path.split("/")[1]] += cases
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


def _kill_matrix(algorithm: str) -> str:
    """The name of an algorithm's kill matrix."""
    return "kill-matrix.json" if algorithm == FIRST else f"kill-matrix-{algorithm}.json"


_Task = tuple[str, str, str]  # algorithm, group and number format


def _cost(task: _Task) -> int:
    """About proportional to the time that a group takes: its elements times their steps."""
    algorithm, name, form = task
    cases = ALGORITHMS[algorithm].groups[name].cases(NUMBER_FORMATS[form])
    return sum(case.elements * len(case.gradients) for case in cases)


def _made(task: _Task) -> tuple[str, str, dict[str, Kills]]:
    """One group in one number format: its path, its text, and how its cases catch deviations."""
    algorithm, number_format = ALGORITHMS[task[0]], NUMBER_FORMATS[task[2]]
    group = algorithm.groups[task[1]]
    cases = group.cases(number_format)
    expectations = [expectation(algorithm, case, number_format) for case in cases]
    text = vector_file(algorithm, group, number_format, cases, expectations)
    kills = group_kills(cases, expectations, number_format, algorithm, algorithm.norm)
    return path_of(algorithm, number_format.name, group.name), text, kills


def _rendered(resource: str, **names: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("goldstep_reference", "resources"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # Markdown and JSON, made from this package's own texts
    )
    return environment.get_template(resource).render(names)
