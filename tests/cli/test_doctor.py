"""`qualitygate doctor`: says what is there and what is missing, and never fails over it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from qualitygate.cli.extras import EXTRAS


def test_json_names_versions_metrics_and_extras(qg: Callable) -> None:
    told = qg("doctor", "--format", "json")
    assert told.code == 0
    found = json.loads(told.out)
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["cores"] >= 1
    assert {"delta_e_2000", "ssim", "lpips"} <= set(found["metrics"])
    assert found["metrics"]["ssim"] == {"works": True, "device": "cpu"}
    assert set(found["extras"]) == {"lpips", "science", "formats", "fast", "luts", "github"}
    assert any("pillow" in name.lower() for name in found["decoders"])


def test_shipped_weights_are_named_by_their_digest(qg: Callable) -> None:
    from qualitygate.metrics.lpips_net.weights import KNOWN

    found = json.loads(qg("doctor", "--format", "json").out)["weights"]
    assert found["alex"] == {"usable": True, "sha256": KNOWN["alex"], "shipped": True}


def test_weights_that_are_not_here_say_how_to_get_them(
    qg: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    found = json.loads(qg("doctor", "--format", "json").out)["weights"]
    assert found["vgg"]["usable"] is False
    assert "qualitygate weights convert" in found["vgg"]["remedy"]


def test_installed_extras_have_their_versions(qg: Callable) -> None:
    found = json.loads(qg("doctor", "--format", "json").out)["extras"]
    for extra in found.values():
        for name, number in extra["packages"].items():
            if number is not None:
                assert number == version(name)


def test_text_says_the_same(qg: Callable) -> None:
    told = qg("doctor")
    assert told.code == 0
    for word in ("Metrics", "Extras", "Decoders", "delta_e_2000", "lpips", "works"):
        assert word in told.out


def test_a_missing_extra_is_named_with_its_command(qg: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sys.modules["qualitygate.cli.extras"].find_spec
    monkeypatch.setattr("qualitygate.cli.extras.find_spec", lambda name: None if name == "imagecodecs" else real(name))
    found = json.loads(qg("doctor", "--format", "json").out)["extras"]["formats"]
    assert found["installed"] is False
    assert found["install"] == "pip install 'image-qualitygate[formats]'"
    assert "pip install 'image-qualitygate[formats]'" in qg("doctor").out


def test_without_torch_the_other_metrics_work() -> None:
    """In an interpreter where importing torch fails, as without the extra."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from qualitygate.cli import main\nmain(['doctor', '--format', 'json'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["metrics"]
    assert found["delta_e_2000"]["works"] is True
    assert found["lpips"]["works"] is False
    assert "image-qualitygate[lpips]" in found["lpips"]["remedy"]


def test_here_there_may_be_nothing(qg: Callable, tmp_path: Path) -> None:
    found = json.loads(qg("doctor", "--format", "json").out)
    assert found["configuration"] == {
        "file": None,
        "error": None,
        "sets": [],
        "luts": [],
        "palettes": [],
        "batches": [],
    }
    assert found["git_top_level"] is None
    assert found["incidents"] == {"postmortems": "run/_/postmortems", "evidence": "evidence"}
    assert "qualitygate init" in qg("doctor").out
    assert list(tmp_path.iterdir()) == []


def test_the_sets_of_the_nearest_configuration_are_counted(
    qg: Callable, trees: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=trees, check=True)
    (trees / "good" / "coffee.webp").unlink()
    (trees / "looks").mkdir()
    (trees / "looks" / "a.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    (trees / "qualitygate.toml").write_text(
        '[[sets]]\nreference="ref"\ncandidate="good"\nprofile="hero"\n'
        '[[sets]]\nreference="ref"\ncandidate="gone"\nprofile="hero"\n'
        '[[sets]]\nname="x"\nreference="ref"\ncandidate="bad"\nprofile="heroo"\n'
        '[[luts]]\nfiles=["looks/**"]\n'
    )
    (trees / "deep").mkdir()
    monkeypatch.chdir(trees / "deep")
    found = json.loads(qg("doctor", "--format", "json").out)
    good, gone, wrong = found["configuration"]["sets"]
    assert (good["pairs"], good["unpaired"], good["problem"]) == (3, 1, None)
    assert (gone["candidate"], gone["pairs"]) == ({"path": "gone", "exists": False}, None)
    assert "qualitygate.toml:7: sets[1].candidate" in gone["problem"]
    assert (wrong["pairs"], "qualitygate.toml:13: unknown profile" in wrong["problem"]) == (4, True)
    assert found["configuration"]["luts"] == [{"name": "luts", "files": 1, "problem": None}]
    assert Path(found["git_top_level"]) == trees.resolve()
    assert Path(found["incidents"]["evidence"]).parent == trees.resolve()
    told = " ".join(qg("doctor").out.split())
    for said in ("3 pairs, 1 without a partner: ref and good, profile hero", "cannot be judged", "1 file", "evidence/"):
        assert said in told


def test_a_configuration_that_is_wrong_is_told(qg: Callable, tmp_path: Path) -> None:
    (tmp_path / "qualitygate.toml").write_text("[[set]]\n")
    told = qg("doctor", "--format", "json")
    assert told.code == 0
    assert "qualitygate.toml:1: unknown key" in json.loads(told.out)["configuration"]["error"]
    assert "cannot be used" in qg("doctor").out


def test_every_extra_is_one_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]
    for name, extra in EXTRAS.items():
        required = {line.partition(">")[0].partition("=")[0] for line in project["optional-dependencies"][name]}
        assert set(extra.packages) == required


def test_a_set_that_is_compared_with_git_counts_its_pictures(qg: Callable, photos: list[Path]) -> None:
    Path("images").mkdir()
    Path("images/a.jpg").write_bytes(photos[0].read_bytes())
    Path("qualitygate.toml").write_text('[[sets]]\ncandidate = "images"\nbase = "origin/main"\nprofile = "hero"\n')
    (found,) = json.loads(qg("doctor", "--format", "json").out)["configuration"]["sets"]
    assert (found["pairs"], found["problem"]) == (1, None)
    assert found["reference"]["path"] == "git origin/main"
