"""Branches of a real git repository that each wrote incidents merge without losing one."""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path

import pytest
from ledger_cases import FIRST, MORNING, later, opened, record

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.document import document_of
from qualitygate.incidents.events import Acknowledged, Edited, Joined, Mitigated, MitigationStarted, Noted
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects
from qualitygate.incidents.verifying import verify_incident, verify_table


class Repository:
    """A scratch repository with an identity of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        quiet = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=quiet | who, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    @property
    def rows(self) -> list[str]:
        with (self.path / "run/_/postmortems/reports.csv").open(encoding="utf-8", newline="") as file:
            return [row["id"] for row in csv.DictReader(file)]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    opened(made.path)
    made.commit("an incident")
    return made


def test_two_branches_that_each_opened_an_incident_keep_both(repository: Repository) -> None:
    ledger = Ledger(repository.path)
    names = []
    for branch in ("left", "right"):
        repository.git("switch", "-q", "-c", branch, "main")
        name = ledger.free_id(MORNING.date())
        names.append(name)
        assert ledger.open(record(name, title=branch), actor=branch, recorded=MORNING) is not None
        ledger.append(name, Acknowledged(), actor=branch, at=later(1), recorded=later(1))
        repository.commit(branch)
    repository.git("merge", "-q", "--no-edit", "left")
    assert repository.git("status", "--porcelain").stdout == ""
    assert set(ledger.ids()) == {FIRST, *names}
    assert {ledger.record(name).title for name in names} == {"left", "right"}
    assert sorted(repository.rows) == sorted([FIRST, *names])
    assert not [one for name in ledger.ids() for one in verify_incident(ledger, name)]
    assert not list(verify_table(ledger))


def test_two_branches_that_wrote_to_one_incident_keep_every_event_and_are_joined_by_the_next(
    repository: Repository,
) -> None:
    ledger = Ledger(repository.path)
    repository.git("switch", "-q", "-c", "left")
    ledger.append(FIRST, Acknowledged(), actor="left", at=later(1), recorded=later(1))
    ledger.append(FIRST, MitigationStarted(), actor="left", at=later(2), recorded=later(2))
    repository.commit("left")
    repository.git("switch", "-q", "-c", "right", "main")
    ledger.append(FIRST, Noted(text="seen by right"), actor="right", at=later(3), recorded=later(3))
    repository.commit("right")
    merged = repository.git("merge", "--no-edit", "left", check=False)
    # The log and the table merge by themselves; Markdown and JSON are text that both sides lengthened.
    conflicts = repository.git("diff", "--name-only", "--diff-filter=U").stdout.split()
    assert merged.returncode in (0, 1)
    assert all(not name.endswith((".jsonl", ".csv")) for name in conflicts)
    log = ledger.log(FIRST)
    assert not list(defects(FIRST, log))
    assert len(log.lines) == 4
    # JSON and Markdown hold conflict markers; taking either side and going on is enough, the log has both.
    for name in conflicts:
        repository.git("checkout", "-q", "--ours", "--", name)
    after = ledger.append(FIRST, Mitigated(kind="rollback"), actor="left", at=later(4), recorded=later(4))
    assert after.state is IncidentState.MITIGATED
    events = [entry.event for entry in after.timeline]
    assert "seen by right" in events
    assert any("acknowledged" in event for event in events)
    lines = ledger.lines(FIRST)
    assert isinstance(lines[4].event.data, Joined)
    assert len(lines[4].event.prev) == 2
    assert len(after.chain.heads) == 1  # type: ignore[union-attr]
    assert not list(defects(FIRST, ledger.log(FIRST)))


def test_after_a_join_lines_of_the_branches_cannot_be_moved(repository: Repository) -> None:
    ledger = Ledger(repository.path)
    path = ledger.paths(FIRST).events
    base = path.read_bytes()
    ledger.append(FIRST, Noted(text="left"), actor="a", at=later(1), recorded=later(1))
    left = path.read_bytes().removeprefix(base)
    repository.git("checkout", "-q", ".")
    ledger.append(FIRST, Noted(text="right"), actor="a", at=later(2), recorded=later(2))
    right = path.read_bytes().removeprefix(base)
    path.write_bytes(base + left + right)
    ledger.append(FIRST, Acknowledged(), actor="a", at=later(3), recorded=later(3))
    joined = path.read_bytes().removeprefix(base + left + right)
    assert not list(defects(FIRST, ledger.log(FIRST)))
    path.write_bytes(base + right + left + joined)
    assert list(defects(FIRST, ledger.log(FIRST)))
    path.write_bytes(base + left + joined)
    assert list(defects(FIRST, ledger.log(FIRST)))


def test_texts_that_contradict_each_other_are_told_with_both_values(repository: Repository) -> None:
    import msgspec

    ledger = Ledger(repository.path)
    path = ledger.paths(FIRST).events
    base = path.read_bytes()
    tails = []
    for text in ("five thousand", "three thousand"):
        document = msgspec.structs.replace(document_of(ledger.record(FIRST)), impact=text)
        ledger.append(FIRST, Edited(document=document, source="command"), actor="a", at=later(1), recorded=later(1))
        tails.append(path.read_bytes().removeprefix(base))
        repository.git("checkout", "-q", ".")
    path.write_bytes(base + tails[0] + tails[1])
    with pytest.raises(ConfigError) as caught:
        ledger.append(FIRST, Acknowledged(), actor="a", at=later(2), recorded=later(2))
    assert caught.value.code == "QG-1703"
    assert "five thousand" in str(caught.value)
    assert "three thousand" in str(caught.value)
    assert path.read_bytes() == base + tails[0] + tails[1]


def test_two_incidents_under_one_id_are_told(tmp_path: Path) -> None:
    """Only ids given by hand can meet; the log keeps both, and says so."""
    ours, theirs = opened(tmp_path / "ours", title="ours"), opened(tmp_path / "theirs", title="theirs")
    path = ours.paths(FIRST).events
    path.write_bytes(path.read_bytes() + theirs.paths(FIRST).events.read_bytes())
    assert any("two incidents" in defect.text for defect in defects(FIRST, ours.log(FIRST)))
