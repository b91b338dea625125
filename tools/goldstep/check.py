"""Checks a folder of vectors as a whole: manifest, digests, schema, ids."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match

from goldstep.errors import VectorsError
from goldstep.vectors import Vectors, load_vectors

_MEND = "run `goldstep vectors generate`"


def check_vectors(folder: Path) -> Vectors:
    """The vectors of ``folder``; raises VectorsError, naming file and place, where they are bad."""
    loaded = load_vectors(folder)
    validator = Draft202012Validator(_schema(folder / "schema.json"))
    for file in loaded.files:
        path = folder / "rmsprop" / file.number_format / f"{file.group}.json"
        error = best_match(validator.iter_errors(json.loads(path.read_bytes())))
        if error is not None:
            raise VectorsError(
                f"does not pass the schema: {error.message[:200]}",
                place=f"{path}, {error.json_path}",
                mend=_MEND,
            )
        prefix = f"rmsprop/{file.number_format}/{file.group}/"
        for case in file.cases:
            if not case.id.startswith(prefix):
                raise VectorsError(
                    f"the id {case.id} does not start with {prefix}", place=str(path), mend=_MEND
                )
    for case_id, count in Counter(case.id for _, case in loaded.cases()).items():
        if count > 1:
            raise VectorsError(
                f"{count} cases have the id {case_id}", place=str(folder), mend=_MEND
            )
    return loaded


def _schema(file: Path) -> Any:
    try:
        schema = json.loads(file.read_bytes())
        Draft202012Validator.check_schema(schema)
    except (OSError, ValueError, SchemaError) as error:
        raise VectorsError(
            f"is no JSON Schema: {str(error).splitlines()[0]}", place=str(file), mend=_MEND
        ) from None
    return schema
