"""`qualitygate explain`: every code, metric and profile, from the one place each is defined in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from qualitygate import metrics
from qualitygate.cli.glossary import STATISTICS
from qualitygate.core import lab_drift
from qualitygate.core.codes import CODES
from qualitygate.core.codes.families import FAMILIES
from qualitygate.core.threshold import Severity
from qualitygate.luts import drift
from qualitygate.policy.load import shipped_names


@pytest.mark.parametrize("code", CODES)
def test_every_code(qg: Callable, code: str) -> None:
    told = qg("explain", code)
    assert told.code == 0
    said = " ".join(told.out.split())
    assert " ".join(CODES[code].meaning.split()) in said
    assert " ".join(CODES[code].remedy.split()) in said


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


@pytest.mark.parametrize("name", metrics.TABLE)
def test_a_metric_says_what_its_numbers_mean_and_nothing_of_its_code(qg: Callable, name: str) -> None:
    told = qg("explain", name).out
    for statistic in metrics.metric_class(name).spec.statistics:
        assert STATISTICS[statistic] in told
    for leaked in ("Args:", "Raises:", "unit        none"):
        assert leaked not in told


@pytest.mark.parametrize("name", metrics.TABLE)
def test_typical_values_are_those_of_the_measured_table(qg: Callable, name: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "thresholds.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:2] == "| "]
    head, jpeg = (next(row for row in rows if row[0] == first) for first in ("case", "JPEG 85, 4:2:0"))
    prefix = name.removesuffix("_2000")
    typical = [(title, cell) for title, cell in zip(head, jpeg, strict=True) if title.startswith(f"{prefix} ")]
    told = " ".join(qg("explain", name).out.split())
    assert typical
    for title, cell in typical:
        assert f"{title.removeprefix(prefix + ' ')} {cell}" in told


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic(qg: Callable, name: str) -> None:
    told = qg("explain", name)
    assert told.code == 0
    assert STATISTICS[name] in told.out
    assert "yielded by" in told.out


@pytest.mark.parametrize("name", shipped_names())
def test_every_profile(qg: Callable, name: str) -> None:
    told = qg("explain", name)
    assert told.code == 0
    assert "DeltaE00" in told.out
    assert "fail above" in told.out
    assert re.search(r"^  SSIM mean +fail below [\d.]+ ", told.out, re.MULTILINE)


@pytest.mark.parametrize("name", [*shipped_names(), "lut", "QG-1001"])
def test_it_keeps_to_the_width_of_the_terminal(qg: Callable, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = qg("explain", name).out.splitlines()
    # Paths stay whole.
    assert max(len(line) for line in lines if not line.startswith("  read from")) <= 80
    assert not any(line != line.rstrip() for line in lines)


def test_limits_stand_in_columns_and_a_reason_is_given_once(qg: Callable) -> None:
    told = qg("explain", "hero").out
    start, rules = (told.index(heading) for heading in ("\nlimits\n", "\nrules\n"))
    limits = told[start:rules].strip().splitlines()[1:]
    assert len({line.index("fail ") for line in limits}) == 1
    assert len({line.index("warn ") for line in limits if "warn " in line}) == 1
    assert told.count("a LUT update slipped past") == 1
    assert re.search(
        r"^  born of +PM-2025-09-27-01\n  why +a LUT .*\n  limits +DeltaE00 p50, DeltaE00 mean, ", told, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("name", "text"), [("hero", "[limits.ssim]\nmean = 0.5\n"), ("lut", "[drift]\ngrid.max = 9.0\n")]
)
def test_a_file_that_hides_a_shipped_one_is_warned_about(qg: Callable, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / f"{name}.toml").write_text(text)
    told = qg("explain", name)
    assert told.code == 0, told.err
    assert f"  warning     shipped thresholds hidden: thresholds/{name}.toml does not extend {name}" in told.out


def test_a_profile_of_the_directory(qg: Callable, tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "shop.toml").write_text(
        'schema = 1\nextends = "product"\n[limits.delta_e_2000]\n'
        'p95 = { fail = 3.25, severity = "S1", born_of = "PM-2026-03-04-01", why = "The palette." }\n'
    )
    told = qg("explain", "shop")
    assert told.code == 0
    assert re.search(r"^  DeltaE00 p95 +fail above 3.25 +S1$", told.out, re.MULTILINE)
    assert "\n  born of     PM-2026-03-04-01\n  why         The palette.\n  limits      DeltaE00 p95\n" in told.out
    assert told.out.splitlines()[:3] == ["shop", "  read from   thresholds/shop.toml", "  extends     product"]


def test_a_profile_is_looked_up_beside_the_configuration(
    qg: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "shop.toml").write_text('description = "Ours."\n[limits.ssim]\nmean = 0.5\n')
    (tmp_path / "qualitygate.toml").write_text("")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert qg("explain", "shop").out.startswith("shop  Ours.\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [("[limits.sim]\nmean = 0.9\n", "unknown metric 'sim'"), ("extends = 'heroo'\n", "unknown profile 'heroo'")],
)
def test_a_profile_that_check_refuses_is_refused(qg: Callable, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "shop.toml").write_text(text)
    told = qg("explain", "shop")
    assert told.code == 2
    assert says in told.err
    assert "thresholds/shop.toml:" in told.err


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
    for name in (*metrics.TABLE, *STATISTICS, *shipped_names(), *Severity, *(f"QG-{family}" for family in FAMILIES)):
        assert f"\n  {name} " in told.out
    assert len(told.out.splitlines()) < 80, "short enough to be read"
    assert max(map(len, told.out.splitlines())) <= 120


def test_every_code_is_listed_in_its_family_in_order(qg: Callable) -> None:
    found = []
    for family in FAMILIES:
        listed = [line.split()[0] for line in qg("explain", family).out.splitlines()[2:]]
        assert listed
        assert listed == sorted(listed)
        found += listed
    assert sorted(found) == sorted(CODES)
    assert qg("explain", "QG-15XX").out == qg("explain", "15xx").out


@pytest.mark.parametrize("name", ["S0", "S1", "s2", "S3"])
def test_a_severity_is_who_is_woken(qg: Callable, name: str) -> None:
    told = qg("explain", name)
    assert told.code == 0
    assert told.out.startswith(f"{name.upper()}  (severity)\n")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("p98", "98 % of the pixels"),
        ("p99.5", "99.5 %"),
        ("brand red.p98", "captured pixels"),
        ("Marke 1.5.coverage", "share of the picture"),
        ("outside", "tolerance"),
        ("total", "sum over all candidates"),
        *((name, "previous version") for name in drift.SPEC.statistics),
        *((name, "of a batch") for name in lab_drift.STATISTICS),
    ],
)
def test_a_statistic_that_a_failure_names(qg: Callable, name: str, says: str) -> None:
    told = qg("explain", name)
    assert told.code == 0, told.err
    assert "(statistic)" in told.out
    assert says in told.out


def test_a_profile_goes_before_a_statistic_of_its_name(qg: Callable, tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "total.toml").write_text('description = "Ours."\n[limits.ssim]\nmean = 0.5\n')
    assert qg("explain", "total").out.startswith("total  Ours.\n")


def test_the_limits_of_luts_can_be_explained(qg):
    done = qg("explain", "lut")
    assert done.code == 0
    assert re.search(r"^  DeltaE00 grid_max +fail above 4 +warn above 2 +S1$", done.out, re.MULTILINE)
    assert done.out.count("PM-2025-09-27-01") == 1
    Path("thresholds").mkdir()
    Path("thresholds/lut.toml").write_text('extends = "lut"\n[[assign]]\nfiles = ["a/**"]\noutput = "P3"\n')
    assert "a/**: look, undeclared to P3" in qg("explain", "lut").out
