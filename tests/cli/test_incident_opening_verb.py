"""`qualitygate incident open|list|show`: what is asked for, what is refused, in any script."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

FIRST = "PM-2025-09-27-01"
FOLDER = "run/_/postmortems"


def test_opening_prints_the_id_once_it_is_on_the_disk(desk: Desk) -> None:
    told = desk.json("open", "--severity", "S2", "--title", "Colour drift in hero", by="monitor")
    assert re.fullmatch(r"PM-2025-09-27-\d{6}", told["id"])
    names = {f"{FOLDER}/{told['id']}{suffix}" for suffix in (".events.jsonl", ".json", ".md")}
    assert names | {f"{FOLDER}/reports.csv"} <= desk.files().keys()
    record = json.loads(desk.files()[f"{FOLDER}/{told['id']}.json"])
    assert (record["title"], record["severity"], record["state"]) == ("Colour drift in hero", "S2", "detected")
    assert record["times"]["detected"] == "2025-09-27T04:12:00Z"
    assert record["roles"]["watchers"] == ["monitor"]
    assert told["next"]["command"] == f"incident ack {told['id']}"


def test_everything_that_can_be_said_is_recorded(desk: Desk) -> None:
    words = ["--severity", "S0", "--title", "Leak", "--impact", "12 portraits", "--kind", "drill", "--lang", "de"]
    words += ["--pipeline", "hero", "--pipeline", "ui", "--pipeline", "hero", "--stakeholder", "Legal"]
    words += ["--commit", "abc", "--started", "2025-09-27T05:50:00+02:00", "--id", "PM-2025-09-27-07"]
    desk.json("open", *words, at="2025-09-27T06:10:00+02:00")
    record = desk.json("show", "PM-2025-09-27-07")
    assert record["times"] | {} == record["times"]
    assert record["times"]["started"] == "2025-09-27T03:50:00Z"
    assert record["times"]["detected"] == "2025-09-27T04:10:00Z"
    assert record["impact"]["summary"] == "12 portraits"
    assert record["impact"]["pipelines"] == ["hero", "ui"]
    assert (record["kind"], record["lang"], record["commit"]) == ("drill", "de", "abc")
    assert record["stakeholders"] == ["Legal"]
    event = json.loads(desk.files()[f"{FOLDER}/PM-2025-09-27-07.events.jsonl"].splitlines()[0])
    # When it happened, beside when it was written down.
    assert (event["at"], event["recorded"]) == ("2025-09-27T04:10:00Z", "2025-09-27T04:12:00Z")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--severity"),
        (["--severity", "S2"], "--title"),
        (["--title", "x"], "--severity"),
        (["--severity", "S9", "--title", "x"], "S9"),
        (["--severity", "S2", "--title", " \n\t "], "--title"),
        (["--severity", "S2", "--title", "x", "--kind", "joke"], "joke"),
        (["--severity", "S2", "--title", "x", "--impact", " "], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--pipeline", ""], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--stakeholder", " "], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--actor", " "], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "2025-09-27T04:12:00"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "yesterday"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "2025-W39-6T04:12:00Z"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "20250927T041200Z"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "2025-09-31T04:12:00Z"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "0001-01-01T00:00:00Z"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "9999-12-31T23:59:59Z"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--at", "2025-09-27T04:15:00Z"], "QG-1713"),
        (["--severity", "S2", "--title", "x", "--started", "2025-09-27T04:13:00Z"], "QG-1713"),
        (["--severity", "S2", "--title", "x", "--started", "4 o'clock"], "QG-1405"),
        (["--severity", "S2", "--title", "x", "--id", "PM-1"], "QG-1701"),
        (["--severity", "S2", "--title", "x", "--id", "PM-2025-09-27-٠١"], "QG-1701"),
        (["--severity", "S2", "--title", "x", "--id", "../PM-2025-09-27-01"], "QG-1701"),
        (["--severity", "S2", "--title", "x", "--id", "PM-2025-02-30-01"], "QG-1701"),
        (["--severity", "S2", "--title", "x", "--id", "PM-2025-09-26-01"], "QG-1701"),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(desk: Desk, words: list[str], told: str) -> None:
    code, message = desk.refused("open", *words)
    assert code == 2
    assert told in message


@pytest.mark.parametrize("suffix", [".events.jsonl", ".json", ".md"])
def test_a_taken_id_is_refused_and_kept(desk: Desk, suffix: str) -> None:
    path = desk.root / FOLDER / f"{FIRST}{suffix}"
    path.parent.mkdir(parents=True)
    path.write_text("somebody's", encoding="utf-8")
    code, message = desk.refused("open", "--severity", "S2", "--title", "x", "--id", FIRST)
    assert code == 2
    assert "QG-1721" in message


def test_a_clock_that_is_a_little_ahead_is_forgiven(desk: Desk) -> None:
    told = desk.json("open", "--severity", "S2", "--title", "x", at="2025-09-27T04:13:59Z")
    assert told["times"]["detected"] == "2025-09-27T04:13:59Z"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("色ずれ：4,200枚", "色ずれ：4,200枚"),
        ("انحراف الألوان", "انحراف الألوان"),
        ("Écart de couleur – «\xa0héros\xa0»", None),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("\u202egnp.sso\u202c ends", "\\u202egnp.sso\\u202c ends"),
        ("bell\x07 and escape \x1b[31m", "bell\\x07 and escape \\x1b[31m"),
        ("half a pair \udc80", "half a pair \\udc80"),
        ("| pipes | # and *stars* <script>alert(1)</script>", None),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("x" * 200_000, "x" * 200_000),
    ],
)
def test_a_title_in_any_script_is_kept_and_harms_nothing(desk: Desk, title: str, shown: str | None) -> None:
    told = desk.json("open", "--severity", "S2", "--title", title, "--id", FIRST)
    assert shown is None or told["title"] == shown
    assert desk.json("show", FIRST)["title"] == told["title"]
    listed = desk("list")
    assert listed.code == 0
    assert listed.out.count("\n") == 2  # the heading and one line, whatever the title
    assert "\x1b" not in listed.out
    verified = desk("verify")
    assert verified.code == 0, verified.out
    assert "0 errors, 0 to look at" in verified.out
    rows = list(csv.DictReader(io.StringIO(desk.files()[f"{FOLDER}/reports.csv"].decode())))
    assert [row["id"] for row in rows] == [FIRST]
    assert not rows[0]["title"].startswith("=")
    # A second incident is written with the first one's row taken over.
    desk.open("PM-2025-09-27-02")
    assert "0 errors, 0 to look at" in desk("verify").out


def test_actors_and_notes_in_any_script(desk: Desk) -> None:
    desk.open()
    desk.json("ack", FIRST, by="田中 花子")
    desk.json("note", FIRST, "線\n二", by="\u202eolleh")
    shown = desk("show", FIRST).out
    assert "田中 花子" in shown
    assert "\u202e" not in shown
    assert "\u202e" not in (desk.root / FOLDER / f"{FIRST}.md").read_text(encoding="utf-8")


def test_list_is_an_object_with_every_incident_in_order(desk: Desk) -> None:
    assert desk.json("list") == {"incidents": []}
    assert desk("list").out == "no incidents\n"
    for number, severity in (("03", "S3"), ("01", "S1"), ("02", "S2")):
        desk.open(f"PM-2025-09-27-{number}", severity=severity)
    desk.json("false-positive", "PM-2025-09-27-02", "--reason", "a test")
    rows = desk.json("list")["incidents"]
    assert [row["id"][-2:] for row in rows] == ["01", "02", "03"]
    assert {"id", "title", "severity", "state", "kind", "times", "late"} <= rows[0].keys()

    def chosen(*words: str) -> list[str]:
        return [row["id"][-2:] for row in desk.json("list", *words)["incidents"]]

    assert chosen("--open") == ["01", "03"]
    assert chosen("--severity", "S1", "--severity", "S2") == ["01", "02"]
    assert chosen("--state", "false_positive") == ["02"]
    assert chosen("--late") == []
    assert [row["id"][-2:] for row in desk.json("list", "--late", at="2025-09-27T04:43:00Z")["incidents"]] == [
        "01",
        "03",
    ]
    assert "mitigation" in desk("list", at="2025-09-27T04:43:00Z").out


def test_one_broken_log_is_told_and_hides_nothing(desk: Desk) -> None:
    desk.open()
    for number, content in enumerate([b"", b"\x00\xff", b"{", b'{"v":1}\n', b"[" * 100_000, b"<<<<<<< ours\n"], 2):
        (desk.root / FOLDER / f"PM-2025-09-27-0{number}.events.jsonl").write_bytes(content)
    (desk.root / FOLDER / "PM-2025-09-27-09.events.jsonl").mkdir()
    listed = desk("list", "--format", "json")
    assert [row["id"] for row in json.loads(listed.out)["incidents"]] == [FIRST]
    assert listed.err.count("QG-1702") == 7
    status = desk("status")
    assert status.code == 1  # what cannot be read may be late
    verified = desk("verify")
    assert verified.code == 1
    assert all(f"PM-2025-09-27-0{number}" in verified.out for number in (2, 3, 4, 5, 6, 7, 9))
    for verb in ("show", "next", "ack"):
        code, message = desk.refused(verb, "PM-2025-09-27-03")
        assert code == 2
        assert "QG-1702" in message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("at", "2025-02-30T04:12:00Z"),
        ("at", "9999-12-31T23:59:59Z"),
        ("recorded", "2025-09-27T25:00:00Z"),
        ("detected", "2025-09-27T04:72:00Z"),
        ("detected", "9999-12-31T23:59:59Z"),
        ("detected", "0000-01-01T00:00:00Z"),
    ],
)
def test_a_log_with_a_time_that_cannot_be_hides_nothing(desk: Desk, name: str, text: str) -> None:
    desk.open()
    desk.open("PM-2025-09-27-02")
    path = desk.root / FOLDER / f"{FIRST}.events.jsonl"
    path.write_bytes(re.sub(rf'"{name}":"[^"]*"'.encode(), f'"{name}":"{text}"'.encode(), path.read_bytes()))
    listed = desk("list", "--format", "json")
    assert [row["id"] for row in json.loads(listed.out)["incidents"]] == ["PM-2025-09-27-02"]
    assert "QG-1702" in listed.err
    assert desk("verify").code == 1


def test_incident_dir_may_be_elsewhere(desk: Desk, tmp_path: Path) -> None:
    told = desk.json("open", "--severity", "S3", "--title", "x", "--incident-dir", tmp_path / "é" / "deep")
    assert desk.json("list")["incidents"] == []
    assert desk.json("show", told["id"], "--incident-dir", tmp_path / "é" / "deep")["id"] == told["id"]
    (tmp_path / "file").write_text("")
    assert desk.refused("list", "--incident-dir", tmp_path / "file")[0] == 2


def test_a_place_that_cannot_be_written_is_one_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    code, message = desk.refused("open", "--severity", "S3", "--title", "x")
    assert code == 2
    assert "QG-1412" in message


def test_a_log_never_grows_past_what_can_be_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    monkeypatch.setattr("qualitygate.incidents.entries.MAX_LOG_BYTES", 5_000)
    code, message = desk.refused("note", FIRST, "x" * 5_000)
    assert code == 2
    assert "QG-1706" in message
    desk.json("note", FIRST, "short")


def test_the_day_of_an_id_is_that_of_the_detection_in_utc(desk: Desk) -> None:
    desk.now("2025-09-28T00:30:00Z")
    told = desk.json("open", "--severity", "S3", "--title", "x", at="2025-09-28T01:30:00+02:00")
    assert told["id"].startswith("PM-2025-09-27-")


def test_events_are_shown_in_the_order_of_the_log_and_what_was_told_later_says_so(desk: Desk) -> None:
    desk.open(FIRST)
    desk.now("04:30")
    desk.json("ack", FIRST, by="on-call")
    desk.now("05:10")
    desk.json("note", FIRST, "the export began", at="2025-09-27T03:50:00Z", by="monitor")
    rows = [line.split(maxsplit=2) for line in desk("show", FIRST).out.splitlines() if "Z  " in line]
    assert [(at[11:16], kind) for at, kind, _ in rows] == [
        ("04:12", "opened"), ("04:30", "acknowledged"), ("03:50", "noted")
    ]  # fmt: skip
    assert ["(written down 2025-09-27T05:10:00Z)" in rest for *_, rest in rows] == [False, False, True]


def test_an_alert_of_the_future_blames_the_alert(desk: Desk) -> None:
    alert = {
        "status": "firing",
        "labels": {"alertname": "deltaE-spike"},
        "annotations": {},
        "startsAt": "2025-09-27T05:00:00Z",
    }
    (desk.root / "alert.json").write_text(json.dumps({"version": "4", "alerts": [alert]}), encoding="utf-8")
    code, message = desk.refused("open", "--from-alert", "alert.json")
    assert (code, "QG-1713" in message, "alert.json: startsAt of deltaE-spike" in message) == (2, True, True)
    assert "--at" not in message
