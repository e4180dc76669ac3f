"""Branches of a real git repository that each wrote incidents merge without losing one."""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path

import msgspec
import pytest
from ledger_cases import FIRST, MORNING, later, opened, record

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.document import document_of
from qualitygate.incidents.events import (
    Acknowledged,
    Edited,
    Joined,
    Mitigated,
    MitigationStarted,
    Noted,
    Payload,
)
from qualitygate.incidents.free_ids import free_id
from qualitygate.incidents.joining import joined_document
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects
from qualitygate.incidents.markdown import render
from qualitygate.incidents.splitting import part
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
        name = free_id(ledger.root, MORNING.date())
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


def tails(ledger: Ledger, repository: Repository, *writes: tuple[Payload, ...]) -> tuple[bytes, list[bytes]]:
    """The log as it is, and what each branch would add to it."""
    path = ledger.paths(FIRST).events
    base, found = path.read_bytes(), []
    for branch, events in enumerate(writes):
        for event in events:
            ledger.append(FIRST, event, actor=f"branch {branch}", at=later(branch + 1), recorded=later(branch + 1))
        found.append(path.read_bytes().removeprefix(base))
        repository.git("checkout", "-q", ".")
    return base, found


def test_lines_of_two_branches_have_one_meaning_whichever_git_puts_first(repository: Repository) -> None:
    ledger = Ledger(repository.path)
    path = ledger.paths(FIRST).events
    base, (left, right) = tails(ledger, repository, (Noted(text="left"), Acknowledged()), (Noted(text="right"),))
    made = []
    for content in (base + left + right, base + right + left):
        path.write_bytes(content)
        assert not list(defects(FIRST, ledger.log(FIRST)))
        made.append(ledger.record(FIRST))
    assert made[0] == made[1]
    ledger.append(FIRST, Noted(text="after"), actor="a", at=later(3), recorded=later(3))
    joined = path.read_bytes().removeprefix(content)
    assert not list(defects(FIRST, ledger.log(FIRST)))
    # A line of a branch that is missing or moved behind what follows it is found all the same.
    first, second = left.splitlines(keepends=True)
    for broken in (base + left + joined, base + right + joined, base + second + first + right + joined):
        path.write_bytes(broken)
        assert list(defects(FIRST, ledger.log(FIRST)))


def test_branches_that_each_joined_the_other_are_joined_again(repository: Repository) -> None:
    ledger = Ledger(repository.path)
    for name, event in (("a", "by a"), ("b", "by b")):
        repository.git("switch", "-q", "-c", name, "main")
        ledger.append(FIRST, Noted(text=event), actor=name, at=later(1), recorded=later(1))
        repository.commit(name)
    tips = {name: repository.git("rev-parse", name).stdout.strip() for name in ("a", "b")}
    for name, tip in (("a", tips["b"]), ("b", tips["a"])):
        repository.git("switch", "-q", name)
        repository.git("merge", "--no-edit", tip, check=False)
        for file in repository.git("diff", "--name-only", "--diff-filter=U").stdout.split():
            repository.git("checkout", "-q", "--ours", "--", file)
        ledger.append(FIRST, Noted(text=f"joined on {name}"), actor=name, at=later(5), recorded=later(5))
        repository.commit(f"joined on {name}")
    repository.git("merge", "--no-edit", "a", check=False)
    for file in repository.git("diff", "--name-only", "--diff-filter=U").stdout.split():
        repository.git("checkout", "-q", "--theirs", "--", file)
    assert not list(defects(FIRST, ledger.log(FIRST)))
    after = ledger.append(FIRST, Acknowledged(), actor="c", at=later(9), recorded=later(9))
    assert {"by a", "by b", "joined on a", "joined on b"} <= {row.event for row in after.timeline}
    assert not [one for one in verify_incident(ledger, FIRST) if one.level is Level.ERROR]


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_whichever_side_of_markdown_and_json_is_taken_nothing_is_lost(repository: Repository, side: str) -> None:
    from qualitygate.cli.postmortem_merging import synced

    ledger = Ledger(repository.path)
    for name in ("a", "b"):
        repository.git("switch", "-q", "-c", name, "main")
        ledger.append(FIRST, Noted(text=f"{name} 1"), actor=name, at=later(1), recorded=later(1))
        ledger.append(FIRST, Noted(text=f"{name} 2"), actor=name, at=later(2), recorded=later(2))
        repository.commit(name)
    repository.git("merge", "--no-edit", "a", check=False)
    for file in repository.git("diff", "--name-only", "--diff-filter=U").stdout.split():
        repository.git("checkout", "-q", side, "--", file)
    synced(ledger, FIRST, actor="c", at=later(3))
    told = [row.event for row in ledger.record(FIRST).timeline]
    assert {"a 1", "a 2", "b 1", "b 2"} <= set(told)
    assert not [*verify_incident(ledger, FIRST), *verify_table(ledger)]
    text = ledger.paths(FIRST).markdown.read_text(encoding="utf-8")
    assert all(row in text for row in ("a 1", "a 2", "b 1", "b 2"))


def test_texts_that_contradict_each_other_stop_no_verb_and_are_settled_in_the_markdown(
    repository: Repository,
) -> None:
    from qualitygate.cli.postmortem_merging import synced

    ledger = Ledger(repository.path)
    edits = [
        Edited(document=msgspec.structs.replace(document_of(ledger.record(FIRST)), impact=text), source="markdown")
        for text in ("five thousand", "three thousand")
    ]
    base, (left, right) = tails(
        ledger, repository, (edits[0], Acknowledged()), (edits[1], Noted(text="seen on the right"))
    )
    path = ledger.paths(FIRST)
    path.events.write_bytes(base + left + right)
    after = ledger.append(FIRST, MitigationStarted(), actor="a", at=later(3), recorded=later(3))
    assert after.state is IncidentState.MITIGATING
    assert len(after.chain.heads) == 2  # type: ignore[union-attr]
    assert not list(defects(FIRST, ledger.log(FIRST)))
    with pytest.raises(ConfigError) as caught:
        joined_document(FIRST, ledger.lines(FIRST))
    assert caught.value.code == "QG-1703"
    assert "five thousand" in str(caught.value)
    assert "three thousand" in str(caught.value)
    text = render(ledger.record(FIRST)).replace("three thousand", "four thousand").replace("five", "four")
    path.markdown.write_text(text, encoding="utf-8")
    synced(ledger, FIRST, actor="a", at=later(4))
    settled = ledger.record(FIRST)
    assert settled.impact.summary == "four thousand"
    assert len(settled.chain.heads) == 1  # type: ignore[union-attr]
    assert "seen on the right" in {row.event for row in settled.timeline}
    assert settled.times.acknowledged is not None
    assert not [*verify_incident(ledger, FIRST), *verify_table(ledger)]


def test_two_incidents_under_one_id_are_parted_and_both_kept(repository: Repository) -> None:
    """Only ids given by hand can meet. Who parts them, and where, makes no difference."""
    ledger = Ledger(repository.path)
    twice = "PM-2025-09-27-02"
    for name in ("left", "right"):
        repository.git("switch", "-q", "-c", name, "main")
        moment = later(1 if name == "left" else 2)
        assert ledger.open(record(twice, title=name), actor=name, recorded=moment) is not None
        ledger.append(twice, Noted(text=f"note of {name}"), actor=name, at=later(3), recorded=later(3))
        repository.commit(name)
    repository.git("merge", "--no-edit", "left", check=False)
    for file in repository.git("diff", "--name-only", "--diff-filter=U").stdout.split():
        repository.git("checkout", "-q", "--ours", "--", file)
    with pytest.raises(ConfigError) as caught:
        ledger.append(twice, Acknowledged(), actor="a", at=later(4), recorded=later(4))
    assert caught.value.code == "QG-1722"
    assert [one for one in verify_incident(ledger, twice) if one.level is Level.ERROR]
    repository.commit("merged")
    ids = []
    for _ in range(2):
        (done,) = part(ledger, twice, actor="a", now=later(9))
        ids.append(done.ours)
        assert part(ledger, twice, actor="a", now=later(9)) == ()
        assert {one.title for one in ledger.records().records} >= {"left", "right"}
        assert ledger.record(twice).title == "left"
        told = {row.event for row in ledger.record(done.ours).timeline}
        assert "note of right" in told
        assert "note of left" in {row.event for row in ledger.record(twice).timeline}
        found = [one for name in ledger.ids() for one in verify_incident(ledger, name)]
        assert not [*found, *verify_table(ledger)]
        repository.git("reset", "-q", "--hard")
        repository.git("clean", "-qfd")
    assert ids[0] == ids[1]


def test_the_same_failure_met_on_two_branches_is_one_incident(repository: Repository) -> None:
    ledger = Ledger(repository.path)
    twice, key = "PM-2025-09-27-12345678", "f" * 64
    for name in ("left", "right"):
        repository.git("switch", "-q", "-c", name, "main")
        assert ledger.open(record(twice, key=key), actor="Gate", recorded=later(1)) is not None
        ledger.append(twice, Noted(text=f"note of {name}"), actor=name, at=later(3), recorded=later(3))
        repository.commit(name)
    repository.git("merge", "--no-edit", "left", check=False)
    for file in repository.git("diff", "--name-only", "--diff-filter=U").stdout.split():
        repository.git("checkout", "-q", "--theirs", "--", file)
    assert not list(defects(twice, ledger.log(twice)))
    after = ledger.append(twice, Acknowledged(), actor="a", at=later(4), recorded=later(4))
    told = [row.event for row in after.timeline]
    assert {"note of left", "note of right"} <= set(told)
    assert any("another branch" in event for event in told)
    assert not [*verify_incident(ledger, twice), *verify_table(ledger)]


@pytest.mark.parametrize("side", ["left", "right"])
def test_parting_overwrites_no_json_that_somebody_edited(tmp_path: Path, side: str) -> None:
    """Nor does it leave one of the other incident behind."""
    left = Ledger(tmp_path / "left")
    right = Ledger(tmp_path / "right")
    assert left.open(record(title="left"), actor="a", recorded=later(1)) is not None
    assert right.open(record(title="right"), actor="a", recorded=later(2)) is not None
    path = left.paths(FIRST)
    edited = Ledger(tmp_path / side).paths(FIRST).json.read_text(encoding="utf-8").replace("Marketing", "Branding")
    path.events.write_bytes(path.events.read_bytes() + right.paths(FIRST).events.read_bytes())
    path.json.write_text(edited, encoding="utf-8")
    assert len(part(left, FIRST, actor="a", now=later(9))) == 1
    assert left.record(FIRST).title == "left"
    assert ("Branding" in path.json.read_text(encoding="utf-8")) is (side == "left")
    assert "right" not in path.json.read_text(encoding="utf-8")
