"""A failed report becomes one incident, and the same failure finds it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from incident_cases import NOON, draft, finding, pixels, report

from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Report
from qualitygate.incidents.events import (
    Closed,
    Drafted,
    FalsePositive,
    Merged,
    Payload,
    Published,
    Reopened,
    Resolved,
)
from qualitygate.incidents.evidence import file_name
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.seeding import seed

POSTMORTEMS = "run/_/postmortems"


EVENTS: dict[str, Payload] = {
    "closed": Closed(),
    "false_positive": FalsePositive(reason="nothing was wrong"),
    "merged": Merged(into="PM-2026-11-20-01"),
    "draft": Drafted(),
    "published": Published(),
    "resolved": Resolved(),
    "reopened": Reopened(reason="it came back"),
}


def set_state(root: Path, incident_id: str, state: str) -> None:
    """Past every guard, which are not what is tested here."""
    after = Ledger(root).append(incident_id, EVENTS[state], actor="a", at=NOON, recorded=NOON)
    assert after.state == state


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / POSTMORTEMS).glob("PM-*"))


def test_identify_writes_nothing(tmp_path: Path):
    found = draft(tmp_path)
    assert found.ref.created
    assert list(tmp_path.iterdir()) == []


def test_a_failure_is_written_whole(tmp_path: Path):
    found = draft(tmp_path)
    ref = seed(found, pixels(found))
    assert ref.id == found.ref.id
    assert ref.created
    assert names(tmp_path) == [f"{ref.id}.events.jsonl", f"{ref.id}.json", f"{ref.id}.md"]
    assert ref.evidence == f"evidence/{ref.id.lower()}"
    assert ref.heat_maps == {"a.webp": f"{ref.evidence}/{file_name('a.webp')}"}
    stored = (tmp_path / ref.heat_maps["a.webp"]).read_bytes()
    (entry,) = json.loads((tmp_path / ref.json).read_text())["evidence"]
    assert entry["sha256"] == hashlib.sha256(stored).hexdigest()
    assert entry["bytes"] == len(stored)
    assert not list(tmp_path.rglob("*.tmp"))


def test_the_same_failure_finds_its_incident_and_changes_nothing(tmp_path: Path):
    first = seed(draft(tmp_path), pixels(draft(tmp_path)))
    (tmp_path / first.markdown).write_text("edited by a person")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    # Another file with another value, tomorrow: the same checks failed in the same change.
    again = draft(tmp_path, report(finding("z.webp", 3.0), passed=7), now=NOON + timedelta(days=1))
    assert again.record is None
    assert again.worst == ()
    ref = seed(again, {"z.webp": b"other pixels"})

    assert (ref.id, ref.created) == (first.id, False)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_fresh_machine_finds_the_same_id_that_day(tmp_path: Path):
    one = seed(draft(tmp_path / "one", now=NOON), {})
    two = seed(draft(tmp_path / "two", report(finding("z.webp", 3.0)), now=NOON + timedelta(hours=5)), {})
    assert one.id == two.id


def test_without_a_change_the_references_stand_for_it(tmp_path: Path):
    assert draft(tmp_path, change=None).key == draft(tmp_path, change=None).key
    assert draft(tmp_path, change=None).key != draft(tmp_path).key
    assert draft(tmp_path, change=None).record.change is None


@pytest.mark.parametrize("state", ["closed", "false_positive", "merged"])
def test_a_finished_incident_is_not_reopened(tmp_path: Path, state: str):
    first = seed(draft(tmp_path), {})
    set_state(tmp_path, first.id, state)
    second = seed(draft(tmp_path), {})
    assert second.created
    assert second.id != first.id
    assert seed(draft(tmp_path), {}).id == second.id


@pytest.mark.parametrize("state", ["draft", "published", "resolved", "reopened"])
def test_an_unfinished_incident_is_found(tmp_path: Path, state: str):
    first = seed(draft(tmp_path), {})
    set_state(tmp_path, first.id, state)
    assert draft(tmp_path, now=NOON + timedelta(days=30)).ref.id == first.id


def test_an_id_taken_by_another_failure_is_passed_over(tmp_path: Path):
    mine = draft(tmp_path)
    assert mine.record is not None
    other = msgspec.structs.replace(mine.record, key="f" * 64)
    assert Ledger(tmp_path).open(other, actor="a", recorded=NOON) is not None
    second = seed(draft(tmp_path), {})
    assert second.created
    assert second.id != mine.ref.id


def test_an_id_lost_between_knowing_and_writing_is_replaced(tmp_path: Path):
    mine = draft(tmp_path)
    other = json.loads(json.dumps({"id": mine.ref.id, "state": "mitigated", "key": "f" * 64}))
    (tmp_path / POSTMORTEMS).mkdir(parents=True)
    (tmp_path / mine.ref.json).write_text(json.dumps(other))
    ref = seed(mine, pixels(mine))
    assert ref.created
    assert ref.id != mine.ref.id
    assert ref.id in (tmp_path / ref.markdown).read_text()
    assert mine.ref.id not in (tmp_path / ref.json).read_text()


def test_a_markdown_lost_to_a_kill_is_written_by_the_next_run(tmp_path: Path):
    ref = seed(draft(tmp_path), {})
    expected = (tmp_path / ref.markdown).read_bytes()
    (tmp_path / ref.markdown).unlink()
    assert not seed(draft(tmp_path), {}).created
    assert (tmp_path / ref.markdown).read_bytes() == expected


def test_a_markdown_that_is_there_first_is_kept(tmp_path: Path):
    found = draft(tmp_path)
    (tmp_path / POSTMORTEMS).mkdir(parents=True)
    (tmp_path / found.ref.markdown).write_text("by hand")
    seed(found, {})
    assert (tmp_path / found.ref.markdown).read_text() == "by hand"


def test_evidence_of_a_killed_run_is_described_as_it_is(tmp_path: Path):
    found = draft(tmp_path)
    directory = tmp_path / found.ref.evidence
    directory.mkdir(parents=True)
    (directory / file_name("a.webp")).write_bytes(b"earlier")
    ref = seed(found, pixels(found))
    (entry,) = json.loads((tmp_path / ref.json).read_text())["evidence"]
    assert entry["sha256"] == hashlib.sha256(b"earlier").hexdigest()


def many(count: int) -> Report:
    return report(*(finding(f"{number:02d}.webp", 50.0 - number) for number in range(count)))


def test_at_most_ten_heat_maps_the_worst_first(tmp_path: Path):
    found = draft(tmp_path, many(14))
    assert found.worst == tuple(f"{number:02d}.webp" for number in range(10))
    ref = seed(found, {f"{number:02d}.webp": b"x" for number in reversed(range(14))})
    assert sorted(ref.heat_maps) == list(found.worst)
    assert len(list((tmp_path / ref.evidence).iterdir())) == 10


def test_measured_subjects_come_before_missing_ones(tmp_path: Path):
    measured = finding("measured")
    missing = replace(measured, code="QG-1101", metric=None, statistic=None, value=None, severity=Severity.S0)
    gone = [replace(missing, subject=f"gone-{number}") for number in range(12)]
    assert draft(tmp_path, report(*gone, measured)).worst[:2] == ("measured", "gone-0")


def test_heat_maps_stay_within_five_megabytes(tmp_path: Path):
    found = draft(tmp_path, many(10))
    ref = seed(found, dict.fromkeys(found.worst, b"x" * 600000))
    assert list(ref.heat_maps) == list(found.worst[:8])
    assert sum(path.stat().st_size for path in (tmp_path / ref.evidence).iterdir()) <= 5_000_000
    assert "Heat maps left out: 2 (over 5 MB in total)" in (tmp_path / ref.markdown).read_text()
    left_out = [entry for entry in json.loads((tmp_path / ref.json).read_text())["evidence"] if entry["path"] is None]
    assert [entry["subject"] for entry in left_out] == ["08.webp", "09.webp"]


def test_at_s0_no_pixels_are_stored(tmp_path: Path):
    found = draft(tmp_path, report(finding(severity=Severity.S0)))
    ref = seed(found, pixels(found))
    assert ref.heat_maps == {}
    assert not (tmp_path / "evidence").exists()
    (entry,) = json.loads((tmp_path / ref.json).read_text())["evidence"]
    assert (entry["path"], entry["redacted"]) == (None, True)
    assert entry["sha256"] == hashlib.sha256(pixels(found)["a.webp"]).hexdigest()
    titles = [action["title"] for action in json.loads((tmp_path / ref.json).read_text())["actions"]]
    assert not any(title.startswith("Add a regression case") for title in titles)
    assert any(f"{ref.id}/case.toml with no picture in the repository" in title for title in titles)


@pytest.mark.parametrize(
    "subject", ["..", "a/../../b.webp", "con", "絵/画像.webp", "a\nb", "x" * 400, "bad\udc80.webp"]
)
def test_evidence_stays_in_its_directory_whatever_a_file_is_called(tmp_path: Path, subject: str):
    found = draft(tmp_path, report(finding(subject)))
    ref = seed(found, {subject: b"x"})
    (path,) = (tmp_path / ref.evidence).iterdir()
    assert ref.heat_maps == {subject: f"{ref.evidence}/{path.name}"}
    assert draft(tmp_path, report(finding(subject))).ref.heat_maps == ref.heat_maps


def test_a_report_that_did_not_fail_opens_nothing(tmp_path: Path):
    with pytest.raises(ValueError, match="passed"):
        draft(tmp_path, report(passed=3))


def test_a_time_without_zone_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="time zone"):
        draft(tmp_path, now=datetime(2026, 11, 21))


def test_broken_files_in_the_store_are_passed_over_with_a_warning(tmp_path: Path):
    folder = tmp_path / POSTMORTEMS
    folder.mkdir(parents=True)
    (folder / "PM-2026-01-01-01.json").write_text("<<<<<<< HEAD")
    (folder / "PM-2026-01-01-02.json").write_bytes(b"\xff\xfe\x00")
    (folder / "PM-2026-01-01-03.json").write_text("[" * 100_000)
    (folder / "PM-2026-01-01-04.json").write_text('{"id": "PM-2026-01-01-05", "state": "draft"}')
    (folder / "PM-2026-01-01-06.json").mkdir()
    (folder / "PM-2026-01-01-07.json").write_text('{"id": "PM-2026-01-01-07", "state": "asleep"}')
    (folder / "notes.json").write_text("not ours, not read")
    found = draft(tmp_path)
    assert [warning.partition(":")[0] for warning in found.warnings] == [
        f"PM-2026-01-01-0{number}.json" for number in (1, 2, 3, 4, 6, 7)
    ]
    assert seed(found, {}).created


def test_a_store_that_cannot_be_written_is_one_clear_error(tmp_path: Path):
    (tmp_path / "run").write_text("a file where a directory belongs")
    with pytest.raises(ConfigError) as caught:
        seed(draft(tmp_path), {})
    assert caught.value.code == "QG-1412"
    assert "--incident-dir" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_run_of_findings_without_pictures_opens_an_incident_too(tmp_path: Path):
    over = finding(None, code="QG-1010", metric="bytes", statistic="mean", value=31_200.0, limit=25_000.0)
    failed = replace(report(passed=3), findings=(over,))
    ref = seed(draft(tmp_path, failed), {})
    text = (tmp_path / ref.markdown).read_text()
    assert "- Impact: hero failed the gate as a whole, no single one of 3 images did" in text
    assert "| hero | bytes mean | 31,200 | 25,000 | S1 | – |" in text
