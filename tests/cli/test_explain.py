"""`qualitygate explain`: every code, metric and profile, from the one place each is defined in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qualitygate import metrics
from qualitygate.core.codes import CODES
from qualitygate.policy.load import shipped_names


@pytest.mark.parametrize("code", CODES)
def test_every_code(qg: Callable, code: str) -> None:
    told = qg("explain", code)
    assert told.code == 0
    assert CODES[code].meaning in told.out
    assert CODES[code].remedy in told.out


@pytest.mark.parametrize("spelling", ["qg-1001", "1001", "QG-1001"])
def test_spellings_of_a_code(qg: Callable, spelling: str) -> None:
    assert "limit exceeded" in qg("explain", spelling).out


@pytest.mark.parametrize("name", metrics.TABLE)
def test_every_metric(qg: Callable, name: str) -> None:
    told = qg("explain", name)
    assert told.code == 0
    spec = metrics.metric_class(name).spec
    assert spec.label in told.out
    assert all(statistic in told.out for statistic in spec.statistics)


@pytest.mark.parametrize("name", shipped_names())
def test_every_profile(qg: Callable, name: str) -> None:
    told = qg("explain", name)
    assert told.code == 0
    assert "DeltaE00" in told.out
    assert "fail above" in told.out
    assert "SSIM mean: fail below" in told.out


def test_a_profile_of_the_directory(qg: Callable, tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "shop.toml").write_text(
        'schema = 1\nextends = "product"\n[limits.delta_e_2000]\n'
        'p95 = { fail = 3.25, severity = "S1", born_of = "PM-2026-03-04-01", why = "The palette." }\n'
    )
    told = qg("explain", "shop")
    assert told.code == 0
    assert "DeltaE00 p95: fail above 3.25 (S1); PM-2026-03-04-01; The palette." in told.out


@pytest.mark.parametrize(
    ("wrong", "hint"), [("ssmi", "ssim"), ("heroo", "hero"), ("QG-1002x", "QG-1002"), ("zebra", "lists them all")]
)
def test_an_unknown_name_is_one_line_with_a_suggestion(qg: Callable, wrong: str, hint: str) -> None:
    told = qg("explain", wrong)
    assert told.code == 2
    assert len(told.err.splitlines()) == 1
    assert "QG-1417" in told.err
    assert hint in told.err


def test_without_a_name_it_lists_everything(qg: Callable) -> None:
    told = qg("explain")
    assert told.code == 0
    for name in (*CODES, *metrics.TABLE, *shipped_names()):
        assert f"\n  {name} " in told.out
