"""What a case expects: its published numbers in each column, for each choice that it offers."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.behaviour import Column, conforming
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.certify import PublishedStep, published_steps

COLUMNS: tuple[Column, ...] = ("inside", "outside")

# By choice; the one of a case without choices is None. Empty for input that must be rejected.
Expectation = Mapping[str | None, Mapping[Column, tuple[PublishedStep, ...]]]


def expectation(case: Case, number_format: NumberFormat) -> Expectation:
    """The case's numbers, certified. Raises what `certify.published_steps` raises."""
    if case.rejected is not None:
        return {}
    return {
        choice: {
            column: published_steps(case, number_format, conforming(column), choice)
            for column in COLUMNS
        }
        for choice in case.choices or (None,)
    }
