"""Where the pictures and panels of a page are: in it, beside it, or nowhere, and then why."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest
from html_parsed import Parsed
from html_samples import branded, branded_view, data, exhibit, many, panel, picture, render, small_report, small_view

from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Report
from qualitygate.imaging.colour_map import _ANCHORS
from qualitygate.reporters.html import pictures


def test_why_there_are_no_pictures_is_told() -> None:
    report, shown = small_report(), small_view(exhibits={})
    landing = report.results[0]
    other = replace(landing, subject=replace(landing.subject, id="b"), reference=replace(landing.reference, width=7))
    page = render(replace(report, results=(landing, other, *report.results[1:])), shown).text
    pairs = {one["id"]: one["bare"] for one in data(page)["pairs"]}
    assert pairs["hero/landing.jpg"].startswith("No pictures: they are drawn of what failed")
    assert pairs["b"].startswith("No pictures: the two differ in size")
    assert pairs["hero/cut.png"].startswith("No pictures: there are no two files")
    assert "There are no pictures in this report" in render(report, shown).text


def test_at_severity_s0_it_says_that_pictures_stay() -> None:
    report = small_report()
    landing = report.results[0]
    secret = replace(landing, findings=(replace(landing.findings[0], severity=Severity.S0),))
    told = data(render(replace(report, results=(secret,)), small_view(exhibits={})).text)["pairs"][0]["bare"]
    assert told == "No pictures: at severity S0 they stay where they were measured."


def test_small_reports_hold_their_pictures() -> None:
    rendered = render(small_report(), small_view())
    assert rendered.files == {}
    told = data(rendered.text)["pairs"][0]["shown"]["pictures"]
    assert set(told) == {"reference", "candidate", "heat", "reference-tile", "candidate-tile", "heat-tile"}
    kept = base64.b64decode(told["candidate"]["src"].partition(",")[2])
    assert kept == exhibit().candidate.data


def test_beyond_the_budget_pictures_stand_beside_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = exhibit(reference=picture(1, grain=40), candidate=picture(2, grain=40), heat_map=picture(3, grain=40))
    report, shown = many(40, heavy)
    one = sum(-(-len(p.data) // 3) * 4 for p in (heavy.reference, heavy.candidate, heavy.heat_map, *(heavy.tile or ())))
    monkeypatch.setattr(pictures, "INLINE", 3 * one + 10)
    monkeypatch.setattr(pictures, "INLINE_THUMBNAILS", 3_000)
    rendered = render(report, shown)
    pairs = data(rendered.text)["pairs"]
    inside = [one["shown"]["pictures"]["candidate"]["src"].startswith("data:") for one in pairs]
    assert inside == [True] * 3 + [False] * 37
    assert len(rendered.text) < 3 * one + 400_000
    addresses = {told["src"] for one in pairs[3:] for told in one["shown"]["pictures"].values()}
    addresses |= set(re.findall(r'<img src="(pictures/[^"]*)"', rendered.text))
    assert addresses == set(rendered.files)
    assert rendered.files[pairs[3]["shown"]["pictures"]["candidate"]["src"]] == heavy.candidate.data
    assert all(re.fullmatch(r"pictures/\d{4}-[a-z-]+\.png", address) for address in addresses)
    assert 'loading="lazy"' in rendered.text


def test_a_thousand_pairs_make_a_page_that_a_browser_likes() -> None:
    report, shown = many(1000)
    rendered = render(report, shown)
    parsed = Parsed(rendered.text)
    assert len(parsed.elements) < 16_000
    assert len(rendered.text) < pictures.INLINE + pictures.INLINE_THUMBNAILS + 6_000_000
    assert "content-visibility: auto" in parsed.raw["style"][0]


def test_a_panel_stands_in_the_page_with_a_thumbnail() -> None:
    made = render(Report((branded(),)), branded_view())
    one = data(made.text)["pairs"][0]
    assert one["shown"] is None
    assert one["bare"] == ""
    assert (one["panel"]["width"], one["panel"]["height"]) == (1600, 1000)
    assert base64.b64decode(one["panel"]["src"].partition(",")[2]) == panel().picture.data
    assert 'class="thumb"><img src="data:image/png' in made.text
    assert made.files == {}


def test_panels_beyond_the_page_stand_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "INLINE", 10)
    monkeypatch.setattr(pictures, "INLINE_THUMBNAILS", 10)
    made = render(Report((branded(),)), branded_view())
    assert set(made.files) == {"pictures/0001-panel.png", "pictures/0001-thumbnail.png"}
    assert data(made.text)["pairs"][0]["panel"]["src"] == "pictures/0001-panel.png"


def test_without_a_panel_at_severity_s0_it_says_why() -> None:
    leak = replace(branded(), findings=(replace(branded().findings[0], severity=Severity.S0),))
    one = data(render(Report((leak,)), branded_view(panels={})).text)["pairs"][0]
    assert one["panel"] is None
    assert "S0" in one["bare"]


def test_every_file_of_the_gallery_is_one_that_a_later_report_may_remove() -> None:
    report, shown = many(60, exhibit(reference=picture(1, grain=200), candidate=picture(2, grain=200)))
    made = render(
        replace(report, results=(*report.results, branded())), replace(shown, panels={"build/banner.png": panel()})
    )
    names = [name.partition("/") for name in made.files]
    assert len(names) > 100
    for directory, _, name in names:
        assert re.fullmatch(made.leftovers[directory], name), name
    for name in ("notes.png", "0001-reference.jpg", "0001-reference.png.bak", "x0001-heat.png", "1-heat.png"):
        assert not re.fullmatch(made.leftovers["pictures"], name)


def test_the_scale_has_the_colours_of_the_map() -> None:
    viewer = (Path(pictures.__file__).parent / "static" / "parts.js").read_text(encoding="utf-8")
    found = re.search(r"const RAMP = \[(.*?)\]", viewer)
    assert found is not None
    assert re.findall(r"#[0-9a-f]{6}", found[1]) == [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in _ANCHORS]
