"""Evidence that is not what it was: changed, missing, unknown, or not where it says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import pytest
from ledger_cases import FIRST, record

from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Severity
from qualitygate.incidents.collecting import check_evidence, evidence_findings, unknown_files
from qualitygate.incidents.facts import Evidence, Proof
from qualitygate.incidents.postmortem import Postmortem

FOLDER = f"evidence/{FIRST.lower()}"


def with_files(root: Path, **files: bytes) -> Postmortem:
    (root / FOLDER).mkdir(parents=True)
    items = []
    for name, content in files.items():
        (root / FOLDER / name).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        items.append(Evidence(kind="ci_log", sha256=sha256, bytes=len(content), path=f"{FOLDER}/{name}", subject=name))
    return record(evidence=tuple(items))


def codes(root: Path, found: Postmortem) -> list[str]:
    return [one.code for one in (*evidence_findings(root, found), *unknown_files(root, found))]


def test_untouched_evidence_has_no_findings(tmp_path: Path) -> None:
    found = with_files(tmp_path, a=b"1", b=b"2")
    assert codes(tmp_path, found) == []
    assert check_evidence(tmp_path, found)[f"{FOLDER}/a"] == hashlib.sha256(b"1").hexdigest()


def test_changed_missing_and_unknown(tmp_path: Path) -> None:
    found = with_files(tmp_path, a=b"1", b=b"2", c=b"3")
    (tmp_path / FOLDER / "a").write_bytes(b"x")
    (tmp_path / FOLDER / "b").unlink()
    (tmp_path / FOLDER / "new").write_bytes(b"4")
    (tmp_path / FOLDER / ".gitattributes").write_bytes(b"")
    assert codes(tmp_path, found) == ["QG-1794", "QG-1795", "QG-1796"]
    assert {one.subject for one in evidence_findings(tmp_path, found)} == {FIRST}


def test_a_proof_is_evidence_too(tmp_path: Path) -> None:
    found = with_files(tmp_path)
    (tmp_path / FOLDER / "proof.json").write_bytes(b"{}")
    proof = Proof(
        result="passed", at="2025-09-28T00:00:00Z", path=f"{FOLDER}/proof.json", check_id="QG-1001",
        sha256=hashlib.sha256(b"{}").hexdigest(),
    )  # fmt: skip
    found = msgspec.structs.replace(found, proof=proof)
    assert codes(tmp_path, found) == []
    (tmp_path / FOLDER / "proof.json").write_bytes(b"[]")
    assert codes(tmp_path, found) == ["QG-1794"]


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/hostname", "a/../../secret", "C:/x", "a\\b", "", "link", "dir/f", "\0"]
)
def test_paths_that_lead_away_are_not_opened(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"s")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "dir").symlink_to(tmp_path)
    (tmp_path / "f").write_bytes(b"f")
    item = Evidence(kind="ci_log", sha256="0" * 64, bytes=1, path=path)
    assert check_evidence(root, record(evidence=(item,))) == {path: None}


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    found = with_files(tmp_path, a=b"1")
    (tmp_path / FOLDER / "a").unlink()
    os.mkfifo(tmp_path / FOLDER / "a")
    assert codes(tmp_path, found) == ["QG-1795"]


def test_a_linked_directory_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / FOLDER).symlink_to(tmp_path)
    assert codes(tmp_path, record()) == ["QG-1796"]


def test_files_that_must_go_are_errors_and_gone_ones_notes(tmp_path: Path) -> None:
    found = msgspec.structs.replace(with_files(tmp_path, a=b"1", b=b"2"), severity=Severity.S0)
    (tmp_path / FOLDER / "b").unlink()
    findings = evidence_findings(tmp_path, found)
    assert [(one.code, one.level) for one in findings] == [("QG-1797", Level.ERROR), ("QG-1797", Level.NOTE)]
