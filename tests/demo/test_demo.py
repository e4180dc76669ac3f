"""`qualitygate demo`: the story comes out as told, through the real gate, and nobody's files are touched."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from qualitygate.cli import root, run
from qualitygate.core.errors import ConfigError
from qualitygate.demo.scene import MARK, photographs, write_scene
from qualitygate.demo.story import Story, play
from qualitygate.policy.config import load_config

QUICK = ("delta_e_2000", "ssim")
PHOTOS = Path(__file__).resolve().parents[2] / "qualitygate" / "demo" / "photos"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Story]:
    directory = tmp_path_factory.mktemp("told") / "demo"
    scene = write_scene(directory)
    return directory, play(scene, metrics=QUICK, device="cpu", now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


def test_the_good_pass_and_the_drifted_fail(told: tuple[Path, Story]) -> None:
    _, story = told
    assert story.good.verdict == "passed", [finding.message for finding in story.good.errors]
    assert story.drifted.summary.failed == len(photographs())
    assert story.as_told


def test_the_failure_reads_as_it_should(told: tuple[Path, Story]) -> None:
    _, story = told
    assert re.match(r"DeltaE00 \d+\.\d+ exceeds \d", story.drifted.errors[0].message)


def test_it_leaves_stub_and_heat_maps(told: tuple[Path, Story]) -> None:
    directory, story = told
    incident = story.drifted.incident
    assert incident is not None
    assert incident.id.startswith("PM-2026-11-21-")
    assert (directory / incident.markdown).is_file()
    json.loads((directory / incident.json).read_text(encoding="utf-8"))
    maps = sorted((directory / incident.evidence).glob("*.png"))
    assert len(maps) == len(photographs())
    for path in maps:
        with Image.open(path) as picture:
            picture.load()


def test_the_same_story_again_is_the_same_incident(told: tuple[Path, Story], tmp_path: Path) -> None:
    _, story = told
    again = play(
        write_scene(tmp_path / "elsewhere"), metrics=QUICK, device="cpu", now=datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    )
    assert again.drifted.incident is not None
    assert story.drifted.incident is not None
    assert again.drifted.incident.id == story.drifted.incident.id


def test_the_configuration_it_writes_loads(tmp_path: Path) -> None:
    scene = write_scene(tmp_path / "demo")
    config = load_config(scene.directory / "qualitygate.toml")
    assert [(found.reference, found.candidate) for found in config.pair_sets] == [
        (scene.reference, scene.good),
        (scene.reference, scene.drifted),
    ]


def test_it_refuses_a_directory_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("mine")
    with pytest.raises(ConfigError, match="--force") as caught:
        write_scene(tmp_path)
    assert caught.value.code == "QG-1412"
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


def test_force_adds_to_a_directory_and_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("mine")
    write_scene(tmp_path, force=True)
    assert (tmp_path / "holiday.txt").read_text() == "mine"
    assert (tmp_path / "reference" / "coffee.png").is_file()


def test_it_writes_again_where_it_wrote_before(tmp_path: Path) -> None:
    first = write_scene(tmp_path / "demo")
    (first.good / "coffee.webp").unlink()
    second = write_scene(tmp_path / "demo")
    assert (second.good / "coffee.webp").is_file()
    assert (second.directory / MARK).is_file()


def test_a_file_in_its_place_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert run(root, ["demo", str(tmp_path / "taken")], "qualitygate") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_command_tells_what_to_look_at(tmp_path: Path, shell_environment: dict[str, str]) -> None:
    """Without LPIPS, by hiding torch: also what the story is without the extra."""
    hide = tmp_path / "hide"
    hide.mkdir()
    (hide / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name in ('torch', 'safetensors') else find(name, package)\n"
    )
    environment = {**shell_environment, "PYTHONPATH": f"{hide}:{shell_environment['PYTHONPATH']}", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-m", "qualitygate", "demo"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "pip install 'image-qualitygate[lpips]'" in done.stdout
    assert "LPIPS" not in done.stdout.replace("LPIPS is left out", "")
    paths = re.findall(r"qualitygate-demo/\S+\.(?:md|png)", done.stdout)
    assert len(paths) == 2
    assert all((tmp_path / path).is_file() for path in paths)
    # By hand it leaves nothing in the repository that the demo was made in.
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True, env=environment)
    by_hand = "\n".join(done.stdout.splitlines()[-2:])
    said = "cd qualitygate-demo && qualitygate check --incident-dir . --metric delta_e_2000 --metric ssim"
    assert by_hand.split() == said.split()
    again = subprocess.run(
        ["bash", "-c", by_hand], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 1, again.stdout + again.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "hide", "qualitygate-demo"]


@pytest.mark.skipif(find_spec("torch") is None, reason="needs the extra lpips")
def test_the_command_measures_lpips_where_it_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, ["demo", str(tmp_path / "demo"), "--device", "cpu"], "qualitygate") == 0
    told = capsys.readouterr().out
    assert "LPIPS" in told
    assert told.rstrip().endswith("qualitygate check --incident-dir .")


def test_every_photograph_has_its_licence() -> None:
    text = (PHOTOS / "LICENCES.md").read_text(encoding="utf-8")
    files = sorted(path.name for path in PHOTOS.glob("*.jpg"))
    assert files == sorted(set(re.findall(r"^\| `(\w+\.jpg)` \|", text, flags=re.MULTILINE)))
    assert sum(path.stat().st_size for path in PHOTOS.glob("*.jpg")) < 600_000
