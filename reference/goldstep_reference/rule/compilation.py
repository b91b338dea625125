"""Expressions as Python functions, for any arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from goldstep_reference.arithmetic.arithmetic import Arithmetic, NoValueError
from goldstep_reference.numbers.number_format import ALL_FORMATS, NumberFormat
from goldstep_reference.rule.expression import Expression

# Of the number of a step and the values of names, the values of expressions: None for no value.
Function = Callable[..., tuple[Any, ...]]
# Of an arithmetic, and the values of the names that are the same at any time, such a function.
Maker = Callable[[Arithmetic[Any], Mapping[str, Any]], Function]

_NO_METHODS = {"name", "label", "steps", "zero", "one"}


@lru_cache(maxsize=4_096)
def compiled(names: tuple[str, ...], values: tuple[tuple[str, Expression], ...]) -> Maker:
    """Makes functions of the number of a step and of ``names``, which return the ``values``.

    An expression may use the names of those before it. Where it needs a value that is not there,
    or raises NoValueError, its own is not there.
    """
    parts = [part for _, value in values for part in value.parts]
    methods = sorted({part.operation for part in parts} - _NO_METHODS)
    results = [name for name, _ in values]
    used = {str(part.operands[0]) for part in parts if part.operation == "name"}
    lines = [
        "def make(arithmetic, given):",
        *(f"    {method} = arithmetic.{method}" for method in methods),
        *(f"    {name} = given[{name!r}]" for name in sorted(used - {*names, *results})),
        f"    def function(t, {', '.join(names)}):",
    ]
    for name, value in values:
        needed = sorted(value.targets & {*names, *results} - {"gradient"})
        lines += [
            f"        {name} = None",
            f"        if {' and '.join(f'{each} is not None' for each in needed) or True}:",
            f"            try: {name} = {_text(value)}",
            "            except NoValueError: pass",
        ]
    lines += [f"        return ({', '.join(results)},)", "    return function"]
    return _made("\n".join(lines))


@lru_cache(maxsize=4_096)
def _made(source: str) -> Maker:
    """What the source of a ``make`` defines: many rewritings have an expression in common."""
    scope: dict[str, Any] = {"NoValueError": NoValueError, "formats": ALL_FORMATS}
    exec(source, scope)
    made: Maker = scope["make"]
    return made


def _text(value: Expression) -> str:
    match value.operation, value.operands:
        case "name", (name,):
            return str(name)
        case "label", (_, Expression() as labelled):
            return _text(labelled)
        case _, ():
            return f"arithmetic.{value.operation}"
        case "steps", (less,):
            return f"arithmetic.number(float(t - {less}))"
    operands = (
        _text(each)
        if isinstance(each, Expression)
        else f"formats[{each.name!r}]"
        if isinstance(each, NumberFormat)
        else f"t - {each}"  # an exponent
        for each in value.operands
    )
    return f"{value.operation}({', '.join(operands)})"
