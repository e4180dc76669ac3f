"""Sets that are compared with git: what is measured, what is not, and what must never pass unseen."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import CONFIG, FAST, POINTER, Repository, codes, encoded, fake_lfs, path_with, quiet, statuses

import qualitygate
from qualitygate import gate
from qualitygate.core.errors import ConfigError
from qualitygate.core.verdict import Skipped
from qualitygate.corridor import judging
from qualitygate.vcs.scratch import PREFIX


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's git configuration, no CI, a temporary directory of our own."""
    for name in quiet(dict(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@pytest.fixture
def repository(tmp_path: Path, photos: list[Path]) -> Repository:
    made = Repository(tmp_path / "repository")
    made.begin(**{"images/a.png": encoded(photos[0]), "images/b.webp": encoded(photos[1], "WEBP")})
    return made


def refused(repository: Repository, base: str | None = "main", **options: object) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        gate.check(directory=repository.top, base=base, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_changed_picture_is_compared_with_its_version_before(repository: Repository, photos: list[Path]) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    report = repository.check()
    assert statuses(report) == {"a.png": "Failed"}
    (result,) = report.results
    assert (result.subject.reference, result.subject.candidate) == ("main:images/a.png", "images/a.png")
    assert result.reference is not None
    assert result.reference.name == "main:images/a.png"
    assert report.sets[0].reference == "main:images"
    assert report.settings["merge base of images"] == repository.git("rev-parse", "main")


def test_the_merge_base_counts_and_not_the_tip(repository: Repository, photos: list[Path]) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.01))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("images/a.png", encoded(photos[0], gain=1.5))
    repository.commit()
    repository.git("checkout", "-q", "feature")
    assert statuses(repository.check()) == {"a.png": "Passed"}


def test_of_a_pull_request_the_merge_result_is_compared_with_its_target(
    repository: Repository, photos: list[Path]
) -> None:
    """What GitHub checks out is the merge; its merge base with the target is the target as it is now."""
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("images/b.webp", encoded(photos[1], "WEBP", gain=1.3))
    repository.commit("somebody else's")
    repository.git("checkout", "-q", "--detach", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    report = repository.check()
    assert statuses(report) == {"a.png": "Failed"}
    assert report.settings["merge base of images"] == repository.git("rev-parse", "main")


def test_what_did_not_change_is_not_read_and_passes_with_a_note(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "decode_pair", lambda _task: pytest.fail("decoded"))
    report = repository.check()
    assert (report.verdict, report.results) == ("passed", ())
    assert codes(report) == ["QG-1905"]
    assert "2 pictures" in report.findings[0].message


def test_a_set_without_any_picture_fails_all_the_same(repository: Repository) -> None:
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\ninclude = ["*.avif"]'))
    report = repository.check()
    assert report.verdict == "failed"
    assert codes(report, "error") == ["QG-1105"]


def test_untracked_and_staged_pictures_belong_to_the_working_tree(repository: Repository, photos: list[Path]) -> None:
    repository.write("images/new.png", encoded(photos[2]))
    repository.write("images/staged ü.png", encoded(photos[3]))
    repository.git("add", "images/staged ü.png")
    report = repository.check()
    assert statuses(report) == {"new.png": "Skipped", "staged ü.png": "Skipped"}
    assert report.verdict == "passed"
    assert codes(report) == ["QG-1903", "QG-1903"]
    verdict = report.results[0].verdict
    assert isinstance(verdict, Skipped)
    assert "review" in verdict.reason


@pytest.mark.parametrize(
    ("new", "form"),
    [
        ("images/moved/a.png", "PNG"),  # another directory
        ("images/a.webp", "WEBP"),  # another format
        ("images/moved/a.webp", "WEBP"),  # both
        ("images/quite other.png", "PNG"),  # another name: the picture tells
    ],
)
def test_a_renamed_picture_is_followed_though_its_bytes_changed(
    repository: Repository, photos: list[Path], new: str, form: str
) -> None:
    (repository.top / "images/a.png").unlink()
    repository.write(new, encoded(photos[0], form, gain=1.2))
    repository.commit()
    assert "R" not in repository.git("diff", "--name-status", "-M", "main").split()
    report = repository.check()
    assert list(statuses(report).values()) == ["Failed"]
    assert report.results[0].subject.reference == "main:images/a.png"
    assert report.results[0].subject.id == new.removeprefix("images/")
    assert "QG-1907" in codes(report)
    assert "QG-1904" not in codes(report)


def test_another_picture_is_no_successor(repository: Repository, photos: list[Path]) -> None:
    (repository.top / "images/a.png").unlink()
    repository.write("images/new.png", encoded(photos[3]))
    report = repository.check()
    assert statuses(report) == {"new.png": "Skipped"}
    assert codes(report) == ["QG-1903", "QG-1904"]
    assert "images/a.png" in report.results[0].findings[0].message, "who looks should know what vanished"


def test_a_plain_rename_passes(repository: Repository) -> None:
    repository.git("mv", "images/a.png", "images/z z.png")
    report = repository.check()
    assert statuses(report) == {"z z.png": "Passed"}


def test_a_rename_into_no_picture_is_a_deletion(repository: Repository) -> None:
    repository.git("mv", "images/a.png", "images/a.png.bak")
    report = repository.check()
    assert report.results == ()
    assert codes(report, "warning") == ["QG-1904"]


def test_a_deleted_picture_is_a_warning(repository: Repository) -> None:
    repository.git("rm", "-q", "images/a.png")
    report = repository.check()
    assert report.verdict == "passed"
    assert codes(report, "warning") == ["QG-1904"]


def test_a_deleted_picture_outside_of_the_set_is_none_of_its_business(
    repository: Repository, photos: list[Path]
) -> None:
    repository.git("checkout", "-q", "main")
    repository.write("other/x.png", encoded(photos[2]))
    repository.write("images/drafts/y.png", encoded(photos[3]))
    repository.commit()
    repository.git("checkout", "-q", "-B", "feature")
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nexclude = ["drafts/"]'))
    repository.git("rm", "-q", "other/x.png", "images/drafts/y.png")
    assert codes(repository.check()) == ["QG-1905"]


def test_globs_and_budgets_hold_for_pictures_that_did_not_change(repository: Repository) -> None:
    """A budget is about all that is delivered, not about what one change touched."""
    repository.write("thresholds/tight.toml", 'schema = 1\nextends = "product"\n[budget]\ntotal_kb = 0.5\n')
    repository.write("qualitygate.toml", CONFIG.replace('"product"', '"tight"'))
    report = repository.check()
    assert "QG-1010" in codes(report, "error")


def test_areas_may_name_pictures_that_did_not_change(repository: Repository) -> None:
    area = '[[sets.ignore]]\npairs = "{}"\nrectangles = [[0, 0, 9, 9]]\n'
    repository.write("qualitygate.toml", CONFIG + area.format("b.webp"))
    assert repository.check().verdict == "passed"
    repository.write("qualitygate.toml", CONFIG + area.format("zebra.webp"))
    assert refused(repository).code == "QG-1405"


def test_the_base_of_the_set_goes_before_that_of_the_run(repository: Repository, photos: list[Path]) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    repository.commit()
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nbase = "HEAD"'))
    assert statuses(repository.check("main")) == {}


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


def test_several_sets_each_with_its_base(repository: Repository, photos: list[Path]) -> None:
    repository.write("images/a.png", encoded(photos[0], gain=1.2))
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nname = "one"\nbase = "HEAD"')
                     + CONFIG.replace("[[sets]]", '[[sets]]\nname = "two"'))  # fmt: skip
    assert statuses(repository.check()) == {"one/a.png": "Failed", "two/a.png": "Failed"}
