"""Sets that are compared with git: what is measured, what is not, and what must never pass unseen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import CONFIG, Repository, codes, encoded, refused, statuses

from qualitygate.core.verdict import Skipped
from qualitygate.corridor import judging


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
