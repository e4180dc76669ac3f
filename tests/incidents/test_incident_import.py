"""Bundles from CI: what comes home, under which id, how often, and what is refused whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bundle_cases import KEY, Import, call_import, ci, files, old, picture, tarred, zipped
from ledger_cases import FIRST, MORNING, later, opened

from qualitygate.core.threshold import Severity
from qualitygate.incidents.events import Acknowledged, Closed, Edited, Escalated, EvidenceAdded, ImpactRecorded, Noted
from qualitygate.incidents.ledger import Ledger


@pytest.mark.parametrize("form", ["directory", "zip", "tar.gz", "deeper", "windows"])
def test_a_bundle_comes_home_with_its_evidence(tmp_path: Path, home: Path, bring: Import, form: str) -> None:
    source = tmp_path / "ci"
    there = ci(source)
    bundle = source
    if form == "zip":
        bundle = zipped(source, tmp_path / "bundle")
    elif form == "tar.gz":
        bundle = tarred(source, tmp_path / "bundle")
    elif form == "deeper":
        shutil.copytree(source, tmp_path / "outer" / "quality-gate" / "x")
        bundle = tarred(tmp_path / "outer", tmp_path / "bundle")
    elif form == "windows":
        bundle = tmp_path / "bundle.zip"
        with zipfile.ZipFile(bundle, "w") as archive:
            for name, content in files(source).items():
                archive.writestr(name.replace("/", "\\"), content)
    assert bring(bundle) == [("01", FIRST, "new")]
    assert Ledger(home).record(FIRST) == there.record(FIRST)
    for name in (f"evidence/{FIRST.lower()}/worst.png", *(f"run/_/postmortems/{FIRST}{s}" for s in (".json", ".md"))):
        assert (home / name).read_bytes() == (source / name).read_bytes()
    before = files(home)
    assert bring(bundle) == [("01", FIRST, "same")]
    assert files(home) == before


def test_it_goes_on_where_it_was(tmp_path: Path, home: Path, bring: Import) -> None:
    there = ci(tmp_path / "ci")
    bring(tmp_path / "ci")
    there.append(FIRST, Acknowledged(), actor="a", at=later(5), recorded=later(5))
    assert bring(tmp_path / "ci") == [("01", FIRST, "continued")]
    assert Ledger(home).record(FIRST) == there.record(FIRST)
    # Behind what is here, it changes nothing.
    Ledger(home).append(FIRST, Noted(text="here"), actor="b", at=later(6), recorded=later(6))
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]
    assert len(Ledger(home).lines(FIRST)) == 3


def test_what_went_on_in_both_places_is_joined(tmp_path: Path, home: Path, bring: Import) -> None:
    there = ci(tmp_path / "ci")
    bring(tmp_path / "ci")
    there.append(FIRST, Noted(text="there"), actor="a", at=later(5), recorded=later(5))
    Ledger(home).append(FIRST, Noted(text="here"), actor="b", at=later(6), recorded=later(6))
    assert bring(tmp_path / "ci") == [("01", FIRST, "continued")]
    after = Ledger(home).append(FIRST, Noted(text="after"), actor="b", at=later(7), recorded=later(7))
    assert {"here", "there", "after"} <= {row.event for row in after.timeline}
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]


def test_an_edited_markdown_comes_home(tmp_path: Path, home: Path, bring: Import) -> None:
    there = ci(tmp_path / "ci")
    path = there.paths(FIRST).markdown
    path.write_text(path.read_text(encoding="utf-8") + "\n## Ours\n\nwords\n", encoding="utf-8")
    bring(tmp_path / "ci")
    assert Ledger(home).paths(FIRST).markdown.read_bytes() == path.read_bytes()


def test_the_same_failure_is_noted_with_its_evidence(tmp_path: Path, home: Path, bring: Import) -> None:
    second = "PM-2025-09-28-02"
    ci(tmp_path / "a")
    bring(tmp_path / "a")
    there = ci(tmp_path / "b", second, content=b"another map")
    deep = picture(tmp_path / "b", "deep/worst.png", second, b"a third")
    there.append(second, EvidenceAdded(items=(deep,)), actor="a", at=later(1), recorded=later(1))
    assert bring(tmp_path / "b", "--at", "2025-09-27T11:00:00Z") == [("02", FIRST, "joined by key")]
    assert Ledger(home).ids() == [FIRST]
    after = Ledger(home).record(FIRST)
    assert len(after.evidence) == 3
    for item in after.evidence:
        assert hashlib.sha256((home / str(item.path)).read_bytes()).hexdigest() == item.sha256
    told = next(row for row in after.timeline if second in row.event)
    assert (told.at, told.owner) == ("2025-09-27T11:00:00Z", "on-call")
    assert "https://ci.example/1" in told.event
    assert Ledger(home).lines(FIRST)[-1].event.recorded == "2025-09-27T12:00:00Z"
    before = files(home)
    assert bring(tmp_path / "b") == [("02", FIRST, "same")]
    assert files(home) == before


def test_the_same_id_from_two_runs_of_the_same_failure_is_one_incident(
    tmp_path: Path, home: Path, bring: Import
) -> None:
    ci(tmp_path / "a")
    ci(tmp_path / "b")  # another runner, another first event
    bring(tmp_path / "a")
    assert bring(tmp_path / "b") == [("01", FIRST, "joined by key")]
    assert bring(tmp_path / "b") == [("01", FIRST, "same")]


SENSITIVE = {
    "S0": (Escalated(severity=Severity.S0, reason="a leak"),),
    "personal data": (ImpactRecorded(personal_data=True),),
}


def pictures_of(home: Path) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in (home / "evidence").rglob("*.png"))


def sensitive(ledger: Ledger, why: str, incident_id: str = FIRST) -> None:
    for data in SENSITIVE[why]:
        ledger.append(incident_id, data, actor="board", at=later(5), recorded=later(5))


@pytest.mark.parametrize("why", SENSITIVE)
def test_no_picture_comes_home_to_an_incident_that_must_not_have_one(
    tmp_path: Path, home: Path, bring: Import, why: str
) -> None:
    second = "PM-2025-09-28-02"
    ci(tmp_path / "a")
    bring(tmp_path / "a")
    sensitive(Ledger(home), why)
    (home / "evidence" / FIRST.lower() / "worst.png").unlink()
    content = b"another map"
    ci(tmp_path / "b", second, content=content)
    assert bring(tmp_path / "b") == [("02", FIRST, "joined by key")]
    (item,) = [one for one in Ledger(home).record(FIRST).evidence if one.path is None]
    assert (item.sha256, item.redacted) == (hashlib.sha256(content).hexdigest(), True)
    assert item.reason == f"{why}: not stored, see CI run https://ci.example/1"
    before = files(home)
    assert bring(tmp_path / "a") == [("01", FIRST, "same")]
    assert files(home) == before
    assert pictures_of(home) == []


@pytest.mark.parametrize("why", SENSITIVE)
@pytest.mark.parametrize("what", ["new", "joined by key", "renumbered", "continued"])
def test_no_picture_of_an_incident_that_must_not_have_one_comes_home(
    tmp_path: Path, home: Path, bring: Import, why: str, what: str
) -> None:
    there = ci(tmp_path / "ci")
    if what == "continued":
        bring(tmp_path / "ci")
        (home / "evidence" / FIRST.lower() / "worst.png").unlink()
    elif what == "joined by key":
        opened(home, "PM-2025-09-28-02", key=KEY)
    elif what == "renumbered":
        opened(home, key="b" * 64)
    sensitive(there, why)
    ((_, ours, outcome),) = bring(tmp_path / "ci")
    assert outcome == what
    assert pictures_of(home) == []
    (item,) = [one for one in Ledger(home).record(ours).evidence if one.kind == "heat_map"]
    assert (item.path, item.sha256) == (None, hashlib.sha256(b"\x89PNG map").hexdigest())
    assert str(item.reason).startswith(f"{why}: not stored, see CI run ")
    if what == "renumbered":
        assert (home / "evidence" / ours.lower() / f"{FIRST}.events.jsonl").is_file()
        bring(tmp_path / "ci")
        assert pictures_of(home) == []
    before = files(home)
    assert bring(tmp_path / "ci")[0][2] == "same"
    assert files(home) == before


def test_a_stub_without_a_log_brings_no_picture_either(tmp_path: Path, home: Path, bring: Import) -> None:
    old(tmp_path / "ci", severity=Severity.S0)
    assert bring(tmp_path / "ci") == [("01", FIRST, "new")]
    assert pictures_of(home) == []
    assert [item.path for item in Ledger(home).record(FIRST).evidence] == [None]
    before = files(home)
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]
    assert files(home) == before


def test_a_failure_that_was_closed_here_comes_home_as_a_new_incident(tmp_path: Path, home: Path, bring: Import) -> None:
    ci(tmp_path / "a")
    bring(tmp_path / "a")
    Ledger(home).append(FIRST, Closed(), actor="a", at=later(9), recorded=later(9))
    ci(tmp_path / "b", "PM-2025-09-28-02")
    bundle = zipped(tmp_path / "b", tmp_path / "b")
    rows = json.loads(call_import(home, bundle))["incidents"]
    assert [row["outcome"] for row in rows] == ["new"]


def test_an_id_that_another_has_is_changed_once(tmp_path: Path, home: Path, bring: Import) -> None:
    opened(home, key="b" * 64)
    mine = Ledger(home).paths(FIRST).events.read_bytes()
    there = ci(tmp_path / "ci")
    there.append(FIRST, Noted(text="seen there"), actor="a", at=later(2), recorded=later(2))
    (first,) = bring(tmp_path / "ci")
    assert (first[0], first[2]) == ("01", "renumbered")
    assert first[1] != FIRST
    assert first[1].startswith("PM-2025-09-27-")
    assert Ledger(home).paths(FIRST).events.read_bytes() == mine
    moved = Ledger(home).record(first[1])
    assert any(row.event == "seen there" for row in moved.timeline)
    assert FIRST in moved.sections[-1].text
    kinds = {item.kind: item for item in moved.evidence}
    assert (home / str(kinds["heat_map"].path)).read_bytes() == b"\x89PNG map"
    # Its own log is kept as it was.
    assert (home / str(kinds["event_log"].path)).read_bytes() == there.paths(FIRST).events.read_bytes()
    before = files(home)
    assert bring(tmp_path / "ci") in ([("01", first[1], "same")], [("01", first[1], "joined by key")])
    assert bring(tmp_path / "ci") == [("01", first[1], "same")]
    assert before.keys() <= files(home).keys()


def test_an_id_that_only_a_markdown_has_is_left_to_it(tmp_path: Path, home: Path, bring: Import) -> None:
    path = home / "run/_/postmortems" / f"{FIRST}.md"
    path.parent.mkdir(parents=True)
    path.write_text("somebody's notes\n", encoding="utf-8")
    ci(tmp_path / "ci", key=None)
    ((_, _, what),) = bring(tmp_path / "ci")
    assert what == "renumbered"
    assert path.read_text(encoding="utf-8") == "somebody's notes\n"


@pytest.mark.parametrize("key", [KEY, None])
def test_a_stub_of_an_older_version_begins_its_log_here(
    tmp_path: Path, home: Path, bring: Import, key: str | None
) -> None:
    made = old(tmp_path / "ci", key=key)
    assert bring(tmp_path / "ci") == [("01", FIRST, "new")]
    after = Ledger(home).record(FIRST)
    assert (after.title, after.evidence, after.key) == (made.title, made.evidence, key)
    assert after.uid is not None
    assert (home / f"run/_/postmortems/{FIRST}.md").read_text(encoding="utf-8") == f"# Incident {FIRST}\n"
    before = files(home)
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]
    assert files(home) == before


def test_two_stubs_of_one_id_are_two_incidents(tmp_path: Path, home: Path, bring: Import) -> None:
    for name in "abc":
        old(tmp_path / name, title=name)
    outcomes = [bring(tmp_path / name)[0] for name in "abcabc"]
    assert [what for _, _, what in outcomes] == ["new", "renumbered", "renumbered", "same", "same", "same"]
    assert sorted(one.title for one in Ledger(home).records().records) == ["a", "b", "c"]
    assert [one for _, one, _ in outcomes[:3]] == [one for _, one, _ in outcomes[3:]]


def test_several_incidents_and_foreign_files_in_one_bundle(tmp_path: Path, home: Path, bring: Import) -> None:
    ci(tmp_path / "ci")
    ci(tmp_path / "ci", "PM-2025-09-27-02", key="b" * 64)
    for name in ("junk.txt", "run/_/postmortems/notes.txt", "evidence/other/x.png", "run/_/postmortems/deep/x.json"):
        path = tmp_path / "ci" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert [what for *_, what in bring(tmp_path / "ci")] == ["new", "new"]
    assert not (home / "junk.txt").exists()
    assert not (home / "evidence/other").exists()


def test_where_one_cannot_be_imported_none_is(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci")
    ci(tmp_path / "ci", "PM-2025-09-27-02", key="b" * 64)
    (tmp_path / "ci/evidence/pm-2025-09-27-02/worst.png").write_bytes(b"changed")
    assert "QG-1709" in refused(tmp_path / "ci")


def test_a_file_in_the_way_of_evidence_is_kept(tmp_path: Path, home: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci")
    path = home / "evidence" / FIRST.lower() / "worst.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    assert "QG-1709" in refused(tmp_path / "ci")


def broken(log: Path, how: str) -> None:
    content = log.read_bytes()
    lines = content.splitlines(keepends=True)
    changed = {
        "empty": b"",
        "cut": content[:-30],
        "edited": content.replace(b"on-call", b"nobody!"),
        "moved": b"".join([lines[0], lines[2], lines[1]]),
        "missing": b"".join([lines[0], lines[2]]),
        "headless": b"".join(lines[1:]),
        "binary": bytes(range(256)) * 50,
        "deep": b"[" * 500_000,
        "merge": b"<<<<<<< ours\n" + content,
    }
    log.write_bytes(changed[how])


@pytest.mark.parametrize("how", ["empty", "cut", "edited", "moved", "missing", "headless", "binary", "deep", "merge"])
def test_a_broken_log_is_refused(tmp_path: Path, refused: Callable[[Path], str], how: str) -> None:
    there = ci(tmp_path / "ci")
    for minute in (1, 2):
        there.append(FIRST, Noted(text=str(minute)), actor="on-call", at=later(minute), recorded=later(minute))
    broken(there.paths(FIRST).events, how)
    assert "QG-1702" in refused(tmp_path / "ci")


def test_a_log_under_another_name_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    there = ci(tmp_path / "ci")
    there.paths(FIRST).events.rename(there.paths("PM-2025-09-27-02").events)
    assert "QG-1702" in refused(tmp_path / "ci")


def test_a_record_whose_log_was_left_behind_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci").paths(FIRST).events.unlink()
    assert "lacks their log" in refused(tmp_path / "ci")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 500_000, b'{"id": "PM-2025-09-27-02"}'])
def test_a_stub_that_is_none_is_refused(tmp_path: Path, refused: Callable[[Path], str], content: bytes) -> None:
    old(tmp_path / "ci")
    (tmp_path / f"ci/run/_/postmortems/{FIRST}.json").write_bytes(content)
    assert "QG-1702" in refused(tmp_path / "ci")


def test_an_edited_text_of_the_log_comes_with_it(tmp_path: Path, home: Path, bring: Import) -> None:
    from msgspec.structs import replace

    from qualitygate.incidents.document import document_of

    there = ci(tmp_path / "ci")
    document = replace(document_of(there.record(FIRST)), title="Another title 別")
    there.append(FIRST, Edited(document=document, source="markdown"), actor="a", at=MORNING, recorded=MORNING)
    bring(tmp_path / "ci")
    assert Ledger(home).record(FIRST).title == "Another title 別"
