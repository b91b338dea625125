"""The libraries of the field, and that deviations are recognised as theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rmsprop.libraries import LIBRARIES, Library
from goldstep_reference.rmsprop.likeness import Likeness, libraries_like, words
from goldstep_reference.rule.deviation import Deviation
from hypothesis import given
from hypothesis import strategies as st
from support.variants import FORMULA, answer, constant, named

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
every_library = pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: each.label)


def deviations_of(library: Library, number_format: NumberFormat = FLOAT64) -> list[Deviation]:
    """What a diagnosis finds in a port that is the library."""
    return [each for each in library.deviations if each.representable(number_format)]


def without_defaults(deviations: Iterable[Deviation]) -> list[Deviation]:
    return [each for each in deviations if each.default_of is None]


def labels(libraries: Iterable[Library]) -> set[str]:
    return {library.label for library in libraries}


def said(*deviations: Deviation, number_format: NumberFormat = FLOAT64) -> str | None:
    return words(libraries_like(deviations, number_format))


OUTSIDE = named("epsilon_placement", "outside")
LAGGING = named("lagging", "True")
STARTS_AT_ONE = named("initial_average", "one")
DECAYED_TWICE = named("average", "decayed-twice")

formats = st.sampled_from(tuple(NUMBER_FORMATS.values()))
# Deviations from the formula, each of another question: any, or a library's.
any_deviations = st.lists(
    st.sampled_from([each for each in DEVIATIONS if not FORMULA.has(each)]),
    max_size=4,
    unique_by=lambda each: each.aspect,
)
some_deviations = any_deviations | st.sampled_from(LIBRARIES).map(deviations_of)


class TestLibraries:
    @every_library
    def test_their_deviations_are_the_catalogue_s_and_not_the_formula_s(
        self, library: Library
    ) -> None:
        """Else the page of libraries would hide them."""
        assert set(library.deviations) <= set(DEVIATIONS)
        assert not any(map(FORMULA.has, library.deviations))
        assert len({each.aspect for each in library.deviations}) == len(library.deviations)

    def test_no_label_stands_twice(self) -> None:
        assert len(labels(LIBRARIES)) == len(LIBRARIES)

    @every_library
    def test_notes_and_labels_can_stand_in_a_sentence(self, library: Library) -> None:
        assert not library.note.endswith(".")
        assert library.label == library.label.strip()

    def test_each_default_of_the_catalogue_is_some_library_s(self) -> None:
        for each in DEVIATIONS:
            if each.finding == "default-differs":
                assert libraries_like([each], FLOAT64).sharing[each]


class TestLibrariesLike:
    @every_format
    @every_library
    def test_a_library_is_found_by_its_deviations(
        self, number_format: NumberFormat, library: Library
    ) -> None:
        deviations = deviations_of(library, number_format)
        likeness = libraries_like(deviations, number_format)
        assert library in likeness.exactly
        assert all(library in likeness.sharing[each] for each in deviations)

    @every_format
    @every_library
    def test_it_is_found_with_any_defaults(
        self, number_format: NumberFormat, library: Library
    ) -> None:
        plain = without_defaults(deviations_of(library, number_format))
        for port in (plain, [*plain, constant("default_decay_rate", "0.123")]):
            likeness = libraries_like(port, number_format)
            assert library in likeness.exactly + likeness.beside_defaults
            assert likeness.exactly == () or port is plain

    @every_library
    def test_it_is_found_by_constants_in_any_spelling(self, library: Library) -> None:
        port = []
        for each in library.deviations:
            question, value = answer(each)
            if value == "one":
                port.append(constant(question, "1.0"))
            elif value[0].isdigit():
                port.append(constant(question, f"{Decimal(value):.20e}"))
            else:
                port.append(each)
        assert library in libraries_like(port, FLOAT64).exactly

    def test_a_conforming_port_is_like_the_libraries_that_are_the_formula(self) -> None:
        likeness = libraries_like([], FLOAT64)
        assert labels(likeness.exactly) == {
            "TensorFlow's ApplyRMSProp",
            "Optax 0.2.8",
            "MXNet 1.9",
        }
        assert labels(likeness.beside_defaults) == {"TensorFlow.js 4.22", "Gorgonia", "Lasagne"}
        assert likeness.sharing == {}

    def test_what_rounds_to_float32_is_the_formula_in_float32(self) -> None:
        likeness = libraries_like([], FLOAT32)
        assert {"Keras 3", "PaddlePaddle 3.3"} <= labels(likeness.beside_defaults)
        rounded = named("learning_rate", "float32")
        assert libraries_like([rounded], FLOAT32).exactly == likeness.exactly
        assert libraries_like([rounded], FLOAT32).sharing == {rounded: ()}
        narrower = named("learning_rate", "float16")
        assert libraries_like([narrower], FLOAT32).exactly == ()

    def test_several_libraries_are_alike(self) -> None:
        pytorch = next(each for each in LIBRARIES if each.name == "PyTorch")
        assert labels(libraries_like(deviations_of(pytorch), FLOAT64).exactly) == {
            "PyTorch 2.13",
            "ensmallen 3.11",
            "candle-optimisers",
            "Chainer 7.8",
        }

    def test_a_deviation_of_no_library_is_shared_by_none(self) -> None:
        likeness = libraries_like([LAGGING, DECAYED_TWICE], FLOAT64)
        assert likeness.exactly == likeness.beside_defaults == ()
        assert likeness.sharing[LAGGING] == ()
        assert labels(likeness.sharing[DECAYED_TWICE]) == {"tinygrad 0.5"}

    def test_a_fixed_epsilon_may_be_the_document_s_default(self) -> None:
        """Then the diagnosis finds that epsilon is ignored."""
        ignored = named("epsilon", "default")
        likeness = libraries_like([ignored, STARTS_AT_ONE], FLOAT64)
        assert labels(likeness.exactly) == {"climin"}
        assert libraries_like([constant("epsilon", "1e-8"), STARTS_AT_ONE], FLOAT64) == replace(
            likeness,
            sharing={
                constant("epsilon", "1e-8"): likeness.exactly,
                STARTS_AT_ONE: likeness.sharing[STARTS_AT_ONE],
            },
        )

    @given(some_deviations, formats)
    def test_the_column_does_not_matter_where_the_placement_is_told(
        self, deviations: list[Deviation], number_format: NumberFormat
    ) -> None:
        """A port is like the same libraries, whichever column it is held to."""
        held_to_inside = libraries_like(deviations, number_format)
        elsewhere = [each for each in deviations if each.aspect != "epsilon_placement"]
        if OUTSIDE in deviations:
            held_to_outside = libraries_like(elsewhere, number_format, "outside")
        else:
            placed = [each for each in deviations if each not in elsewhere]
            placed = placed or [named("epsilon_placement", "inside")]
            held_to_outside = libraries_like([*elsewhere, *placed], number_format, "outside")
        assert held_to_outside.exactly == held_to_inside.exactly
        assert held_to_outside.beside_defaults == held_to_inside.beside_defaults

    @given(some_deviations, formats)
    def test_what_a_likeness_holds(
        self, deviations: list[Deviation], number_format: NumberFormat
    ) -> None:
        likeness = libraries_like(deviations, number_format)
        assert not set(likeness.exactly) & set(likeness.beside_defaults)
        assert list(likeness.sharing) == deviations
        for each in deviations:
            if each.representable(number_format):
                assert set(likeness.exactly) <= set(likeness.sharing[each])
        for each in without_defaults(deviations):
            if each.representable(number_format):
                assert set(likeness.beside_defaults) <= set(likeness.sharing[each])
        for found in (likeness.exactly, likeness.beside_defaults, *likeness.sharing.values()):
            assert found == tuple(library for library in LIBRARIES if library in found)

    @given(some_deviations, formats)
    def test_other_defaults_only_move_libraries_from_one_to_the_other(
        self, deviations: list[Deviation], number_format: NumberFormat
    ) -> None:
        with_them = libraries_like(deviations, number_format)
        without = libraries_like(without_defaults(deviations), number_format)
        assert {*with_them.exactly, *with_them.beside_defaults} == {
            *without.exactly,
            *without.beside_defaults,
        }

    @given(some_deviations.flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))))
    def test_their_order_does_not_matter(
        self, orders: tuple[list[Deviation], list[Deviation]]
    ) -> None:
        one, other = (libraries_like(order, FLOAT64) for order in orders)
        assert one == other


class TestWords:
    def test_a_library(self) -> None:
        tf1 = next(each for each in LIBRARIES if each.name == "TF1 RMSPropOptimizer")
        assert said(*deviations_of(tf1)) == "as TF1 RMSPropOptimizer"
        assert said(OUTSIDE, DECAYED_TWICE) == "as tinygrad 0.5"

    def test_a_library_but_for_defaults(self) -> None:
        tf1 = next(each for each in LIBRARIES if each.name == "TF1 RMSPropOptimizer")
        assert said(*without_defaults(deviations_of(tf1))) == (
            "as TF1 RMSPropOptimizer, but for defaults"
        )

    def test_three_libraries(self) -> None:
        assert said() == "as TensorFlow's ApplyRMSProp, Optax 0.2.8 and MXNet 1.9"

    def test_more_than_three(self) -> None:
        assert said(number_format=FLOAT32) == said()
        pytorch = next(each for each in LIBRARIES if each.name == "PyTorch")
        assert said(*deviations_of(pytorch)) == (
            "as PyTorch 2.13, ensmallen 3.11, candle-optimisers and 1 other"
        )

    def test_a_shared_deviation(self) -> None:
        assert said(DECAYED_TWICE) == ("the average is decayed twice at every step, as in tinygrad")

    def test_versions_are_told_where_a_name_does_not_do(self) -> None:
        assert said(OUTSIDE, LAGGING) == (
            "epsilon is added after the square root, as in PyTorch, tf.keras, "
            "Keras 2.1.3 to 2.3 and 12 others"
        )

    def test_several_shared_deviations(self) -> None:
        assert said(STARTS_AT_ONE, DECAYED_TWICE) == (
            "the moving average starts at 1, as in TF1 RMSPropOptimizer, MindSpore, timm RMSpropTF "
            "and 1 other; the average is decayed twice at every step, as in tinygrad"
        )

    def test_defaults_are_told_where_nothing_else_is_shared(self) -> None:
        rate = named("default_learning_rate", "0.1")
        assert said(LAGGING, rate) == "the default learning rate is 0.1, as in ND4J and MindSpore"
        assert said(LAGGING, DECAYED_TWICE, rate) == said(DECAYED_TWICE)

    def test_nothing_known(self) -> None:
        assert said(LAGGING) is None
        assert words(Likeness((), (), {})) is None

    @given(some_deviations, formats)
    def test_one_line_wherever_something_is_known(
        self, deviations: list[Deviation], number_format: NumberFormat
    ) -> None:
        likeness = libraries_like(deviations, number_format)
        line = words(likeness)
        known = (likeness.exactly, likeness.beside_defaults, *likeness.sharing.values())
        assert (line is not None) == any(known)
        assert line is None or (line.isprintable() and not line.endswith("."))
