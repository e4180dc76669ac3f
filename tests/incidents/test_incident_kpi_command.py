"""`qualitygate kpi` as a user meets it, and what its formats look like."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner, Result
from kpi_cases import DETECTED, NOW, PROOF, action, cause, incident, near_miss, z

from qualitygate.cli.kpi import command
from qualitygate.core.errors import ConfigError
from qualitygate.incidents import kpi
from qualitygate.incidents.kpi import csv_table, markdown, review, text
from qualitygate.incidents.kpi.quarter import Quarter
from qualitygate.incidents.kpi.report import to_schema
from qualitygate.incidents.kpi.wording import percent, span
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem

HOSTILE = '=cmd|"/c calc"!A1\n| <b>x</b> [y](javascript:z) \u202e\x1b[31m'


@pytest.fixture
def records() -> list[Postmortem]:
    return [
        incident(1, mitigated=12, published=1000, resolved=9000, proof=PROOF, rca=cause()),
        incident(2, mitigated=50, actions=(action(), action("Second", owner=None)), rca=cause(), pipelines=(HOSTILE,)),
        near_miss(3),
        incident(4, DETECTED - timedelta(days=60), key="a" * 64, mitigated=3, published=9, resolved=10),
        incident(5, key="a" * 64, title=HOSTILE),
    ]


@pytest.fixture
def run(tmp_path: Path, records: list[Postmortem], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    ledger = Ledger(tmp_path)
    for record in records:
        assert ledger.open(record, actor="watcher", recorded=NOW) is not None
    monkeypatch.setenv("QUALITYGATE_NOW", z(NOW))
    return lambda *arguments: CliRunner().invoke(command, ["--incident-dir", str(tmp_path), *arguments])


def test_the_text_shows_every_n(run: Callable[..., Result]) -> None:
    shown = run("--by", "severity").stdout
    assert shown.startswith("KPIs at 2026-01-15T12:00:00Z\n5 incidents: 4 real, 1 near miss; 5 open\n")
    assert re.search(r"^time to mitigate +3 +12 min +42 min +1 +0$", shown, re.M)
    assert re.search(r"^mitigated in 30 min +4 +2 +2 +0 +50 %$", shown, re.M)
    assert re.search(r"^proven, of published +2 +1 +50 %$", shown, re.M)
    assert re.search(r"^came back in 90 days +5 +1 +20 %$", shown, re.M)
    assert re.search(r"^overdue, by delay +2 +15 d +15 d$", shown, re.M)


def test_the_json_has_the_documented_shape(run: Callable[..., Result]) -> None:
    made = json.loads(run("--format", "json", "--by", "pipeline").stdout)
    assert list(made) == ["schema_version", "at", "quarter", "left_out", "overall", "by", "groups"]
    assert made["overall"]["mitigated_in_30_minutes"] == {
        "n": 4, "met": 2, "missed": 2, "pending": 0, "unknown": 0, "rate": 0.5,
    }  # fmt: skip
    assert [group["name"] for group in made["groups"]] == [HOSTILE, "hero-export"]
    msgspec.convert(made, kpi.KpiReport)


def keys(tree: object) -> object:
    return {key: keys(value) for key, value in tree.items()} if isinstance(tree, dict) else None


def test_the_documentation_shows_every_key() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "kpi.md").read_text(encoding="utf-8")
    found = re.search(r"^```json\n(.*?)^```", page, re.M | re.S)
    assert found is not None
    shown = json.loads(found[1])
    real = json.loads(kpi.to_json(kpi.kpis([], NOW)))
    assert keys(shown) == keys(real)
    started = incident(1, datetime(2025, 10, 2, 10, 0, tzinfo=UTC), started=-30, mitigated=20)
    second = incident(2, datetime(2025, 10, 9, 8, 0, tzinfo=UTC), mitigated=50)
    made = json.loads(kpi.to_json(kpi.kpis([started, second], datetime(2025, 10, 10, 12, 0, tzinfo=UTC))))
    assert {key: shown[key] for key in ("at", "overall")} == {key: made[key] for key in ("at", "overall")}


def test_the_schema_is_shipped_and_holds(records: list[Postmortem]) -> None:
    shipped = files("qualitygate").joinpath("schemas/kpi.schema.json").read_bytes()
    assert shipped == to_schema()
    schema = json.loads(shipped)
    jsonschema.Draft202012Validator.check_schema(schema)
    for by in (None, "severity", "quarter", "pipeline"):
        for some in (records, []):
            jsonschema.validate(json.loads(kpi.to_json(kpi.kpis(some, NOW, by=by))), schema)  # type: ignore[arg-type]


def test_the_csv_is_whole_and_runs_nothing(run: Callable[..., Result]) -> None:
    rows = list(csv.reader(io.StringIO(run("--format", "csv", "--by", "pipeline").stdout)))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[1][:3] == ["", "", "5"]
    assert rows[2][1].startswith("'=cmd|")
    assert "\n" not in rows[2][1]
    whole = dict(zip(rows[0], rows[1], strict=True))
    assert whole["time_to_mitigate.median_seconds"] == "720.0"
    assert whole["time_to_detect.median_seconds"] == ""


def test_the_review_can_be_sent_as_it_is(run: Callable[..., Result]) -> None:
    sent = run("--format", "markdown", "--quarter", "2025Q4", "--links", "https://git.example/blob/main/p/").stdout
    assert sent.startswith("# Incident review 2025Q4\n\nIncidents detected in 2025Q4 (UTC)")
    headings = ["Headline", "Incidents", "Overdue actions", "What came back", "Repeated causes", "What is unproven"]
    assert re.findall(r"^## (.*)$", sent, re.M) == headings
    assert "| Mitigated within 30 minutes | 33 % (1 of 3) | 100 % (1 of 1) |" in sent
    second = "[PM-2025-11-03-000002](https://git.example/blob/main/p/PM-2025-11-03-000002.md)"
    assert f"| Second | **nobody** | 2025-12-31 | 15 | {second} |" in sent
    assert re.search(
        r"PM-2025-11-03-000005\.md\) of \[PM-2025-09-04-000004\].*same failure; \*\*reached users\*\*", sent
    )
    assert "| direct | operations | 2 of 2 |" in sent
    assert "all of 1 published postmortem have a passed proof" in sent
    assert "\x1b" not in sent
    assert "\u202e" not in sent
    assert "<b>" not in sent.replace("\\<b\\>", "")


def test_the_review_of_an_empty_quarter(run: Callable[..., Result]) -> None:
    sent = run("--format", "markdown", "--quarter", "2026Q1").stdout
    assert "The quarter is not over." in sent
    assert "No incident was detected in this quarter." in sent
    assert "| Caught before the merge | – (0 of 0) | 25 % (1 of 4) |" in sent


def test_an_empty_directory(tmp_path: Path) -> None:
    for form in ("text", "json", "csv", "markdown"):
        done = CliRunner().invoke(command, ["--incident-dir", str(tmp_path), "--format", form])
        assert done.exit_code == 0
        assert done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["--quarter", "2025Q9"], ["--quarter", "last"]])
def test_a_wrong_quarter_is_a_clear_error(run: Callable[..., Result], arguments: list[str]) -> None:
    assert isinstance(run(*arguments).exception, ConfigError)


def test_a_review_has_no_groups(run: Callable[..., Result]) -> None:
    done = run("--quarter", "2025Q4", "--format", "markdown", "--by", "severity")
    assert done.exit_code == 2
    assert "leave out --by" in done.output


def test_an_unreadable_incident_hides_no_other(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "run/_/postmortems/PM-2025-11-03-000001.events.jsonl").write_text("{", encoding="utf-8")
    done = run("--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["overall"]["incidents"] == 4
    assert "PM-2025-11-03-000001" in done.stderr


def test_every_measure_stands_in_every_format(records: list[Postmortem]) -> None:
    everything = kpi.population(records, NOW)
    made = kpi.report(everything)
    assert review.render(everything, Quarter(2025, 4)).count("2025Q3") == 1
    for rendered in (text.render(made), markdown.render(made)):
        assert rendered.count("12 min") == 1
    assert "time_to_mitigate.median_seconds" in csv_table.render(made)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (725, "12 min"), (7140, "119 min"), (7200, "2 h"),
     (9000, "2.5 h"), (172_800, "2 d"), (9.97 * 86_400, "10 d"), (86_400 * 1000, "1,000 d")],
)  # fmt: skip
def test_spans_in_words(seconds: float | None, shown: str) -> None:
    assert span(seconds) == shown


@pytest.mark.parametrize(
    ("rate", "shown"), [(None, "–"), (0.0, "0 %"), (0.001, "1 %"), (0.5, "50 %"), (0.999, "99 %"), (1.0, "100 %")]
)
def test_only_all_is_all(rate: float | None, shown: str) -> None:
    assert percent(rate) == shown
