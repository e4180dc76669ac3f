"""Names in a case that nothing has are refused before anything runs; and only what the check needs is measured."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from proofs_repository import BAD, CHECK, CONFIG, GOOD, ID, TIGHT, Scratch

import qualitygate
from qualitygate.metrics.ssim import Ssim
from qualitygate.proving import prove_all
from qualitygate.proving.check_names import LUT_QUALITY

TODAY = date(2025, 10, 1)
PACKAGE = Path(qualitygate.__file__).parent
SET = CHECK.replace('profile = "mine"', 'set = "hero"')
REGION = """
[[sets.regions]]
name = "logo"
rectangles = [[0, 0, 8, 8]]
[sets.regions.limits.ssim]
mean = 0.1
"""


def test_every_statistic_of_a_luts_quality_is_known() -> None:
    found: set[str] = set()
    for path in (*(PACKAGE / "luts" / "checks").glob("*.py"), *(PACKAGE / "corridor").glob("lut*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "statistic":
                found |= {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant) and one.value}
    assert found == set(LUT_QUALITY)


@pytest.mark.parametrize("more", [(), ("--cases",)])
@pytest.mark.parametrize(
    ("check", "key", "said"),
    [
        (CHECK.replace('"mine"', '"main"'), "profile", "check.profile: no profile 'main' in {}; did you mean 'mine'?"),
        (CHECK.replace('"mine"', '"lut"'), "profile", "check.profile: no profile 'lut' in {}"),
        (CHECK.replace('"mine"', '"no.toml"'), "profile", "check.profile: no profile 'no.toml' in {}"),
        (SET.replace('"hero"', '"heros"'), "set", "check.set: no set 'heros' in {}; did you mean 'hero'?"),
        (
            SET.replace("1001", "1003") + 'region = "logos"\n',
            "region",
            "check.region: no region 'logos' in {}; did you mean 'logo'?",
        ),
        (CHECK.replace('"delta_e_2000"', '"delta_e"'), "metric", "no metric 'delta_e'; did you mean 'delta_e_2000'?"),
    ],
)
def test_a_name_that_nothing_has(scratch: Scratch, qg, check: str, key: str, said: str, more: tuple[str, ...]) -> None:
    scratch.commit("A region", **{"qualitygate.toml": CONFIG + REGION})
    path = scratch.case(check=check)
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if text.startswith(f"{key} ="))
    done = qg("prove", ID, *more)
    assert (done.code, done.out) == (2, "")
    place = "the working tree" if more else f"new thresholds {scratch.git('rev-parse', 'HEAD')[:10]}"
    assert said.format(place) in done.err
    assert f"fixtures/incidents/{ID}/case.toml:{line}: " in done.err
    assert len(done.err.splitlines()) == 1


def test_a_threshold_file_for_luts_by_another_name(scratch: Scratch, qg) -> None:
    scratch.case(check='[check]\ncode = "QG-1680"\nmetric = "lut_drift"\nstatistic = "grid_max"\nprofile = "lutt"\n')
    done = qg("prove", ID, "--cases")
    assert done.code == 2
    assert "no profile 'lutt' in the working tree; did you mean 'lut'?" in done.err


@pytest.fixture
def ssims(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often SSIM was measured: the profile limits it, the check is not about it."""
    counted: list[int] = []
    real = Ssim.measure

    def measure(self: Ssim, *arguments: object, **options: object) -> object:
        counted.append(1)
        return real(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Ssim, "measure", measure)
    scratch.write("thresholds/mine.toml", TIGHT + "[limits.ssim]\nmean = 0.05\n")
    return counted


def test_only_what_the_check_needs_is_measured(scratch: Scratch, ssims: list[int]) -> None:
    scratch.case()
    found = prove_all(scratch.top, today=TODAY, environ={})
    assert (found.passed, ssims) == (True, [])
    scratch.case(check=CHECK + 'metrics = ["delta_e_2000", "ssim"]\n')
    assert prove_all(scratch.top, today=TODAY, environ={}).passed
    assert ssims != []


def test_regions_of_other_metrics_are_left_out(scratch: Scratch, ssims: list[int]) -> None:
    scratch.write("qualitygate.toml", CONFIG + REGION)
    scratch.case(check=SET)
    found = prove_all(scratch.top, today=TODAY, environ={})
    assert (found.findings, ssims) == ((), [])


def test_the_gap_is_that_of_the_whole_gate(scratch: Scratch, qg) -> None:
    """What another limit caught did not escape, whatever the check that is to catch it from now on."""
    scratch.git("reset", "-q", "--hard", scratch.parent)
    strict = (scratch.top / "thresholds/mine.toml").read_text() + "[limits.ssim]\nmean = 0.999\n"
    scratch.parent = scratch.commit("Strict", **{"thresholds/mine.toml": strict})
    scratch.bad = scratch.commit("Bad", **{"build/a.png": BAD})
    scratch.fixed = scratch.commit("Back", **{"build/a.png": GOOD})
    scratch.commit("Tight", **{"thresholds/mine.toml": TIGHT})
    scratch.case()
    done = qg("prove", ID, "--runs", "1", "--format", "json")
    assert done.code == 1
    assert '"QG-1001/ssim/mean"' in done.out
