"""`qualitygate postmortem new|sync|translate|schema` as a person uses them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from postmortem_stub import STUB_JSON, STUB_MARKDOWN

from qualitygate.incidents.events import Edited, Noted
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json, to_schema

ID = "PM-2025-09-27-01"
FOLDER = Path("run/_/postmortems")


class Desk:
    """A directory with one incident, and the commands in it."""

    def __init__(self, qg: Callable[..., Any], root: Path) -> None:
        self.qg = qg
        self.root = root
        self.markdown = root / FOLDER / f"{ID}.md"
        self.json = root / FOLDER / f"{ID}.json"

    def __call__(self, *arguments: str, code: int = 0) -> str:
        told = self.qg("postmortem", *arguments)
        assert told.code == code, told.err or told.out
        return str(told.out)

    def refused(self, *arguments: str) -> str:
        """The one line of a command that is refused with code 2 and changes no file."""
        before = self.files()
        told = self.qg("postmortem", *arguments)
        assert told.code == 2
        assert told.err.count("\n") == 1
        assert self.files() == before
        return str(told.err)

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file() and path.name != ".lock"}

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode())

    @property
    def record(self) -> Postmortem:
        return Ledger(self.root).record(ID)

    def agreed(self) -> None:
        """JSON and log say the same, and there is nothing more to do."""
        assert self.json.read_bytes() == to_json(self.record)
        before = self.files()
        assert self("sync", ID) == f"{ID}  in step\n"
        assert self("sync", ID, "--check") == f"{ID}  in step\n"
        assert self.files() == before


@pytest.fixture
def desk(qg: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-28T09:00:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "lead")
    return Desk(qg, tmp_path)


@pytest.fixture
def written(desk: Desk, corpora: Path) -> Desk:
    """The German template, synced."""
    desk.markdown.parent.mkdir(parents=True)
    shutil.copyfile(corpora / "postmortem" / "de.md", desk.markdown)
    desk("sync", ID)
    return desk


@pytest.mark.parametrize("lang", ["en", "de", "fr", "ja"])
def test_a_markdown_alone_makes_the_incident_and_stays_as_it_is(desk: Desk, corpora: Path, lang: str) -> None:
    desk.markdown.parent.mkdir(parents=True)
    content = (corpora / "postmortem" / f"{lang}.md").read_bytes()
    desk.markdown.write_bytes(content)
    assert "would be opened" in desk("sync", ID, "--check", code=1)
    assert not desk.json.exists()
    assert desk("sync", ID) == f"{ID}  opened; wrote run/_/postmortems/{ID}.json\n"
    assert desk.markdown.read_bytes() == content
    made = from_json(desk.json.read_bytes())
    assert (made.lang, made.severity, made.times.detected) == (lang, "S1", "2025-09-27T04:12:00Z")
    assert (made.impact.count, len(made.timeline), len(made.actions)) == (0, 3, 2)
    desk.agreed()


def test_new_writes_what_sync_reads(desk: Desk) -> None:
    told = desk("new", "--lang", "fr", "--severity", "S1", "--at", "2025-09-27T04:12:30Z", "--title", "Dérive\nΔE")
    path = next((desk.root / FOLDER).glob("*.md"))
    assert str(path.relative_to(desk.root).as_posix()) in told
    text = path.read_text(encoding="utf-8")
    assert "- Titre\u00a0: Dérive ΔE\n- Détecté\u00a0: 2025-09-27 04:12:30 UTC\n- Sévérité\u00a0: S1\n" in text
    assert "is there already" in desk.refused("new", path.stem)
    desk("sync", path.stem)
    path.unlink()
    desk("new", path.stem)
    assert "Titre" in path.read_text(encoding="utf-8")


def test_an_edit_of_the_markdown_reaches_log_and_json(written: Desk) -> None:
    written.edit(written.markdown, "Marketing, Legal, SRE", "Marketing, Legal, SRE, Vertrieb")
    edited = written.markdown.read_bytes()
    assert "would merge from the Markdown: stakeholders" in written("sync", ID, "--check", code=1)
    told = json.loads(written("sync", ID, "--format", "json"))
    assert told["incidents"][0]["changed"] == ["stakeholders"]
    assert told["incidents"][0]["source"] == "markdown"
    assert written.record.stakeholders[-1] == "Vertrieb"
    assert written.markdown.read_bytes() == edited
    last = Ledger(written.root).lines(ID)[-1].event
    assert (last.actor, last.data.source if isinstance(last.data, Edited) else None) == ("lead", "markdown")
    written.agreed()


def test_an_edit_of_the_json_reaches_log_and_markdown_and_nothing_else_there_changes(written: Desk) -> None:
    lines = written.markdown.read_text(encoding="utf-8").splitlines()
    record = from_json(written.json.read_bytes())
    data = json.loads(to_json(record))
    data["actions"][0]["owner"] = "Marke"
    written.json.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert "merged from the JSON: actions" in written("sync", ID)
    after = written.markdown.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in lines] == ["  - Verantwortlich: Marke"]
    assert [line for line in after if line in lines] == lines
    written.agreed()


def test_edits_of_both_are_merged(written: Desk) -> None:
    written.edit(written.markdown, "Review-Schritte", "Alle Review-Schritte")
    written.edit(written.markdown, "## Lessons", "- [ ] Schulung — 2025-11-01\n## Lessons")
    data = json.loads(written.json.read_bytes())
    data["actions"][0]["size"] = "S"
    data["lessons"].append({"text": "Neue Lehre"})
    written.json.write_text(json.dumps(data), encoding="utf-8")
    assert "merged: actions, lessons" in written("sync", ID)
    record = written.record
    assert [action.size for action in record.actions] == ["S", None, None]
    assert [lesson.text[:4] for lesson in record.lessons] == ["Alle", "On-C", "Neue"]
    written.agreed()


def test_a_conflict_names_both_values_and_changes_nothing(written: Desk) -> None:
    written.edit(written.markdown, "4.200 Bilder", "4.200 JPEG")
    written.edit(written.markdown, "2025-10-03", "2025-10-04")
    written.edit(written.json, "4.200 Bilder", "viele Bilder")
    written.edit(written.json, "2025-10-03", "2025-10-05")
    told = written.refused("sync", ID)
    for part in (
        "2 conflicts",
        '"4.200 JPEG weichen',
        '"viele Bilder weichen',
        '"2025-10-04"',
        '"2025-10-05"',
        "QG-1757",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("S1", "S0", f"use `qualitygate incident escalate {ID} --severity S0"),
        ("04:12 UTC", "04:11 UTC", "detected is 2025-09-27T04:11:00Z here"),
        ("Incident PM-2025-09-27-01", "Incident PM-2025-09-27-02", "an id never changes"),
    ],
)
def test_what_only_a_command_changes(written: Desk, old: str, new: str, said: str) -> None:
    written.edit(written.markdown, old, new)
    told = written.refused("sync", ID)
    assert said in told
    assert "QG-1758" in told
    assert f"{ID}.md:" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"state": "detected"', '"state": "closed"', f"see `qualitygate incident next {ID}`"),
        ('"state": "detected"', '"state": "asleep"', "$.state: invalid enum value 'asleep'"),
        ('"severity": "S1"', '"severity": "S0"', "qualitygate incident escalate"),
        ('"count": 0', '"count": 4200', "qualitygate incident impact"),
        ('"count": 0', '"count": "many"', "$.impact.count: expected `int`, got `str`"),
        ('"count": 0', '"count": -1', "$.impact.count: expected `int` >= 0"),
        ('"mitigated": null', '"mitigated": "2025-09-27T04:30:00Z"', "a time is set by the step it belongs to"),
        ('"owner": null', '"ownr": "x"', "$.actions[0].ownr: there is no such key; did you mean 'owner'?"),
        ('"owner": null', '"owner": null, "owner": "x"', "the key 'owner' stands there twice"),
        ('"lang": "de"', '"lang": "xx"', "$.lang: invalid enum value 'xx'"),
        ('"edges": []', '"edges": [{"from": 0, "to": 9}]', "$.rca.edges[0]: the arrow goes from 0 to 9"),
        ('"edges": []', "", "QG-1759"),
        ("{", "<<<<<<< HEAD\n{", "unresolved git conflict"),
        ("{", "[" * 100_000, "nested too deep"),
        ("{", "\udcff{", "not UTF-8"),
        ('"sections": []', '"sections": [{"after": "lessons", "text": "## Timeline"}]', "a second section 'Timeline'"),
    ],
)
def test_a_json_that_was_edited_badly(written: Desk, old: str, new: str, said: str) -> None:
    text = written.json.read_text(encoding="utf-8")
    assert old in text
    written.json.write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogateescape"))
    assert said in written.refused("sync", ID)


def test_a_markdown_that_could_not_follow_keeps_what_the_log_tells(written: Desk) -> None:
    sound = written.markdown.read_bytes()
    written.edit(written.markdown, "## Timeline", "## Zeiten")
    Ledger(written.root)  # the events below meet a Markdown that cannot be read
    assert written.qg("incident", "ack", ID, "--actor", "on-call").code == 0
    assert written.qg("incident", "escalate", ID, "--severity", "S0", "--reason", "leak").code == 0
    assert b"Zeiten" in written.markdown.read_bytes()
    written.markdown.write_bytes(sound.replace(b"Marketing, ", b""))
    told = written("sync", ID)
    assert "severity is S0 by the log, not S1" in told
    assert told.count("kept in the timeline") == 2
    record = written.record
    assert (len(record.timeline), record.stakeholders, record.severity) == (5, ("Legal", "SRE"), "S0")
    assert "- Severity: S0\n" in written.markdown.read_text(encoding="utf-8")
    written.agreed()


def test_an_edited_markdown_follows_events_and_keeps_its_edits(written: Desk) -> None:
    written.edit(written.markdown, "Marketing, Legal, SRE", "Marketing")
    written.edit(written.markdown, "| 04:31 |", "| 04:20 | Von Hand | On-call |\n| 04:31 |")
    Ledger(written.root).append(ID, Noted(text="Aus dem Log"), actor="on-call", at=_at("04:25"), recorded=_at("04:26"))
    text = written.markdown.read_text(encoding="utf-8")
    assert "| 04:20 | Von Hand | On-call |\n| 04:25 | Aus dem Log | on-call |\n| 04:31 |" in text
    assert "stakeholders, timeline" in written("sync", ID)
    assert [row.at[11:16] for row in written.record.timeline] == ["04:12", "04:17", "04:20", "04:25", "04:31"]
    written.agreed()


def test_a_json_that_is_older_than_the_log_is_merged_from_where_it_was(written: Desk) -> None:
    data = json.loads(written.json.read_bytes())
    data["title"] = "Palette"
    written.json.write_text(json.dumps(data), encoding="utf-8")
    Ledger(written.root).append(ID, Noted(text="Neu"), actor="on-call", at=_at("04:40"), recorded=_at("04:41"))
    assert "merged from the JSON: title" in written("sync", ID)
    assert (written.record.title, len(written.record.timeline)) == ("Palette", 4)
    written.agreed()


def test_a_stub_of_an_earlier_version_is_adopted(desk: Desk) -> None:

    desk.markdown.parent.mkdir(parents=True)
    desk.json.write_text(STUB_JSON, encoding="utf-8")
    desk.markdown.write_text(STUB_MARKDOWN.replace("**OPEN:** who has to be told?", "Marketing"), encoding="utf-8")
    assert desk("sync", ID).startswith(f"{ID}  opened; merged from the Markdown: stakeholders; wrote ")
    record = desk.record
    assert (record.state, record.times.mitigated, record.times.detected) == (
        "mitigated",
        "2025-09-27T04:12:30Z",
        "2025-09-27T04:12:30Z",
    )
    assert record.timeline[0].at == "2025-09-27T04:11:58Z"
    assert record.actions[0].type == "repair"
    assert record.stakeholders == ("Marketing",)
    desk.agreed()


def test_translating_changes_labels_only_and_is_logged(written: Desk) -> None:
    before = written.record
    told = written("translate", ID, "--to", "ja")
    assert f"{ID}.md" in told
    text = written.markdown.read_text(encoding="utf-8")
    assert "| 時刻 | イベント | 担当 |" in text
    assert "`scripts/validate-lut.mjs`" in text
    after = written.record
    assert (after.lang, after.actions, after.timeline) == ("ja", before.actions, before.timeline)
    written.agreed()
    assert "in step" in written("translate", ID, "--to", "ja")
    assert "there is no such file" in written.refused("translate", "PM-2025-09-27-77", "--to", "fr")


def test_all_goes_on_after_an_error_and_tells_it(written: Desk) -> None:
    other = written.markdown.with_name("PM-2025-09-28-01.md")
    other.write_bytes(written.markdown.read_bytes())
    told = written.qg("postmortem", "sync", "--all")
    assert told.code == 2
    assert told.out == f"{ID}  in step\n"
    assert "this is of PM-2025-09-27-01, the file's name says PM-2025-09-28-01" in told.err
    assert other.read_bytes() == written.markdown.read_bytes()


def test_what_is_asked_wrongly(desk: Desk) -> None:
    assert "name incidents, or give --all" in desk.refused("sync")
    assert "QG-1701" in desk.refused("sync", "PM-1")
    assert "qualitygate postmortem new PM-2025-09-27-01" in desk.refused("sync", ID)
    assert desk("sync", "--all") == ""
    desk.markdown.mkdir(parents=True)
    assert "QG-1750" in desk.refused("sync", ID)


def test_the_schema_is_the_published_one_and_holds_for_what_is_written(written: Desk) -> None:
    told = written("schema")
    assert told.encode() == to_schema()
    jsonschema.Draft202012Validator(json.loads(told)).validate(json.loads(written.json.read_bytes()))


def _at(clock: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(f"2025-09-27T{clock}:00+00:00")
