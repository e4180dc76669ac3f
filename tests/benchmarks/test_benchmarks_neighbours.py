"""Neighbours are run as they should be: every pair, no picture of the difference, and a crash is no result. Played."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks.corridor_cases import linked_folder, write_folder
from benchmarks.neighbours import neighbours

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(sys.platform == "win32", reason="times of child processes are those of POSIX"),
]


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that write down what they were asked."""
    top = tmp_path / "npm"
    modules = top / "node_modules"
    for name in ("odiff-bin", "pixelmatch", "reg-cli"):
        (modules / name).mkdir(parents=True)
        (modules / name / "package.json").write_text(json.dumps({"version": "1.2.3"}), encoding="utf-8")
    for place, code in (("@odiff/any/odiff", 22), (".bin/pixelmatch", 66), (".bin/reg-cli", 1)):
        program = modules / place
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "$0 $@" >> "{tmp_path}/asked"\nexit {code}\n', encoding="utf-8")
        program.chmod(0o755)
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.write_text('#!/bin/sh\nexec sh "$@"\n', encoding="utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{node.parent}{os.pathsep}{os.environ['PATH']}")
    return top


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pytest.importorskip("skimage")
    write_folder(tmp_path / "pairs", identical=1, near=2, side=32)
    return tmp_path / "pairs"


def test_every_pair_goes_to_every_neighbour(npm: Path, folder: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for neighbour in neighbours(npm):
        asked.unlink(missing_ok=True)
        spent = neighbour.over(folder)
        assert spent.wall > 0
        calls = [line.split()[1:] for line in asked.read_text(encoding="utf-8").splitlines()]
        if neighbour.name.startswith("reg-cli"):
            (call,) = calls
            assert call[:2] == [str(folder / "candidate"), str(folder / "reference")]
            continue
        # Two pictures and nothing else, so that none is written.
        pictures = [
            [str(folder / side / f"{number:03}.png") for side in ("reference", "candidate")] for number in range(3)
        ]
        assert sorted(calls) == pictures
    names = [neighbour.name for neighbour in neighbours(npm)]
    odiff, together, *others = names
    assert odiff == "odiff 1.2.3"
    assert together.startswith("odiff 1.2.3, ")
    assert others == ["pixelmatch 1.2.3", "reg-cli 1.2.3"]
    assert [neighbour.promise for neighbour in neighbours(npm)] == [1.0, None, None, None]


def test_a_neighbour_that_crashes_is_no_result(npm: Path, folder: Path) -> None:
    program = npm / "node_modules" / "@odiff" / "any" / "odiff"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 134\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="exit code 134\nbroken"):
        next(neighbours(npm)).over(folder)


def test_nothing_is_installed(tmp_path: Path) -> None:
    assert list(neighbours(tmp_path)) == []


def test_a_folder_of_many_pairs_takes_the_place_of_a_few(tmp_path: Path) -> None:
    pytest.importorskip("skimage")
    linked_folder(tmp_path, pairs=10, side=32, different=3)
    for side in ("reference", "candidate"):
        found = sorted((tmp_path / side).iterdir())
        assert len(found) == 10
        assert len({path.stat().st_ino for path in found}) == 3
    assert (tmp_path / "reference" / "003.png").samefile(tmp_path / "reference" / "000.png")
    assert (tmp_path / "reference" / "000.png").read_bytes() != (tmp_path / "candidate" / "000.png").read_bytes()
