"""A place in port.toml, such as ``known[1].finding``: its line, and what may be there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import inspect

from goldstep.port.table import PortTable

_HEADER = re.compile(r"""\s*(?P<array>\[)?\[\s*(?P<name>[\w."'-]+)\s*\]""")
_KEY = re.compile(r"""\s*(?P<name>[\w."'-]+)\s*=""")
_QUOTES = re.compile("[\"']")


def line_of(text: str, place: str) -> int | None:
    """The line of a place, from 1; that of what it is in where it has none that is seen at once."""
    lines = {name: number for number, name in reversed([*_places(text)])}
    while place and place not in lines:
        place = re.sub(r"(?s)(\[\d+\]|\.?[^.\[]+|.)\Z", "", place)
    return lines.get(place)


def _places(text: str) -> Iterator[tuple[int, str]]:
    """Headers of tables and keys, with their lines, as they stand at the lines' beginnings."""
    table, arrays = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = name = _QUOTES.sub("", header["name"])
            if header["array"]:
                table = f"{name}[{arrays[name]}]"
                arrays[name] += 1
            yield number, table
        elif key := _KEY.match(line):
            name = _QUOTES.sub("", key["name"])
            yield number, f"{table}.{name}" if table else name


def keys_at(place: str) -> list[str]:
    """The keys that the table there may have."""
    return [
        field.encode_name
        for each in _types_at(place)
        if isinstance(each, inspect.StructType)
        for field in each.fields
    ]


def choices_at(place: str) -> list[str]:
    """The words that may be there, where there are but a few."""
    return [
        str(value)
        for each in _types_at(place)
        if isinstance(each, inspect.LiteralType)
        for value in each.values
    ]


def _types_at(place: str) -> list[inspect.Type]:
    types: list[inspect.Type] = [inspect.type_info(PortTable)]
    for name in re.findall(r"\w+", place):
        types = [inner for each in types for inner in _within(each, name)]
    return types


def _within(of: inspect.Type, name: str) -> Iterator[inspect.Type]:
    inner: list[inspect.Type] = []
    if isinstance(of, inspect.StructType):
        inner = [field.type for field in of.fields if field.encode_name == name]
    elif isinstance(of, inspect.VarTupleType):
        inner = [of.item_type]
    for each in inner:
        yield from each.types if isinstance(each, inspect.UnionType) else [each]
