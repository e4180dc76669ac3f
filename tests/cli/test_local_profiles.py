"""Changing a limit of a profile that ships: what the HTML report says leads there, and what hides the rest is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageFilter

from qualitygate.policy.load import load_profile

FAST = ("--metric", "delta_e_2000", "--metric", "ssim")
HIDES = 'description = "ours"\n[limits.delta_e_2000]\np50 = 20.0\n'
WARNED = "thresholds/hero.toml does not extend hero, "


def advised(page: Path, picture: str) -> list[dict[str, str]]:
    """What the report says about accepting a picture."""
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page.read_text(), re.DOTALL)
    assert found is not None
    pairs: list[dict[str, Any]] = json.loads(found[1])["pairs"]
    return next(one["advice"] for one in pairs if one["id"] == picture)


def check(qg: Callable[..., Any], *more: str) -> Any:
    return qg("check", "ref", "cand", "--profile", "hero", "--no-incident", *FAST, *more)


@pytest.fixture
def pictures(tmp_path: Path, photos: list[Path]) -> Path:
    """`ref/` with two photographs; `cand/` with one in another colour, and one blurred."""
    for name in ("ref", "cand"):
        (tmp_path / name).mkdir()
    for place, path in enumerate(sorted(photos)[:2]):
        picture = Pillow.open(path).convert("RGB")
        picture.thumbnail((240, 240))
        picture.save(tmp_path / "ref" / f"{'ab'[place]}.png")
        other = picture.filter(ImageFilter.GaussianBlur(2)) if place else picture.point(lambda level: level * 0.8)
        other.save(tmp_path / "cand" / f"{'ab'[place]}.png")
    return tmp_path


def test_the_advice_followed_to_the_letter_keeps_the_rest_of_the_profile(
    qg: Callable[..., Any], pictures: Path
) -> None:
    assert check(qg, "--report", "html=report").code == 1
    step = next(one for one in advised(pictures / "report/index.html", "a.png") if one["title"] == "The limit is wrong")
    assert "Save this as `thresholds/hero.toml`" in step["text"]
    (pictures / "thresholds").mkdir()
    local = pictures / "thresholds/hero.toml"
    local.write_text(step["command"])
    ours, theirs = load_profile("hero"), load_profile("hero", pictures)
    numbers = [
        [(one.metric, one.statistic, one.fail, one.warn) for one in profile.thresholds] for profile in (ours, theirs)
    ]
    assert numbers[0] == numbers[1]
    assert (ours.rules, ours.budgets) == (theirs.rules, theirs.budgets)
    # With the limit raised, as whoever accepts the change does, the other picture still fails.
    local.write_text(re.sub(r"fail = [0-9.]+", "fail = 90.0", step["command"]))
    again = check(qg)
    assert again.code == 1
    assert "cand/b.png" in again.out
    assert "QG-1423" not in again.out


def test_the_advice_names_a_local_file_that_is_there(qg: Callable[..., Any], pictures: Path) -> None:
    (pictures / "thresholds").mkdir()
    (pictures / "thresholds/hero.toml").write_text('extends = "hero"\n[limits.ssim]\nmean = 0.91\n')
    assert check(qg, "--report", "html=report").code == 1
    steps = advised(pictures / "report/index.html", "b.png")
    step = next(one for one in steps if one["title"] == "The limit is wrong")
    assert "of thresholds/hero.toml, with a `why`" in step["text"]
    assert "command" not in step


@pytest.fixture
def hidden(qg: Callable[..., Any], pictures: Path) -> Callable[..., Any]:
    """Calls commands beside a `thresholds/hero.toml` that extends nothing."""
    (pictures / "thresholds").mkdir()
    (pictures / "thresholds/hero.toml").write_text(HIDES)
    (pictures / "qualitygate.toml").write_text('[[sets]]\nreference = "ref"\ncandidate = "cand"\nprofile = "hero"\n')
    return qg


def test_check_warns_of_a_profile_that_is_hidden(hidden: Callable[..., Any]) -> None:
    found = hidden("check", "--no-incident", "--format", "json")
    (warning,) = [one for one in json.loads(found.out)["findings"] if one["code"] == "QG-1423"]
    shipped = load_profile("hero")
    all_of_it = len(shipped.thresholds) + len(shipped.rules) + len(shipped.budgets)
    said = f"{WARNED}{all_of_it - 1} of its {all_of_it} limits, rules and budgets are not judged"
    assert warning["level"] == "warning"
    assert warning["message"] == f"shipped thresholds hidden: {said}"
    assert found.code == 0


def test_it_is_said_once_for_several_sets(hidden: Callable[..., Any], pictures: Path) -> None:
    text = (pictures / "qualitygate.toml").read_text()
    (pictures / "qualitygate.toml").write_text(f'{text}name = "one"\n{text}name = "two"\n')
    assert hidden("check", "--no-incident").out.count("QG-1423") == 1


def test_compare_warns_too(hidden: Callable[..., Any]) -> None:
    found = hidden("compare", "ref/a.png", "ref/a.png", "--profile", "hero")
    assert found.code == 0
    assert "shipped thresholds hidden  QG-1423" in found.out
    assert WARNED in found.out


def test_explain_and_doctor_warn_too(hidden: Callable[..., Any]) -> None:
    assert f"warning shipped thresholds hidden: {WARNED}" in " ".join(hidden("explain", "hero").out.split())
    assert "warning" not in hidden("explain", "product").out
    (one,) = json.loads(hidden("doctor", "--format", "json").out)["configuration"]["sets"]
    assert one["warning"].startswith(f"shipped thresholds hidden: {WARNED}")
    assert one["problem"] is None
    assert "warning: shipped thresholds hidden" in " ".join(hidden("doctor").out.split())


@pytest.mark.parametrize(
    "text",
    ['extends = "hero"\n[limits.ssim]\nmean = 0.91\n', 'extends = "../base.toml"\n', None],
    ids=["extends", "indirectly", "copy"],
)
def test_what_takes_the_shipped_one_in_hides_nothing(
    hidden: Callable[..., Any], pictures: Path, text: str | None
) -> None:
    copy = Path(load_profile("hero").read[0]).read_text()
    (pictures / "base.toml").write_text('extends = "product"\n')
    (pictures / "thresholds/hero.toml").write_text(copy if text is None else text)
    assert "hidden" not in hidden("explain", "hero").out


def test_a_name_of_its_own_hides_nothing(hidden: Callable[..., Any], pictures: Path) -> None:
    (pictures / "thresholds/hero.toml").rename(pictures / "thresholds/ours.toml")
    assert "hidden" not in hidden("explain", "ours").out
    assert "hidden" not in hidden("explain", "hero").out


def test_thresholds_of_luts_are_warned_of_as_well(qg: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds/lut.toml").write_text("[drift.grid]\nmax = 20.0\n")
    (tmp_path / "qualitygate.toml").write_text('[[luts]]\nfiles = ["*.cube"]\n')
    (tmp_path / "a.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    said = "shipped thresholds hidden: thresholds/lut.toml does not extend lut"
    assert f"warning {said} (QG-1423)" in " ".join(qg("explain", "lut").out.split())
    found = qg("check", "--no-incident", "--format", "json")
    assert [one["message"] for one in json.loads(found.out)["findings"]] == [said]
    (tmp_path / "thresholds/lut.toml").write_text('extends = "lut"\n[drift.grid]\nmax = 20.0\n')
    assert "hidden" not in qg("explain", "lut").out
