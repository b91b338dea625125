"""Expressions as Python functions, for any arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from goldstep_reference.arithmetic.arithmetic import Arithmetic, NoValueError
from goldstep_reference.numbers.number_format import ALL_FORMATS, NumberFormat
from goldstep_reference.rule.expression import Expression

# Of the number of a step and the values of names, the values of expressions: None for no value.
Function = Callable[..., tuple[Any, ...]]
# Of an arithmetic and hyper-parameters, such a function.
Maker = Callable[..., Function]

_NO_METHODS = {"name", "constant", "steps", "label"}


@lru_cache(maxsize=4_096)
def compiled(
    hyper_parameters: tuple[str, ...],
    names: tuple[str, ...],
    values: tuple[tuple[str, Expression], ...],
) -> Maker:
    """Makes functions of the number of a step and of ``names``, which return the ``values``.

    An expression may use the names of those before it. Where it needs a value that is not there,
    or raises NoValueError, its own is not there.
    """
    parts = [part for _, value in values for part in value.parts]
    methods = sorted({part.operation for part in parts} - _NO_METHODS)
    rationals = list(
        dict.fromkeys(
            each
            for part in parts
            if part.operation == "constant"
            for each in part.operands
            if isinstance(each, Fraction)
        )
    )
    constants = {rational: f"constant_{index}" for index, rational in enumerate(rationals)}
    lines = [
        f"def make(constants, arithmetic, {', '.join(hyper_parameters)}):",
        *(f"    {method} = arithmetic.{method}" for method in methods),
        *(f"    {each} = constants[{i}](arithmetic)" for i, each in enumerate(constants.values())),
        f"    def function(t, {', '.join(names)}):",
    ]
    results = [name for name, _ in values]
    may_lack = {*names, *results} - {"gradient"}
    for name, value in values:
        needed = [f"{each} is not None" for each in sorted(value.targets & may_lack)]
        lines += [
            f"        {name} = None",
            f"        if {' and '.join(needed) or True}:",
            f"            try: {name} = {_text(value, constants)}",
            "            except NoValueError: pass",
        ]
    lines += [f"        return ({', '.join(results)},)", "    return function"]
    return partial(_made("\n".join(lines)), [partial(_number, each) for each in rationals])


@lru_cache(maxsize=4_096)
def _made(source: str) -> Callable[..., Function]:
    """What the source of a ``make`` defines: many rewritings have an expression in common."""
    scope: dict[str, Any] = {"NoValueError": NoValueError, "formats": ALL_FORMATS}
    exec(source, scope)
    made: Callable[..., Function] = scope["make"]
    return made


def _text(value: Expression, constants: Mapping[Any, str]) -> str:
    match value.operation, value.operands:
        case "name", (name,):
            return str(name)
        case "label", (_, Expression() as labelled):
            return _text(labelled, constants)
        case "constant", (rational,):
            return constants[rational]
        case "steps", (less,):
            return f"arithmetic.number(float(t - {less}))"
    operands = (
        _text(each, constants)
        if isinstance(each, Expression)
        else f"formats[{each.name!r}]"
        if isinstance(each, NumberFormat)
        else f"t - {each}"  # an exponent
        for each in value.operands
    )
    return f"{value.operation}({', '.join(operands)})"


def _number(rational: Fraction, arithmetic: Arithmetic[Any]) -> Any:
    return arithmetic.number(_nearest(rational, arithmetic.number_format))


@lru_cache(maxsize=1_000)
def _nearest(rational: Fraction, number_format: NumberFormat) -> float:
    return number_format.nearest(rational)
