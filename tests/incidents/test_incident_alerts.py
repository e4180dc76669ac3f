"""Alerts of Alertmanager: what opens an incident, what is heard again, what clears, and what is no payload."""

from __future__ import annotations

import io
import json
import multiprocessing
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from alert_payloads import NOW, ZERO, alert, payload, post, post_file, resolved
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.cli import root as command
from qualitygate.cli import run
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.alerts import read_alerts
from qualitygate.incidents.events import Signal
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects


def what(root: Path, *alerts: dict[str, object]) -> list[str]:
    return [one.what for one in post(root, *alerts)]


def ids(root: Path) -> list[str]:
    return Ledger(root).ids()


def signals(root: Path, incident_id: str) -> list[str]:
    lines = Ledger(root).lines(incident_id)
    return [line.event.data.status for line in lines if isinstance(line.event.data, Signal)]


def test_a_firing_alert_opens_an_incident_with_all_it_says(tmp_path: Path) -> None:
    (done,) = post(tmp_path, alert(commit="c" * 40))
    assert done.what == "opened"
    assert done.incident is not None
    record = Ledger(tmp_path).record(done.incident)
    assert record.title == "4,200 images off the palette"
    assert (record.severity, record.state, record.kind) == ("S1", "detected", "real")
    assert record.times.detected == "2025-09-27T04:12:00Z"
    assert record.impact.pipelines == ("hero-export",)
    # Never read out of prose.
    assert record.impact.count == 0
    assert record.commit == "c" * 40
    assert record.roles.watchers == ("Alertmanager",)
    (trigger,) = record.triggers
    assert (trigger.layer, trigger.check_id) == ("monitor", "deltaE-spike")
    assert trigger.runbook == "https://wiki.example/deltaE"
    assert done.incident.startswith("PM-2025-09-27-")
    assert (tmp_path / f"run/_/postmortems/{done.incident}.md").is_file()


def test_sent_again_it_does_nothing(tmp_path: Path) -> None:
    post(tmp_path, alert())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert what(tmp_path, alert()) == ["known"]
    assert what(tmp_path, alert(), alert()) == ["known", "known"]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_sent_twice_in_one_payload_it_opens_once(tmp_path: Path) -> None:
    assert what(tmp_path, alert(), alert()) == ["opened", "known"]


def test_no_longer_firing_clears_the_signal_and_resolves_nothing(tmp_path: Path) -> None:
    (done,) = post(tmp_path, alert())
    assert what(tmp_path, resolved("2025-09-27T04:12:00Z", "2025-09-27T04:40:00Z")) == ["cleared"]
    assert what(tmp_path, resolved("2025-09-27T04:12:00Z", "2025-09-27T04:40:00Z")) == ["known"]
    record = Ledger(tmp_path).record(str(done.incident))
    assert record.state == "detected"
    assert record.times.resolved is None
    assert record.timeline[-1].at == "2025-09-27T04:40:00Z"


def test_what_never_fired_opens_nothing(tmp_path: Path) -> None:
    assert what(tmp_path, resolved("2025-09-27T04:12:00Z", "2025-09-27T04:40:00Z")) == ["unmatched"]
    assert ids(tmp_path) == []


def test_alerts_of_one_payload_are_taken_one_by_one(tmp_path: Path) -> None:
    done = post(
        tmp_path, alert(), alert(pipeline="ui", fingerprint="b" * 16), alert(alertname="other", fingerprint="c")
    )
    assert [one.what for one in done] == ["opened"] * 3
    assert len(ids(tmp_path)) == 3
    # The same check and pipeline from another place is the same incident.
    assert what(tmp_path, alert(instance="b", fingerprint="d" * 16)) == ["fired again"]
    assert len(ids(tmp_path)) == 3


@pytest.mark.parametrize(
    ("minutes", "labels", "expected"),
    [
        (0, {}, "fired again"),
        (15, {}, "fired again"),
        (15.02, {}, "opened"),
        (60, {}, "opened"),
        (60, {"commit": "c" * 40}, "fired again"),
        (60 * 24, {"revision": "c" * 40}, "fired again"),
    ],
)
def test_flapping_is_one_incident_and_an_hour_later_is_another(
    tmp_path: Path, minutes: float, labels: dict[str, str], expected: str
) -> None:
    cleared = NOW - timedelta(days=2)
    start = f"{cleared - timedelta(minutes=20):%Y-%m-%dT%H:%M:%SZ}"
    post(tmp_path, alert(start, **labels))
    post(tmp_path, resolved(start, f"{cleared:%Y-%m-%dT%H:%M:%SZ}", **labels))
    again = f"{cleared + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
    assert what(tmp_path, alert(again, **labels)) == [expected]
    assert len(ids(tmp_path)) == (2 if expected == "opened" else 1)
    assert what(tmp_path, alert(again, **labels)) == ["known"]


def test_one_of_two_that_cleared_leaves_the_other_firing(tmp_path: Path) -> None:
    post(tmp_path, alert(fingerprint="a"), alert(fingerprint="b", instance="b"))
    post(tmp_path, resolved("2025-09-27T04:12:00Z", "2025-09-27T04:40:00Z", fingerprint="a"))
    # An hour later: `b` never cleared, so this is nothing new.
    assert what(tmp_path, alert("2025-09-27T05:45:00Z", fingerprint="a")) == ["fired again"]
    post(tmp_path, resolved("2025-09-27T05:45:00Z", "2025-09-27T05:50:00Z", fingerprint="a"))
    post(tmp_path, resolved("2025-09-27T04:12:00Z", "2025-09-27T05:51:00Z", fingerprint="b", instance="b"))
    assert what(tmp_path, alert("2025-09-27T06:30:00Z", fingerprint="a")) == ["opened"]


def test_another_commit_is_another_incident(tmp_path: Path) -> None:
    post(tmp_path, alert(commit="c" * 40))
    assert what(tmp_path, alert("2025-09-27T04:20:00Z", commit="d" * 40)) == ["opened"]


def test_after_the_end_of_an_incident_an_alert_opens_a_new_one(tmp_path: Path) -> None:
    from qualitygate.incidents.events import FalsePositive

    (done,) = post(tmp_path, alert())
    Ledger(tmp_path).append(str(done.incident), FalsePositive(reason="x"), actor="a", at=NOW, recorded=NOW)
    assert what(tmp_path, alert()) == ["known"]  # this one was heard
    assert what(tmp_path, alert("2025-09-27T04:20:00Z")) == ["opened"]


@pytest.mark.parametrize(
    ("label", "severity"),
    [
        ("S0", "S0"), ("s3", "S3"), ("critical", "S1"), ("PAGE", "S1"), ("error", "S1"), ("warning", "S2"),
        ("info", "S3"), ("none", "S3"), ("", "S2"), ("purple", "S2"),
    ],
)  # fmt: skip
def test_severity_follows_the_label(label: str, severity: str) -> None:
    (read,) = read_alerts(payload(alert(severity=label)), "x")
    assert read.severity == severity


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-09-27T04:12:00.123456789Z", "2025-09-27T04:12:00"),
        ("2025-09-27T06:12:00.1+02:00", "2025-09-27T04:12:00"),
        ("2025-09-26T23:42:00-04:30", "2025-09-27T04:12:00"),
    ],
)
def test_times_are_read_as_go_writes_them(written: str, read: str) -> None:
    (one,) = read_alerts(payload(alert(written)), "x")
    assert one.started.replace(tzinfo=None).isoformat() == read
    assert one.ended is None


def test_what_the_payload_lacks_is_made_up_for(tmp_path: Path) -> None:
    bare = {"status": "firing", "labels": {}, "startsAt": "2025-09-27T04:12:00Z"}
    assert what(tmp_path, bare, bare) == ["opened", "known"]
    (record,) = Ledger(tmp_path).records().records
    assert record.title == "unnamed alert"
    blank = alert(alertname=" \n", summary=" ", pipeline="\t") | {"annotations": {"summary": " ", "description": "d"}}
    (read,) = read_alerts(payload(blank), "x")
    assert (read.name, read.summary, read.pipeline) == ("unnamed alert", "d", None)


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in alert().items() if name != key}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"version": "4"}',
        b'{"version": "4", "alerts": []}',
        b'{"version": "4", "alerts": {}}',
        payload(alert(), version="3"),
        payload(alert(), version=4),
        payload({"status": "firing"}),
        payload(without("status")),
        payload(without("labels")),
        payload(without("startsAt")),
        payload(alert() | {"labels": {"alertname": 3}}),
        payload(alert() | {"labels": None}),
        payload(alert(status="suppressed")),
        payload(alert(ZERO)),
        payload(alert("")),
        payload(alert("yesterday")),
        payload(alert("2025-09-27T04:12:00")),
        payload(alert("2025-13-27T04:12:00Z")),
        payload(alert("0500-01-01T00:00:00Z")),
        payload(alert("9999-12-31T23:59:59-12:00")),
        payload(alert(ends="soon")),
        payload(alert("2025-09-28T04:12:00Z")),  # of the future
        payload(alert(), alert("2025-09-28T04:12:00Z", fingerprint="b")),
        payload(alert())[:-20],
        b"\xff\xfe" + payload(alert()),
        payload(alert()).decode().encode("utf-16"),
        b"[" * 2_000_000,
        b'{"version": "4", "alerts": ' + b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        bytes(range(256)) * 100,
    ],
    ids=lambda content: content[:30].decode("latin1"),
)
def test_what_is_no_payload_is_one_clear_error_and_writes_nothing(tmp_path: Path, content: bytes) -> None:
    from qualitygate.cli.incident_alerts import Given, receive

    with pytest.raises(ConfigError) as caught:
        receive(Ledger(tmp_path), content, "alert.json", Given(), actor="a", now=NOW)
    assert caught.value.code in ("QG-1719", "QG-1713")
    assert len(str(caught.value)) < 500
    assert list(tmp_path.iterdir()) == []


TEXT = st.text(max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    labels=st.dictionaries(st.sampled_from(["alertname", "pipeline", "severity", "commit", "x"]), TEXT),
    notes=st.dictionaries(st.sampled_from(["summary", "description", "runbook"]), TEXT),
    fingerprint=st.none() | TEXT,
)
def test_any_words_in_a_payload_end_in_a_sound_log(
    tmp_path_factory: pytest.TempPathFactory, labels: dict[str, str], notes: dict[str, str], fingerprint: str | None
) -> None:
    root = tmp_path_factory.mktemp("any")
    one = {"status": "firing", "labels": labels, "annotations": notes, "startsAt": "2025-09-27T04:12:00Z"}
    one |= {} if fingerprint is None else {"fingerprint": fingerprint}
    (done,) = post(root, one)
    assert done.what == "opened"
    assert what(root, one) == ["known"]
    assert not list(defects(str(done.incident), Ledger(root).log(str(done.incident))))
    assert "\n" not in Ledger(root).record(str(done.incident)).title


def test_very_long_words_are_cut(tmp_path: Path) -> None:
    (done,) = post(tmp_path, alert(summary="x" * 1_000_000, alertname="n" * 1_000_000, pipeline="p" * 100_000))
    assert (tmp_path / f"run/_/postmortems/{done.incident}.json").stat().st_size < 20_000


def test_two_receivers_of_one_payload_open_one_incident(tmp_path: Path) -> None:
    path = tmp_path / "alert.json"
    path.write_bytes(payload(*(alert(fingerprint=f"{number}", pipeline=f"p{number}") for number in range(10))))
    context = multiprocessing.get_context("spawn")
    root = str(tmp_path / "root")
    receivers = [context.Process(target=post_file, args=(root, str(path))) for _ in range(3)]
    for process in receivers:
        process.start()
    for process in receivers:
        process.join(120)
        assert process.exitcode == 0
    assert len(ids(tmp_path / "root")) == 10
    assert all(signals(tmp_path / "root", name) == [] for name in ids(tmp_path / "root"))


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-27T12:00:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "somebody")
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(command, ["incident", "open", *words], "qualitygate")
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_payload_is_read_from_a_file_or_from_standard_input(
    terminal: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = payload(alert(), resolved("2025-09-27T01:00:00Z", "2025-09-27T01:10:00Z", pipeline="other"))
    (terminal / "alert.json").write_bytes(content)
    code, out, _ = call(capsys, "--from-alert", "alert.json", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert [one["outcome"] for one in told["alerts"]] == ["opened", "unmatched"]
    assert told["id"] == told["alerts"][0]["id"]
    assert told["alerts"][0]["alert"] == "deltaE-spike"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    code, out, _ = call(capsys, "--from-alert", "-")
    assert code == 0
    assert "known" in out
    assert "nothing to clear" in out
    (record,) = Ledger(terminal).records().records
    assert record.roles.watchers == ("Alertmanager",)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from-alert", "absent.json"], "QG-1401"),
        (["--from-alert", "."], "QG-1401"),
        (["--from-alert", "big.json"], "QG-1719"),
        (["--from-alert", "alert.json", "--severity", "S0"], "--severity"),
        (["--from-alert", "alert.json", "--title", "x"], "--title"),
        (["--from-alert", "alert.json", "--pipeline", "x", "--kind", "drill"], "--kind, --pipeline"),
        (["--from-alert", "alert.json", "--at", "2025-09-27T04:12:00Z"], "--at"),
        (["--from-alert", "alert.json", "--id", "PM-2025-09-28-01"], "QG-1701"),
        (["--from-alert", "two.json", "--id", "PM-2025-09-27-01"], "QG-1719"),
    ],
)
def test_what_does_not_go_with_an_alert_is_told(
    terminal: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    (terminal / "alert.json").write_bytes(payload(alert()))
    (terminal / "two.json").write_bytes(payload(alert(), alert(pipeline="ui")))
    with (terminal / "big.json").open("wb") as file:
        file.truncate(10_000_001)
    code, _, err = call(capsys, *words)
    assert code == 2
    assert told in err
    assert err.count("\n") == 1
    assert not (terminal / "run").exists()


def test_the_id_of_the_incident_of_one_alert_may_be_given(terminal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (terminal / "alert.json").write_bytes(payload(alert()))
    words = ("--from-alert", "alert.json", "--id", "PM-2025-09-27-01", "--format", "json", "--actor", "monitor")
    for expected in ("opened", "known"):
        code, out, err = call(capsys, *words)
        assert (code, err) == (0, "")
        assert json.loads(out)["id"] == "PM-2025-09-27-01"
        assert json.loads(out)["alerts"][0]["outcome"] == expected
