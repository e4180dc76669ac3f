"""When a waiver holds, and how strictly its file is read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.waiver import Waiver, objection
from qualitygate.policy.waivers import Waivers, read_waivers

TODAY = date(2025, 10, 1)
TEXT = """
[[waiver]]
incident = "PM-2025-09-27-01"
check = "QG-1001/delta_e_2000/p50"
reason = "the new camera"
owner = "brand"
approved_by = "board"
expires = 2025-11-01
"""


def waiver(**other: object) -> Waiver:
    values = {
        "incident": "PM-2025-09-27-01",
        "check": "QG-1001",
        "reason": "r",
        "owner": "brand",
        "approved_by": "board",
    }
    return Waiver(**{**values, "expires": TODAY, "where": "w:1", **other})


@pytest.mark.parametrize("days", [0, 1, 90])
def test_it_holds_until_its_day_and_at_most_ninety_days(days: int) -> None:
    assert objection(waiver(expires=TODAY + timedelta(days)), TODAY) is None


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "expired on 2025-09-30"), (91, "more than 90 days"), (9999, "90 days")]
)
def test_too_late_and_too_far(days: int, said: str) -> None:
    assert said in (objection(waiver(expires=TODAY + timedelta(days)), TODAY) or "")


@pytest.mark.parametrize("same", ["brand", "@brand", " BRAND ", "ｂｒａｎｄ", "bra\u200bnd"])
def test_nobody_approves_their_own_in_any_spelling(same: str) -> None:
    assert "approved their own" in (objection(waiver(approved_by=same), TODAY) or "")


def test_read(tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    assert read_waivers(tmp_path) == Waivers()
    path = tmp_path / "thresholds" / "waivers.toml"
    path.write_text(TEXT)
    assert [(one.owner, one.expires) for one in read_waivers(tmp_path).cases] == [("brand", date(2025, 11, 1))]
    path.write_text(TEXT.replace("2025-11-01", '"2025-11-01"').replace("\n", "\r\n"))
    assert read_waivers(tmp_path).cases[0].expires == date(2025, 11, 1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("approved_by", "approved", "QG-1404"),
        ('owner = "brand"\n', "", "QG-1405"),
        ('owner = "brand"', 'owner = ""', "QG-1405"),
        ("expires = 2025-11-01", "", "QG-1405"),
        ("2025-11-01", '"soon"', "QG-1405"),
        ("2025-11-01", "90", "QG-1405"),
        ("PM-2025-09-27-01", "PM-1", "QG-1405"),
        ("[[waiver]]", "[waiver]", "QG-1405"),
        ("[[waiver]]", "[[waiver", "QG-1403"),
    ],
)
def test_read_strictly(tmp_path: Path, old: str, new: str, code: str) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "waivers.toml").write_text(TEXT.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_waivers(tmp_path)
    assert caught.value.code == code
    assert "waivers.toml" in (caught.value.where or "")


def test_the_file_is_no_profile(tmp_path: Path) -> None:
    from qualitygate.policy.load import load_profile

    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "waivers.toml").write_text(TEXT)
    with pytest.raises(ConfigError, match="unknown profile"):
        load_profile("waivers", tmp_path)


CASE = 'incident = "PM-2025-09-27-01"\ncheck = "QG-1001/delta_e_2000/p50"'
CHANGE = TEXT.replace(CASE, 'change = "c"\nto = "fail 3"')


def test_both_kinds_stand_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "waivers.toml").write_text(CHANGE + TEXT)
    found = read_waivers(tmp_path)
    assert [(one.change, one.to) for one in found.changes] == [("c", "fail 3")]
    assert [one.incident for one in found.cases] == ["PM-2025-09-27-01"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = "fail 3"\n', "", "`to` is missing"),
        ('change = "c"', 'incident = "PM-2025-09-27-01"', "unknown key"),
        ("[[waiver]]", '[[waiver]]\nincident = "PM-2025-09-27-01"', "unknown key 'waiver\\[0\\].incident'"),
        ('reason = "the new camera"', 'reason = ""', "must not be empty"),
    ],
)
def test_a_change_is_read_strictly(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "waivers.toml").write_text(CHANGE.replace(old, new))
    with pytest.raises(ConfigError, match=said):
        read_waivers(tmp_path)


def test_what_was_pasted_and_not_filled_in_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    blank = '[[waiver]]\nchange = "c"\nto = "fail 3"\nreason = ""\nowner = ""\napproved_by = ""\nexpires = ""\n'
    (tmp_path / "thresholds" / "waivers.toml").write_text(blank)
    with pytest.raises(ConfigError, match="`reason`, `owner`, `approved_by` and `expires` are empty") as caught:
        read_waivers(tmp_path)
    assert (caught.value.where or "").endswith("waivers.toml:1")
