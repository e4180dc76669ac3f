"""Sets that are compared with git: which revision, and what is refused where there is none to compare with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import CONFIG, FAST, Repository, codes, encoded, refused, statuses

from qualitygate import gate
from qualitygate.core.errors import ConfigError


def test_what_is_asked_for_goes_before_the_base_of_the_set_and_that_before_what_ci_names(
    repository: Repository, photos: list[Path]
) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    repository.commit()
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nbase = "HEAD"'))
    assert statuses(repository.check("main")) == {"a.png": "Failed"}
    assert statuses(gate.run(gate.plan(directory=repository.top, target="main"))) == {}
    repository.write("qualitygate.toml", CONFIG)
    assert statuses(gate.run(gate.plan(directory=repository.top, target="main"))) == {"a.png": "Failed"}


def test_without_a_base_it_says_what_to_write(repository: Repository) -> None:
    error = refused(repository, None)
    assert error.code == "QG-1901"
    assert str(error.where).endswith("qualitygate.toml:1")
    assert "--base" in str(error.hint)


def test_a_directory_on_the_command_line(
    repository: Repository, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    monkeypatch.chdir(repository.top / "images")
    report = gate.check(".", profile="product", base="main", metrics=FAST)
    assert statuses(report) == {"a.png": "Failed"}
    report = gate.check("b.webp", profile="product", base="main", metrics=FAST)
    assert (statuses(report), codes(report)) == ({}, ["QG-1905"])
    with pytest.raises(ConfigError, match="both REFERENCE and CANDIDATE"):
        gate.check(".", profile="product")


def test_an_unknown_revision_and_a_directory_outside_of_git(repository: Repository, tmp_path: Path) -> None:
    assert refused(repository, "no/such").code == "QG-1902"
    assert refused(repository, "--output=x").code == "QG-1902"
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.png").write_bytes(b"x")
    error = refused(repository, candidate=tmp_path / "plain", profile="product", metrics=FAST)
    assert error.code == "QG-1902"
    assert not (tmp_path / "plain" / "x").exists()


def test_a_shallow_clone_is_told_of_fetch_depth(repository: Repository, tmp_path: Path) -> None:
    repository.commit()
    clone = Repository(tmp_path / "clone")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repository.top}", str(clone.top)], check=True)
    for base in ("origin/main", "HEAD~1"):
        error = refused(clone, base)
        assert error.code == "QG-1902"
        assert "shallow clone" in error.message
        assert "fetch-depth" in str(error.hint)
    clone.git("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    error = refused(clone, "origin/main")
    assert "no merge base" in error.message
    assert "fetch-depth" in str(error.hint)
    clone.git("fetch", "-q", "--unshallow")
    assert clone.check("origin/main").verdict == "passed"


def test_what_git_ignores_has_no_version_and_does_not_pass_for_unchanged(
    repository: Repository, photos: list[Path]
) -> None:
    repository.write(".gitignore", "images/built.png\n")
    repository.write("images/built.png", encoded(photos[2]))
    report = repository.check()
    assert statuses(report) == {"built.png": "Skipped"}
    assert codes(report, "warning") == ["QG-1906"]


def test_a_set_of_which_git_holds_nothing_fails(repository: Repository, photos: list[Path]) -> None:
    repository.write(".gitignore", "build/\n")
    repository.write("build/a.png", encoded(photos[2]))
    repository.write("qualitygate.toml", CONFIG.replace('"images"', '"build"'))
    report = repository.check()
    assert report.verdict == "failed"
    assert codes(report, "error") == ["QG-1906"]


def test_pictures_of_a_submodule_are_refused(repository: Repository, photos: list[Path], tmp_path: Path) -> None:
    """Their history says nothing of the change that is judged."""
    other = Repository(tmp_path / "other")
    other.begin(**{"x.png": encoded(photos[2])})
    repository.git("submodule", "add", "-q", str(other.top), "images/vendor")
    repository.commit()
    error = refused(repository)
    assert (error.code, "submodule images/vendor" in error.message) == ("QG-1902", True)
    repository.write("qualitygate.toml", CONFIG.replace('"images"', '"images/vendor"'))
    assert refused(repository, "feature").code == "QG-1902"
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nexclude = ["vendor/"]'))
    assert repository.check().verdict == "passed"


def test_several_sets_each_with_its_base(repository: Repository, photos: list[Path]) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nname = "one"\nbase = "HEAD"')
                     + CONFIG.replace("[[sets]]", '[[sets]]\nname = "two"'))  # fmt: skip
    assert statuses(repository.check()) == {"one/a.png": "Failed", "two/a.png": "Failed"}
