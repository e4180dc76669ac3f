"""Nothing is measured twice: neither references that changed nor how much of each limit is used up. What is decoded
tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from audit_repository import BRAND, CONFIG, CUBE, LUT, LUT_SET, Shop, picture

from qualitygate.auditing import Audit
from qualitygate.core.errors import ConfigError
from qualitygate.corridor import judging
from qualitygate.running.resources import Results

FROM_GIT = '[[sets]]\nname = "landing"\ncandidate = "build"\nbase = "main"\nprofile = "brand"\n'
CHANGED, PAIRS = 2, 2
ALSO = ("check", "--base", "main", "--also", "audit", "--no-incident", "--format", "json", "--workers", "1")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pairs that were decoded since the list was last cleared."""
    seen: list[str] = []
    real = judging.decode_pair

    def watching(task: Any) -> Any:
        seen.append(task.subject.id)
        return real(task)

    monkeypatch.setattr(judging, "decode_pair", watching)
    return seen


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "numbers")


@pytest.fixture
def regenerated(made: Shop) -> Shop:
    """Both references are other pictures than at the base, a little and beyond the limits."""
    made.write("approved/coffee.png", picture(1))
    made.write("approved/rocket.png", picture(7))
    return made


def said(found: Audit) -> Any:
    return found.answers, found.remarks, found.consumed, found.since, found.notes


def test_a_second_audit_measures_nothing_and_says_the_same(
    regenerated: Shop, results: Results, decoded: list[str]
) -> None:
    without = regenerated.audit(measure=True)
    assert len(decoded) == CHANGED + PAIRS
    decoded.clear()
    first = regenerated.audit(measure=True, results=results)
    assert len(decoded) == CHANGED + PAIRS
    decoded.clear()
    second = regenerated.audit(measure=True, results=results)
    assert decoded == []
    assert said(without) == said(first) == said(second)
    assert any(" of " in line for one in second.answers for line in one.entry.details), second.answers


def test_the_base_and_an_anchor_of_the_same_content_are_measured_once(
    regenerated: Shop, results: Results, decoded: list[str]
) -> None:
    regenerated.git("tag", "v1", "main")
    found = regenerated.audit(measure=True, anchor="v1", results=results)
    assert found.since is not None
    assert len(found.since.drifts) == CHANGED
    assert len(decoded) == CHANGED + PAIRS


def test_only_what_has_another_content_is_measured_again(
    regenerated: Shop, results: Results, decoded: list[str]
) -> None:
    regenerated.audit(measure=True, results=results)
    decoded.clear()
    regenerated.write("approved/coffee.png", picture(2))
    regenerated.audit(measure=True, results=results)
    assert decoded == ["landing/coffee.png", "coffee.png"]  # against what it was, and what is built against it


def test_what_makes_the_numbers_is_measured_again(regenerated: Shop, results: Results, decoded: list[str]) -> None:
    regenerated.audit(measure=True, results=results)
    decoded.clear()
    regenerated.write("qualitygate.toml", f"{CONFIG}[[sets.ignore]]\nrectangles = [[0, 0, 32, 31]]\n")
    regenerated.audit(measure=True, results=results)
    assert len(decoded) == CHANGED + PAIRS


def test_limits_are_held_against_known_numbers_anew(regenerated: Shop, results: Results, decoded: list[str]) -> None:
    regenerated.git("tag", "v1", "main")
    known = regenerated.audit(measure=True, anchor="v1", results=results)
    assert known.since is not None
    before = {one.reference.key: one.exceeded for one in known.since.drifts}
    assert before == {"coffee.png": False, "rocket.png": True}
    regenerated.write("thresholds/brand.toml", BRAND.replace("fail = 2.0", "fail = 50.0").replace("9.0", "50.0"))
    decoded.clear()
    found = regenerated.audit(measure=True, anchor="v1", results=results)
    assert found.since is not None
    assert decoded == []
    assert not any(one.exceeded for one in found.since.drifts)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\nnonsense", b""])
def test_what_cannot_be_read_is_looked_at_each_time_and_never_passes(
    regenerated: Shop, results: Results, decoded: list[str], content: bytes
) -> None:
    regenerated.git("tag", "v1", "main")
    regenerated.audit(measure=True, anchor="v1", results=results)
    regenerated.write("approved/rocket.png", content)
    for _ in range(2):
        decoded.clear()
        found = regenerated.audit(measure=True, anchor="v1", results=results)
        assert not found.passed
        assert found.since is not None
        worst = found.since.drifts[0]
        assert worst.reference.key == "rocket.png"
        assert worst.problem is not None
        assert worst.problem.startswith("cannot be measured")
        assert "landing/rocket.png" in decoded


def test_a_check_that_audits_measures_nothing_twice(
    regenerated: Shop, decoded: list[str], command_line: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = command_line(*ALSO)
    assert len(decoded) == CHANGED + PAIRS
    decoded.clear()
    again = command_line(*ALSO)
    assert decoded == []
    assert told.code == again.code == 1  # references regenerated, without a waiver
    first, second = json.loads(told.out), json.loads(again.out)
    assert first["steps"] == second["steps"]
    assert second["settings"]["from_cache"] == "2 of 2"
    # The command of its own knows them as well: by default, and where the variable of `check` names a place.
    assert command_line("audit", "--base", "main", "--workers", "1").code == 1
    assert decoded == []
    assert command_line("audit", "--base", "main", "--workers", "1", "--no-cache").code == 1
    assert len(decoded) == CHANGED + PAIRS
    decoded.clear()
    monkeypatch.setenv("QUALITYGATE_CHECK_NO_CACHE", "1")
    assert command_line("audit", "--base", "main", "--workers", "1").code == 1
    assert len(decoded) == CHANGED + PAIRS


def test_an_audit_finds_what_a_check_against_git_measured(
    made: Shop, decoded: list[str], command_line: Callable
) -> None:
    made.write("qualitygate.toml", FROM_GIT)
    made.merge()
    made.write("build/coffee.png", picture(1))
    assert command_line("check", "--no-incident", "--workers", "1").code == 0
    assert decoded == ["coffee.png"]
    decoded.clear()
    told = command_line("audit", "--base", "main", "--since", "main", "--format", "json", "--workers", "1")
    (drift,) = json.loads(told.out)["since"]["references"]
    assert drift["path"] == "build/coffee.png"
    assert drift["limits"]
    assert decoded == []


@pytest.mark.parametrize("run", [(*ALSO, "--no-cache"), ("audit", "--base", "main", "--no-cache", "--workers", "1")])
def test_without_a_cache_everything_is_measured_each_time(
    regenerated: Shop, tmp_path: Path, decoded: list[str], command_line: Callable, run: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for verb in ("CHECK", "AUDIT"):
        monkeypatch.setenv(f"QUALITYGATE_{verb}_CACHE", str(tmp_path / "numbers"))
    for _ in range(2):
        decoded.clear()
        assert command_line(*run).code == 1
        assert len(decoded) == CHANGED + PAIRS
    assert not (tmp_path / "numbers").exists()


def test_the_configuration_says_where_numbers_lie_or_that_none_are_kept(
    regenerated: Shop, decoded: list[str], command_line: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUALITYGATE_CHECK_CACHE")
    for value, again in (('"numbers"', 0), ("false", CHANGED + PAIRS)):
        regenerated.write("qualitygate.toml", f"[run]\ncache = {value}\n{CONFIG}")
        command_line("audit", "--base", "main", "--workers", "1")
        decoded.clear()
        command_line("audit", "--base", "main", "--workers", "1")
        assert len(decoded) == again


def test_no_numbers_among_the_pictures(regenerated: Shop, command_line: Callable) -> None:
    with pytest.raises(ConfigError) as caught:
        regenerated.audit(measure=True, results=Results(regenerated.top / "approved"))
    assert caught.value.code == "QG-1445"
    told = command_line("audit", "--base", "main", "--cache", "build")
    assert told.code == 2
    assert "QG-1445" in told.err
    assert sorted(path.name for path in (regenerated.top / "build").iterdir()) == ["coffee.png", "rocket.png"]


def test_that_nothing_can_be_kept_is_said_once(regenerated: Shop, tmp_path: Path, command_line: Callable) -> None:
    place = tmp_path / "numbers"
    place.mkdir()
    for shard in range(256):
        (place / f"{shard:02x}").write_text("")  # where a directory would have to be
    found = regenerated.audit(measure=True, results=Results(place))
    assert [one.code for one in found.findings if one.level == "warning"] == ["QG-1447"]
    told = command_line(*ALSO, "--cache", str(place))
    assert told.out.count('"QG-1447"') == 1
    text = command_line("audit", "--base", "main", "--cache", str(place)).out
    assert text.count("[QG-1447]") == 1


def test_the_drift_of_a_lut_uses_up_its_limit_like_any_other(made: Shop) -> None:
    made.write("thresholds/lut.toml", LUT)
    made.write("qualitygate.toml", CONFIG + LUT_SET.replace("[[luts]]", '[[luts]]\nbase = "HEAD"'))
    made.write("luts/a.cube", CUBE)
    made.git("add", "-A")
    made.git("commit", "-qm", "Add a LUT")
    made.write("luts/a.cube", CUBE.replace("1 1 1", "0.99 1 1"))
    drifts = [one for one in made.audit(measure=True).consumed if one.name.startswith("lut_drift.")]
    assert drifts
    assert all(one.share == pytest.approx(one.value / one.limit) for one in drifts)
    assert max(one.share or 0.0 for one in drifts) > 0
