"""What a proof leaves behind: a file, evidence, an event; and what a failed one does to the incident."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofs_repository import BAD, GOOD, ID, LOOSE, TIGHT, Scratch, picture

from qualitygate.core.incident import IncidentKind
from qualitygate.core.threshold import Severity
from qualitygate.incidents.events import (
    Closed,
    Drafted,
    FalsePositive,
    Mitigated,
    Proved,
    Published,
    Resolved,
    Submitted,
)
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proofs.cells import CAUGHT, FIXED, GAP, PARENT, Cell, Observation, outcome
from qualitygate.proofs.reasons import short_reason
from qualitygate.proofs.record import from_json
from qualitygate.proving.replaying import CONTROL

AT = "2025-09-27T04:12:00Z"
NOW = datetime(2025, 9, 28, 8, tzinfo=UTC)


@pytest.fixture
def ledger(scratch: Scratch) -> Ledger:
    """A ledger with the incident in it."""
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
    said = qg("prove", ID, "--cases", "--runs", "1").out
    assert "replay: holds, but it is no proof" in said
    assert f"run `qualitygate prove {ID}` without --cases" in said, (
        "the commits are named, so they are not what is missing"
    )
    assert "name bad_commit" not in said
    scratch.case("")
    assert "name bad_commit and fixed_commit in [proof]" in qg("prove", ID, "--cases", "--runs", "1").out
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
    shutil.rmtree(scratch.top / "fixtures")
    done = qg("prove", "--all")
    assert done.code == 1
    assert "which is closed or proved and has no case" in done.out


def test_an_incident_whose_proof_came_from_a_case_that_is_gone(scratch: Scratch, ledger: Ledger, qg) -> None:
    """Neither a base nor a threshold tells of it: the proof does."""
    scratch.case()
    assert qg("prove", ID, "--runs", "1").code == 0
    scratch.write("thresholds/mine.toml", TIGHT.replace("born_of", "why").replace(', why = "a LUT drifted"', ""))
    assert qg("prove", "--all").code == 0
    shutil.rmtree(scratch.top / "fixtures")
    done = qg("prove", "--all")
    assert done.code == 1
    assert f"fixtures/incidents/{ID}/case.toml: case gone: {ID} is proved by evidence/" in done.out
    assert done.out.endswith("0 cases: 1 error\n")
    waiver = f'[[waiver]]\nincident = "{ID}"\ncheck = "QG-1001/delta_e_2000/p50"\nreason = "r"\nowner = "o"\n'
    scratch.write("thresholds/waivers.toml", waiver + 'approved_by = "board"\nexpires = 2025-11-01\n')
    done = qg("prove", "--all")  # no waiver answers for a case that is gone
    assert done.code == 1
    assert f"waiver does not hold: {ID} has no case" in done.out
    ledger.append(ID, FalsePositive(reason="it was a test card"), actor="lead", at=NOW, recorded=NOW)
    done = qg("prove", "--all")
    assert done.code == 0
    assert "stale waiver" in done.out


def test_an_attempt_that_failed_needs_no_case(scratch: Scratch, ledger: Ledger, qg) -> None:
    failing(scratch)
    assert qg("prove", ID, "--runs", "1").code == 1
    scratch.write("thresholds/mine.toml", LOOSE)
    shutil.rmtree(scratch.top / "fixtures")
    done = qg("prove", "--all")
    assert (done.code, done.out) == (0, "no cases below fixtures/incidents\n")


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


def failing(scratch: Scratch, **more: str) -> None:
    """A case whose new thresholds catch nothing."""
    values = {"bad_commit": scratch.bad, "fixed_commit": scratch.fixed, "reference": "approved/a.png",
              "candidate": "build/a.png", "new_thresholds": scratch.bad, **more}  # fmt: skip
    scratch.case("".join(f'{key} = "{value}"\n' for key, value in values.items()))


def proofs(ledger: Ledger) -> list[Proved]:
    return [line.event.data for line in ledger.lines(ID) if isinstance(line.event.data, Proved)]


def test_the_timeline_tells_a_failure_in_short_and_once(scratch: Scratch, ledger: Ledger, qg) -> None:
    failing(scratch)
    rows = len(ledger.record(ID).timeline)
    assert "stays detected; gather more evidence" in qg("prove", ID, "--runs", "1").out
    first = ledger.record(ID)
    assert first.timeline[-1].event.endswith("The proof failed: bad, new thresholds: passes")
    again = qg("prove", ID, "--runs", "1")
    assert again.code == 1
    assert f"known  {first.proof.path}, sha256 {first.proof.sha256}" in again.out if first.proof else False
    assert "the reproduction failed as it did before" in again.out
    assert ledger.record(ID) == first
    # The same failure over something else is kept as evidence; the timeline has it already.
    failing(scratch, new_thresholds=scratch.fixed)
    assert "wrote  evidence" in qg("prove", ID, "--runs", "1").out
    record = ledger.record(ID)
    assert len(record.timeline) == rows + 1
    assert record.proof == first.proof
    assert len([one for one in record.evidence if one.kind == "proof"]) == 2
    assert len(proofs(ledger)) == 1
    # Another failure is told.
    failing(scratch, new_thresholds="HEAD", bad_commit=scratch.commit("Half", **{"build/a.png": GOOD[:60]}),
            fixed_commit=scratch.repaired(), parent=scratch.parent)  # fmt: skip
    assert qg("prove", ID, "--runs", "1").code == 1
    assert len(proofs(ledger)) == 2
    assert "not measurable" in (proofs(ledger)[-1].reason or "")


def test_a_failure_after_the_incident_went_on_is_told_again(scratch: Scratch, ledger: Ledger, qg) -> None:
    failing(scratch)
    qg("prove", ID, "--runs", "1")
    for payload in (Mitigated(kind="rollback"), Drafted(), Submitted()):
        ledger.append(ID, payload, actor="lead", at=NOW, recorded=NOW)
    done = qg("prove", ID, "--runs", "1")
    assert f"{ID} goes back to gathering evidence, state draft" in done.out
    assert len(proofs(ledger)) == 2
    rows = [row.event for row in ledger.record(ID).timeline if "bad, new thresholds: passes" in row.event]
    assert [row.partition(":")[0] for row in rows] == [
        "The proof failed", "The failure could not be reproduced, back to gathering evidence"]  # fmt: skip


def test_a_false_alarm_is_no_failed_reproduction(scratch: Scratch, ledger: Ledger, qg) -> None:
    """Only the cells about the bad files say whether it was reproduced."""
    ledger.append(ID, Mitigated(kind="rollback"), actor="lead", at=NOW, recorded=NOW)
    ledger.append(ID, Drafted(), actor="lead", at=NOW, recorded=NOW)
    before = ledger.record(ID)
    failing(scratch, new_thresholds="HEAD", fixed_commit=scratch.commit("Half", **{"build/a.png": picture(30)}))
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 1
    assert "not proved: a cell does not hold" in done.out
    assert "reproduction" not in done.out
    record = ledger.record(ID)
    assert (record.state, record.timeline) == (before.state, before.timeline)
    assert record.proof is not None
    assert record.proof.result == "failed"
    assert "reproduced" not in qg("incident", "status", ID).out
    assert proofs(ledger)[-1].reproduced
    # Told once, as any failure.
    assert "known  evidence/" in qg("prove", ID, "--runs", "1").out
    assert len(proofs(ledger)) == 1


def test_no_answer_is_no_failed_reproduction(scratch: Scratch, ledger: Ledger, qg) -> None:
    """A control that breaks down says nothing of the incident."""
    for payload in (Mitigated(kind="rollback"), Drafted(), Submitted()):
        ledger.append(ID, payload, actor="lead", at=NOW, recorded=NOW)
    commits = f'bad_commit = "{scratch.bad}"\nfixed_commit = "{scratch.fixed}"\n'
    control = '[control]\nname = "review"\ndescription = "d"\ncommand = ["sh", "-c", "exit 3"]\n'
    scratch.case(commits, control, top="\n")
    done = qg("prove", ID, "--runs", "1", "--allow-reproduce")
    assert done.code == 1
    assert "bad, new thresholds, must fail: gives no answer: exit code 3" in done.out
    assert "not proved: there is no answer for a cell, so that it is not known whether it was reproduced" in done.out
    record = ledger.record(ID)
    assert record.state.value == "in_review"
    (proof,) = proofs(ledger)
    assert (proof.proof.result, proof.reproduced) == ("failed", True)
    assert (proof.reason or "").startswith("bad, new thresholds: no answer")
    scratch.case(commits, control.replace("exit 3", "exit 0"), top="\n")
    assert qg("prove", ID, "--runs", "1", "--allow-reproduce").code == 1
    assert ledger.record(ID).state.value == "draft"


def test_files_that_cannot_be_measured_are_no_failed_reproduction(scratch: Scratch, ledger: Ledger, qg) -> None:
    for payload in (Mitigated(kind="rollback"), Drafted(), Submitted()):
        ledger.append(ID, payload, actor="lead", at=NOW, recorded=NOW)
    failing(scratch, new_thresholds="HEAD", bad_commit=scratch.commit("Half", **{"build/a.png": GOOD[:60]}),
            fixed_commit=scratch.repaired(), parent=scratch.parent)  # fmt: skip
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 1
    assert "cannot be measured" in done.out
    record = ledger.record(ID)
    assert record.state.value == "in_review"
    assert (proofs(ledger)[-1].reproduced, proofs(ledger)[-1].proof.result) == (True, "failed")


def test_a_closed_incident_stays_closed_and_is_to_be_reopened(scratch: Scratch, ledger: Ledger, qg) -> None:
    for payload in (Mitigated(kind="rollback"), Published(), Resolved(), Closed()):
        ledger.append(ID, payload, actor="lead", at=NOW, recorded=NOW)
    failing(scratch)
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 1
    assert f"the proof no longer holds; reopen it: qualitygate incident reopen {ID} --reason …\n" in done.out
    assert ledger.record(ID).timeline[-1].event == "The proof failed: bad, new thresholds: passes"
    assert "goes back" not in done.out
    assert ledger.record(ID).state.value == "closed"


def test_a_gap_that_is_none_says_what_to_do(scratch: Scratch, ledger: Ledger, qg) -> None:
    bad = scratch.commit("Break it again", **{"build/a.png": BAD})
    failing(scratch, bad_commit=bad, fixed_commit=scratch.repaired(), new_thresholds="HEAD")
    done = qg("prove", ID, "--runs", "1")
    assert done.code == 1
    told = ("The gate would have caught it", f"escalate {ID} --kind near_miss --reason", 'kind = "near_miss" in',
            "three cells", "nobody ran the gate", "[control] in place of", "old_thresholds in [proof]")  # fmt: skip
    assert [part for part in told if part not in done.out] == []
    assert ledger.record(ID).timeline[-1].event.endswith(": bad, old thresholds: fails")
    # What it says can be done.
    assert qg("incident", "escalate", ID, "--kind", "near_miss", "--reason", "the gate had it").code == 0
    case = scratch.top / f"fixtures/incidents/{ID}/case.toml"
    case.write_text(case.read_text().replace('"real"', '"near_miss"'))
    assert qg("prove", ID, "--runs", "1").code == 0


LANGUAGES = ("en", "de", "fr", "ja")
SEEN = st.builds(
    lambda verdict, flaky: (Observation(verdict), Observation("passed" if flaky else verdict)),
    st.sampled_from(("passed", "failed", "unmeasurable", "not_judged")),
    st.booleans(),
)


@given(st.lists(st.tuples(st.sampled_from([GAP, CAUGHT, FIXED, PARENT, CONTROL]), SEEN), max_size=5))
def test_a_reason_is_short_in_every_language(cells: list[tuple[Cell, tuple[Observation, ...]]]) -> None:
    outcomes = [outcome(cell, runs, "QG-1001/delta_e_2000/p50") for cell, runs in cells]
    told = {lang: short_reason(outcomes, lang) for lang in LANGUAGES}
    held = all(one.holds for one in outcomes)
    for text in told.values():
        assert (text is None) == held
        assert len(text or "") < 80
        assert "QG-" not in (text or "")
    assert held or len(set(told.values())) == len(LANGUAGES)
    assert short_reason(outcomes, "xx") == told["en"]
