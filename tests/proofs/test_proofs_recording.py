"""What a proof leaves behind: a file, evidence, an event; and what a failed one does to the incident."""

from __future__ import annotations

import hashlib
import json

import pytest
from proofs_repository import ID, Scratch, picture

from qualitygate.core.incident import IncidentKind
from qualitygate.core.threshold import Severity
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Impact, Postmortem, Times
from qualitygate.proofs.record import from_json

AT = "2025-09-27T04:12:00Z"


@pytest.fixture
def ledger(scratch: Scratch) -> Ledger:
    """A ledger with the incident in it."""
    from datetime import UTC, datetime

    from qualitygate.core.incident import IncidentState

    made = Ledger(scratch.top)
    record = Postmortem(
        id=ID, title="The look drifted", severity=Severity.S1, state=IncidentState.DETECTED, kind=IncidentKind.REAL,
        times=Times(detected=AT), impact=Impact(summary="4,200 images", count=4200),
    )  # fmt: skip
    assert made.open(record, actor="on-call", recorded=datetime(2025, 9, 27, 4, 13, tzinfo=UTC)) is not None
    return made


def test_a_proof_is_evidence(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case()
    done = qg("prove", ID, "--runs", "2", "--actor", "on-call")
    assert done.code == 0, done.err
    path = scratch.top / "evidence" / ID.lower() / "proof.json"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"wrote  evidence/{ID.lower()}/proof.json, sha256 {digest}" in done.out
    assert f"`qualitygate incident close {ID}` has its proof" in done.out
    record = ledger.record(ID)
    assert record.proof is not None
    assert (record.proof.result, record.proof.sha256, record.proof.runs) == ("passed", digest, 2)
    assert record.proof.check_id == "QG-1001/delta_e_2000/p50"
    assert [(one.kind, one.sha256) for one in record.evidence] == [("proof", digest)]
    stored = from_json(path.read_bytes())
    assert stored.result == "passed"
    assert stored.started == "2025-10-01T08:00:00Z"


def test_an_earlier_proof_is_kept(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case()
    assert qg("prove", ID, "--runs", "1").code == 0
    first = ledger.record(ID).proof
    assert qg("prove", ID, "--runs", "2").code == 0
    record = ledger.record(ID)
    assert first is not None
    kept = {one.sha256: one.path for one in record.evidence}
    assert len(kept) == 2
    earlier = scratch.top / (kept[first.sha256] or "")
    assert hashlib.sha256(earlier.read_bytes()).hexdigest() == first.sha256


def test_a_failed_reproduction_goes_back_and_says_so(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case(f'bad_commit = "{scratch.bad}"\nfixed_commit = "{scratch.fixed}"\nreference = "approved/a.png"\n'
                 f'candidate = "build/a.png"\nnew_thresholds = "{scratch.bad}"\n')  # fmt: skip
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 1
    assert "FAILS  bad, new thresholds, must fail: passes" in done.out
    assert "the reproduction failed" in done.out
    record = ledger.record(ID)
    assert record.proof is not None
    assert record.proof.result == "failed"


def test_a_case_may_not_call_it_a_near_miss(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case(kind="near_miss")
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 2
    assert "the case says near_miss, the incident is real" in done.err


def test_a_replay_is_not_recorded(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case()
    for arguments in (["--cases"], ["--no-record"]):
        done = qg("prove", ID, "--runs", "1", *arguments)
        assert done.code == 0
        assert "not recorded" in done.out
    assert "replay: holds, but it is no proof" in qg("prove", ID, "--cases").out
    assert ledger.record(ID).proof is None
    assert not (scratch.top / "evidence").exists()


def test_json_and_a_file(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case()
    shown = json.loads(qg("prove", ID, "--runs", "1", "--format", "json", "--output", "out/proof.json").out)
    assert shown["result"] == "passed"
    assert shown["recorded"]["path"] == f"evidence/{ID.lower()}/proof.json"
    assert [cell["name"] for cell in shown["cells"]] == ["gap", "caught", "fixed", "parent"]
    assert from_json((scratch.top / "out/proof.json").read_bytes()).incident == ID


def test_an_incident_that_is_not_here(scratch: Scratch, qg) -> None:
    scratch.case()
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 0
    assert f"not recorded: there is no incident {ID} here" in done.out


@pytest.mark.parametrize("arguments", [[], [ID, "--all"], [ID, "--base", "main"], ["PM-2025-01-01-01"], ["nonsense"]])
def test_usage(scratch: Scratch, qg, arguments: list[str]) -> None:
    done = qg("prove", *arguments)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1


def test_a_closed_or_proved_incident_must_keep_its_case(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case()
    assert qg("prove", ID, "--runs", "1").code == 0
    assert qg("prove", "--all").code == 0
    import shutil

    shutil.rmtree(scratch.top / "fixtures")
    done = qg("prove", "--all")
    assert done.code == 1
    assert "which is closed or proved and has no case" in done.out


def test_a_case_that_changed_since_its_proof_is_said(scratch: Scratch, ledger: Ledger, qg) -> None:
    scratch.case()
    assert qg("prove", ID, "--runs", "1").code == 0
    assert "changed since" not in qg("prove", "--all").out
    scratch.write(f"fixtures/incidents/{ID}/bad.png", picture(120))
    done = qg("prove", "--all")
    assert done.code == 0
    assert f"case changed since it was proved: {ID}; run `qualitygate prove {ID}` again" in done.out
    assert qg("prove", ID, "--runs", "1").code == 0
    assert "changed since" not in qg("prove", "--all").out
