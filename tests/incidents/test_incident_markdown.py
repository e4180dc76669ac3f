"""The seed is an instance of the template, says what the gate knows, and shows hostile names as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from incident_cases import NOON, SPECS, draft, finding, pixels, report
from markdown_it import MarkdownIt
from markdown_it.token import Token

from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Report, SubjectResult
from qualitygate.incidents.markdown import render
from qualitygate.incidents.opening import Circumstances, first_record
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json, to_schema
from qualitygate.incidents.seeding import seed
from qualitygate.incidents.text import enumeration, escape, one_line

PARSER = MarkdownIt("commonmark").enable("table")
HOSTILE = [
    "a|b.webp",
    "`code`.webp",
    "*bold* _it_ __init__.png",
    "<script>alert(1)</script>.png",
    "[link](https://example.com).png",
    "![](x).png",
    "back\\slash.png",
    "&amp;.png",
    "~~gone~~ $x$ @team #12.png",
    "絵/画像 1.webp",
    "אבג.png",
    "न\u200dमस्ते.png",
]


def record(failed: Report, **known: object) -> Postmortem:
    values = {"now": NOON, "change": "pull/12", "commit": "c" * 40, "specs": SPECS} | known
    return first_record("PM-2026-11-21-12345678", "a" * 64, failed, Circumstances(**values))  # type: ignore[arg-type]


def headings(text: str) -> list[tuple[str, str]]:
    tokens = PARSER.parse(text)
    return [(t.tag, tokens[i + 1].content) for i, t in enumerate(tokens) if t.type == "heading_open"]


def plain(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def cells(text: str) -> list[str]:
    tokens = PARSER.parse(text)
    return [plain(tokens[i + 1]) for i, t in enumerate(tokens) if t.type in ("td_open", "th_open")]


def test_the_sections_of_the_template_in_order(corpora: Path):
    template = [text for tag, text in headings((corpora / "postmortem" / "en.md").read_text()) if tag == "h2"]
    text = render(record(report(finding())))
    assert [heading for tag, heading in headings(text) if tag == "h2"] == template
    assert headings(text)[0] == ("h1", "Incident PM-2026-11-21-12345678")


def test_the_rows_of_the_template(corpora: Path):
    labels = ("- Discovered: ", "- Severity: ", "- Impact: ", "- Stakeholders: ", "- Direct cause: ")
    text = render(record(report(finding()), stakeholders=("Marketing", "Legal")))
    for source in ((corpora / "postmortem" / "en.md").read_text(), text):
        starts = [line for line in source.splitlines() if line.startswith(labels)]
        assert [line.startswith(label) for line, label in zip(starts, labels, strict=True)] == [True] * 5
        assert "| Time | Event | Owner |\n| --- | --- | --- |\n" in source
    assert "- Discovered: 2026-11-21 12:00:30 UTC\n- Severity: S1\n" in text
    assert "- Stakeholders: Marketing, Legal\n" in text


def test_the_impact_comes_from_data():
    failed = report(*(finding(f"{number}.webp") for number in range(37)), passed=4163)
    made = record(failed)
    assert made.impact.summary == "37 of 4,200 images failed the gate in hero"
    assert (made.impact.count, made.impact.total, made.impact.pipelines) == (37, 4200, ("hero-export",))
    assert "- Impact: 37 of 4,200 images failed the gate in hero\n" in render(made)
    assert record(report(finding())).impact.summary == "1 of 1 image failed the gate in hero"


def test_the_first_rows_of_the_timeline():
    assert [(entry.at, entry.event) for entry in record(report(finding(), passed=1)).timeline] == [
        ("2026-11-21T11:59:58Z", "Gate started: 2 subjects in 1 set"),
        ("2026-11-21T12:00:30Z", "DeltaE00 5.31 exceeds 2.0: a.webp, p95, profile hero, severity S1"),
        ("2026-11-21T12:00:30Z", "Merge blocked: the check failed"),
        ("2026-11-21T12:00:30Z", "Postmortem stub opened"),
    ]


@pytest.mark.parametrize("started", ["", "yesterday", "2027-01-01T00:00:00Z"])
def test_a_clock_that_makes_no_sense_is_not_repeated(started: str):
    made = record(replace(report(finding()), started=started))
    assert made.timeline[0].at == made.times.detected


def test_a_run_over_midnight_says_the_date():
    text = render(record(replace(report(finding()), started="2026-11-20T23:59:00Z")))
    assert "| 2026-11-20 23:59 | Gate started" in text


def test_a_catch_before_the_merge_is_mitigated_at_once(tmp_path: Path):
    assert record(report(finding())).kind == "near_miss"
    made = from_json((tmp_path / seed(draft(tmp_path), {}).json).read_bytes())
    assert (made.kind, made.state) == ("near_miss", "mitigated")
    assert made.times.mitigated == made.times.detected
    assert made.checklist.mitigated_in_30_minutes is True


@pytest.mark.parametrize(
    ("change", "ci_run", "event"),
    [
        ("merge-request/3", None, "Merge blocked: the check failed"),
        ("branch/main", "https://example.com/1", "Merge blocked: the check failed"),
        ("branch/main", None, "The gate failed"),
        (None, None, "The gate failed"),
    ],
)
def test_a_merge_is_blocked_only_where_there_is_one(change: str | None, ci_run: str | None, event: str):
    assert record(report(finding()), change=change, ci_run=ci_run).timeline[2].event == event


def test_what_could_not_be_measured_is_told_and_counted():
    failed = report(finding(), passed=3)
    broken = tuple(
        SubjectResult(
            Subject("pair", f"{number}.webp", "hero"), Unmeasurable("QG-1203", f"out/{number}.webp: is cut{said}")
        )
        for number, said in ((number, " [QG-1203]" if number % 2 else "") for number in range(12))
    )
    made = record(replace(failed, results=(*failed.results, *broken)))
    assert made.impact.summary == "1 of 16 images failed the gate in hero; 12 could not be measured"
    assert (made.impact.unmeasurable, len(made.unmeasurable)) == (12, 10)
    text = render(made)
    assert "Could not be measured: out/0.webp: is cut \\[QG-1203\\]; out/1.webp: is cut \\[QG-1203\\]; " in text
    assert "out/9.webp: is cut \\[QG-1203\\]; and 2 more.\n" in text


def test_rows_that_are_cut_are_counted():
    text = render(record(report(*(finding(f"{number}.webp") for number in range(1200)))))
    assert "\nAnd 1,190 more of the 1,200 images that failed.\n" in text
    assert "more of the" not in render(record(report(*(finding(f"{number}.webp") for number in range(10)))))


def test_every_rule_of_an_earlier_incident_is_named_with_it():
    origin = {"born_of": "PM-2025-09-27-01", "why": "a LUT update"}
    others = finding("b", statistic="mean", **origin), finding("c", statistic="max", why="new")
    text = render(record(report(finding(**origin), *others)))
    assert "- Rules DeltaE00 p95 and DeltaE00 mean, born of PM-2025-09-27-01: a LUT update\n" in text
    assert "- Rule DeltaE00 max, in force: new\n" in text


def test_the_name_of_a_pipeline_is_quoted():
    text = render(record(report(finding(), pipeline="approved vs build/mixed")))
    assert 'what changed in the pipeline "approved vs build/mixed"?' in text


def test_severity_is_that_of_the_worst_failed_threshold():
    assert record(report(finding(severity=Severity.S2), finding("b", severity=Severity.S1))).severity == "S1"
    assert record(report(finding(severity=None))).severity == "S3"


def test_what_the_gate_knows_of_the_cause():
    failed = report(finding(born_of="PM-2025-09-27-01", why="a LUT update", runbook="https://example.com/?a=1&b=2"))
    text = render(record(failed, ci_run="https://example.com/run/1"))
    assert "- Rule DeltaE00 p95, born of PM-2025-09-27-01: a LUT update\n" in text
    assert "- Runbook: <https://example.com/?a=1&b=2>\n" in text
    assert "- Change: pull/12\n- Commit: cccc" in text
    assert "- CI run: <https://example.com/run/1>\n" in text
    assert "- Direct cause: **OPEN:** what changed" in text
    assert "let this get as far as the gate — 2026-11-28\n" not in text, "that is nobody's incident here"
    known = record(failed, incidents=frozenset({"PM-2025-09-27-01"}))
    assert "let this get as far as the gate — 2026-11-28\n" in render(known)


def test_every_action_has_a_box_and_a_date():
    section = render(record(report(finding()))).partition("## Corrective Actions\n")[2].partition("## ")[0]
    assert section.splitlines() == [
        '- [ ] Find the step that changed in the pipeline "hero-export"; fix or revert it — 2026-11-23',
        "  - Type: repair",
        "- [ ] Add a regression case under fixtures/incidents/PM-2026-11-21-12345678/ — 2026-11-28",
        "  - Type: prevent",
    ]


def test_value_and_limit_never_look_alike():
    row = finding(value=0.9799996, limit=0.98, metric="ssim", statistic="mean")
    assert "| a.webp | ssim mean | 0.9799996 | 0.9800000 | S1 |" in render(record(report(row)))


def test_every_failed_check_is_named_beside_the_worst_pairs():
    rows = [finding(f"{number:02d}", 50.0 - number) for number in range(30)]
    other = finding("zz", 0.97, metric="ssim", statistic="mean", limit=0.98)
    made = record(report(*rows, other))
    assert [trigger.subject for trigger in made.triggers] == [f"{number:02d}" for number in range(10)] + ["zz"]


def test_heat_maps_are_linked_from_where_the_markdown_lies(tmp_path: Path):
    found = draft(tmp_path, report(*(finding(name) for name in HOSTILE[:10])))
    ref = seed(found, pixels(found))
    path = tmp_path / ref.markdown
    tokens = [child for token in PARSER.parse(path.read_text()) for child in token.children or ()]
    links = [unquote(str(token.attrs["href"])) for token in tokens if token.type == "link_open"]
    assert len(links) == 10
    assert {(path.parent / link).resolve() for link in links} == set((tmp_path / ref.evidence).iterdir())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_names_are_shown_as_they_are(name: str):
    text = render(record(report(finding(name, message=f"DeltaE00 5.31 exceeds 2.0: {name}"))))
    assert name in cells(text)
    assert f"DeltaE00 5.31 exceeds 2.0: {name}" in cells(text)
    assert len([tag for tag, _ in headings(text) if tag == "h2"]) == 5
    assert "html" not in {token.type for token in PARSER.parse(text)}


def test_control_characters_are_written_out():
    assert one_line("a\nb\t c\x1b[31m\u202etxt\udc80") == "a b c\\x1b[31m\\u202etxt\\udc80"


@given(st.text(max_size=40))
def test_any_text_survives_markdown(text: str):
    shown = one_line(text)
    (table,) = [cell for cell in cells(f"| h |\n| --- |\n| x{escape(text)}x |") if cell != "h"]
    # A parser replaces U+0000 and trims; the x on either side keep the white space that trimming would take.
    assert table == f"x{shown}x"
    assert "\n" not in shown
    shown.encode("utf-8")


def test_enumeration():
    assert [enumeration(words) for words in ("", "a", "ab", "aba", "abc")] == [
        "",
        "a",
        "a and b",
        "a and b",
        "a, b and c",
    ]


def test_json_is_valid_under_the_published_schema(tmp_path: Path):
    schema = json.loads(files("qualitygate").joinpath("schemas/postmortem.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for number, failed in enumerate((report(finding()), report(finding("bad\udc80\x1b", severity=None)))):
        found = draft(tmp_path / str(number), failed)
        content = (found.store.root / seed(found, pixels(found)).json).read_bytes()
        jsonschema.Draft202012Validator(schema).validate(json.loads(content))
        assert to_json(from_json(content)) == content
    broken = json.loads(content) | {"id": "PM-1"}
    assert not jsonschema.Draft202012Validator(schema).is_valid(broken)


def test_the_published_schema_is_the_one_of_the_code():
    assert files("qualitygate").joinpath("schemas/postmortem.schema.json").read_bytes() == to_schema()


def test_keys_of_a_later_version_are_passed_over():
    content = json.loads(to_json(record(report(finding())))) | {"events": {"length": 3}}
    assert from_json(json.dumps(content).encode()).id == "PM-2026-11-21-12345678"
    with pytest.raises(msgspec.ValidationError, match=r"\$\.state"):
        from_json(json.dumps(content | {"state": "asleep"}).encode())
