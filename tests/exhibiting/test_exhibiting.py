"""What there is to look at of a run: which pairs, how large, from which reference, and where the damage is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Skipped, Unmeasurable
from qualitygate.exhibiting import pairs as exhibiting
from qualitygate.exhibiting.pairs import exhibit, exhibits
from qualitygate.planning.plan import Plan

FAST = ("delta_e_2000", "ssim")


@pytest.fixture
def scene(tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four photographs: one cast, one with a destroyed block, one as it was, one a little changed."""
    monkeypatch.chdir(tmp_path)
    for side in ("ref", "cand"):
        (tmp_path / side).mkdir()
    for path in photos:
        picture = Pillow.open(path).convert("RGB")
        picture.thumbnail((256, 256))
        picture.save(tmp_path / "ref" / f"{path.stem}.png")
        pixels = np.asarray(picture).astype(np.int16)
        if path.stem == "astronaut":
            pixels = pixels + np.array((18, 0, -18))
        elif path.stem == "coffee":
            pixels[40:64, 100:124] = (0, 255, 0)
        elif path.stem == "rocket":
            pixels = pixels + 2
        Pillow.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(tmp_path / "cand" / f"{path.stem}.png")
    return tmp_path


def planned(**changes: object) -> Plan:
    return gate.plan("ref", "cand", **{"profile": "hero", "metrics": FAST, **changes})  # type: ignore[arg-type]


def test_the_worst_is_first_and_what_passed_is_there(scene: Path) -> None:
    plan = planned()
    report = gate.run(plan)
    found = exhibits(report, plan)
    assert list(found) == ["astronaut.png", "coffee.png", "rocket.png", "chelsea.png"]
    passed = {result.subject.id for result in report.results if isinstance(result.verdict, Passed)}
    assert passed == {"rocket.png", "chelsea.png"}


def test_a_destroyed_block_is_boxed(scene: Path) -> None:
    plan = planned()
    found = exhibits(gate.run(plan), plan)
    x, y, width, height = found["coffee.png"].damage[0]
    assert (x, y) == (100, 40)
    assert (width, height) == (24, 24)
    assert found["chelsea.png"].damage == ()
    assert found["chelsea.png"].histogram[0] == sum(found["chelsea.png"].histogram)


def test_a_cast_is_a_picture_that_moved_and_a_destroyed_block_a_place(scene: Path) -> None:
    plan = planned()
    found = exhibits(gate.run(plan), plan)
    cast = found["astronaut.png"]
    assert cast.moved is not None
    assert cast.moved > 0.5
    assert cast.moved_beyond == 2.45, "the lowest limit that was broken: that on the median"
    assert cast.damage == ()
    assert [found[f"{name}.png"].moved for name in ("coffee", "rocket", "chelsea")] == [None] * 3


def test_damage_is_beyond_the_limit_that_was_broken(scene: Path) -> None:
    plan = planned()
    report = gate.run(plan)
    found = exhibits(report, plan)
    broken = {
        result.subject.id: [f.limit for f in result.findings if f.metric == "delta_e_2000" and f.level.value == "error"]
        for result in report.results
    }
    assert broken["astronaut.png"]
    assert found["astronaut.png"].beyond == max(limit for limit in broken["astronaut.png"] if limit is not None)
    # Where every limit held, the highest of them.
    assert found["rocket.png"].beyond == 10.5


def test_without_a_limit_on_colour_damage_is_what_is_visible(scene: Path) -> None:
    plan = planned(metrics=("ssim",))
    found = exhibits(gate.run(plan), plan)
    assert {one.beyond for one in found.values()} == {exhibiting.VISIBLE}
    assert found["coffee.png"].damage


def test_processes_draw_what_one_draws(scene: Path) -> None:
    for name in ("a", "b", "c", "d", "e"):
        for side in ("ref", "cand"):
            (scene / side / f"{name}.png").write_bytes((scene / side / "coffee.png").read_bytes())
    plan = planned(metrics=("delta_e_2000",))
    report = gate.run(plan)
    assert exhibits(report, plan, workers=2) == exhibits(report, plan, workers=1)


def test_what_cannot_be_compared_has_no_pictures(scene: Path) -> None:
    (scene / "cand" / "rocket.png").write_bytes((scene / "ref" / "rocket.png").read_bytes()[:900])
    Pillow.new("RGB", (64, 48)).save(scene / "cand" / "chelsea.png")
    (scene / "cand" / "coffee.png").unlink()
    plan = planned()
    report = gate.run(plan)
    verdicts = {result.subject.id: type(result.verdict) for result in report.results}
    assert verdicts == {
        "astronaut.png": Failed,
        "chelsea.png": Failed,
        "coffee.png": Failed,
        "rocket.png": Unmeasurable,
    }
    assert list(exhibits(report, plan)) == ["astronaut.png"]


def test_a_file_that_is_gone_meanwhile_has_no_pictures(scene: Path) -> None:
    plan = planned()
    report = gate.run(plan)
    (scene / "cand" / "astronaut.png").unlink()
    assert "astronaut.png" not in exhibits(report, plan)


def test_the_further_down_the_smaller(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibiting, "SIZES", ((1, 256), (2, 100), (9, 50)))
    plan = planned()
    found = exhibits(gate.run(plan), plan)
    assert [max(one.candidate.width, one.candidate.height) for one in found.values()] == [256, 100, 50, 50]


def test_of_the_passed_only_the_closest_to_a_limit_are_drawn(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibiting, "PASSED", 1)
    plan = planned()
    assert list(exhibits(gate.run(plan), plan)) == ["astronaut.png", "coffee.png", "rocket.png"]


def test_pictures_end_where_their_bytes_are_used_up(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned()
    report = gate.run(plan)
    first = exhibits(report, plan)["astronaut.png"]
    pictures = (first.reference, first.candidate, first.heat_map, first.thumbnail, *(first.tile or ()))
    monkeypatch.setattr(exhibiting, "MAX_BYTES", sum(len(one.data) for one in pictures if one) + 10)
    assert list(exhibits(report, plan)) == ["astronaut.png"]


@pytest.mark.parametrize("where", ["pair", "set", "run"])
def test_at_severity_s0_no_picture_leaves_the_machine(scene: Path, where: str) -> None:
    plan = planned()
    report = gate.run(plan)
    leak = Finding("QG-1001", Level.ERROR, "a leak", severity=Severity.S0)
    if where == "pair":
        results = [replace(one, findings=(leak,)) if one.subject.id == "coffee.png" else one for one in report.results]
        report = replace(report, results=tuple(results))
        assert list(exhibits(report, plan)) == ["astronaut.png", "rocket.png", "chelsea.png"]
        return
    told = replace(leak, set_name=report.results[0].subject.set_name if where == "set" else None)
    assert exhibits(replace(report, findings=(told,)), plan) == {}
    assert exhibits(replace(report, findings=(replace(told, set_name="another"),)), plan) != {}


def test_an_ignored_block_is_no_damage(scene: Path) -> None:
    (scene / "qualitygate.toml").write_text(
        '[[sets]]\nreference = "ref"\ncandidate = "cand"\nprofile = "hero"\nmetrics = ["delta_e_2000"]\n'
        '[[sets.ignore]]\npairs = "coffee.*"\nrectangles = [[90, 30, 50, 50]]\n'
    )
    plan = gate.plan()
    found = exhibits(gate.run(plan), plan)
    assert found["coffee.png"].damage == ()
    assert found["coffee.png"].ignored_share > 0


def test_where_only_a_region_is_beyond_its_limit_the_damage_is_in_it(scene: Path) -> None:
    (scene / "qualitygate.toml").write_text(
        '[[sets]]\nreference = "ref"\ncandidate = "cand"\nprofile = "hero"\nmetrics = ["delta_e_2000"]\n'
        '[[sets.regions]]\nname = "logo"\npairs = "rocket.*"\nrectangles = [[10, 20, 60, 30]]\n'
        "[sets.regions.limits.delta_e_2000]\nmean = { fail = 0.2 }\n"
    )
    plan = gate.plan()
    report = gate.run(plan)
    rocket = next(result for result in report.results if result.subject.id == "rocket.png")
    assert isinstance(rocket.verdict, Failed)
    x, y, width, height = exhibits(report, plan)["rocket.png"].damage[0]
    assert x >= 10
    assert y >= 20
    assert x + width <= 70
    assert y + height <= 50


def test_what_matched_another_accepted_reference_is_shown_beside_that_one(scene: Path) -> None:
    accepted = scene / "ref" / "astronaut.png.accepted"
    accepted.mkdir()
    (accepted / "h100.png").write_bytes((scene / "cand" / "astronaut.png").read_bytes())
    plan = planned()
    report = gate.run(plan)
    result = next(one for one in report.results if one.subject.id == "astronaut.png")
    assert result.accepted == "h100"
    shown = exhibits(report, plan)["astronaut.png"]
    assert shown.reference == shown.candidate
    assert shown.places == 0


def test_progress_is_told(scene: Path) -> None:
    plan = planned()
    told: list[tuple[int, int]] = []
    exhibits(gate.run(plan), plan, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_one_pair_can_be_drawn_alone(scene: Path) -> None:
    task = gate.pair_task("ref/coffee.png", "cand/coffee.png", metrics=FAST)
    result = gate.compare("ref/coffee.png", "cand/coffee.png", metrics=FAST)
    assert isinstance(result.verdict, Skipped)
    drawn = exhibit(task, result, max_side=64)
    assert drawn is not None
    assert drawn.candidate.width == 64
    assert exhibit(replace(task, candidate=Path("nothing.png")), result) is None
