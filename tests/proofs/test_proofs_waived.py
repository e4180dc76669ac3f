"""What a waiver answers for, and for how long: a limit that no longer catches, never a case that is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from proofs_repository import CONFIG, ID, LOOSE, TIGHT, Scratch, picture

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.events import Closed, FalsePositive, Mitigated, Published, Resolved
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proving import Standing, prove_all

TODAY, LATER = date(2025, 10, 1), date(2025, 10, 3)
NOW = datetime(2025, 9, 28, 8, tzinfo=UTC)
CASE = f"fixtures/incidents/{ID}"
WAIVERS = "thresholds/waivers.toml"
WAIVER = f"""
[[waiver]]
incident = "{ID}"
check = "QG-1001/delta_e_2000/p50"
reason = "the new camera"
owner = "brand"
approved_by = "Invented"
expires = 2025-10-02
"""
BOARD = '\n[incident]\ncontrol_board = ["@Lead", "Brand Board"]\n'


@pytest.fixture
def repository(scratch: Scratch) -> Scratch:
    """The story with its case, on main; a branch is checked out."""
    scratch.case()
    scratch.commit("Case")
    scratch.git("checkout", "-qb", "feature")
    return scratch


def standing(scratch: Scratch, base: str | None = "main", today: date = TODAY) -> Standing:
    return prove_all(scratch.top, today=today, environ={}, base=base)


def errors(found: Standing) -> list[str]:
    return [one.code for one in found.findings if one.level.value == "error"]


def closed(scratch: Scratch, qg) -> Ledger:
    """The incident, proved and closed, and committed."""
    ledger = Ledger(scratch.top)
    record = Postmortem(
        id=ID, title="The look drifted", severity=Severity.S1, state=IncidentState.DETECTED, kind=IncidentKind.REAL,
        times=Times(detected="2025-09-27T04:12:00Z"), impact=Impact(summary="s", count=1),
    )  # fmt: skip
    ledger.open(record, actor="on-call", recorded=datetime(2025, 9, 27, 4, 13, tzinfo=UTC))
    assert qg("prove", ID, "--runs", "1").code == 0
    for payload in (Mitigated(kind="rollback"), Published(), Resolved(), Closed()):
        ledger.append(ID, payload, actor="lead", at=NOW, recorded=NOW)
    scratch.commit("Close")
    scratch.git("branch", "-f", "main", "HEAD")
    return ledger


def test_a_waiver_of_a_day_deletes_no_case_for_ever(repository: Scratch, qg) -> None:
    closed(repository, qg)
    repository.git("rm", "-rq", "fixtures")
    repository.write("thresholds/mine.toml", LOOSE.replace("p50", "max"))
    repository.write(WAIVERS, WAIVER)
    for base in ("main", None):
        assert "QG-1765" in errors(standing(repository, base))
    repository.commit("Delete it")
    repository.git("branch", "-f", "main", "HEAD")  # merged all the same
    for today in (TODAY, LATER):
        found = standing(repository, "main", today)
        assert errors(found) == ["QG-1765", "QG-1767"]
        assert "delete it" not in " ".join(one.message for one in found.findings)


def test_a_deleted_case_of_an_open_incident_is_not_waived(repository: Scratch) -> None:
    repository.git("rm", "-rq", "fixtures")
    repository.write(WAIVERS, WAIVER)
    assert errors(standing(repository)) == ["QG-1765", "QG-1767"]
    repository.commit("Delete it")
    repository.git("branch", "-f", "main", "HEAD")
    found = standing(repository, "main", LATER)
    assert errors(found) == ["QG-1767"]
    assert f"{ID} has no case; only a limit that no longer catches can be waived" in found.findings[0].message
    assert (found.findings[0].path, found.findings[0].line) == (WAIVERS, 2)


def test_a_weakened_case_and_a_missing_profile_are_not_waived(repository: Scratch) -> None:
    repository.write(WAIVERS, WAIVER)
    repository.write("thresholds/mine.toml", TIGHT.replace("fail = 2.0", "fail = 25.0"))
    repository.write(f"{CASE}/bad.png", picture(120))
    assert errors(standing(repository)) == ["QG-1765"]
    repository.git("checkout", "-q", "--", "fixtures")
    (repository.top / "thresholds/mine.toml").unlink()
    assert errors(standing(repository)) == ["QG-1402"]


def test_a_limit_is_waived_until_the_day_and_fails_after_the_merge(repository: Scratch) -> None:
    repository.write("thresholds/mine.toml", LOOSE)
    repository.write(WAIVERS, WAIVER)
    assert standing(repository).passed
    repository.commit("Loosen")
    repository.git("branch", "-f", "main", "HEAD")
    assert standing(repository).passed
    assert errors(standing(repository, "main", LATER)) == ["QG-1764", "QG-1767"]


def test_a_case_that_went_with_its_false_alarm(repository: Scratch, qg) -> None:
    """The way out: the record says that it was none."""
    ledger = closed(repository, qg)
    repository.git("rm", "-rq", "fixtures")
    assert not standing(repository).passed
    ledger.append(ID, FalsePositive(reason="it was a test card"), actor="lead", at=NOW, recorded=NOW)
    assert standing(repository).passed
    repository.write(WAIVERS, WAIVER)
    assert [one.code for one in standing(repository).findings] == ["QG-1766", "QG-1769"]


def test_a_profile_that_has_another_name_needs_no_waiver(repository: Scratch) -> None:
    repository.git("mv", "thresholds/mine.toml", "thresholds/yours.toml")
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"yours"'))
    path = repository.top / CASE / "case.toml"
    path.write_text(path.read_text().replace('"mine"', '"yours"'))
    assert standing(repository).findings == ()


@pytest.fixture
def governed(repository: Scratch) -> Scratch:
    """A board is configured on main, and the branch has a looser limit with a waiver."""
    repository.commit("Board", **{"qualitygate.toml": CONFIG + BOARD})
    repository.git("branch", "-f", "main", "HEAD")
    repository.write("thresholds/mine.toml", LOOSE)
    return repository


@pytest.mark.parametrize(
    ("name", "holds"), [("Invented", False), ("lead", True), ("@lead", True), ("brand board", True)]
)
def test_only_the_control_board_approves(governed: Scratch, name: str, holds: bool) -> None:
    governed.write(WAIVERS, WAIVER.replace("Invented", name))
    for base in ("main", None):
        found = standing(governed, base)
        assert found.passed == holds
        if not holds:
            assert errors(found) == ["QG-1764", "QG-1767"]
            assert "Invented is not on the control board; one of @Lead, Brand Board must" in found.findings[1].message


@pytest.mark.parametrize("config", [CONFIG, CONFIG + BOARD.replace("@Lead", "Invented")])
def test_a_change_names_no_board_of_its_own(governed: Scratch, config: str) -> None:
    governed.write("qualitygate.toml", config)
    governed.write(WAIVERS, WAIVER)
    assert standing(governed, None).passed  # which is why CI names its base
    assert errors(standing(governed)) == ["QG-1764", "QG-1767"]


def test_the_board_of_an_incident_directory_further_down(repository: Scratch, tmp_path: Path) -> None:
    repository.commit("Board", **{"run/qualitygate.toml": BOARD})
    repository.git("branch", "-f", "main", "HEAD")
    repository.write("thresholds/mine.toml", LOOSE)
    repository.write(WAIVERS, WAIVER)
    for config in (BOARD, BOARD.replace("@Lead", "Invented")):
        repository.write("run/qualitygate.toml", config)
        found = prove_all(repository.top, today=TODAY, environ={}, base="main", ledger=Ledger(repository.top / "run"))
        assert errors(found) == ["QG-1764", "QG-1767"]
