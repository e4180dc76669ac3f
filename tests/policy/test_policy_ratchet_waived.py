"""How waivers answer for what is loosened."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.finding_level import Level
from qualitygate.core.waiver import ChangeWaiver
from qualitygate.policy.ratchet.entry import Entry, Kind
from qualitygate.policy.ratchet.waived import Standing, answered, waiver_block

TODAY = date(2025, 10, 1)
CHANGE = "profile brand: delta_e_2000.p50"
ENTRY = Entry(Kind.LIMIT, CHANGE, "fail 2.5", "fail 12", "fail 12", "thresholds/brand.toml:3")


def waiver(**other: object) -> ChangeWaiver:
    values = {"change": CHANGE, "to": "fail 12", "reason": "camera", "owner": "imaging", "approved_by": "board",
              "expires": date(2025, 12, 1), "where": "thresholds/waivers.toml:1"}  # fmt: skip
    return ChangeWaiver(**{**values, **other})


def told(entries=(ENTRY,), waivers=(), earlier=(), present=None, boards=()) -> tuple[list[bool], list[Standing]]:
    found, remarks = answered(entries, waivers, earlier, present or {}, TODAY, boards)
    return [one.open for one in found], [one.standing for one in remarks]


def test_without_a_waiver_it_is_open() -> None:
    assert told() == ([True], [])


def test_a_waiver_covers_it() -> None:
    assert told(waivers=[waiver()]) == ([False], [])
    assert told(waivers=[waiver(to=" fail  12 ")]) == ([False], [])


@pytest.mark.parametrize(
    "other",
    [
        {"to": "fail 11"},
        {"to": "fail 120"},
        {"expires": date(2025, 9, 30)},
        {"expires": date(2026, 1, 1)},
        {"approved_by": "@Imaging"},
    ],
)
def test_what_does_not_hold(other: dict[str, object]) -> None:
    assert told(waivers=[waiver(**other)]) == ([True], [Standing.REFUSED])


def test_the_board_approves() -> None:
    assert told(waivers=[waiver()], boards=[("lead",)]) == ([True], [Standing.REFUSED])
    assert told(waivers=[waiver()], boards=[(), ("Board", "lead")]) == ([False], [])
    assert told(waivers=[waiver()], boards=[("board",), ("lead",)]) == ([True], [Standing.REFUSED])


def test_of_two_waivers_one_that_holds_is_enough() -> None:
    assert told(waivers=[waiver(expires=date(2025, 9, 1)), waiver()]) == ([False], [])


@pytest.mark.parametrize(
    ("present", "expires", "standing"),
    [
        ("fail 12", date(2025, 12, 1), Standing.RUNNING),
        ("fail 12", date(2025, 9, 30), Standing.EXPIRED),
        ("fail 2.5", date(2025, 12, 1), Standing.STALE),
        ("fail 2.5", date(2025, 9, 30), Standing.STALE),
    ],
)
def test_after_the_merge(present: str, expires: date, standing: Standing) -> None:
    """There is no entry any more: what is loosened is the base now."""
    assert told((), [waiver(expires=expires)], present={CHANGE: present}) == ([], [standing])


def test_what_is_gone_is_still_gone_after_the_merge() -> None:
    gone = waiver(to="none", expires=date(2025, 9, 30))
    assert told((), [gone]) == ([], [Standing.EXPIRED])
    assert told((), [gone], present={CHANGE: "fail 9"}) == ([], [Standing.STALE])


def test_a_renewed_waiver_needs_its_approval() -> None:
    renewed = waiver(approved_by="imaging")
    assert told((), [renewed], present={CHANGE: "fail 12"}) == ([], [Standing.EXPIRED])


def test_a_deleted_waiver_is_told_while_its_loosening_stays() -> None:
    there = {CHANGE: "fail 12"}
    assert told((), (), [waiver()], there) == ([], [Standing.DROPPED])
    assert told((), (), [waiver()], {CHANGE: "fail 2.5"}) == ([], [])
    assert told((), [waiver(reason="other")], [waiver()], there) == ([], [Standing.RUNNING])


def test_notes_need_no_waiver() -> None:
    note = Entry(Kind.REFERENCE, "set a: new references", "", "1 added", "sha256:0", level=Level.NOTE)
    assert told((note,)) == ([False], [])


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), st.text(min_size=1))
def test_the_block_is_toml_whatever_names_hold(change: str, to: str) -> None:
    block = waiver_block(Entry(Kind.LIMIT, change, "", "", to.replace("\ud800", "")))
    (read,) = tomllib.loads(block)["waiver"]
    assert (read["change"], read["to"], read["reason"], read["expires"]) == (change, to, "", "")
