"""Several accepted references of one picture: any of them is right, and it is said which."""

from __future__ import annotations

import dataclasses
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import codes, encoded, statuses

import qualitygate
from qualitygate import gate
from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import Report
from qualitygate.corridor import accepted
from qualitygate.exhibiting import pairs as exhibiting
from qualitygate.exhibiting.pair_panel import panel

FAST = ("delta_e_2000",)


@pytest.fixture
def tree(tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A candidate 20 % too red, its reference, and room for others."""
    monkeypatch.chdir(tmp_path)
    put("ref/a.png", encoded(photos[0]))
    put("cand/a.png", encoded(photos[0], gain=1.2))
    return tmp_path


def put(name: str, data: bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def check() -> Report:
    return gate.check("ref", "cand", profile="product", metrics=FAST)


def mean(report: Report) -> float:
    found = report.results[0].measurements["delta_e_2000"]
    assert isinstance(found, Measurement)
    return found.values["mean"]


def test_the_reference_goes_first(tree: Path, photos: list[Path]) -> None:
    put("cand/a.png", encoded(photos[0], gain=1.01))
    put("ref/a.png.accepted/h100.png", encoded(photos[0], gain=1.01))
    report = check()
    assert (report.verdict, report.results[0].accepted, codes(report)) == ("passed", None, [])
    assert report.results[0].subject.reference == "ref/a.png"


def test_any_other_may_be_matched_and_is_named(tree: Path, photos: list[Path]) -> None:
    put("ref/a.png.accepted/a100.png", encoded(photos[0], gain=0.5))
    put("ref/a.png.accepted/h100.webp", encoded(photos[0], "WEBP", gain=1.2))
    put("ref/a.png.accepted/zzz.png", b"never looked at")
    report = check()
    (result,) = report.results
    assert (report.verdict, result.accepted) == ("passed", "h100")
    assert result.subject.reference == "ref/a.png.accepted/h100.webp"
    assert result.reference is not None
    assert result.reference.name == "ref/a.png.accepted/h100.webp"
    assert codes(report) == ["QG-1910"]


def test_they_are_tried_in_the_order_of_their_names(tree: Path, photos: list[Path]) -> None:
    for name in ("b", "a", "c"):
        put(f"ref/a.png.accepted/{name}.png", encoded(photos[0], gain=1.2))
    assert check().results[0].accepted == "a"


def test_where_none_matches_the_nearest_is_told(tree: Path, photos: list[Path]) -> None:
    put("cand/a.png", encoded(photos[0], gain=1.6))
    put("ref/a.png.accepted/near.png", encoded(photos[0], gain=1.2))
    put("ref/a.png.accepted/far.png", encoded(photos[0], gain=0.3))
    report = check()
    (result,) = report.results
    assert (report.verdict, result.accepted) == ("failed", None)
    assert result.subject.reference == "ref/a.png.accepted/near.png"
    notes = [finding.message for finding in result.findings if finding.code == "QG-1911"]
    assert len(notes) == 1
    assert "3 were tried" in notes[0]
    assert notes[0].endswith("near")


def test_one_of_another_size_is_never_the_nearest(tree: Path, photos: list[Path]) -> None:
    put("ref/a.png.accepted/small.png", encoded(photos[0], gain=1.2, side=64))
    report = check()
    assert report.results[0].subject.reference == "ref/a.png"
    assert "QG-1104" not in codes(report)
    assert mean(report) > 0


def test_a_broken_one_is_told_and_hides_nothing(tree: Path, photos: list[Path]) -> None:
    put("ref/a.png.accepted/broken.png", b"no picture")
    report = check()
    assert report.verdict == "failed"
    assert "QG-1912" in codes(report, "warning")
    put("ref/a.png.accepted/good.png", encoded(photos[0], gain=1.2))
    report = check()
    assert (report.verdict, report.results[0].accepted) == ("passed", "good")
    assert "QG-1912" in codes(report, "warning")


def test_a_broken_reference_does_not_outweigh_one_that_is_matched(tree: Path, photos: list[Path]) -> None:
    put("ref/a.png", b"no picture")
    put("ref/a.png.accepted/good.png", encoded(photos[0], gain=1.2))
    report = check()
    assert (report.verdict, codes(report, "warning")) == ("passed", ["QG-1912"])


def test_a_broken_candidate_is_unmeasurable_and_says_so_once(tree: Path, photos: list[Path]) -> None:
    put("cand/a.png", b"no picture")
    put("ref/a.png.accepted/good.png", encoded(photos[0]))
    report = check()
    assert report.verdict == "unmeasurable"
    assert statuses(report) == {"a.png": "Unmeasurable"}


def test_what_is_drawn_is_the_reference_the_numbers_are_of(tree: Path, photos: list[Path]) -> None:
    """Heat map and exhibit of the nearest, and not of the one that nobody speaks of."""
    put("cand/a.png", encoded(photos[0], gain=1.6))
    put("ref/a.png.accepted/near.png", encoded(photos[0], gain=1.2))
    plan = gate.plan("ref", "cand", profile="product", metrics=FAST)
    report = gate.run(plan)
    (result,) = report.results
    task = plan.task("a.png")
    assert task is not None
    alone = dataclasses.replace(task, reference=Path("ref/a.png.accepted/near.png"), accepted=())
    assert accepted.spoken_of(task, result).reference.name == "near.png"
    assert panel(task, result) == panel(alone, result)
    drawn = exhibiting.exhibit(task, result)
    own = exhibiting.exhibit(alone, result)
    assert drawn is not None
    assert own is not None
    assert drawn.reference == own.reference
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    report = qualitygate.open_incident(report, plan, root=tree, now=now, environ={})
    assert list(report.heat_maps) == ["a.png"]


def test_identical_files_pass_without_a_look_at_the_others(tree: Path, photos: list[Path]) -> None:
    put("cand/a.png", encoded(photos[0]))
    put("ref/a.png.accepted/broken.png", b"no picture")
    assert (check().verdict, codes(check())) == ("passed", [])


def test_two_files_have_them_as_well(tree: Path, photos: list[Path]) -> None:
    put("ref/a.png.accepted/h100.png", encoded(photos[0], gain=1.2))
    report = gate.check("ref/a.png", "cand/a.png", profile="product", metrics=FAST)
    assert report.results[0].accepted == "h100"
    assert report.results[0].subject.reference == "ref/a.png.accepted/h100.png"


def test_worker_processes_know_them(tree: Path, photos: list[Path]) -> None:
    for number in range(4):
        put(f"ref/n{number}.png", encoded(photos[0]))
        put(f"ref/n{number}.png.accepted/h100.png", encoded(photos[0], gain=1.2))
        put(f"cand/n{number}.png", encoded(photos[0], gain=1.2))
    put("ref/a.png.accepted/h100.png", encoded(photos[0], gain=1.2))
    report = gate.check("ref", "cand", profile="product", metrics=FAST, workers=2)
    assert {result.accepted for result in report.results} == {"h100"}


def test_those_of_no_picture_are_told(tree: Path, photos: list[Path]) -> None:
    put("ref/gone.png.accepted/h100.png", encoded(photos[0]))
    assert "QG-1913" in codes(check(), "warning")
