"""The porch under bad conditions: odd streams, odd targets, odd trees, a parent that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

FAST = ("--metric", "delta_e_2000", "--metric", "ssim")
ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    line = [sys.executable, "-m", "qualitygate", *arguments]
    return subprocess.run(line, text=True, check=False, env=environment, **options)


def test_output_to_a_pipe_or_device_is_written_and_leaves_it_what_it_is(qg: Callable[..., Any], trees: Path) -> None:
    fifo = trees / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE, text=True)
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "json", "-o", fifo)
    assert found.code == 0
    assert json.loads(reader.communicate(timeout=20)[0])["verdict"] == "passed"
    assert fifo.is_fifo()


def test_output_follows_a_link(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "real").mkdir()
    (trees / "real" / "report.json").write_text("old")
    (trees / "link.json").symlink_to("real/report.json")
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "json", "-o", "link.json")
    assert found.code == 0
    assert found.err == "passed, report in link.json\n"
    assert (trees / "link.json").is_symlink()
    assert json.loads((trees / "real" / "report.json").read_text())["verdict"] == "passed"


def test_an_output_that_cannot_be_written_is_refused_before_measuring(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("check", "ref", "bad", "--profile", "product", *FAST, "-o", "ref/coffee.png/report.json")
    assert found.code == 2
    assert "cannot write" in found.err
    assert not (trees / "run").exists()


def test_a_looping_link_costs_one_pair(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "good" / "loop.png").symlink_to("loop.png")
    (trees / "ref" / "loop.png").write_bytes((trees / "ref" / "coffee.png").read_bytes())
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "json")
    report = json.loads(found.out)
    assert found.code == 3
    assert report["summary"]["passed"] == 4
    assert next(p for p in report["pairs"] if p["id"] == "loop.png")["reason"]["code"] == "QG-1216"


def test_a_verdict_survives_an_incident_that_cannot_be_written(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "run").write_text("a file where a directory should be")
    found = qg("check", "ref", "bad", "--profile", "product", *FAST, "--format", "json")
    report = json.loads(found.out)
    assert found.code == 1
    assert report["verdict"] == "failed"
    assert report["incident"] is None
    assert [finding["code"] for finding in report["findings"]] == ["QG-1412"]
    assert report["findings"][0]["message"].endswith("; --no-incident does without")


def test_a_summary_that_cannot_be_written_does_not_change_the_verdict(
    qg: Callable[..., Any], trees: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(trees / "ref"))
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "github")
    assert found.code == 0
    assert "cannot write" in found.err


@pytest.mark.parametrize("arguments", [("check", "", "", "--profile", "hero"), ("compare", "", "x.png")])
def test_empty_paths_are_refused(qg: Callable[..., Any], trees: Path, arguments: tuple[str, ...]) -> None:
    found = qg(*arguments)
    assert found.code == 2
    assert "an empty path" in found.err


@pytest.mark.parametrize("arguments", [(), ("weights",)])
def test_bare_commands_show_their_help(qg: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    found = qg(*arguments)
    assert found.code == 2
    assert found.out.startswith("Usage: qualitygate")
    assert len(found.out.splitlines()) > 5
    assert found.err == ""


def test_malformed_pyproject_with_our_table_is_not_passed_over(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "pyproject.toml").write_text("[tool.qualitygate.limits]\nmax_pixels=100\n[x\n")
    found = qg("check", "ref", "good", "--profile", "product", *FAST)
    assert found.code == 2
    assert "pyproject.toml:3" in found.err


def test_a_profile_of_rules_alone_judges(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "thresholds").mkdir()
    (trees / "thresholds" / "only.toml").write_text('schema = 1\n[rules]\nformats = ["png"]\n')
    found = qg("check", "ref", "good", "--profile", "only", "--format", "json", "--no-incident")
    assert found.code == 1
    assert {f["code"] for p in json.loads(found.out)["pairs"] for f in p["findings"]} == {"QG-1011"}
    (trees / "thresholds" / "none.toml").write_text("schema = 1\n")
    empty = qg("check", "ref", "good", "--profile", "none")
    assert empty.code == 2
    assert "nothing would be judged" in empty.err


@pytest.mark.parametrize("limit", ["[limits.ssim]\nmean = 5", "[limits.delta_e_2000]\nmean = -1"])
def test_limits_outside_what_a_metric_can_be_are_refused(qg: Callable[..., Any], trees: Path, limit: str) -> None:
    (trees / "thresholds").mkdir()
    (trees / "thresholds" / "odd.toml").write_text(f"schema = 1\n{limit}\n")
    found = qg("check", "ref", "good", "--profile", "odd")
    assert found.code == 2
    assert "odd.toml:3" in found.err


def test_a_region_limit_on_a_metric_left_out_is_refused(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "qualitygate.toml").write_text(
        '[[sets]]\nreference="ref"\ncandidate="good"\nprofile="product"\nmetrics=["ssim"]\n'
        '[[sets.regions]]\nname="logo"\nrectangles=[[0,0,30,30]]\nlimits.delta_e_2000.max=0.5\n'
    )
    found = qg("check")
    assert found.code == 2
    assert "'logo' has a limit on delta_e_2000" in found.err


def test_resizing_is_recorded_and_distortion_warned_about(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "thin").mkdir()
    for path in (trees / "ref").glob("*.png"):
        picture = Pillow.open(path)
        picture.resize((picture.width, picture.height // 2)).save(trees / "thin" / path.name)
    base = ("check", "ref", "thin", "--profile", "product", *FAST, "--no-incident", "--format", "json")
    found = json.loads(qg(*base, "--resize", "lanczos").out)
    resized = [f for p in found["pairs"] for f in p["findings"] if f["code"] == "QG-1107"]
    assert len(resized) == 4
    assert all(f["level"] == "warning" and "lanczos" in f["message"] for f in resized)


def test_colours_follow_the_environment(trees: Path) -> None:
    line = ("check", "ref", "bad", "--profile", "product", *FAST, "--no-incident")
    run = {"cwd": trees, "capture_output": True}
    forced = command(*line, env={"FORCE_COLOR": "1"}, **run)
    assert "\x1b[" in forced.stdout
    assert "\x1b[" not in command(*line, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}, **run).stdout
    assert "\x1b[" not in command(*line, env={"FORCE_COLOR": "0"}, **run).stdout


def test_a_closed_standard_output_still_gives_the_exit_code(trees: Path) -> None:
    line = " ".join((sys.executable, "-m", "qualitygate", "check", "ref", "bad", "--profile", "product", *FAST))
    done = subprocess.run(
        ["bash", "-c", f"{line} --no-incident >&-"],
        cwd=trees,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_no_worker_outlives_its_parent(trees: Path, sent: int, code: int) -> None:
    for side in ("ref", "good"):
        for index in range(120):
            suffix = ".png" if side == "ref" else ".webp"
            os.link(trees / side / f"astronaut{suffix}", trees / side / f"n{index:03}{suffix}")
    line = [sys.executable, "-m", "qualitygate", "check", "ref", "good", "--profile", "product", *FAST]
    started = subprocess.Popen(
        [*line, "--workers", "2"],
        cwd=trees,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(sent, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 30
    while not _children(started.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    assert started.poll() is None
    os.kill(started.pid, sent)
    # Returns only once every process that holds the pipes has gone.
    _, errors = started.communicate(timeout=30)
    assert started.returncode == code
    assert "Traceback" not in errors


def _children(parent: int) -> list[str]:
    listing = Path(f"/proc/{parent}/task/{parent}/children")
    return listing.read_text().split() if listing.exists() else ["unknown"]


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (("incident", "open", "--severity", "S2", "--title", "x"), False),
        (("lut", "validate", "broken.cube", "--incident"), True),
    ],
)
def test_no_hint_names_an_option_that_the_verb_does_not_have(
    qg: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...], offered: bool
) -> None:
    (tmp_path / "run").write_text("a file where a directory should be")
    (tmp_path / "broken.cube").write_text("LUT_3D_SIZE 2\n")
    found = qg(*arguments)
    assert (found.code, "[QG-1412]" in found.err) == (2, True)
    assert "--incident-dir" in found.err
    assert ("--no-incident" in found.err) is offered
