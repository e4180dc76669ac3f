"""The dashboard as files: what is in them, what is never in them, and that they are the same for the same moment."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from dashboard_cases import NOW, Memory, a_year, built, founding, heat_map, japanese, png, with_picture
from hypothesis import given, settings
from kpi_cases import action, incident, near_miss, populations
from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.dashboard import site
from qualitygate.incidents.dashboard.labels import countdown
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.narrative import TimelineEntry
from qualitygate.incidents.postmortem import Postmortem

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202etxt.exe\x1b[31m'


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(record: Postmortem, sources: Memory | None = None) -> bytes:
    return built([record], sources)[f"incidents/{record.id}.html"]


def test_the_files() -> None:
    record, sources = with_picture(founding(), png())
    made = built([record, japanese()], sources)
    assert sorted(made) == [
        "dashboard.css",
        "dashboard.js",
        "incidents/PM-2025-09-27-000001.html",
        "incidents/PM-2026-01-06-000066.html",
        "index.html",
        "maps/PM-2025-09-27-000001.svg",
        "maps/PM-2026-01-06-000066.svg",
        f"pictures/pm-2025-09-27-000001/{record.evidence[0].sha256[:16]}.png",
    ]


def test_the_same_for_the_same_moment_in_any_order() -> None:
    records = a_year()
    shuffled = records.copy()
    random.Random(7).shuffle(shuffled)
    assert built(records) == built(shuffled)


@given(populations())
@settings(max_examples=25, deadline=None)
def test_any_records_make_a_site_of_sound_pages(records: list[Postmortem]) -> None:
    made = built(records)
    assert sum(path.startswith("incidents/") for path in made) == len(records)
    for path, content in made.items():
        if path.endswith(".html"):
            assert no_way_out(Page(content)) == []


def no_way_out(page: Page) -> list[str]:
    """What a page loads from elsewhere, runs inline or styles inline: nothing."""
    found = []
    for tag, attributes in page.tags:
        found += [f"{tag} {name}" for name in attributes if name.startswith("on") or name == "style"]
        source = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if source and not re.fullmatch(r"(\.\./)?[\w./-]+", source):
            found.append(f"{tag} {source}")
        if tag == "script" and source not in ("dashboard.js", "../dashboard.js"):
            found.append("inline script")
        href = attributes.get("href") or ""
        if re.match(r"\s*[a-z]+:", href, re.I) and not re.match(r"https?://|mailto:", href):
            found.append(href)
        if tag in ("style", "iframe", "object", "embed", "form") and attributes.get("method") != "dialog":
            found.append(tag)
    return found


def hostile() -> Postmortem:
    return incident(
        1,
        title=HOSTILE,
        pipelines=(HOSTILE,),
        stakeholders=(HOSTILE,),
        change=HOSTILE,
        commit=HOSTILE,
        ci_run="javascript:alert(1)",
        actions=(action(HOSTILE, owner=HOSTILE, ticket_url="javascript:alert(1)"),),
        timeline=(TimelineEntry(at="2025-11-03T09:00:00Z", event=HOSTILE, owner=HOSTILE),),
    )


def test_hostile_names_are_text_everywhere() -> None:
    sources = Memory({hostile().id: f"# {HOSTILE}\n\n{HOSTILE}\n\n[x](javascript:alert(1))"})
    for made in (built([hostile()], sources), built([hostile()])):
        for path in ("index.html", f"incidents/{hostile().id}.html"):
            page = Page(made[path])
            assert no_way_out(page) == []
            assert "<script>alert(1)</script>" in page.text
            assert b"\x1b" not in made[path]
            assert "\u202e" not in made[path].decode()


def test_the_policy_forbids_everything_but_our_own_files() -> None:
    for content in (built([founding()])["index.html"], page_of(founding())):
        policy = next(a["content"] for t, a in Page(content).tags if a.get("http-equiv") == "Content-Security-Policy")
        assert policy is not None
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["img-src"] == "'self' file:"


def test_style_sheet_and_script_load_nothing() -> None:
    static = files("qualitygate.incidents.dashboard") / "static"
    css = (static / "dashboard.css").read_text(encoding="utf-8")
    script = (static / "dashboard.js").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?:", css)
    assert not re.search(
        r"fetch\(|XMLHttpRequest|import\(|https?:|eval\(|innerHTML|insertAdjacent|document\.write", script
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": Severity.S0},
        {"impact": Impact(summary="", count=1, personal_data=True)},
    ],
    ids=["S0", "personal data"],
)
def test_pictures_of_a_leak_are_never_copied(changes: dict[str, Any]) -> None:
    content = png()
    record, sources = with_picture(incident(1), content)
    sources.texts = {record.id: f"![map](../../../{record.evidence[0].path}) [map](../../../{record.evidence[0].path})"}
    assert any(content == made for made in built([record], sources).values())
    made = built([replace(record, **changes)], sources)
    assert not any(path.startswith("pictures/") or content == found for path, found in made.items())
    page = Page(made[f"incidents/{record.id}.html"])
    assert "pictures are not shown" in page.text
    assert not [a for t, a in page.tags if t == "img"]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({}, "is not there"),
        ({"sha256": "0" * 64}, "is not what was recorded"),
        ({"path": "../../etc/passwd"}, "is not there"),
    ],
)
def test_a_picture_that_is_gone_or_changed_is_said_and_not_shown(item: dict[str, Any], said: str) -> None:
    content = png()
    evidence = heat_map(incident(1).id, content)
    sources = Memory(evidence={} if said == "is not there" else {evidence.path or "": content})
    record = incident(1, evidence=(replace(evidence, **item),))
    notes: list[str] = []
    made = {f.path: f.content for f in site([record], NOW, sources, lambda i, text: notes.append(f"{i} {text}"))}
    assert not [path for path in made if path.startswith("pictures/")]
    assert said in Page(made[f"incidents/{record.id}.html"]).text
    assert len(notes) == 1
    assert said in notes[0]


def test_only_pictures_are_shown_as_pictures() -> None:
    content = b"<svg onload=alert(1)>"
    record, sources = with_picture(incident(1), content)
    assert b"is no PNG" in page_of(record, sources)


def test_the_language_of_the_postmortem_is_said() -> None:
    page = Page(page_of(japanese()))
    assert [a["lang"] for t, a in page.tags if t == "article"] == ["ja"]
    assert [a["lang"] for t, a in page.tags if t == "h1"] == ["ja"]
    assert next(a["lang"] for t, a in page.tags if t == "html") == "en"


def test_the_checklist_and_the_proof() -> None:
    closed = Page(page_of(founding()))
    assert closed.text.count("held") == 5
    assert "Cannot come back" in closed.text
    late = Page(page_of(incident(1)))
    states = ("late", "held", "missed", "undecided")
    boxes = [a["class"] for t, a in late.tags if t == "li" and a.get("class") in states]
    assert boxes == ["late", "late", "undecided", "undecided", "undecided"]
    assert "Nothing has been proved yet" in late.text


def test_every_chart_has_words_and_a_table() -> None:
    page = Page(built(a_year())["index.html"])
    charts = [a for t, a in page.tags if t == "svg" and a.get("role") == "img"]
    assert len(charts) == 4
    ids = {a["id"] for _, a in page.tags if "id" in a}
    for chart in charts:
        assert set((chart["aria-labelledby"] or "").split()) <= ids
    assert page.text.count("Numbers") == 4


def test_ids_are_unique_and_labels_lead_somewhere() -> None:
    for content in (built(a_year())["index.html"], page_of(founding())):
        page = Page(content)
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert len(ids) == len(set(ids))
        named = {one for _, a in page.tags for one in (a.get("aria-labelledby") or "").split()}
        named |= {(a["href"] or "")[1:] for t, a in page.tags if t == "a" and (a.get("href") or "").startswith("#")}
        assert named <= set(ids)
        assert sum(t == "h1" for t, _ in page.tags) == 1


def test_every_link_within_the_site_leads_to_a_file_of_it() -> None:
    record, sources = with_picture(founding(), png())
    made = built([record, japanese(), incident(7, merged_into=record.id, state=IncidentState.MERGED)], sources)
    for path, content in made.items():
        if not path.endswith(".html"):
            continue
        for _, attributes in Page(content).tags:
            for name in ("href", "src"):
                target = (attributes.get(name) or "").partition("#")[0]
                if target and not target.startswith(("http", "mailto")):
                    assert str((Path("/", path).parent / target).resolve())[1:] in made, (path, target)


def test_a_link_to_an_incident_that_is_not_there_is_text() -> None:
    record = incident(1, merged_into="PM-2020-01-01-01", state=IncidentState.MERGED)
    assert "PM-2020-01-01-01.html" not in page_of(record).decode()


def test_urgent_clocks_come_first() -> None:
    page = built(a_year())["index.html"].decode()
    cards = re.findall(r'<li class="card(?: late)?"><a href="incidents/(PM-[\d-]+)\.html">', page)
    assert cards[:2] == ["PM-2026-01-15-000061", "PM-2026-01-15-000060"]


def test_nothing_yet() -> None:
    page = Page(built([])["index.html"])
    assert "No incident has been opened yet" in page.text
    assert "No clock is running" in page.text
    assert page.text.count("–") >= 5


def test_a_time_that_does_not_exist_is_a_clear_error() -> None:
    with pytest.raises(ConfigError) as caught:
        built([incident(1, times=Times(detected="2025-02-30T00:00:00Z"))])
    assert caught.value.code == "QG-1740"


def test_dates_that_people_wrote_and_that_do_not_exist_are_no_errors() -> None:
    row = TimelineEntry(at="2025-02-30T09:00:00Z", event="What happened on no day", owner="on-call")
    page = page_of(incident(1, timeline=(row,), actions=(action("Due on no day", "2025-02-30"),)))
    assert "What happened on no day" in Page(page).text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s left"),
        (59.9, "59 s left"),
        (60, "1 min 00 s left"),
        (725, "12 min 05 s left"),
        (3600, "1 h 00 min left"),
        (86_399, "23 h 59 min left"),
        (86_400, "1 d 00 h left"),
        (-1, "late by 1 s"),
        (-12_000, "late by 3 h 20 min"),
    ],
)
def test_what_clocks_say(seconds: float, text: str) -> None:
    assert countdown(timedelta(seconds=seconds)) == text


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark by the system", "dark by choice"])
def test_contrast_of_text_is_at_least_4_5(theme: int) -> None:
    """WCAG 2.2, 1.4.3, of every pair of text and ground that the style sheet uses."""
    css = (files("qualitygate.incidents.dashboard") / "static" / "dashboard.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root[^{]*\{([^}]*--ground[^}]*)\}", css)
    token = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    pairs = [(ink, ground) for ink in ("ink", "quiet", "accent", "late") for ground in ("ground", "surface", "sunk")]
    pairs += [(ink, "late-ground") for ink in ("ink", "quiet", "late")]
    pairs += [("on-severity", "s0"), ("on-severity", "s1"), ("s2", "surface"), ("s3", "surface"), ("held", "surface")]
    pairs += [("s2", "sunk"), ("s3", "sunk"), ("s2", "late-ground"), ("s3", "late-ground")]
    for ink, ground in pairs:
        light, dim = sorted((luminance(token[ink]), luminance(token[ground])), reverse=True)
        assert (light + 0.05) / (dim + 0.05) >= 4.5, (ink, ground)


def many(count: int) -> list[Postmortem]:
    return [
        (incident if number % 3 else near_miss)(
            number,
            datetime.fromisoformat("2026-01-15T11:00:00+00:00") - timedelta(hours=number),
            mitigated=number % 70,
            published=1000 + number % 3000,
            pipelines=(f"pipeline-{number % 20}",),
            actions=(action(f"Fix {number}", "2025-12-01"),) if number % 10 == 0 else (),
        )
        for number in range(count)
    ]


@pytest.mark.slow
def test_ten_thousand_incidents_are_built_in_reasonable_time(
    bounded: Callable[[float], AbstractContextManager[None]],
) -> None:
    with bounded(180):
        size = sum(len(file.content) for file in site(many(10_000), NOW, Memory(), lambda _, __: None))
    assert size < 200_000_000
