"""Expressions: what a rule computes, as operations of `Arithmetic` over names.

An expression is a value. It is compiled for any arithmetic (`compilation`), and whatever has a
label in it can be replaced: a deviation is a rewriting of the rule, not a branch of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from goldstep_reference.numbers.number_format import NumberFormat


@dataclass(frozen=True)
class Expression:
    """An operation of `Arithmetic`, by its name, on operands; or one of these:

    * ``name``, and ``constant``: a rational, rounded to the number format;
    * ``steps``: the number of this step, less a whole number;
    * ``label``: a label, and the expression that it stands on;
    * ``original`` and ``operand``, in a replacement: what is replaced, and an operand of it.
    """

    operation: str
    operands: tuple[Expression | NumberFormat | Fraction | int | str, ...] = ()

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
        inner = self._mapped(lambda each: each.rewritten(target, replacement))
        match inner.operation, inner.operands:
            case "label", (label, Expression() as original) if label == target:
                return replacement._filled(original).labelled(target)
            case "name", (name,) if name == target:
                return replacement._filled(inner)
        return inner

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
        match self.operation, self.operands:
            case "original", ():
                return original
            case "operand", (int(position),):
                operand = original.operands[position]
                assert isinstance(operand, Expression)
                return operand
        return self._mapped(lambda each: each._filled(original))

    def _mapped(self, change: Callable[[Expression], Expression]) -> Expression:
        operands = (
            change(each) if isinstance(each, Expression) else each for each in self.operands
        )
        return Expression(self.operation, tuple(operands))


def name(text: str) -> Expression:
    """A hyper-parameter or a state, or what the rule calls by a name."""
    return Expression("name", (text,))


def new(state: str) -> Expression:
    """The value of a state that includes this step's gradient."""
    return name(f"new_{state}")


def constant(value: Fraction | int) -> Expression:
    """The number of the format nearest to a rational."""
    return Expression("constant", (Fraction(value),))


def steps(less: int = 0) -> Expression:
    """The number of this step, counted from 1, less a whole number."""
    return Expression("steps", (less,))


def power_of_steps(base: Expression, less: int = 0) -> Expression:
    """``base`` to the number of this step, less a whole number."""
    return Expression("power", (base, less))


def operand(position: int) -> Expression:
    """In a replacement: an operand of what is replaced, counted from 0."""
    return Expression("operand", (position,))


def square(a: Expression) -> Expression:
    """a^2."""
    return Expression("square", (a,))


def root(a: Expression) -> Expression:
    """The square root."""
    return Expression("root", (a,))


def maximum(a: Expression, b: Expression) -> Expression:
    """The greater of the two."""
    return Expression("maximum", (a, b))


def absolute(a: Expression) -> Expression:
    """|a|."""
    return Expression("absolute", (a,))


def sign(a: Expression) -> Expression:
    """1, 0 or -1."""
    return Expression("sign", (a,))


def blend(decay: Expression, previous: Expression, added: Expression) -> Expression:
    """decay * previous + (1 - decay) * added, in any form that a program may give it."""
    return Expression("blend", (decay, previous, added))


def blend_of_squares(decay: Expression, previous: Expression, root: Expression) -> Expression:
    """decay * previous + (1 - decay) * root^2, in any form that a program may give it."""
    return Expression("blend_of_squares", (decay, previous, root))


def scaled(rate: Expression, gradient: Expression, divisor: Expression) -> Expression:
    """rate * gradient / divisor, associated in any way."""
    return Expression("scaled", (rate, gradient, divisor))


def rounded(a: Expression, number_format: NumberFormat) -> Expression:
    """The nearest number of a narrower format."""
    return Expression("rounded", (a, number_format))


def flushed(a: Expression) -> Expression:
    """Zero for what is below the normal range."""
    return Expression("flushed", (a,))


def without_nan(a: Expression) -> Expression:
    """Zero for NaN."""
    return Expression("without_nan", (a,))


def stored(a: Expression) -> Expression:
    """What is left of a state that is kept from one step to the next."""
    return Expression("stored", (a,))


def reported(a: Expression) -> Expression:
    """What is left of a number in the caller's arrays."""
    return Expression("reported", (a,))


ORIGINAL = Expression("original")
GRADIENT = name("gradient")
WEIGHT = name("weight")
ZERO = constant(0)
ONE = constant(1)
