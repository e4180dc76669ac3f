"""What `qualitygate evidence` refuses: files from elsewhere, links, and what is none of what was asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from evidence_cases import Collector, write_log
from ledger_cases import FIRST


@pytest.mark.parametrize("name", ["nonsense", "--output=/tmp/x", "-h", "HEAD:a.txt"])
def test_an_unknown_revision_is_one_error(at_work: Collector, name: str) -> None:
    told = at_work.call("evidence", "collect", FIRST, f"--base={name}", "--no-environment")
    assert told.code == 2
    assert "QG-1792" in told.err
    assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"schema": "other/1"}', b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_report_is_refused(at_work: Collector, content: bytes) -> None:
    (at_work.root / "report.json").write_bytes(content)
    told = at_work.call("evidence", "collect", FIRST, "--report", "report.json")
    assert told.code == 2
    assert "QG-1793" in told.err
    assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--ci-log", "--picture", "--report"])
@pytest.mark.parametrize("how", ["outside", "dots", "link", "folder link", "missing", "pipe", "directory"])
def test_files_from_elsewhere_are_refused(at_work: Collector, tmp_path: Path, option: str, how: str) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "file").write_text("{}")
    named: Path = {
        "outside": outside / "file",
        "dots": Path("..") / "elsewhere" / "file",
        "link": at_work.root / "link",
        "folder link": at_work.root / "folder" / "file",
        "missing": at_work.root / "missing",
        "pipe": at_work.root / "pipe",
        "directory": at_work.root / "directory",
    }[how]
    (at_work.root / "link").symlink_to(outside / "file")
    (at_work.root / "folder").symlink_to(outside)
    (at_work.root / "directory").mkdir()
    os.mkfifo(at_work.root / "pipe")
    told = at_work.call("evidence", "collect", FIRST, option, named)
    assert told.code == 2
    assert how == "directory" or ("QG-1791" if how in ("missing", "pipe") else "QG-1790") in told.err
    assert not at_work.directory.exists()


def test_evidence_is_never_written_through_a_link(at_work: Collector, tmp_path: Path) -> None:
    write_log(at_work.root)
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (at_work.root / "evidence").mkdir()
    at_work.directory.symlink_to(outside)
    told = at_work.call("evidence", "collect", FIRST, "--ci-log", "ci.log")
    assert told.code == 2
    assert "QG-1790" in told.err
    assert list(outside.iterdir()) == []


def test_an_unknown_incident_is_one_error(at_work: Collector) -> None:
    for verb in ("collect", "list", "verify"):
        told = at_work.call("evidence", verb, "PM-2020-01-01-01")
        assert told.code == 2
        assert "QG-1701" in told.err
