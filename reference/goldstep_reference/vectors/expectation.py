"""What a case expects: its published numbers in each column, for each choice that it offers."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.certify import PublishedStep, published_steps

# By choice; the one of a case without choices is None. Empty for input that must be rejected.
Expectation = Mapping[str | None, Mapping[str, tuple[PublishedStep, ...]]]


def expectation(algorithm: Algorithm, case: Case, number_format: NumberFormat) -> Expectation:
    """The case's numbers, certified. Raises what `certify.published_steps` raises."""
    if case.rejected is not None:
        return {}
    return {
        choice: {
            column: published_steps(case, number_format, algorithm.variant(column), choice)
            for column in algorithm.columns
        }
        for choice in case.choices or (None,)
    }
