"""`validate-lut --all`: what stands behind the hook sees no less than the hook does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cli import run
from qualitygate.cli.validate_lut import command
from qualitygate.luts.formats import FORMATS

EXTENSIONS = [extension for entry in FORMATS for extension in entry.extensions]
SPELT = [spelt for extension in EXTENSIONS for spelt in (extension, extension.upper(), extension.title())]
CUBE = "LUT_3D_SIZE 2\n" + "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
NAMED = 'extends = "lut"\n[[assign]]\nfiles = ["luts/**"]\noutput = "sRGB"\n'
Judge = Callable[..., tuple[int, dict[str, list[str]], str]]


@pytest.fixture
def judge(qg: Any, git: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> Judge:
    """Run the command in a repository; codes by file."""
    git("init", "-q", "-b", "main")

    def call(*arguments: str) -> tuple[int, dict[str, list[str]], str]:
        capsys.readouterr()
        code = run(command, [*arguments, "--format", "json", "--no-incident"], "validate-lut")
        told = capsys.readouterr()
        files = json.loads(told.out)["files"] if told.out else []
        return code, {one["file"]: [found["code"] for found in one["findings"]] for one in files}, told.err

    return call


def put(name: str, text: str = CUBE) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_every_format_in_any_spelling(judge: Judge, git: Callable[..., str]) -> None:
    for index, extension in enumerate(SPELT):
        put(f"luts/{index} ü{extension}", "")
    put("thresholds/lut.toml", NAMED)
    git("add", "-A")
    code, found, _ = judge("--all")
    assert code == 1
    assert sorted(found) == sorted(f"luts/{index} ü{extension}" for index, extension in enumerate(SPELT))
    assert all(codes for codes in found.values()), "an empty file is refused in every format"


def test_pictures_and_profiles_count_where_a_threshold_file_names_them(judge: Judge, git: Callable[..., str]) -> None:
    for name in ("luts/hald.png", "photo.PNG", "monitor.icc", "look.cube"):
        put(name)
    git("add", "-A")
    assert list(judge("--all")[1]) == ["look.cube"]
    put("thresholds/lut.toml", NAMED)
    assert list(judge("--all")[1]) == ["look.cube", "luts/hald.png"]


def test_what_git_does_not_track_is_no_part_of_it(judge: Judge, git: Callable[..., str]) -> None:
    put("tracked.cube")
    put(".gitignore", "ignored.cube\n")
    git("add", "-A")
    put("ignored.cube")
    assert list(judge("--all")[1]) == ["tracked.cube"]


def test_drift_and_deletions_since_the_base(judge: Judge, git: Callable[..., str]) -> None:
    put("LOOK.CUBE", CUBE)
    put("same.cube", CUBE)
    put("gone.cube", CUBE)
    put("untracked before.cube", CUBE)
    put("thresholds/lut.toml", NAMED.replace("luts/**", "gone.cube"))
    git("add", "-A")
    git("commit", "-qm", "a")
    git("checkout", "-qb", "feature")
    put("LOOK.CUBE", CUBE.replace("1 1 1", "0.5 1 1"))
    Path("gone.cube").unlink()
    put("new.m3d", "")
    code, found, _ = judge("--all", "--base", "main")
    assert code == 1
    assert set(found) == {"LOOK.CUBE", "same.cube", "gone.cube", "untracked before.cube", "new.m3d"}
    assert found["gone.cube"] == ["QG-1685"]
    assert "QG-1680" in found["LOOK.CUBE"]
    assert "QG-1680" not in found["same.cube"]


def test_a_named_table_that_was_never_there(judge: Judge, git: Callable[..., str]) -> None:
    put("thresholds/lut.toml", NAMED.replace("luts/**", "luts/brand.cube"))
    git("add", "-A")
    code, found, _ = judge("--all")
    assert (code, found) == (1, {"luts/brand.cube": ["QG-1685"]})


def test_a_directory_below_judges_the_whole_repository(
    judge: Judge, git: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.cube")
    put("deep/b.cube")
    git("add", "-A")
    monkeypatch.chdir("deep")
    assert list(judge("--all")[1]) == ["../a.cube", "b.cube"]


def test_a_tracked_file_that_is_not_there_is_not_passed_over(judge: Judge, git: Callable[..., str]) -> None:
    put("a.cube")
    git("add", "-A")
    Path("a.cube").unlink()
    assert judge("--all")[:2] == (1, {"a.cube": ["QG-1616"]})


@pytest.mark.parametrize("words", [("--all", "a.cube"), ("--all", "--against", "a.cube")])
def test_wrong_usage(judge: Judge, words: tuple[str, ...]) -> None:
    put("a.cube")
    code, _, err = judge(*words)
    assert code == 2
    assert "exclude each other" in err


def test_outside_of_git_it_is_an_error(
    qg: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run(command, ["--all"], "validate-lut") == 2
    assert "QG-1690" in capsys.readouterr().err
