"""The templates of the four languages are one structure, and people may write them in their own way."""

from __future__ import annotations

from pathlib import Path

import pytest
from document_cases import record_of
from msgspec.structs import replace

from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.markdown import fresh, normalised, parse, render, translate, update
from qualitygate.incidents.markdown import vocabulary as words
from qualitygate.incidents.narrative import Action

LANGUAGES = words.LANGUAGES
GROUPS = (
    "section",
    "context",
    "column",
    "cause",
    "cause_field",
    "falsification_field",
    "action",
    "lesson",
    "domain",
    "type",
    "effort",
    "status",
    "kind",
    "marker",
    "question",
    "gate_column",
    "gate",
    "form",
    "template",
)


def template(corpora: Path, lang: str) -> str:
    return (corpora / "postmortem" / f"{lang}.md").read_text(encoding="utf-8")


def shape(document: Document) -> object:
    return (
        document.id,
        document.title,
        document.detected,
        document.severity,
        document.stakeholders,
        [(row.at, row.owner) for row in document.timeline],
        [(cause.class_, cause.domain, cause.open) for cause in document.rca.causes],
        [replace(action, title="") for action in document.actions],
        [replace(lesson, text="") for lesson in document.lessons],
        document.sections,
    )


def test_the_four_templates_have_one_structure(corpora: Path) -> None:
    found = {lang: parse(template(corpora, lang), where=lang).document for lang in LANGUAGES}
    assert {lang: document.lang for lang, document in found.items()} == {lang: lang for lang in LANGUAGES}
    english = found["en"]
    assert all(shape(document) == shape(english) for document in found.values())
    assert [row.at for row in english.timeline] == [f"2025-09-27T04:{minute}:00Z" for minute in (12, 17, 31)]
    assert [cause.class_ for cause in english.rca.causes] == ["direct", "contributing", "contributing"]
    assert [cause.text for cause in english.rca.causes[1:]] == ["CI test gap", "parallel reviews"]
    assert [action.due for action in english.actions] == ["2025-10-01", "2025-10-03"]
    assert english.actions[0].title == "Add a ΔE check to `scripts/validate-lut.mjs`"
    assert len(english.lessons) == 2
    assert found["ja"].rca.causes[1].text == "CI テスト不備"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_template_that_says_what_the_record_says_stays_as_it_is(corpora: Path, lang: str) -> None:
    text = template(corpora, lang)
    for written in (text, text.replace("\n", "\r\n"), "\ufeff" + text, text.replace("\n", "  \n")):
        assert update(written, record_of(parse(written, where=lang).document)) == written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_count_from_one(corpora: Path, lang: str) -> None:
    parsed = parse(template(corpora, lang), where=lang)
    expected = {"id": 1, "severity": 4, "timeline": 7, "timeline[2]": 12, "rca.causes[2]": 15, "actions[1]": 18}
    assert expected.items() <= parsed.lines.items()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("to", LANGUAGES)
def test_a_translation_there_and_back_is_the_template(corpora: Path, lang: str, to: str) -> None:
    text = template(corpora, lang)
    there = translate(text, to)
    assert parse(there, where=to).document == replace(parse(text, where=lang).document, lang=to)
    # French writes a no-break space before its colons, the template a plain one.
    assert translate(there, lang).replace("\u00a0:", " :") == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- Severity: S1", "- Sévérité\u00a0: S1"),
        ("- Severity: S1", "- 重大度：Ｓ１"),
        ("- Severity: S1", "-   **Severity**:   `s1`  "),
        ("- Severity: S1", "* **Severity:** S1"),
        ("- Severity: S1", "- SEVERITE: S1"),
        ("## Timeline", "##   Zeitverlauf  ##"),
        ("## Timeline", "\nTimeline\n--------"),
        ("## Timeline", "## **Timeline**:"),
        ("04:12 UTC", "04:12"),
        ("2025-09-27 04:12 UTC", "2025-09-27T04:12:00Z"),
        ("2025-09-27 04:12 UTC", "2025‑09‑27 04：12"),
        ("| 04:17 |", "| 2025-09-27 04:17 |"),
        ("| 04:17 |", "|4:17|"),
        ("| 04:17 |", "| 04h17 |"),
        ("| --- | --- | --- |", "|:--|:-:|--:|"),
        ("| Time | Event | Owner |", "Heure | Événement | 担当"),
        (" — 2025-10-01", " – 2025-10-01"),
        (" — 2025-10-01", " - 2025‐10‐01"),
        (" — 2025-10-01", "—2025-10-01"),
        ("- [ ] Add", "* [ ] Add"),
        ("- [ ] Add", "1. [ ] Add"),
        ("- [ ] Add a", "- [ ]   Add\n  a"),
        ("CI test gap, parallel", "CI test gap、parallel"),
        (
            "- Contributing factors: CI test gap, parallel reviews",
            "- Contributing factors:\n    - CI test gap\n    - parallel reviews",
        ),
        (
            "- Contributing factors: CI test gap, parallel reviews",
            "- Contributing factor: CI test gap\n- Facteur contributif : parallel reviews",
        ),
        ("- Stakeholders: Marketing, Legal, SRE", "- Stakeholders:\n  - Marketing\n  - Legal\n  - SRE"),
        ("\n## ", "\n\n\n## "),
    ],
)  # fmt: skip
def test_ways_to_write_the_same(corpora: Path, old: str, new: str) -> None:
    text = template(corpora, "en")
    assert old in text
    expected = parse(text, where="en").document
    found = parse(text.replace(old, new), where="en").document
    assert replace(found, lang="en") == expected


def test_columns_may_stand_in_another_order(corpora: Path) -> None:
    text = template(corpora, "en").replace("| Time | Event | Owner |", "| Owner | Event | Time |")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| 04:")]
    for cells in rows:
        text = text.replace(" | ".join(cells), "| " + " | ".join([cells[2][:-2], cells[1], cells[0][2:]]) + " |")
    document = parse(text, where="en").document
    assert document.timeline == parse(template(corpora, "en"), where="en").document.timeline
    made = update(text, record_of(replace(document, timeline=document.timeline[:1] + document.timeline[2:])))
    assert "| Analyst | Analysis of the affected paths completed | 04:31 |" in made
    assert "04:17" not in made


def test_only_what_differs_is_written_anew(corpora: Path) -> None:
    text = template(corpora, "en").replace("## Timeline", "\nSome prose.\n\n## Appendix\n* kept as *is*\n\n## Timeline")
    document = parse(text, where="en").document
    assert [section.text for section in document.sections] == ["Some prose.", "## Appendix\n* kept as *is*"]
    first = replace(document.actions[0], owner="Brand", ticket_url="https://example.com/1")
    made = update(text, record_of(replace(document, actions=(first, document.actions[1], Action(title="New")))))
    added = [line for line in made.splitlines() if line not in text.splitlines()]
    assert added == ["  - Owner: Brand", "  - Ticket: <https://example.com/1>", "- [ ] New — no date"]
    assert [line for line in made.splitlines() if line not in added] == text.splitlines()


def test_what_is_no_field_of_an_action_is_kept_and_told(corpora: Path) -> None:
    more = "  - a remark of its own\n\n    with a paragraph\n  - Size: M\n\n  Prose below it.\n"
    text = template(corpora, "en").replace("- [ ] Extend", more + "- [ ] Extend")
    parsed = parse(text, where="en")
    assert parsed.document.actions[0].size == "M"
    assert [note.partition(" is kept")[0] for note in parsed.notes] == ["en:18:"]
    changed = (replace(parsed.document.actions[0], owner="Brand"), *parsed.document.actions[1:])
    made = update(text, record_of(replace(parsed.document, actions=changed)))
    for kept in (
        "  - a remark of its own\n",
        "    with a paragraph\n",
        "\n\n  Prose below it.\n",
        "- [ ] Add a ΔE check to `",
    ):
        assert kept in made


def test_a_marked_up_text_keeps_its_markup_when_its_line_is_written_anew(corpora: Path) -> None:
    text = template(corpora, "en").replace("- Document the review", "- **Document** the [review](https://example.com)")
    document = parse(text, where="en").document
    lesson = replace(document.lessons[0], target="handbook")
    made = update(text, record_of(replace(document, lessons=(lesson, document.lessons[1]))))
    assert "- **Document** the [review](https://example.com) steps\n  - Goes into: handbook\n  - Owner" not in made
    assert "- **Document** the [review](https://example.com) steps\n  - Goes into: handbook\n  - Status: open\n" in made


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fresh_file_is_read_and_asks(lang: str) -> None:
    text = fresh("PM-2026-03-02-01", lang, "2026-03-02T09:00:00Z", "S2", "Falsche Farben")
    document = parse(text, where=lang).document
    assert document.lang == lang
    assert [cause.class_ for cause in document.rca.causes if cause.open] == ["direct", "contributing", "systemic"]
    assert (document.title, document.impact, document.stakeholders) == ("Falsche Farben", "", ())
    assert text.count(f"**{words.words(lang)('marker', 'open')}") == 6
    assert render(record_of(document)).splitlines()[:7] == text.splitlines()[:7]
    assert normalised(document) == document
    assert document_of(record_of(document)) == document


def test_every_language_has_every_word() -> None:
    for group in GROUPS:
        for lang in LANGUAGES:
            assert set(words._table(lang)[group]) == set(words.names(group)), (group, lang)
    assert all(set(words._table(lang)) == set(GROUPS) for lang in LANGUAGES)


@pytest.mark.parametrize("group", [group for group in GROUPS if group not in ("gate", "form", "template")])
def test_no_word_means_two_things(group: str) -> None:
    meanings: dict[str, set[str]] = {}
    for name in words.names(group):
        for word in words.spellings(group, name):
            meanings.setdefault(words.key(word), set()).add(name)
    assert {word: names for word, names in meanings.items() if len(names) > 1} == {}
