"""`qualitygate compare` from arguments to exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

FAST = ("--metric", "delta_e_2000", "--metric", "ssim")


def test_json_has_every_statistic(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("compare", "ref/coffee.png", "good/coffee.webp", *FAST, "--format", "json")
    assert found.code == 0
    measurements = json.loads(found.out)["measurements"]
    assert {"mean", "p50", "p95", "p99", "max", "worst_tile"} <= measurements["delta_e_2000"].keys()
    assert {"mean", "worst_tile"} <= measurements["ssim"].keys()
    assert 0 < measurements["delta_e_2000"]["mean"] < measurements["delta_e_2000"]["max"]


def test_it_only_measures_unless_a_profile_is_named(qg: Callable[..., Any], trees: Path) -> None:
    assert qg("compare", "ref/chelsea.png", "bad/chelsea.webp", *FAST).code == 0
    judged = qg("compare", "ref/chelsea.png", "bad/chelsea.webp", *FAST, "--profile", "product")
    assert judged.code == 1
    assert "DeltaE00" in judged.out
    assert "exceeds" in judged.out
    assert not (trees / "run").exists()


def test_identical_files_measure_exactly_nothing(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("compare", "ref/coffee.png", "ref/coffee.png", *FAST, "--format", "json")
    measurements = json.loads(found.out)["measurements"]
    assert measurements["delta_e_2000"]["max"] == 0
    assert measurements["ssim"]["mean"] == 1


def test_an_unreadable_picture_is_a_reason_and_exit_3(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "page.png").write_text("<!DOCTYPE html><html><body>404</body></html>")
    found = qg("compare", "ref/coffee.png", "page.png", *FAST, "--format", "json")
    assert found.code == 3
    entry = json.loads(found.out)["measurements"]["delta_e_2000"]
    assert entry["value"] is None
    assert entry["reason"]["code"] == "QG-1209"
    assert "page.png" in entry["reason"]["message"]


def test_sizes_that_differ_cannot_be_measured(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("compare", "ref/coffee.png", "ref/astronaut.png", *FAST, "--format", "json")
    assert found.code == 3
    assert json.loads(found.out)["measurements"]["ssim"]["reason"]["code"] == "QG-1304"


@pytest.mark.oracle
def test_verify_prints_the_libraries_beside_ours(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("compare", "ref/coffee.png", "good/coffee.webp", *FAST, "--verify")
    assert found.code == 0
    assert "colour" in found.out
    assert "scikit-image" in found.out
    as_json = json.loads(qg("compare", "ref/coffee.png", "good/coffee.webp", *FAST, "--verify", "--format", "json").out)
    assert as_json["crosscheck"]
    for row in as_json["crosscheck"]:
        assert abs(row["difference"]) <= (1e-5 if row["metric"] == "ssim" else 1e-3)


def test_the_heat_map_is_a_picture(qg: Callable[..., Any], trees: Path) -> None:
    assert qg("compare", "ref/chelsea.png", "bad/chelsea.webp", *FAST, "--heat-map", "out/map.png").code == 0
    with Pillow.open(trees / "out/map.png") as panel:
        assert panel.format == "PNG"
    impossible = qg("compare", "ref/coffee.png", "ref/astronaut.png", *FAST, "--heat-map", "out/none.png")
    assert impossible.code == 3
    assert "sizes differ" in impossible.out
    assert not (trees / "out/none.png").exists()
    refused = qg("compare", "ref/coffee.png", "ref/coffee.png", *FAST, "--heat-map", "map.jpg")
    assert refused.code == 2
    assert "a heat map is a PNG" in refused.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ref/none.png", "ref/coffee.png"), "ref/none.png: no such file"),
        (("ref", "ref/coffee.png"), "is a directory"),
        (("ref/coffee.png", "ref/coffee.png", "--profile", "x"), "unknown profile"),
        (("ref/coffee.png", "ref/coffee.png", "--metric", "x"), "unknown metric"),
        (("ref/coffee.png",), "CANDIDATE"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    qg: Callable[..., Any], trees: Path, arguments: tuple[str, ...], says: str
) -> None:
    found = qg("compare", *arguments)
    assert found.code == 2
    assert len(found.err.strip().splitlines()) == 1
    assert says in found.err
