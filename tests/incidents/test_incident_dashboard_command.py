"""`qualitygate dashboard`: what is written, what is left alone, what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dashboard_cases import NOW, founding, heat_map, japanese, png
from kpi_cases import incident, z
from msgspec.structs import replace

from qualitygate.cli.dashboard import FileSources, command
from qualitygate.cli.site_directory import MARKER, SiteDirectory
from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Severity
from qualitygate.incidents.dashboard import File
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem

Build = Callable[..., Result]


def opened(root: Path, record: Postmortem) -> None:
    assert Ledger(root).open(record, actor="watcher", recorded=NOW) is not None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An incident directory with two incidents, one with a heat map."""
    here = tmp_path / "repository"
    record = founding()
    item = heat_map(record.id, png())
    assert item.path is not None
    (here / item.path).parent.mkdir(parents=True)
    (here / item.path).write_bytes(png())
    opened(here, replace(record, evidence=(item,)))
    opened(here, japanese())
    return here


@pytest.fixture
def build(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setenv("QUALITYGATE_NOW", z(NOW))

    def call(*arguments: str, directory: Path | None = None) -> Result:
        target = str(directory or tmp_path / "site")
        return CliRunner().invoke(command, [target, "--incident-dir", str(root), *arguments], standalone_mode=False)

    return call


def tree(directory: Path) -> dict[str, bytes]:
    return {p.relative_to(directory).as_posix(): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


def test_a_site(build: Build, tmp_path: Path) -> None:
    done = build()
    assert done.return_value == 0
    assert done.stdout.endswith("index.html: 2 incidents, 8 files changed\n")
    names = {name.partition("/")[0] for name in tree(tmp_path / "site")}
    assert names == {MARKER, "index.html", "dashboard.css", "dashboard.js", "incidents", "maps", "pictures"}


def test_the_same_again_changes_nothing(build: Build, tmp_path: Path) -> None:
    build()
    before = tree(tmp_path / "site")
    done = build("--format", "json")
    assert json.loads(done.stdout) == {
        "index": str(tmp_path / "site" / "index.html"), "incidents": 2, "written": 0, "removed": 0,
    }  # fmt: skip
    assert tree(tmp_path / "site") == before


def test_pages_of_incidents_that_are_gone_are_removed_and_nothing_else(
    build: Build, root: Path, tmp_path: Path
) -> None:
    build()
    mine = tmp_path / "site" / "incidents" / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    for path in (root / "run/_/postmortems").glob(f"{founding().id}*"):
        path.unlink()
    assert build().stdout.endswith("3 removed\n")
    left = tree(tmp_path / "site")
    assert not [name for name in left if founding().id.lower() in name.lower()]
    assert left["incidents/notes.txt"] == b"mine"
    assert not (tmp_path / "site" / "pictures").exists() or not list((tmp_path / "site" / "pictures").rglob("*.png"))


def test_a_picture_is_taken_down_when_its_incident_becomes_a_leak(build: Build, root: Path, tmp_path: Path) -> None:
    from qualitygate.incidents.events import Escalated

    build()
    assert list((tmp_path / "site" / "pictures").rglob("*.png"))
    Ledger(root).append(
        founding().id, Escalated(reason="it shows a person", severity=Severity.S0), actor="board", at=NOW, recorded=NOW
    )
    build()
    assert not list((tmp_path / "site").rglob("*.png"))


def test_a_directory_with_other_files_is_refused_and_left_alone(build: Build, tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    (target / "index.html").write_text("somebody's", encoding="utf-8")
    done = build(directory=target)
    assert isinstance(done.exception, ConfigError)
    assert done.exception.code == "QG-1741"
    assert tree(target) == {"index.html": b"somebody's"}


def test_a_git_worktree_may_hold_it(build: Build, tmp_path: Path) -> None:
    target = tmp_path / "pages"
    (target / ".git").mkdir(parents=True)
    (target / ".nojekyll").touch()
    assert build(directory=target).return_value == 0
    assert (target / ".git").is_dir()


def test_a_file_in_its_place_is_refused(build: Build, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = build(directory=tmp_path / "file")
    assert isinstance(done.exception, ConfigError)
    assert done.exception.code == "QG-1412"


def test_links_are_not_written_through(build: Build, tmp_path: Path) -> None:
    build()
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    shutil.rmtree(site / "incidents")
    elsewhere.mkdir()
    (site / "incidents").symlink_to(elsewhere, target_is_directory=True)
    done = build()
    assert isinstance(done.exception, ConfigError)
    assert done.exception.code == "QG-1741"
    assert list(elsewhere.iterdir()) == []


def test_a_killed_build_is_taken_up(build: Build, tmp_path: Path) -> None:
    build()
    whole = tree(tmp_path / "site")
    half = SiteDirectory(tmp_path / "half")
    half.begin()
    half.put(File("incidents/PM-2020-01-01-01.html", b"old"))
    assert build(directory=tmp_path / "half").return_value == 0
    assert tree(tmp_path / "half") == whole


def test_only_files_of_a_dashboard_are_written(tmp_path: Path) -> None:
    target = SiteDirectory(tmp_path / "site")
    for path in ("../x", "/etc/x", "incidents/../../x.html", "incidents/PM-1/x.html", "a.html"):
        with pytest.raises(ValueError, match="no file of a dashboard"):
            target.put(File(path, b""))


def test_a_failure_comes_before_the_first_file_is_written(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualitygate.incidents.archive import Records
    from qualitygate.incidents.facts import Times

    wrong = incident(9, times=Times(detected="2026-01-15T12:00:00Z", resolved="2026-01-15T24:30:00Z"))
    monkeypatch.setattr(Ledger, "records", lambda _: Records([wrong], []))
    done = build()
    assert isinstance(done.exception, ConfigError)
    assert done.exception.code == "QG-1740"
    assert not (tmp_path / "site").exists()


def test_the_markdown_of_the_incident_is_shown(build: Build, root: Path, tmp_path: Path) -> None:
    path = root / "run/_/postmortems" / f"{japanese().id}.md"
    path.write_bytes("# 手書き\r\n\r\nこれは編集された。\r\n".encode())
    build()
    page = (tmp_path / "site" / "incidents" / f"{japanese().id}.html").read_text(encoding="utf-8")
    assert "<h2>手書き</h2>" in page
    assert "これは編集された。" in page
    path.write_bytes(b"\xff\xfe\x00bad")
    done = build()
    assert "is not UTF-8" in done.stderr
    assert done.return_value == 0


def test_markdown_that_is_a_link_out_is_not_published(build: Build, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret", encoding="utf-8")
    path = root / "run/_/postmortems" / f"{japanese().id}.md"
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    build()
    assert not [name for name, content in tree(tmp_path / "site").items() if b"the secret" in content]


@pytest.mark.parametrize(
    "path",
    [
        "evidence/pm-1/../../secret.png",
        "evidence/../secret.png",
        "secret.png",
        "/etc/passwd",
        "evidence/pm-1/link.png",
        "evidence/pm-2/x.png",
        "evidence/pm-1/missing.png",
        "evidence/pm-1",
        "evidence\\pm-1\\a.png",
    ],
)
def test_evidence_is_read_from_its_place_only(tmp_path: Path, path: str) -> None:
    (tmp_path / "evidence/pm-1").mkdir(parents=True)
    (tmp_path / "evidence/pm-1/a.png").write_bytes(b"a")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "evidence/pm-1/link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "evidence/pm-2").symlink_to(tmp_path, target_is_directory=True)
    assert FileSources(tmp_path).evidence("evidence/pm-1/a.png") == b"a"
    assert FileSources(tmp_path).evidence(path) is None
