"""Nothing but digests is kept where nothing may leak: at severity S0, and of personal data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_cases import A1111, Collector, changed_repository, collector, git, png, write_log, write_report
from ledger_cases import FIRST, MORNING

from qualitygate.core.threshold import Severity
from qualitygate.incidents.collecting.kinds import KINDS
from qualitygate.incidents.events import Escalated
from qualitygate.incidents.facts import Impact


def test_digests_of_the_same_kind_stay_apart(tmp_path: Path, call: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    made = collector(tmp_path, call, severity=Severity.S0)
    for text in ("one\n", "two\n"):
        write_log(tmp_path, text)
        made.collect("--ci-log", "ci.log", "--incident-dir", ".")
    digests = [item.sha256 for item in made.ledger.record(FIRST).evidence]
    assert digests == [hashlib.sha256(text).hexdigest() for text in (b"one\n", b"two\n")]
    assert made.collect("--ci-log", "ci.log", "--incident-dir", ".")["added"] == []


@pytest.mark.parametrize("why", ["S0", "personal data"])
def test_nothing_but_digests_where_nothing_may_leak(
    tmp_path: Path, call: Callable, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = changed_repository(tmp_path / "repository")
    monkeypatch.chdir(top)
    commit = git(top, "rev-parse", "HEAD")
    sensitive = (
        {"impact": Impact(summary="x", count=1, personal_data=True)} if why != "S0" else {"severity": Severity.S0}
    )
    made = collector(top, call, commit=commit, ci_run="https://ci.example.org/runs/7", **sensitive)
    write_log(top)
    png(top / "p.png", parameters=A1111)
    write_report(top)
    told = call(
        "evidence", "collect", FIRST, "--ci-log", "ci.log", "--picture", "p.png", "--report", "report.json",
        "--format", "json",
    )  # fmt: skip
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert found["withheld"] == why
    kinds = {item["kind"]: item for item in found["added"]}
    assert set(kinds) == set(KINDS) - {"cause_map", "event_log", "proof"}
    for kind, item in kinds.items():
        if kind == "environment":
            continue
        assert item["path"] is None
        assert item["redacted"]
        assert item["reason"].startswith(f"{why}: not stored, see ")
        assert "https://ci.example.org/runs/7" in item["reason"]
        assert commit in item["reason"]
    assert kinds["ci_log"]["sha256"] == hashlib.sha256((top / "ci.log").read_bytes()).hexdigest()
    assert sorted(path.name for path in made.directory.iterdir()) == ["environment.json"]
    everything = "".join(path.read_text() for path in (top / "run").rglob("*") if path.is_file())
    assert "red shoe" not in everything


def test_escalation_to_s0_after_evidence_was_stored(at_work: Collector) -> None:
    write_log(at_work.root)
    at_work.collect("--ci-log", "ci.log")
    at_work.ledger.append(
        FIRST, Escalated(reason="a leak", severity=Severity.S0), actor="x", at=MORNING, recorded=MORNING
    )
    paths = {f"evidence/{FIRST.lower()}/{name}" for name in ("ci.log", "commits.txt", "changes.diff")}
    told = at_work.call("evidence", "collect", FIRST, "--ci-log", "ci.log")
    assert told.code == 1
    assert "QG-1797" in told.err
    assert "git filter-repo --invert-paths" in told.err
    assert all(f"--path {path}" in told.err for path in paths)
    verified = at_work.call("evidence", "verify", FIRST, "--format", "json")
    assert verified.code == 1
    assert set(json.loads(verified.out)["remove"]) == paths
    for path in paths:
        (at_work.root / path).unlink()
    removed = at_work.call("evidence", "verify", FIRST)
    assert removed.code == 0
    assert "as it should be" in removed.out
    assert at_work.collect()["remove"] == []
    assert [item.path for item in at_work.ledger.record(FIRST).evidence if item.kind != "environment"] == [None] * 3
    assert at_work.collect()["added"] == []
    assert at_work.call("evidence", "verify", FIRST).code == 0
