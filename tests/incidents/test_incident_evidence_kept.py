"""What was collected stays as it is: nothing is replaced, kept twice or lost."""

from __future__ import annotations

import hashlib
import json

import pytest
from evidence_cases import A1111, Collector, git, png, write_log, write_report
from ledger_cases import FIRST, MORNING

from qualitygate.incidents.collecting import storing
from qualitygate.incidents.ledger import Ledger


def test_another_piece_gets_a_name_of_its_own_and_the_first_stays(at_work: Collector) -> None:
    (at_work.root / "a.log").write_text("one\n")
    (at_work.root / "b.log").write_text("two\n")
    at_work.collect("--ci-log", "a.log")
    (new,) = at_work.collect("--ci-log", "b.log")["added"]
    digest = hashlib.sha256(b"two\n").hexdigest()
    assert (new["path"], new["sha256"]) == (f"evidence/{FIRST.lower()}/ci-{digest[:8]}.log", digest)
    assert (at_work.directory / "ci.log").read_text() == "one\n"
    assert (at_work.root / new["path"]).read_text() == "two\n"
    listed = [item.subject for item in at_work.ledger.record(FIRST).evidence if item.kind == "ci_log"]
    assert listed == ["a.log", "b.log"]
    events = at_work.events()
    # Also under another name, both in one call, and in any order, an identical piece adds nothing.
    (at_work.root / "copy.log").write_text("two\n")
    again = at_work.collect("--ci-log", "copy.log", "--ci-log", "b.log", "--ci-log", "a.log")
    assert (again["added"], at_work.events()) == ([], events)
    assert at_work.call("evidence", "verify", FIRST).code == 0


def test_nothing_that_was_collected_is_ever_replaced(at_work: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = write_report(at_work.root), at_work.root / "second.json"
    second.write_text(first.read_text().replace('"c"', '"d"'))
    png(at_work.root / "p.png", parameters=A1111)
    collected = ("evidence", "collect", FIRST, "--picture", "p.png", "--report", "report.json")
    assert at_work.call(*collected).code == 0
    before = {path: path.read_bytes() for path in at_work.directory.iterdir()}
    monkeypatch.setenv("GITHUB_RUN_ID", "2")
    (at_work.root / "a.txt").write_text("more\n")
    git(at_work.root, "commit", "-qam", "more")
    png(at_work.root / "p.png", parameters=A1111.replace("red", "blue"))
    png(at_work.root / "maps" / "a.png", parameters="another map")
    changed = (*collected, "--report", "second.json", "--base", "HEAD~1", "--head", "HEAD", "--format", "json")
    told = at_work.call(*changed)
    kinds = [item["kind"] for item in json.loads(told.out)["added"]]
    assert kinds == ["git_log", "git_diff", "prompt", "model_version", "heat_map", "metric_report", "environment"]
    assert before.items() <= {path: path.read_bytes() for path in at_work.directory.iterdir()}.items()
    assert len(list(at_work.directory.iterdir())) == len(before) + 7
    assert json.loads(at_work.call(*changed).out)["added"] == []
    assert at_work.call("evidence", "verify", FIRST).code == 0


def test_a_file_that_no_event_names_is_not_written_over(at_work: Collector) -> None:
    at_work.directory.mkdir(parents=True)
    (at_work.directory / "ci.log").write_text("somebody's\n")
    write_log(at_work.root, "one\n")
    (item,) = [one for one in at_work.collect("--ci-log", "ci.log")["added"] if one["kind"] == "ci_log"]
    assert item["path"] != f"evidence/{FIRST.lower()}/ci.log"
    assert (at_work.directory / "ci.log").read_text() == "somebody's\n"


def test_a_file_that_was_tampered_with_is_restored(at_work: Collector) -> None:
    write_log(at_work.root, "one\n")
    at_work.collect("--ci-log", "ci.log")
    events = at_work.events()
    (at_work.directory / "ci.log").write_text("altered\n")
    found = at_work.collect("--ci-log", "ci.log")
    assert found["restored"] == [f"evidence/{FIRST.lower()}/ci.log"]
    assert (at_work.directory / "ci.log").read_text() == "one\n"
    assert at_work.events() == events


def test_the_total_is_limited(at_work: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MAX_TOTAL_BYTES", 1_000)
    write_log(at_work.root, "x\n" * 450)
    found = at_work.collect("--ci-log", "ci.log")
    assert [item["path"] is None for item in found["added"]] == [False, True, True]
    assert "in total" in found["added"][1]["reason"]


def test_two_collectors_at_once_lose_nothing(at_work: Collector) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from qualitygate.cli.evidence_collect import _record
    from qualitygate.incidents.collecting.gathered import of_text

    def one(number: int) -> None:
        _record(Ledger(at_work.root), FIRST, [of_text("environment", f"{number}.json", str(number), {})], "x", MORNING)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(12)))
    assert len(at_work.ledger.record(FIRST).evidence) == 12
    assert at_work.call("evidence", "verify", FIRST).code == 0
