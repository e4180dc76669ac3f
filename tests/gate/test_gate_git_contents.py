"""Sets that are compared with git: links, odd names, filters, pointers, and what is kept on the disk meanwhile."""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import CONFIG, POINTER, Repository, codes, encoded, fake_lfs, path_with, statuses

import qualitygate
from qualitygate import gate
from qualitygate.vcs.scratch import PREFIX


def test_a_link_is_judged_by_what_it_showed(repository: Repository, photos: list[Path]) -> None:
    repository.git("checkout", "-q", "main")
    repository.write("store/one.png", encoded(photos[0]))
    repository.write("store/two.png", encoded(photos[0], gain=1.2))
    (repository.top / "images/link.png").symlink_to("../store/one.png")
    repository.commit()
    repository.git("checkout", "-q", "-B", "feature")
    assert codes(repository.check()) == ["QG-1905"]
    (repository.top / "images/link.png").unlink()
    (repository.top / "images/link.png").symlink_to("../store/two.png")
    assert statuses(repository.check()) == {"link.png": "Failed"}, "another target"
    repository.git("checkout", "-q", "images/link.png")
    repository.write("store/one.png", encoded(photos[0], gain=1.2))
    assert statuses(repository.check()) == {"link.png": "Failed"}, "another content of the target"


def test_a_directory_that_is_a_link(repository: Repository, photos: list[Path]) -> None:
    repository.git("checkout", "-q", "main")
    repository.write("v1/x.png", encoded(photos[0]))
    repository.write("v2/x.png", encoded(photos[0], gain=1.2))
    (repository.top / "current").symlink_to("v1", target_is_directory=True)
    repository.write("qualitygate.toml", CONFIG.replace('"images"', '"current"'))
    repository.commit()
    repository.git("checkout", "-q", "-B", "feature")
    assert codes(repository.check()) == ["QG-1905"]
    (repository.top / "current").unlink()
    (repository.top / "current").symlink_to("v2", target_is_directory=True)
    assert statuses(repository.check()) == {"x.png": "Failed"}


@pytest.mark.parametrize("name", ['images/zwei "Wörter" \U0001f3a8.png', "images/日本/写真.png", "images/li\nne.png"])
def test_odd_names(repository: Repository, photos: list[Path], name: str) -> None:
    repository.git("checkout", "-q", "main")
    repository.write(name, encoded(photos[2]))
    repository.commit()
    repository.git("checkout", "-q", "-B", "feature")
    repository.write(name, encoded(photos[2], gain=1.2))
    assert list(statuses(repository.check()).values()) == ["Failed"]


def test_a_picture_that_attributes_call_text_is_told(repository: Repository, photos: list[Path]) -> None:
    repository.write(".gitattributes", "*.png text\n")
    repository.write("images/a.png", encoded(photos[0], gain=1.01))
    assert "QG-1908" in codes(repository.check(), "warning")
    repository.write(".gitattributes", "* text=auto eol=lf\n")
    assert "QG-1908" not in codes(repository.check())


def test_filters_of_the_configuration_never_run_on_what_a_commit_holds(
    repository: Repository, photos: list[Path], tmp_path: Path
) -> None:
    proof = tmp_path / "ran"
    repository.git("config", "filter.evil.smudge", f"touch {proof}; cat")
    repository.git("config", "diff.evil.textconv", f"touch {proof}; cat")
    repository.write(".gitattributes", "*.png filter=evil diff=evil\n")
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    assert statuses(repository.check()) == {"a.png": "Failed"}
    assert not proof.exists()


def test_a_pointer_that_cannot_be_resolved_makes_the_pair_unmeasurable(
    repository: Repository, photos: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.git("checkout", "-q", "main")
    repository.write("images/a.png", POINTER)
    repository.commit()
    repository.git("checkout", "-q", "-B", "feature")
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    report = repository.check()
    assert report.verdict == "unmeasurable"
    verdict = report.results[0].verdict
    assert getattr(verdict, "code", None) == "QG-1208"
    assert "git lfs fetch origin" in getattr(verdict, "message", "")
    original = tmp_path / "original.png"
    original.write_bytes(encoded(photos[0]))
    fake_lfs(tmp_path / "bin", original)
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    assert statuses(repository.check()) == {"a.png": "Failed"}


def test_a_version_that_is_too_large_is_not_read(repository: Repository, photos: list[Path]) -> None:
    repository.write("qualitygate.toml", f"{CONFIG}[limits]\nmax_bytes = 300\n")
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    report = repository.check()
    assert getattr(report.results[0].verdict, "code", None) == "QG-1206"


def test_a_broken_version_is_named_as_people_know_it(repository: Repository, photos: list[Path]) -> None:
    repository.git("checkout", "-q", "main")
    repository.write("images/a.png", b"\x89PNG\r\n\x1a\nbroken")
    repository.commit()
    repository.git("checkout", "-q", "-B", "feature")
    repository.write("images/a.png", encoded(photos[0]))
    report = repository.check()
    assert report.verdict == "unmeasurable"
    assert getattr(report.results[0].verdict, "message", "").startswith("main:images/a.png: ")


def test_old_versions_live_as_long_as_the_plan_and_no_longer(
    repository: Repository, photos: list[Path], tmp_path: Path
) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    plan = gate.plan(directory=repository.top, base="main")
    report = gate.run(plan)
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    report = qualitygate.open_incident(report, plan, root=repository.top, now=now, environ={})
    assert list(report.heat_maps) == ["a.png"], "the heat map is drawn from the version before"
    assert len(list((tmp_path / "tmp").glob(f"{PREFIX}*"))) == 1
    del plan
    gc.collect()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_worker_processes_read_the_old_versions(repository: Repository, photos: list[Path]) -> None:
    for number in range(5):
        repository.write(f"images/n{number}.png", encoded(photos[number % 3]))
    repository.commit()
    for number in range(5):
        repository.write(f"images/n{number}.png", encoded(photos[number % 3], gain=1.2))
    plan = gate.plan(directory=repository.top, base="feature")
    assert set(statuses(gate.run(plan, workers=2)).values()) == {"Failed"}
