"""Pictures that leave a set compared with git, and what comes in their place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import CONFIG, Repository, codes, encoded, quiet, statuses

from qualitygate.core.verdict import Report

ALL = """[[sets]]
name = "archive"
candidate = "archive"
profile = "product"
metrics = ["delta_e_2000"]
"""


@pytest.fixture
def repository(tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in quiet(dict(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    made = Repository(tmp_path / "repository")
    made.begin(**{"images/coffee.webp": encoded(photos[0], "WEBP"), "images/b.png": encoded(photos[1])})
    (made.top / "archive").mkdir()
    return made


def messages(report: Report, code: str) -> list[str]:
    return [one.message for one in report.all_findings if one.code == code]


def test_a_picture_that_moved_out_of_the_set_is_told(repository: Repository) -> None:
    repository.git("mv", "images/coffee.webp", "archive/")
    report = repository.check()
    assert codes(report, "warning") == ["QG-1904"]
    assert codes(report) == ["QG-1904"], "something did change"
    (message,) = messages(report, "QG-1904")
    assert "coffee.webp" in message
    assert "archive/coffee.webp" in message


def test_excluded_within_its_directory_is_out_as_well(repository: Repository) -> None:
    repository.write("qualitygate.toml", CONFIG.replace("[[sets]]", '[[sets]]\nexclude = ["old/"]'))
    repository.git("add", "-A")
    (repository.top / "images/old").mkdir()
    repository.git("mv", "images/coffee.webp", "images/old/")
    assert codes(repository.check(), "warning") == ["QG-1904"]


@pytest.mark.parametrize("new", ["images/kaffee.webp", "images/coffee.png", "images/deep/coffee.webp"])
@pytest.mark.parametrize("exact", [True, False])
def test_a_drifted_replacement_is_compared_with_what_moved_out(
    repository: Repository, photos: list[Path], new: str, exact: bool
) -> None:
    repository.git("mv", "images/coffee.webp", "archive/")
    if not exact:  # encoded anew, so that its name makes it a rename
        repository.write("archive/coffee.webp", encoded(photos[0], "WEBP", side=95))
    repository.write(new, encoded(photos[0], new.rpartition(".")[2].upper(), gain=1.3))
    report = repository.check()
    assert list(statuses(report).values()) == ["Failed"]
    assert report.results[0].subject.reference == "main:images/coffee.webp"
    assert "QG-1904" not in codes(report)


def test_a_picture_that_moves_to_another_set_is_compared_there(repository: Repository, photos: list[Path]) -> None:
    repository.write("qualitygate.toml", CONFIG + ALL)
    repository.write("archive/x.png", encoded(photos[2]))
    repository.commit()
    repository.git("branch", "-f", "main")
    repository.git("mv", "images/coffee.webp", "archive/")
    report = repository.check()
    assert [name.partition("/")[2] for name in statuses(report)] == ["coffee.webp"]
    assert list(statuses(report).values()) == ["Passed"]
    assert codes(report, "warning") == ["QG-1904"], "the set that it left says so"


def test_a_set_whose_directory_moves_as_a_whole_has_lost_nothing(repository: Repository) -> None:
    repository.git("mv", "images", "pictures")
    repository.write("qualitygate.toml", CONFIG.replace('"images"', '"pictures"'))
    report = repository.check()
    assert set(statuses(report).values()) == {"Passed"}
    assert codes(report) == ["QG-1907", "QG-1907"]


def test_two_new_ones_for_one_that_vanished_are_both_compared_with_it(
    repository: Repository, photos: list[Path]
) -> None:
    old = (repository.top / "images/coffee.webp").read_bytes()
    repository.git("rm", "-q", "images/coffee.webp")
    repository.write("images/kaffee.webp", old[:-1] + old[-1:])
    repository.write("images/kaffee 2.webp", encoded(photos[0], "WEBP", gain=1.3))
    assert statuses(repository.check()) == {"kaffee.webp": "Passed", "kaffee 2.webp": "Failed"}


def test_a_new_picture_beside_a_vanished_one_is_a_warning_and_alone_a_note(
    repository: Repository, photos: list[Path]
) -> None:
    repository.write("images/new.png", encoded(photos[3]))
    assert codes(repository.check(), "warning") == []
    repository.git("rm", "-q", "images/coffee.webp")
    report = repository.check()
    assert codes(report, "warning") == ["QG-1903", "QG-1904"]
    assert "images/coffee.webp" in messages(report, "QG-1903")[0]
