"""What an incident owes: pictures where the gate saw it, evidence that says something, and no leak of what it shows."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from proofs_repository import ID, Scratch

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Impact, Times, Trigger
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proving import prove
from qualitygate.proving.recording import record_proof

NOW = datetime(2025, 10, 1, 8, tzinfo=UTC)
CONTROL = '[control]\nname = "review"\ndescription = "d"\nevidence = ["docs/review.md"]\n'
GATE = Trigger(layer="gate", check_id="QG-1001/delta_e_2000/p50", label="l", message="m", metric="delta_e_2000")
RULE = Trigger(layer="gate", check_id="QG-1104", label="l", message="m")
ALERT = Trigger(layer="monitor", check_id="support-mail", label="support-mail", message="m")


def opened(scratch: Scratch, *triggers: Trigger, severity: Severity = Severity.S2, personal: bool = False) -> Ledger:
    ledger = Ledger(scratch.top)
    record = Postmortem(
        id=ID, title="The look drifted", severity=severity, state=IncidentState.DETECTED, kind=IncidentKind.REAL,
        times=Times(detected="2025-09-27T04:12:00Z"), triggers=triggers,
        impact=Impact(summary="s", count=1, personal_data=personal),
    )  # fmt: skip
    assert ledger.open(record, actor="on-call", recorded=datetime(2025, 9, 27, 4, 13, tzinfo=UTC)) is not None
    return ledger


@pytest.mark.parametrize("trigger", [GATE, RULE])
def test_papers_do_not_prove_what_the_gate_saw(scratch: Scratch, qg, trigger: Trigger) -> None:
    ledger = opened(scratch, ALERT, trigger)
    scratch.write("docs/review.md", "How prompts are reviewed.\n")
    scratch.case("", CONTROL, top="\n")
    done = qg("prove", ID)
    assert done.code == 2
    assert f"was shown by {trigger.check_id}: an incident of pictures needs a case of pictures" in done.err
    assert f"fixtures/incidents/{ID}/case.toml:" in done.err
    every = qg("prove", "--all")
    assert every.code == 1
    assert "needs a case of pictures" in every.out
    proven = prove(ID, scratch.top, now=NOW, environ={"PATH": os.environ["PATH"]})
    with pytest.raises(ConfigError, match="needs a case of pictures"):
        record_proof(proven, ledger, actor="a", at=NOW, recorded=NOW)
    assert ledger.record(ID).proof is None
    assert not (scratch.top / "evidence").exists()


def test_papers_may_prove_what_no_picture_shows(scratch: Scratch, qg) -> None:
    opened(scratch, ALERT)
    scratch.write("docs/review.md", "How prompts are reviewed.\n")
    scratch.case("", CONTROL, top="\n")
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 0, done.err
    assert ", 1 cell, 1 run each" in done.out
    assert qg("prove", "--all").code == 0


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n"])
def test_empty_evidence_shows_nothing(scratch: Scratch, qg, content: bytes) -> None:
    ledger = opened(scratch, ALERT)
    scratch.write("docs/review.md", content)
    scratch.case("", CONTROL, top="\n")
    done = qg("prove", ID)
    assert done.code == 1
    assert "evidence that shows nothing: docs/review.md is empty" in done.out
    record = ledger.record(ID)
    assert record.proof is not None
    assert record.proof.result == "failed"
    assert qg("prove", "--all").code == 1


@pytest.mark.parametrize("personal", [False, True])
def test_pictures_that_must_not_be_in_git_are_said(scratch: Scratch, qg, personal: bool) -> None:
    opened(scratch, GATE, severity=Severity.S2 if personal else Severity.S0, personal=personal)
    scratch.case()
    scratch.commit("Case")
    for arguments in ([], ["--format", "json"], ["--no-record"]):
        done = qg("prove", ID, "--runs", "1", *arguments)
        assert done.code == 0, done.err
        why = "personal data" if personal else "S0"
        assert f"3 stored files must not be in git ({why}) [QG-1797]; remove them from its history:" in done.err
        assert f"git rm --quiet --force --ignore-unmatch -- fixtures/incidents/{ID}/bad.png" in done.err
        assert "git filter-repo --invert-paths" in done.err
        assert "QG-1797" not in done.out


def test_pictures_of_other_incidents_are_well(scratch: Scratch, qg) -> None:
    opened(scratch, GATE)
    scratch.case()
    assert "QG-1797" not in qg("prove", ID, "--runs", "1").err


def test_pictures_beside_a_case_elsewhere_are_said(scratch: Scratch, qg, tmp_path) -> None:
    """The incidents may lie in another directory than the case."""
    other = tmp_path / "incidents"
    other.mkdir()
    opened(Scratch(other), GATE, severity=Severity.S0)
    scratch.case()
    done = qg("prove", ID, "--runs", "1", "--incident-dir", str(other))
    assert done.code == 0, done.err
    assert "3 stored files must not be in git (S0) [QG-1797]" in done.err
