"""Checks a folder of vectors as a whole: manifest, digests, schema, ids."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from goldstep.errors import VectorsError
from goldstep.vectors import Vectors, load_vectors


def check_vectors(folder: Path) -> Vectors:
    """The vectors of ``folder``; raises VectorsError, naming file and place, where they are bad."""
    loaded = load_vectors(folder)
    schema = json.loads((folder / "schema.json").read_bytes())
    validator = Draft202012Validator(schema)
    for file in loaded.files:
        path = folder / "rmsprop" / file.number_format / f"{file.group}.json"
        error = best_match(validator.iter_errors(json.loads(path.read_bytes())))
        if error is not None:
            raise VectorsError(
                f"does not pass the schema: {error.message[:200]}",
                place=f"{path}, {error.json_path}",
                mend="generate the vectors anew",
            )
        prefix = f"rmsprop/{file.number_format}/{file.group}/"
        for case in file.cases:
            if not case.id.startswith(prefix):
                raise VectorsError(
                    f"the id {case.id} does not start with {prefix}", place=str(path)
                )
    for case_id, count in Counter(case.id for _, case in loaded.cases()).items():
        if count > 1:
            raise VectorsError(f"{count} cases have the id {case_id}", place=str(folder))
    return loaded
