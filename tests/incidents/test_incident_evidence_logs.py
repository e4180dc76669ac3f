"""Logs as evidence: the head and the tail of long ones, no half lines, no binary ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from evidence_cases import SECRETS, Collector

from qualitygate.incidents.collecting import logs
from qualitygate.incidents.collecting.logs import gather_log


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_long_log_keeps_its_head_and_tail(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ci.log"
    lines = [f"line {number} {SECRETS['github']} ü" for number in range(60_000)]
    path.write_text("\n".join(["first", *lines, "last"]), encoding=encoding)
    gathered = gather_log(path, "ci.log")
    assert gathered.content is not None
    text = gathered.content.decode()
    assert text.startswith("first\nline 0 ")
    assert text.endswith("\nlast")
    assert len(gathered.content) < logs.HEAD_BYTES + logs.TAIL_BYTES
    assert SECRETS["github"][:12] not in text
    assert f"of {path.stat().st_size:,} bytes left out here]" in text
    assert gathered.left_out is not None
    assert gathered.left_out.endswith(hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_long_line_is_not_cut_in_two(tmp_path: Path) -> None:
    path = tmp_path / "ci.log"
    path.write_text("a\n" + SECRETS["github"] * 100_000 + "\nz\n")
    gathered = gather_log(path, "ci.log")
    assert gathered.content is not None
    assert b"abcdefghijkl" not in gathered.content
    assert gathered.content.startswith(b"a\n[qualitygate: ")
    assert gathered.content.endswith(b"\nz\n")


def test_a_binary_log_is_digested_only(at_work: Collector) -> None:
    (at_work.root / "ci.log").write_bytes(b"PK\x03\x04\0\0" * 100)
    item = at_work.collect("--ci-log", "ci.log")["added"][0]
    assert item["path"] is None
    assert item["reason"].startswith("binary")
