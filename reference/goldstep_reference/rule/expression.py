"""Expressions: what a rule computes, as operations of `Arithmetic` over names.

An expression is a value. It is compiled for any arithmetic (`compilation`), and whatever has a
label in it can be replaced: a deviation is a rewriting of the rule, not a branch of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from goldstep_reference.numbers.number_format import NumberFormat


@dataclass(frozen=True)
class Expression:
    """An operation of `Arithmetic`, by its name, on operands; or one of these:

    * ``name``: a value by its name, or in a replacement, what is replaced; ``zero`` and ``one``;
    * ``steps``: the number of this step, less a whole number;
    * ``label``: a label, and the expression that it stands on.
    """

    operation: str
    operands: tuple[Expression | NumberFormat | int | str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    def __add__(self, other: Expression) -> Expression:
        return Expression("total", (self, other))

    def __sub__(self, other: Expression) -> Expression:
        return Expression("difference", (self, other))

    def __mul__(self, other: Expression) -> Expression:
        return Expression("product", (self, other))

    def __truediv__(self, other: Expression) -> Expression:
        return Expression("quotient", (self, other))

    def labelled(self, label: str) -> Expression:
        """The same expression, to be found by a label where it stands in another."""
        return Expression("label", (label, self))

    def rewritten(self, target: str, replacement: Expression) -> Expression:
        """With a replacement of all that ``target`` names or is the label of; labels stay."""
        if target not in self.targets:
            return self
        if self.operation == "name":
            return replacement._filled(self)
        operands = tuple(
            each.rewritten(target, replacement) if isinstance(each, Expression) else each
            for each in self.operands
        )
        match self.operation, operands:
            case "label", (label, Expression() as original) if label == target:
                return replacement._filled(original).labelled(target)
        return Expression(self.operation, operands)

    @cached_property
    def targets(self) -> frozenset[str]:
        """All labels and names in it."""
        inner = (each.targets for each in self.operands if isinstance(each, Expression))
        own = {str(self.operands[0])} if self.operation in ("name", "label") else set()
        return frozenset(own).union(*inner)

    @property
    def parts(self) -> Iterator[Expression]:
        """The expression, and every one that stands in it."""
        yield self
        for each in self.operands:
            if isinstance(each, Expression):
                yield from each.parts

    @cached_property
    def _hash(self) -> int:
        return hash((self.operation, self.operands))

    def _filled(self, original: Expression) -> Expression:
        """A replacement, with what it replaces in its place."""
        filled = self.rewritten("original", original)
        for position, operand in enumerate(original.operands):
            if isinstance(operand, Expression):
                filled = filled.rewritten(f"operand_{position}", operand)
        return filled


def name(text: str) -> Expression:
    """A hyper-parameter, a state before the step, or what else the rule calls by a name."""
    return Expression("name", (text,))


def new(state: str) -> Expression:
    """The value of a state that includes this step's gradient."""
    return name(f"new_{state}")


def steps(less: int = 0) -> Expression:
    """The number of this step, counted from 1, less a whole number."""
    return Expression("steps", (less,))


def power_of_steps(base: Expression, less: int = 0) -> Expression:
    """``base`` to the number of this step, less a whole number."""
    return Expression("power", (base, less))


def rounded(a: Expression, number_format: NumberFormat) -> Expression:
    """The nearest number of a narrower format."""
    return Expression("rounded", (a, number_format))


def _operation(name: str) -> Callable[..., Expression]:
    return lambda *operands: Expression(name, operands)


# What each is, `Arithmetic` says.
square, root, maximum, absolute, sign = map(
    _operation, ("square", "root", "maximum", "absolute", "sign")
)
blend, blend_of_squares, scaled = map(_operation, ("blend", "blend_of_squares", "scaled"))
flushed, without_nan, stored, reported = map(
    _operation, ("flushed", "without_nan", "stored", "reported")
)
ZERO, ONE = Expression("zero"), Expression("one")

GRADIENT, WEIGHT = name("gradient"), name("weight")
# In a replacement: what is replaced, and its operands.
ORIGINAL, FIRST, SECOND = name("original"), name("operand_0"), name("operand_1")
