"""`qualitygate calibrate` from files to a threshold file that the gate agrees with."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from pipeline_runs import render

from qualitygate import gate
from qualitygate.core.verdict import status_of
from qualitygate.defects import DEFECTS
from qualitygate.policy.load import load_profile

SERIAL = ("--workers", 1)
RUNS = tuple(f"runs/{run}.png" for run in range(6))


def damaged(source: Path, target: Path, name: str, strength: float, seed: int) -> Path:
    with Pillow.open(source) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    out = DEFECTS[name].apply(pixels, strength, np.random.default_rng(seed))
    Pillow.fromarray(np.rint(out * 255).astype(np.uint8)).save(target)
    return target


def test_what_is_proposed_passes_further_runs_and_fails_what_was_asked_for(
    pipeline: Path, command_line: Callable[..., Any]
) -> None:
    asked = ("--smallest", "cast=8", "--smallest", "local_damage=24", "--smallest", "blur=0.7")
    found = command_line("calibrate", "reference.png", *RUNS, *asked, *SERIAL, "-o", "thresholds/ai.toml")
    assert found.code == 0, found.out + found.err
    assert "written to thresholds/ai.toml" in found.out
    profile = load_profile("ai", pipeline)
    assert {"delta_e_2000", "ssim"} == set(profile.metrics)
    assert profile.description == "Calibrated on 2026-01-02 from 6 runs of 1 picture."
    assert all(threshold.why for threshold in profile.thresholds)
    for run in range(20, 26):
        render("coffee", run).save("next.png")
        assert status_of(gate.compare("reference.png", "next.png", profile="ai").verdict) == "passed"
        for name, strength in (("cast", 8), ("local_damage", 24), ("blur", 0.7)):
            bad = damaged(Path("next.png"), Path("bad.png"), name, strength, run)
            result = gate.compare("reference.png", bad, profile="ai")
            assert status_of(result.verdict) == "failed", (run, name)


def test_equal_questions_get_equal_answers_however_many_processes(
    pipeline: Path, command_line: Callable[..., Any]
) -> None:
    quick = ("--defect", "local_damage", "--defect", "cast", "--metric", "delta_e_2000")
    first = command_line("calibrate", "reference.png", *RUNS, *quick, *SERIAL, "--format", "json", "--picture", "1.png")
    again = command_line(
        "calibrate", "reference.png", *RUNS, *quick, "--workers", 2, "--format", "json", "--picture", "2.png"
    )
    assert first.out == again.out
    assert Path("1.png").read_bytes() == Path("2.png").read_bytes()
    other = command_line("calibrate", "reference.png", *RUNS, *quick, *SERIAL, "--format", "json", "--seed", 5)
    assert json.loads(other.out)["limits"] != json.loads(first.out)["limits"]


def test_it_refuses_what_cannot_be_told_from_noise_and_says_what_could(
    pipeline: Path, command_line: Callable[..., Any]
) -> None:
    found = command_line(
        "calibrate", "reference.png", *RUNS, "--smallest", "cast=0.5", "--defect", "cast", *SERIAL, "-o", "no.toml"
    )
    assert found.code == 1
    assert not Path("no.toml").exists()
    (line,) = [line for line in found.out.splitlines() if line.startswith("error")]
    assert "cast 0.5 (8-bit levels) cannot be told from noise" in line
    assert "noise to" in line
    assert "[QG-1821]" in line
    told = float(line.rpartition("can be told from ")[2].partition(" ")[0])
    assert 0.5 < told <= 8
    # What it names is true.
    assert command_line("calibrate", "reference.png", *RUNS, "--smallest", f"cast={told}", "--defect", "cast",
                        *SERIAL).code == 0  # fmt: skip


def test_the_json_says_what_the_text_says(pipeline: Path, command_line: Callable[..., Any]) -> None:
    arguments = ("calibrate", "reference.png", *RUNS, "--smallest", "cast=8", "--defect", "cast", *SERIAL)
    found = json.loads(command_line(*arguments, "--format", "json").out)
    (limit,) = found["limits"]
    assert limit["statistic"].startswith("delta_e_2000.")
    (defect,) = limit["defects"]
    assert defect["noise"] < limit["fail"] < defect["weakest"]
    assert defect["margin"] == pytest.approx(defect["weakest"] / defect["noise"])
    assert (found["runs"], found["pictures"], found["verdict"]) == (6, 1, "passed")
    assert tomllib.loads(found["patch"])["limits"]["delta_e_2000"]
    floor = next(each for each in found["noise"] if each["statistic"] == limit["statistic"])
    assert len(floor["values"]) == 6
    assert max(floor["values"]) == floor["worst"] < floor["bound"]
    assert f"fail = {limit['fail']:g}" in command_line(*arguments).out


def test_directories_of_runs_are_paired_picture_by_picture(pipeline: Path, command_line: Callable[..., Any]) -> None:
    quick = ("--defect", "cast", "--smallest", "cast=16", "--metric", "delta_e_2000", *SERIAL)
    found = command_line("calibrate", "approved", "--runs", "nightly*", *quick)
    assert found.code == 0, found.out + found.err
    assert "noise of 3 runs of each of 2 pictures, the numbers being those of the noisiest" in found.out
    assert "3 runs of each of 2 pictures say little about noise" in found.out
    (row,) = [line for line in found.out.splitlines() if line.startswith("  DeltaE00 mean")]
    mean, deviation, worst, bound, picture = row.split()[2:]
    assert picture in ("coffee.png", "été/chelsea.png")
    assert float(mean) <= float(worst) <= float(bound)
    # A spread of one picture beside a mean of all would lie far off.
    assert abs(float(worst) - float(mean)) < 3 * float(deviation) + 0.01
    assert " sd from the mean of " in found.out
    Path("nightly 1/coffee.png").unlink()
    lacking = command_line("calibrate", "approved", "--runs", "nightly*", *quick)
    assert lacking.code == 2
    assert "nightly 1: coffee.png" in lacking.err


def test_a_profile_is_built_on_and_never_loosened_without_need(
    pipeline: Path, command_line: Callable[..., Any]
) -> None:
    Path("thresholds").mkdir()
    Path("thresholds/mine.toml").write_text(
        '[limits.delta_e_2000]\np50 = { fail = 0.01, why = "kept", severity = "S1" }\nmean = 1.8\np95 = 0.5\n'
        '[limits.ssim]\nmean = 0.2\n[limits.lpips]\nvalue = 0.5\n[rules]\nformats = ["png"]\n',
        encoding="utf-8",
    )
    arguments = ("calibrate", "reference.png", *RUNS, "--profile", "mine", "--metric", "delta_e_2000",
                 "--metric", "ssim", "--smallest", "cast=16", "--defect", "cast", *SERIAL)  # fmt: skip
    found = command_line(*arguments, "-o", "thresholds/next.toml")
    assert found.code == 0, found.out + found.err
    profile = load_profile("next", pipeline)
    limits = {f"{each.metric}.{each.statistic}": each for each in profile.thresholds}
    assert limits["delta_e_2000.p50"].fail > 0.5
    assert limits["delta_e_2000.p50"].why == "kept"
    assert limits["delta_e_2000.mean"].fail == 1.8
    assert "delta_e_2000.p95" not in limits
    assert "delta_e_2000.p95 = 0.5 is dropped: a good run reaches" in found.out
    assert "inherited limits on lpips were not measured" in found.out
    assert limits["lpips.value"].fail == 0.5
    assert command_line(*arguments, "-o", "thresholds/mine.toml").code == 2


def test_a_proposal_elsewhere_under_the_same_name_still_builds_on_the_local_profile(
    pipeline: Path, command_line: Callable[..., Any]
) -> None:
    Path("thresholds").mkdir()
    Path("thresholds/hero.toml").write_text("[limits.ssim]\nmean = 0.5\n", encoding="utf-8")
    found = command_line("calibrate", "reference.png", *RUNS, "--profile", "hero", "--metric", "delta_e_2000",
                         "--smallest", "cast=16", "--defect", "cast", *SERIAL, "-o", "proposed/hero.toml")  # fmt: skip
    assert found.code == 0, found.out + found.err
    profile = load_profile("proposed/hero.toml", pipeline)
    assert {each.metric for each in profile.thresholds} == {"delta_e_2000", "ssim"}


def test_a_rule_that_the_runs_break_stops_the_proposal(pipeline: Path, command_line: Callable[..., Any]) -> None:
    Path("thresholds").mkdir()
    Path("thresholds/mine.toml").write_text('[limits.ssim]\nmean = 0.2\n[rules]\nformats = ["avif"]\n', "utf-8")
    found = command_line("calibrate", "reference.png", *RUNS, "--profile", "mine", "--smallest", "blur=2",
                         "--defect", "blur", *SERIAL, "-o", "next.toml")  # fmt: skip
    assert found.code == 1
    assert "format png is not allowed (avif)" in found.out
    assert "[QG-1824]" in found.out
    assert not Path("next.toml").exists()


def test_a_file_that_is_there_is_replaced_on_demand_only(pipeline: Path, command_line: Callable[..., Any]) -> None:
    Path("mine.toml").write_text("[limits.ssim]\nmean = 0.5\n", encoding="utf-8")
    quick = ("calibrate", "reference.png", *RUNS, "--metric", "delta_e_2000", "--defect", "cast", *SERIAL)
    refused = command_line(*quick, "-o", "mine.toml")
    assert (refused.code, len(refused.err.splitlines())) == (2, 1)
    assert "mine.toml: is there already" in refused.err
    assert "--force" in refused.err
    assert Path("mine.toml").read_text(encoding="utf-8") == "[limits.ssim]\nmean = 0.5\n"
    assert command_line(*quick, "-o", "mine.toml", "--force").code == 0
    assert {limit.metric for limit in load_profile("mine.toml", pipeline).thresholds} == {"delta_e_2000"}
    assert command_line(*quick, "--force").code == 2


def test_one_run_is_no_base_for_a_proposal_unless_asked(pipeline: Path, command_line: Callable[..., Any]) -> None:
    quick = ("calibrate", "reference.png", "runs/0.png", "--metric", "delta_e_2000", "--defect", "cast", *SERIAL)
    refused = command_line(*quick, "-o", "one.toml")
    assert refused.code == 1
    (line,) = [line for line in refused.out.splitlines() if line.startswith("error")]
    assert "nothing is proposed from 1 run of 1 picture: one run has no spread" in line
    assert "--single-run" in line
    assert "[QG-1822]" in line
    assert "noise of 1 run of 1 picture" in refused.out
    assert not Path("one.toml").exists()
    assert json.loads(command_line(*quick, "--format", "json").out)["patch"] is None
    asked = command_line(*quick, "-o", "one.toml", "--single-run")
    assert asked.code == 0, asked.out
    assert "warning 1 run of 1 picture says" in asked.out
    assert Path("one.toml").is_file()


@pytest.mark.parametrize("installed", [True, False])
def test_that_lpips_is_left_out_is_said_where_it_could_be_measured(
    pipeline: Path, command_line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    monkeypatch.setattr("qualitygate.cli.extras.find_spec", lambda _: object() if installed else None)
    found = command_line("calibrate", "reference.png", *RUNS, "--defect", "cast", *SERIAL)
    assert ("--metric delta_e_2000 --metric ssim --metric lpips" in found.out) is installed


def test_check_names_good_runs_that_a_rule_on_transparency_fails(
    pipeline: Path, command_line: Callable[..., Any]
) -> None:
    with Pillow.open("reference.png") as opened:
        veiled = opened.convert("RGBA")
    veiled.putpixel((5, 5), (255, 255, 255, 0))
    veiled.save("veiled.png")
    Path("mine.toml").write_text('[limits.delta_e_2000]\np50 = 1.9\n[rules]\nalpha = "same"\n')
    asked = ("--metric", "delta_e_2000", *SERIAL, "--check", "mine.toml")
    found = command_line("calibrate", "veiled.png", *RUNS, *asked)
    assert found.code == 1, found.out
    assert "a good run fails: alpha difference 255/255 exceeds 2/255: " in found.out
    assert "a good run fails" not in command_line("calibrate", "reference.png", *RUNS, *asked).out


def test_check_says_where_limits_lie(pipeline: Path, command_line: Callable[..., Any]) -> None:
    quick = ("--metric", "delta_e_2000", "--metric", "ssim", *SERIAL)
    Path("good.toml").write_text(
        "[limits.delta_e_2000]\np50 = 1.9\nworst_tile = 4.0\n[limits.ssim]\nmean = 0.9\n", "utf-8"
    )
    good = command_line("calibrate", "reference.png", *RUNS, *quick, "--check", "good.toml")
    assert good.code == 0, good.out
    assert "beyond the noise of" in good.out
    blind = command_line("calibrate", "reference.png", *RUNS, *quick, "--check", "good.toml", "--smallest", "cast=2")
    assert blind.code == 1
    assert "cast 2 (8-bit levels) does not break a limit of good in every run [QG-1826]" in blind.out
    Path("tight.toml").write_text("[limits.delta_e_2000]\nmean = 0.1\n", encoding="utf-8")
    tight = command_line("calibrate", "reference.png", *RUNS, *quick, "--check", "tight.toml", "--format", "json")
    assert tight.code == 1
    messages = [each["message"] for each in json.loads(tight.out)["findings"]]
    assert "delta_e_2000.mean = 0.1 lies within the noise: 6 of 6 good runs fail" in messages


def test_equal_runs_are_remarked_on(pipeline: Path, command_line: Callable[..., Any]) -> None:
    for run in range(6):
        Path(f"same {run}.png").write_bytes(Path("reference.png").read_bytes())
    found = command_line("calibrate", "reference.png", "--runs", "same*", "--smallest", "cast=2", "--defect", "cast",
                         *SERIAL)  # fmt: skip
    assert found.code == 0
    assert "all runs of a picture are the same file" in found.out


def test_a_lut_of_ones_own_is_the_wrong_one(pipeline: Path, command_line: Callable[..., Any]) -> None:
    Path("negative.cube").write_text(
        "LUT_3D_SIZE 2\n" + "".join(f"{1 - r} {1 - g} {1 - b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1)),
        "utf-8",
    )
    quick = (
        "--defect",
        "wrong_lut",
        "--smallest",
        "wrong_lut=1",
        "--metric",
        "delta_e_2000",
        *SERIAL,
        "--format",
        "json",
    )
    own = command_line("calibrate", "reference.png", *RUNS, *quick, "--lut", "negative.cube")
    bundled = command_line("calibrate", "reference.png", *RUNS, *quick)
    weakest = [json.loads(each.out)["limits"][0]["defects"][0]["weakest"] for each in (own, bundled)]
    assert weakest[0] > 2 * weakest[1]
    Path("broken.cube").write_text("LUT_3D_SIZE 2\n0 0 0\n", encoding="utf-8")
    broken = command_line("calibrate", "reference.png", *RUNS, *quick, "--lut", "broken.cube")
    assert broken.code == 2
    assert "broken.cube" in broken.err


def test_the_picture_shows_every_limit(pipeline: Path, command_line: Callable[..., Any]) -> None:
    assert command_line("calibrate", "reference.png", *RUNS, *SERIAL, "--picture", "out/c.png", "--defect", "cast",
                        "--defect", "blur").code == 0  # fmt: skip
    with Pillow.open(io.BytesIO(Path("out/c.png").read_bytes())) as drawn:
        colours = {colour for _, colour in drawn.getcolors(1 << 24)}
    from qualitygate.imaging.distributions import DEFECT, NOISE
    from qualitygate.imaging.sheet import ALERT

    assert {DEFECT, NOISE, ALERT} <= colours


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("reference.png",), 2, "no candidates"),
        (("reference.png", "runs/0.png", "./runs/0.png"), 2, "is given twice"),
        (("reference.png", "reference.png"), 2, "is the reference itself"),
        (("reference.png", "none.png"), 2, "none.png: no such file"),
        (("none.png", "runs/0.png"), 2, "none.png: no such file"),
        (("reference.png", "runs"), 2, "is a directory"),
        (("approved", "runs/0.png"), 2, "is a directory"),
        (("approved", "runs"), 2, "runs: "),
        (("reference.png", "--runs", "nothing*"), 2, "no run matches"),
        (("reference.png", "runs/0.png", "--smallest", "cats=2"), 2, "did you mean 'cast'"),
        (("reference.png", "runs/0.png", "--smallest", "cast"), 2, "write cast=STRENGTH, in 8-bit levels"),
        (("reference.png", "runs/0.png", "--smallest", "cast=two"), 2, "'two' is no number"),
        (("reference.png", "runs/0.png", "--smallest", "cast=nan"), 2, "from -128 to 128"),
        (("reference.png", "runs/0.png", "--smallest", "gamma=1"), 2, "changes nothing"),
        (("reference.png", "runs/0.png", "--smallest", "cast=1", "--smallest", "cast=2"), 2, "is given twice"),
        (("reference.png", "runs/0.png", "--defect", "smear"), 2, "unknown defect 'smear'"),
        (("reference.png", "runs/0.png", "--profile", "heros"), 2, "unknown profile"),
        (("reference.png", "runs/0.png", "--metric", "psnr"), 2, "unknown metric"),
        (("reference.png", "runs/0.png", "--check", "hero", "--profile", "hero"), 2, "proposes nothing"),
        (("reference.png", "runs/0.png", "--check", "hero", "--picture", "c.png"), 2, "proposes nothing"),
        (("reference.png", "runs/0.png", "--lut", "a.cube", "--defect", "cast"), 2, "add --defect wrong_lut"),
        (("reference.png", "runs/0.png", "-o", "patch.txt"), 2, "ends in .toml"),
        (("reference.png", "runs/0.png", "--picture", "c.jpg"), 2, "ends in .png"),
        (("reference.png", "runs/0.png", "page.png"), 3, "page.png"),
        (("reference.png", "runs/0.png", "small.png"), 3, "small.png: 20x10 px, but its reference has"),
    ],
)
def test_what_does_not_fit_is_one_line(
    pipeline: Path, command_line: Callable[..., Any], arguments: tuple[str, ...], code: int, says: str
) -> None:
    Path("page.png").write_text("<!DOCTYPE html><html></html>", encoding="utf-8")
    Pillow.new("RGB", (20, 10)).save("small.png")
    found = command_line("calibrate", *arguments, *SERIAL)
    assert found.code == code, found.out + found.err
    assert len(found.err.strip().splitlines()) == 1
    assert says in found.err
    assert "internal error" not in found.err


def test_deep_colour_and_alpha_keep_their_depth(pipeline: Path, command_line: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(60, 200, (80, 80, 4)).astype(np.uint8)
    pixels[..., 3] = 200
    Pillow.fromarray(pixels, "RGBA").save("clear.png")
    for run in range(3):
        noisy = pixels.copy()
        noisy[..., :3] += rng.integers(0, 2, (80, 80, 3)).astype(np.uint8)
        Pillow.fromarray(noisy, "RGBA").save(f"clear {run}.png")
    found = command_line("calibrate", "clear.png", "--runs", "clear ?.png", "--smallest", "cast=16", "--defect", "cast",
                         *SERIAL)  # fmt: skip
    assert found.code == 0, found.out + found.err
