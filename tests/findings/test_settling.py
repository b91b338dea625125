"""What only the whole ladder can tell: which patch removes a finding; what is known, and stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from goldstep.findings.settling import Climbed, settle
from goldstep.findings.settling import stale as stale_of
from goldstep.port.ladder import Climb, rung_label
from goldstep.port.port import Port
from goldstep.port.table import Known, MatrixTable, PortTable, Repair, RunTable
from goldstep.results.records import Finding, Stale

TODAY = date(2026, 7, 1)


def port(*known: Known, removes: tuple[str, ...] = ("missing-import", "epsilon-sign")) -> Port:
    """A port with a repair for each finding that is removed."""
    repairs = tuple(
        Repair(patch=f"repairs/{number}-{finding}.patch", removes=(finding,))
        for number, finding in enumerate(removes, start=1)
    )
    table = PortTable(
        name="p", title="P", language="L", run=RunTable(command=("x",)), repair=repairs, known=known
    )
    return Port(Path(), table, "p", "float64", "inside")


def finding(
    repairs: int,
    kind: str,
    message: str = "it is wrong",
    *,
    subject: str | None = None,
    note: bool = False,
) -> Finding:
    return Finding(
        port="p",
        repairs=repairs,
        stage="example" if note else "vectors",
        id=kind,
        subject=subject,
        severity="note" if note else "error",
        message=message,
    )


def known(repairs: int, kind: str, expires: date | None = None) -> Known:
    return Known(repairs=repairs, finding=kind, reason="so it is", expires=expires)


def stale(port: Port, rungs: dict[int, list[Finding]], today: date) -> list[Stale]:
    """Of a port that has one variant."""
    return list(stale_of([Climbed(port, rungs)], today))


def removers(port: Port, rungs: dict[int, list[Finding]]) -> list[str | None]:
    return [each.removed_by for each in settle(Climbed(port, rungs))]


class TestRemovedBy:
    def test_the_patch_after_which_it_is_gone(self) -> None:
        first, second = finding(0, "missing-import"), finding(1, "epsilon-sign")
        assert removers(port(), {0: [first], 1: [second], 2: []}) == [
            "repairs/1-missing-import.patch",
            "repairs/2-epsilon-sign.patch",
        ]

    def test_what_is_measured_counts_and_not_what_a_patch_claims(self) -> None:
        """Here the first patch does not remove what it is said to, and the second does."""
        rungs = {0: [finding(0, "missing-import")], 1: [finding(1, "missing-import")], 2: []}
        assert removers(port(), rungs) == ["repairs/2-epsilon-sign.patch"] * 2

    def test_nothing_where_it_stays(self) -> None:
        rungs = {k: [finding(k, "unexplained")] for k in range(3)}
        assert removers(port(), rungs) == [None] * 3

    def test_two_faults_of_one_kind_are_told_apart(self) -> None:
        """By subject or message: the second was hidden behind the first."""
        rungs = {
            0: [finding(0, "runtime-type-error", "String cannot be cast", subject="E")],
            1: [finding(1, "runtime-type-error", "Atom cannot be cast", subject="E")],
            2: [],
        }
        both = port(removes=("runtime-type-error", "runtime-type-error"))
        assert removers(both, rungs) == [
            "repairs/1-runtime-type-error.patch",
            "repairs/2-runtime-type-error.patch",
        ]

    def test_a_rung_that_was_not_run_is_believed(self) -> None:
        assert removers(port(), {0: [finding(0, "epsilon-sign")]}) == [
            "repairs/2-epsilon-sign.patch"
        ]
        assert removers(port(), {0: [finding(0, "state-shared")]}) == [None]

    def test_a_note_about_the_example_has_none(self) -> None:
        assert removers(port(), {0: [finding(0, "missing-import", note=True)], 1: []}) == [None]


class TestKnown:
    def test_by_rung_and_id(self) -> None:
        here = port(known(0, "missing-import"), known(1, "epsilon-sign"))
        rungs = {
            0: [finding(0, "missing-import"), finding(0, "epsilon-sign")],
            1: [finding(1, "epsilon-sign")],
        }
        assert [each.known for each in settle(Climbed(here, rungs))] == [True, False, True]

    def test_a_note_is_neither_known_nor_makes_an_entry_appear(self) -> None:
        here = port(known(0, "missing-import"))
        rungs = {0: [finding(0, "missing-import", note=True)]}
        assert [each.known for each in settle(Climbed(here, rungs))] == [False]
        assert [each.why for each in stale(here, rungs, TODAY)] == ["did not appear"]

    def test_findings_come_in_the_order_of_the_rungs(self) -> None:
        rungs = {1: [finding(1, "epsilon-sign")], 0: [finding(0, "missing-import")]}
        assert [each.repairs for each in settle(Climbed(port(), rungs))] == [0, 1]

    def test_nothing_else_of_a_finding_is_changed(self) -> None:
        one = finding(0, "missing-import", subject="java.util.Arrays")
        (settled,) = settle(Climbed(port(), {0: [one]}))
        plain = msgspec.structs.replace(settled, known=False, removed_by=None)
        assert plain == one


class TestStale:
    def test_what_appears_is_not(self) -> None:
        here = port(known(0, "missing-import"))
        assert not stale(here, {0: [finding(0, "missing-import")]}, TODAY)

    def test_what_does_not_appear_is(self) -> None:
        here = port(known(0, "missing-import"))
        (entry,) = stale(here, {0: [finding(0, "epsilon-sign")]}, TODAY)
        assert (entry.port, entry.repairs, entry.finding) == ("p", 0, "missing-import")
        assert (entry.why, entry.reason) == ("did not appear", "so it is")

    def test_it_must_appear_at_its_own_rung(self) -> None:
        here = port(known(1, "missing-import"))
        rungs = {0: [finding(0, "missing-import")], 1: []}
        assert [each.repairs for each in stale(here, rungs, TODAY)] == [1]

    def test_a_rung_that_was_not_run_tells_nothing(self) -> None:
        here = port(known(1, "epsilon-sign"), known(2, "epsilon-sign"))
        assert not stale(here, {0: []}, TODAY)

    @pytest.mark.parametrize(
        ("expires", "why"),
        [
            (date(2026, 7, 2), []),
            (date(2026, 7, 1), []),  # its last day
            (date(2026, 6, 30), ["expired"]),
        ],
    )
    def test_an_entry_expires(self, expires: date, why: list[str]) -> None:
        here = port(known(0, "missing-import", expires))
        rungs = {0: [finding(0, "missing-import")]}
        assert [each.why for each in stale(here, rungs, TODAY)] == why
        # It stays known: that it has expired is said once, and not as a new finding.
        assert [each.known for each in settle(Climbed(here, rungs))] == [True]

    def test_what_neither_appears_nor_is_in_time_did_not_appear(self) -> None:
        here = port(known(0, "missing-import", date(2020, 1, 1)))
        assert [each.why for each in stale(here, {0: []}, TODAY)] == ["did not appear"]


class TestVariants:
    """An entry is for all variants of a port, which its port.toml does not tell apart."""

    SHOWN: ClassVar = {0: [finding(0, "missing-import")]}

    @pytest.fixture
    def variants(self) -> list[Port]:
        """The two of a port that knows a finding."""
        matrix = MatrixTable(number_format=("float64", "float32"))
        one = port(known(0, "missing-import", date(2026, 7, 1)))
        table = msgspec.structs.replace(one.table, matrix=matrix)
        return [replace(one, table=table, name=name) for name in ("p-float64", "p-float32")]

    def test_one_that_shows_it_is_enough(self, variants: list[Port]) -> None:
        one, other = variants
        assert not list(stale_of([Climbed(one, {0: []}), Climbed(other, self.SHOWN)], TODAY))

    def test_what_none_shows_is_told_once(self, variants: list[Port]) -> None:
        (entry,) = stale_of([Climbed(each, {0: []}) for each in variants], TODAY)
        assert (entry.port, entry.why) == ("p-float64", "did not appear")

    def test_one_that_was_not_run_or_not_judged_might_show_it(self, variants: list[Port]) -> None:
        one, other = variants
        assert not list(stale_of([Climbed(one, {0: []})], TODAY))
        assert not list(stale_of([Climbed(one, {0: []}), Climbed(other, {})], TODAY))

    def test_that_it_has_expired_is_told_of_one_that_shows_it(self, variants: list[Port]) -> None:
        one, other = variants
        for others in ([], [Climbed(one, {0: []})]):
            ladders = [*others, Climbed(other, self.SHOWN)]
            (entry,) = stale_of(ladders, date(2026, 7, 2))
            assert (entry.port, entry.why) == ("p-float32", "expired")


class TestRungs:
    @pytest.mark.parametrize(
        ("climb", "rungs"),
        [
            (Climb.WHOLE_LADDER, (0, 1, 2)),
            (Climb.AS_PRINTED, (0,)),
            (Climb.REPAIRED, (2,)),
        ],
    )
    def test_which_are_run(self, climb: Climb, rungs: tuple[int, ...]) -> None:
        assert climb.rungs(port()) == rungs

    def test_a_port_without_repairs_has_one(self) -> None:
        bare = port(removes=())
        assert {climb.rungs(bare) for climb in Climb} == {(0,)}
        assert rung_label(bare, 0) == "as it is"

    def test_each_has_the_name_of_its_last_patch(self) -> None:
        labels = [rung_label(port(), repairs) for repairs in range(3)]
        assert labels == ["as printed", "1-missing-import", "2-epsilon-sign"]
