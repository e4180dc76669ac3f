"""Log, Markdown and JSON brought together: who changed what, and what nobody may lose."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from ledger_cases import FIRST, later, opened
from ledger_cases import record as opened_record
from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.document import document_of, with_document
from qualitygate.incidents.events import Edited, Noted
from qualitygate.incidents.following import followed, says
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.markdown import normalised, render
from qualitygate.incidents.merge_conflict import MergeConflictError
from qualitygate.incidents.postmortem import Postmortem, to_json
from qualitygate.incidents.sync import Merge, merge

WHERE = ("x.md", "x.json")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def merged(ledger: Ledger, markdown: str | None, json: bytes | None) -> Merge:
    return merge(ledger.lines(FIRST), markdown, json, where=WHERE)


def edited(record: Postmortem, **changes: object) -> Postmortem:
    return with_document(record, replace(document_of(record), **changes))


@pytest.mark.parametrize("there", [(False, False), (True, False), (False, True), (True, True)])
def test_nothing_edited_is_nothing_changed(ledger: Ledger, there: tuple[bool, bool]) -> None:
    record = ledger.record(FIRST)
    found = merged(ledger, render(record) if there[0] else None, to_json(record) if there[1] else None)
    assert found == Merge(normalised(document_of(record)), None)


def test_who_changed_it(ledger: Ledger) -> None:
    record = ledger.record(FIRST)
    one, other = edited(record, impact="one"), edited(record, title="other")
    assert merged(ledger, render(one), to_json(record)).source == "markdown"
    assert merged(ledger, render(record), to_json(other)).source == "json"
    both = merged(ledger, render(one), to_json(other))
    assert (both.source, both.document.impact, both.document.title) == ("merge", "one", "other")
    with pytest.raises(MergeConflictError, match=r"the JSON says .* the Markdown says"):
        merged(ledger, render(one), to_json(edited(record, impact="two")))


def test_a_json_that_is_only_laid_out_anew_says_the_same(ledger: Ledger) -> None:
    record = ledger.record(FIRST)
    assert merged(ledger, None, msgspec.json.encode(record)).source is None


def test_a_markdown_to_the_minute_keeps_the_seconds_of_the_log(ledger: Ledger) -> None:
    ledger.append(FIRST, Noted(text="to the second"), actor="a", at=later(0.5), recorded=later(1))
    record = ledger.record(FIRST)
    text = render(record)
    assert "| 04:12:30 | to the second | a |" in text
    assert says(text.replace("04:12:30", "04:12"), record)
    assert not says(text.replace("04:12:30", "04:13"), record)


def test_events_meet_edits_in_the_markdown(ledger: Ledger) -> None:
    before = ledger.record(FIRST)
    text = render(edited(before, impact="edited by hand"))
    ledger.append(FIRST, Noted(text="from the log"), actor="a", at=later(5), recorded=later(5))
    made = followed(text, before, ledger.record(FIRST))
    assert made is not None
    assert "edited by hand" in made
    assert "| 04:17 | from the log | a |" in made
    # What contradicts, or cannot be read, is left as it is for `sync` to tell.
    document = replace(document_of(before), impact="edited by a command")
    ledger.append(FIRST, Edited(document=document, source="command"), actor="a", at=later(6), recorded=later(6))
    assert followed(text, before, ledger.record(FIRST)) is None
    assert followed("no postmortem", before, ledger.record(FIRST)) is None


def test_what_is_edited_while_a_sync_runs_is_left_for_the_next(ledger: Ledger) -> None:
    paths, record = ledger.paths(FIRST), ledger.record(FIRST)
    late = render(edited(record, impact="typed just now"))
    paths.markdown.write_text(late, encoding="utf-8")
    paths.json.write_text("{}", encoding="utf-8")
    ledger.settle(FIRST, (render(record).encode(), to_json(record)))
    assert paths.markdown.read_text(encoding="utf-8") == late
    assert paths.json.read_text(encoding="utf-8") == "{}"
    ledger.settle(FIRST, (late.encode(), b"{}"))
    assert paths.json.read_bytes() == to_json(record)
    assert says(paths.markdown.read_text(encoding="utf-8"), record)


def test_a_severity_of_the_past_is_no_edit_and_any_other_is_refused(ledger: Ledger) -> None:
    record = ledger.record(FIRST)
    for severity in ("S0", "S2", "S3"):
        with pytest.raises(ConfigError, match=f"escalate {FIRST} --severity {severity}"):
            merged(ledger, render(record).replace("Severity: S1", f"Severity: {severity}"), None)


def test_a_kind_is_no_edit_either(ledger: Ledger) -> None:
    record = ledger.record(FIRST)
    text = render(record)
    assert "- Kind: real\n" in text
    line = 1 + text[: text.index("- Kind")].count("\n")
    for kind in ("drill", "near_miss"):
        shown = kind.replace("_", " ")
        with pytest.raises(ConfigError, match=f"escalate {FIRST} --kind {kind} --reason") as caught:
            merged(ledger, text.replace("Kind: real", f"Kind: {shown}"), None)
        assert (caught.value.code, caught.value.where) == ("QG-1758", f"x.md:{line}")
        with pytest.raises(ConfigError, match=f"escalate {FIRST} --kind … --reason"):
            merged(ledger, None, to_json(record).replace(b'"kind": "real"', f'"kind": "{kind}"'.encode()))
        assert not says(text.replace("Kind: real", f"Kind: {shown}"), record)
    assert says(text.replace("- Kind: real\n", ""), record)


@pytest.mark.parametrize(("lang", "was", "now"), [("en", "real", "drill"), ("fr", "réel", "exercice")])
def test_a_markdown_follows_the_kind_where_it_names_one(lang: str, was: str, now: str) -> None:
    record = opened_record(lang=lang)
    drill = replace(record, kind=IncidentKind.DRILL)
    text = render(record)
    assert followed(text, record, drill) == text.replace(was, now, 1) == render(drill)
    assert followed(text, drill, record) == text
    without = "".join(line for line in text.splitlines(keepends=True) if was not in line)
    assert followed(without, record, drill) == without
    # Somebody has made it something else in the meantime: `sync` tells of it.
    assert followed(text, replace(record, kind=IncidentKind.NEAR_MISS), drill) is None
