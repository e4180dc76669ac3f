"""The default thresholds pass and fail what docs/thresholds.md says, on a few of its photographs."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "thresholds.md"
SUBJECTS = {"hero": ("chelsea", "coffee"), "thumbnail": ("rocket", "retina", "hubble_deep_field")}

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("skimage", "torch", "safetensors")),
        reason="needs the extras science and lpips",
    ),
]


def claims(profile: str) -> dict[str, tuple[int, int]]:
    """Case to (how many fail, of how many), as the page's table says."""
    section = PAGE.read_text(encoding="utf-8").split(f"### {profile}, ")[1].split("###")[0]
    found = re.findall(r"^\| ([^|]+) \|.*\| (\d+) of (\d+) \|$", section, re.MULTILINE)
    return {case.strip(): (int(failing), int(total)) for case, failing, total in found}


@pytest.mark.parametrize("profile", ["hero", "thumbnail", "ui"])
def test_defaults_do_what_the_page_says(profile):
    from benchmarks.threshold_table import DEFECTS, ENCODINGS, SIDES, interface, photograph, rows

    claimed = claims(profile)
    assert list(claimed) == [*ENCODINGS, *DEFECTS]
    names = SUBJECTS.get(profile, ())
    subjects = {name: photograph(name, SIDES[profile]) for name in names} or {"screen": interface()}
    for row in rows(profile, subjects):
        failing, total = claimed[row.case]
        passing = len(subjects) - len(row.failing)
        assert len(row.failing) <= failing, f"{row.case}: {row.failing} fail, the page says {failing} of {total}"
        assert passing <= total - failing, f"{row.case}: {passing} pass, the page says {total - failing} of {total}"


def test_the_page_promises_what_the_gate_is_for():
    hero, thumbnail, ui = claims("hero"), claims("thumbnail"), claims("ui")
    assert all(hero[case] == (0, 8) for case in hero if case.startswith(("JPEG", "WebP", "AVIF", "PNG")))
    for case in ("colour cast ±10", "gamma 1.2", "blur σ 1.5", "24 px of noise", "48 px of grey"):
        assert (hero[case], thumbnail[case], ui[case]) == ((8, 8), (8, 8), (1, 1))
    assert all(ui[case] == (1, 1) for case in ui if "4:2:0" in case or case.startswith("WebP"))
