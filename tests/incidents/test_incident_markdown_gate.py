"""What the gate writes into its stubs is shown in four languages and taken for nobody's text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from incident_cases import NOON, SPECS, finding, report
from msgspec.structs import replace as changed

from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import SubjectResult
from qualitygate.incidents.document import document_of
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.markdown import normalised, parse, render, translate, update
from qualitygate.incidents.markdown.vocabulary import LANGUAGES
from qualitygate.incidents.opening import Circumstances, first_record
from qualitygate.incidents.postmortem import Postmortem

HOSTILE = (
    "a|b.webp",
    "`c`.webp",
    "*b* _i_.png",
    "## Timeline",
    "<script>.png",
    "\\",
    "絵/画像 1.webp",
    "- [ ] x",
    "אבג.png",
)


@pytest.fixture
def stub() -> Postmortem:
    origin = {"born_of": "PM-2025-09-27-01", "why": "a LUT update", "runbook": "https://example.com/?a=1&b=2"}
    found = (
        *(finding(name, message=f"DeltaE00 5.31 exceeds 2.0: {name}", **origin) for name in HOSTILE),
        *(finding(f"{number}.webp", statistic="mean", why="new") for number in range(30)),
    )
    failed = report(*found, passed=4000)
    broken = tuple(
        SubjectResult(Subject("pair", f"{number}.webp", "hero"), Unmeasurable("QG-1203", f"out/{number}.webp: is cut"))
        for number in range(1200)
    )
    known = Circumstances(now=NOON, change="pull/12", commit="c" * 40, ci_run="https://example.com/1", specs=SPECS)
    made = first_record("PM-2026-11-21-12345678", "a" * 64, replace(failed, results=(*failed.results, *broken)), known)
    maps = [
        Evidence(kind="heat_map", sha256="0" * 64, bytes=1, path=f"evidence/x/{number}.png", subject=name)
        for number, name in enumerate((*HOSTILE[:3], "further.png"))
    ]
    left_out = Evidence(kind="heat_map", sha256="0" * 64, bytes=1, subject="y", reason="over 5 MB in total")
    log = Evidence(kind="ci_log", sha256="0" * 64, bytes=1, reason="S0: digests only")
    return changed(made, evidence=(*maps, left_out, log))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_read_as_nothing_and_the_rest_is_read_back(stub: Postmortem, lang: str) -> None:
    record = changed(stub, lang=lang)
    parsed = parse(render(record), where="x.md")
    assert parsed.document == normalised(document_of(record)) == document_of(record)
    assert (parsed.document.sections, parsed.notes, parsed.kind) == ((), (), "near_miss")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("to", LANGUAGES)
def test_a_translation_is_what_would_be_rendered(stub: Postmortem, lang: str, to: str) -> None:
    record = changed(stub, lang=lang)
    assert translate(render(record), to, record) == render(changed(record, lang=to))


def test_it_stays_when_the_text_around_it_is_edited(stub: Postmortem) -> None:
    text = render(stub)
    prose = text.replace("### What the gate measured", "\nWhat I think of it.\n\n### What the gate measured")
    document = parse(prose, where="x.md").document
    assert [section.text for section in document.sections] == ["What I think of it."]
    assert update(prose, stub) == text.replace("### What the gate", "\n\n### What the gate")
    below = text.replace("## Corrective Actions", "\nBelow the table.\n\n## Corrective Actions")
    assert [section.text for section in parse(below, where="x.md").document.sections] == ["Below the table."]


def test_thousands_are_written_as_the_language_does(stub: Postmortem) -> None:
    counted = changed(stub, impact=changed(stub.impact, unmeasurable=1_210))
    told = {lang: render(changed(counted, lang=lang)) for lang in LANGUAGES}
    assert "; and 1,200 more." in told["en"]
    assert "; und 1.200 weitere." in told["de"]
    assert "\u00a0; et 1\u202f200 de plus." in told["fr"]
    assert "、ほか 1,200 件。" in told["ja"]


def test_only_heat_maps_are_counted_as_heat_maps(stub: Postmortem) -> None:
    assert "Heat maps left out: 1 (over 5 MB in total)." in render(stub)


def test_a_count_from_elsewhere_is_not_compared_with_the_rows(stub: Postmortem) -> None:
    text = render(changed(stub, impact=changed(stub.impact, count=4200, source="CDN log")))
    assert "more of the" in render(stub)
    assert "more of the" not in text


def test_a_sentence_right_below_the_heading_is_not_taken_into_an_item(stub: Postmortem) -> None:
    head, _, rest = render(stub).partition("- Direct cause")
    text = head + "And 5 more of the 6 images that failed.\n" + rest.partition("\n")[2]
    document = parse(text, where="x.md").document
    wanted = changed(stub, rca=changed(document.rca, causes=(*stub.rca.causes[:1], *document.rca.causes)))
    assert "\n\nAnd 5 more of the 6 images that failed.\n" in update(text, wanted)
