"""Findings of the lint as text, JSON and annotations: in order, within GitHub's limits, harmless to a terminal."""

from __future__ import annotations

import json

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.reporters.lint import Linted, render

PATH = "run/_/postmortems/PM-2025-09-27-01.md"


def finding(
    code: str, level: Level, message: str = "a message", line: int | None = 3, path: str | None = PATH
) -> Finding:
    return Finding(code, level, message, subject="PM-2025-09-27-01", path=path, line=line)


ONE = Linted(
    "PM-2025-09-27-01",
    "approved",
    "publication",
    (
        finding("QG-110", Level.NOTE, line=30),
        finding("QG-311", Level.WARNING, line=12),
        finding("QG-402", Level.ERROR, "action 2 has no owner", line=22),
        finding("QG-301", Level.ERROR, "no direct cause is named", line=None),
    ),
)
CLEAN = Linted("PM-2025-09-27-02", "draft", "draft", ())


def test_text_puts_errors_first_and_counts() -> None:
    assert render([ONE, CLEAN], "text").splitlines() == [
        f"{PATH}: error QG-301 no direct cause is named",
        f"{PATH}:22: error QG-402 action 2 has no owner",
        f"{PATH}:12: warning QG-311 a message",
        f"{PATH}:30: note QG-110 a message",
        "PM-2025-09-27-01  2 errors, 1 warning, 1 note  (publication, approved)",
        "PM-2025-09-27-02  nothing to say  (draft, draft)",
    ]


def test_without_a_markdown_the_incident_is_named() -> None:
    lone = Linted("PM-2025-09-27-01", "draft", "draft", (finding("QG-101", Level.WARNING, line=None, path=None),))
    assert render([lone], "text").startswith("PM-2025-09-27-01: warning QG-101 a message\n")


def test_text_can_neither_break_a_line_nor_drive_a_terminal() -> None:
    hostile = finding("QG-702", Level.ERROR, "approved by \x1b[31mred\n::error::fake")
    told = render([Linted("PM-2025-09-27-01", "draft", "draft", (hostile,))], "text")
    assert len(told.splitlines()) == 2
    assert "\x1b" not in told


def test_what_belongs_to_the_spelling_stays_and_what_deceives_is_written_out() -> None:
    said = "4\u202f200 images »\u00a0; \u0645\u06cc\u200c\u062e\u0648\u0627\u0647 \U0001f469\u200d\U0001f4bb 全\u3000角"
    told = render([Linted("PM-2025-09-27-01", "draft", "draft", (finding("QG-106", Level.NOTE, said),))], "text")
    assert said in told
    assert (
        render([Linted("PM-2025-09-27-01", "draft", "draft", (finding("QG-106", Level.NOTE, said),))], "github").count(
            said
        )
        == 2
    )
    deceiving = "a\u202ecod.exe\u2066 \u2028 \u200b \x1b[31m \ufeff"
    told = render([Linted("PM-2025-09-27-01", "draft", "draft", (finding("QG-106", Level.NOTE, deceiving),))], "text")
    assert r"a\u202ecod.exe\u2066 \u2028 \u200b \x1b[31m \ufeff" in told


def test_json_has_every_key() -> None:
    told = json.loads(render([ONE, CLEAN], "json"))
    first, second = told["incidents"]
    assert (first["errors"], first["warnings"], first["notes"]) == (2, 1, 1)
    assert first["findings"][1] == {
        "code": "QG-402",
        "level": "error",
        "title": "action without owner",
        "message": "action 2 has no owner",
        "path": PATH,
        "line": 22,
    }
    assert second == {
        "id": "PM-2025-09-27-02",
        "state": "draft",
        "stage": "draft",
        "errors": 0,
        "warnings": 0,
        "notes": 0,
        "findings": [],
    }


def test_annotations_name_file_and_line() -> None:
    lines = render([ONE], "github").splitlines()
    title = "PM-2025-09-27-01%3A action without owner (QG-402)"
    assert f"::error file={PATH},line=22,title={title}::action 2 has no owner" in lines
    assert sum(line.startswith("::error ") for line in lines) == 2
    assert sum(line.startswith("::warning ") for line in lines) == 1
    assert sum(line.startswith("::notice ") for line in lines) == 1


def test_at_most_ten_annotations_of_a_kind() -> None:
    many = tuple(finding("QG-402", Level.ERROR, f"action {number} has no owner") for number in range(40))
    lines = render([Linted("PM-2025-09-27-01", "approved", "publication", many)], "github").splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == 10
    assert errors[-1].endswith("::31 more, see the log")


def test_what_is_printed_for_people_is_no_command() -> None:
    hostile = finding("QG-702", Level.ERROR, "approved by ::error::fake")
    told = render([Linted("PM-2025-09-27-01", "draft", "draft", (hostile,))], "github")
    silence = next(line for line in told.splitlines() if line.startswith("::stop-commands::"))
    assert told.rstrip().endswith(f"::{silence.removeprefix('::stop-commands::')}::")
