"""A directory of a report holds what its page refers to, and whatever else somebody put there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qualitygate.cli.leftovers import remove_leftovers
from qualitygate.cli.output import deliver
from qualitygate.cli.reports import targets, write_reports
from qualitygate.core.verdict import Report
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.html import Html
from qualitygate.reporters.html.pictures import LEFTOVERS

OURS = ("0001-reference.webp", "0007-heat-tile.png", "0123-thumbnail.webp", "12345-panel.webp")
THEIRS = ("notes.txt", "logo.png", "0001-reference.jpg", "reference.webp")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    pictures = tmp_path / "report/pictures"
    pictures.mkdir(parents=True)
    for name in (*OURS, *THEIRS):
        (pictures / name).write_bytes(b"old")
    (tmp_path / "report/0001-panel.webp").write_bytes(b"not in pictures/")
    return tmp_path / "report"


def names(report: Path) -> set[str]:
    return {path.name for path in (report / "pictures").iterdir()}


def rendered(*files: str) -> Rendered:
    return Rendered("page", {f"pictures/{name}": b"new" for name in files}, LEFTOVERS)


def test_what_the_new_report_does_not_write_goes(report: Path) -> None:
    remove_leftovers(report, rendered(OURS[0]))
    assert names(report) == {OURS[0], *THEIRS}
    assert (report / "0001-panel.webp").exists()


def test_a_report_and_its_output_leave_nothing_behind(report: Path) -> None:
    (report / "index.html").write_bytes(Html.mark)
    write_reports(targets([f"html={report}"]), Report(()), View({}))
    assert names(report) == set(THEIRS)
    (report / "pictures" / OURS[1]).write_bytes(b"old")
    deliver(rendered(OURS[2]), report / "index.html", {})
    assert names(report) == {OURS[2], *THEIRS}


def test_other_formats_remove_nothing(report: Path) -> None:
    write_reports(targets([f"sarif={report / 'out.sarif'}"]), Report(()), View({}))
    assert names(report) == {*OURS, *THEIRS}


def test_an_emptied_directory_goes_and_another_one_stays(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    remove_leftovers(tmp_path, rendered())
    assert pictures.is_dir()
    (pictures / OURS[0]).write_bytes(b"old")
    remove_leftovers(tmp_path, rendered())
    assert not pictures.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_and_what_they_point_to_stay(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / OURS[0]).write_bytes(b"kept")
    (tmp_path / "report").mkdir()
    (tmp_path / "report/pictures").symlink_to(elsewhere, target_is_directory=True)
    remove_leftovers(tmp_path / "report", rendered())
    assert (elsewhere / OURS[0]).exists()
    (tmp_path / "report/pictures").unlink()
    (tmp_path / "report/pictures").mkdir()
    link = tmp_path / "report/pictures" / OURS[1]
    link.symlink_to(elsewhere / OURS[0])
    remove_leftovers(tmp_path / "report", rendered())
    assert link.is_symlink()


@pytest.mark.parametrize("place", ["..", "/", "a/../.."])
def test_nothing_outside_is_touched(tmp_path: Path, place: str) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "kept.png").write_bytes(b"kept")
    remove_leftovers(tmp_path / "inside", Rendered("", {}, {place: ".*"}))
    assert (tmp_path / "kept.png").exists()
