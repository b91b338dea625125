"""The JSON Schema of vectors, applied several times faster than by the validator alone.

Vector files are mostly short arrays of numbers as strings. References are resolved once instead of
at every array, and an array whose items are all strings of one pattern is looked at as a whole.
Where a file does not pass, the plain validator says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match

_ITEMS = Draft202012Validator.VALIDATORS["items"]
_extend: Any = validators.extend  # which has no types


class Schema:
    """A schema whose references all are to its own ``$defs``, none of which contains itself."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._plain = Draft202012Validator(schema)
        self._fast = _extend(Draft202012Validator, {"items": _items})(_resolved(schema, schema))

    def error(self, document: object) -> ValidationError | None:
        """What is most wrong with a document; None where it passes."""
        if self._fast.is_valid(document):
            return None
        worst: ValidationError | None = best_match(self._plain.iter_errors(document))
        return worst


def _resolved(schema: Any, root: Mapping[str, Any]) -> Any:
    """The schema with every definition in the place of the references to it."""
    if isinstance(schema, list):
        return [_resolved(each, root) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    return {key: _resolved(each, root) for key, each in schema.items() if key != "$defs"}


def _items(
    validator: Any, items: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """The keyword ``items``; silent at once where all items are strings of the wanted pattern."""
    if isinstance(instance, list) and set(items) - {"description"} == {"type", "pattern"}:
        fits = re.compile(items["pattern"]).search
        if items["type"] == "string" and all(
            isinstance(each, str) and fits(each) for each in instance
        ):
            return
    yield from _ITEMS(validator, items, instance, schema)
