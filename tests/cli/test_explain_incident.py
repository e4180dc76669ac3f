"""`qualitygate explain PM-…`: incidents of the ledger, and those that limits ship with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

FOUNDING = "PM-2025-09-27-01"


@pytest.fixture
def place(qg: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.mark.parametrize("spelling", [FOUNDING, FOUNDING.lower()])
def test_what_limits_ship_with_is_said_to_and_which_name_it(qg: Callable, place: Path, spelling: str) -> None:
    told = qg("explain", spelling)
    assert told.code == 0
    said = " ".join(told.out.split())
    assert said.startswith(f"{FOUNDING} (ships with qualitygate)")
    assert "happened to nobody here" in said
    assert "why a LUT update slipped past a git hook" in said
    for name in ("hero: delta_e_2000.p50", "product: delta_e_2000.mean", "lut: drift.grid_max"):
        assert name in said
    assert "ssim" not in said


def test_an_incident_of_the_ledger_is_theirs(qg: Callable, place: Path) -> None:
    made = qg("postmortem", "new", "PM-2026-02-03-04")
    assert made.code == 0, made.err
    told = qg("explain", "PM-2026-02-03-04")
    assert told.code == 0
    assert "run/_/postmortems/PM-2026-02-03-04.md" in told.out
    assert "qualitygate incident show PM-2026-02-03-04" in told.out
    assert "ships" not in told.out


def test_limits_of_files_and_of_the_configuration_are_named(qg: Callable, place: Path) -> None:
    (place / "thresholds").mkdir()
    (place / "thresholds/brand.toml").write_text(
        '[limits.ssim]\nmean = { fail = 0.9, born_of = "PM-2026-02-03-04", why = "blurred" }\n'
        '[rules]\nformats = { allow = ["png"], born_of = "PM-2026-02-03-04" }\n'
    )
    (place / "qualitygate.toml").write_text(
        '[[sets]]\nname = "shop"\nreference = "a"\ncandidate = "b"\nprofile = "brand"\n'
        '[[sets.regions]]\nname = "logo"\nrectangles = [[0, 0, 9, 9]]\n'
        '[sets.regions.limits.ssim]\nmean = { fail = 0.95, born_of = "PM-2026-02-03-04" }\n'
    )
    told = qg("explain", "PM-2026-02-03-04")
    assert told.code == 0, told.err
    for name in ("brand: ssim.mean", "brand: rules.formats", "set shop, region logo: ssim.mean", "blurred"):
        assert name in told.out
    assert "ships" not in told.out
    assert "there is no postmortem of it" in told.out


def test_an_unknown_incident_is_an_error_with_a_hint(qg: Callable, place: Path) -> None:
    told = qg("explain", "PM-2026-02-03-09")
    assert told.code == 2
    assert "no limit names it" in told.err
    assert "incident list" in told.err
    shown = qg("incident", "show", FOUNDING)
    assert shown.code == 2
    assert f"qualitygate explain {FOUNDING}" in shown.err
