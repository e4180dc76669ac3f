"""The page as text: what it holds, in which order, what goes beside it, and that no name can do anything in it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from html_samples import (
    LIMITS,
    branded,
    branded_view,
    data,
    exhibit,
    lut,
    many,
    panel,
    passed,
    picture,
    render,
    small_report,
    small_view,
)
from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import passed_report, report_named, view

from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, Finding, Level, Report
from qualitygate.imaging.colour_map import _ANCHORS
from qualitygate.reporters.html import pictures
from qualitygate.reporters.html.page import SCRIPTS, STYLES
from qualitygate.reporters.html.script_data import script_data

GOLDEN = Path(__file__).parent / "golden_html"
HOSTILE = '"></script><!--<img src=x onerror=alert(1)>\u2028</title>&lt;\u202e.png'


class Parsed(HTMLParser):
    """Elements of a page with their attributes, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag if tag in self.raw else self.inside
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag == self.inside else self.inside

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.raw[self.inside][-1] += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def structure(page: str) -> list[str]:
    """Elements of a page in an order of their own, without those that set off the directories of a name."""
    return sorted(tag for tag, attributes in Parsed(page).elements if attributes.get("class") != "directory")


def readable(page: str) -> str:
    """The page without our own style and script, without pictures, its data with one value a line."""
    import json

    found = json.dumps(data(page), indent=1, ensure_ascii=False)
    page = re.sub(r'(<script type="application/json" id="data">).*?(</script>)', r"\1\2", page, flags=re.DOTALL)
    page = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[^&]*&", "sha256-…&", page) + found + "\n"
    return re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "data:image/png;base64,…", page)


@pytest.mark.parametrize("name", ["report.html", "passed.html"])
def test_the_page_says_what_the_golden_file_says(name: str) -> None:
    """Rewrite the files with QUALITYGATE_UPDATE_GOLDEN=1 and read the difference."""
    report, shown = (small_report(), small_view()) if name == "report.html" else (passed_report(), view())
    said = readable(render(report, shown).text)
    path = GOLDEN / name
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8", newline="")
    assert path.read_bytes().decode("utf-8") == said


def test_equal_reports_give_equal_bytes() -> None:
    one, other = render(small_report(), small_view()), render(small_report(), small_view())
    assert one == other


def test_the_worst_is_first() -> None:
    pairs = data(render(small_report(), small_view()).text)["pairs"]
    assert [(one["id"], one["status"]) for one in pairs] == [
        ("hero/landing.jpg", "failed"),
        ("hero/日本語 |a,b%.png", "failed"),
        ("luts/brand look.cube", "failed"),
        ("hero/cut.png", "unmeasurable"),
        ("hero/close.png", "passed"),
        ("hero/far.png", "passed"),
        ("hero/good.png", "passed"),
        ("hero/old.png", "skipped"),
    ]


def test_rows_stand_in_the_order_of_the_data() -> None:
    page = render(small_report(), small_view()).text
    links = re.findall(r'<li data-status="(\w+)".*?<a href="#/([^"]*)"', page)
    assert [status for status, _ in links] == [one["status"] for one in data(page)["pairs"]]
    assert links[1][1].startswith("hero/%E6%97%A5")


def test_a_broken_limit_is_told_in_full() -> None:
    landing = data(render(small_report(), small_view()).text)["pairs"][0]
    first = landing["findings"][0]
    assert first["headline"] == "DeltaE00 5.31 exceeds 2.0"
    assert first["limit"] == "DeltaE00 p95"
    assert (first["profile"], first["severity"], first["born_of"]) == ("hero", "S1", "PM-2025-09-27-01")
    assert first["why"].startswith("A LUT update")
    assert first["runbook"].startswith("https://example.com/")
    assert "postmortems/" not in str(landing["findings"])


def test_numbers_stand_beside_their_limits() -> None:
    landing = data(render(small_report(), small_view()).text)["pairs"][0]
    rows = {row["statistic"]: row for row in landing["metrics"][0]["rows"]}
    assert rows["p95"] == {
        "statistic": "p95", "value": 5.3125, "text": "5.31", "better": "lower", "limit": 2.0, "sign": "≤",
        "used": 5.3125 / 2, "broken": True,
    }  # fmt: skip
    assert rows["mean"]["limit"] is None
    assert rows["max in logo"]["text"] == "within"
    ssim = landing["metrics"][1]
    assert (ssim["rows"][0]["better"], ssim["rows"][0]["sign"]) == ("higher", "≥")
    assert ssim["rows"][0]["limit"] == 0.9
    assert landing["metrics"][2]["unmeasured"].startswith("icons/a.png is 16x16")


def test_a_limit_that_a_region_broke_has_its_number() -> None:
    report = small_report()
    landing = report.results[0]
    findings = tuple(replace(f, region="logo", statistic="max", value=12.0, limit=9.0) for f in landing.findings[:1])
    page = render(replace(report, results=(replace(landing, findings=findings),)), small_view()).text
    rows = {row["statistic"]: row for row in data(page)["pairs"][0]["metrics"][0]["rows"]}
    assert rows["max in logo"]["broken"] is True
    assert rows["max in logo"]["text"] == "12.00"
    assert rows["p95"]["broken"] is False


def test_how_to_accept_is_a_command() -> None:
    landing = data(render(small_report(), small_view()).text)["pairs"][0]
    commands = [step["command"] for step in landing["advice"] if "command" in step]
    assert commands[0] == "qualitygate approve --reason 'why it is right' hero/landing.jpg"
    assert commands[-1] == "qualitygate explain QG-1001"
    assert "`p95` under `[limits.delta_e_2000]` of thresholds/hero.toml" in str(landing["advice"])


def test_what_passed_needs_no_advice() -> None:
    pairs = {one["id"]: one for one in data(render(small_report(), small_view()).text)["pairs"]}
    assert pairs["hero/close.png"]["advice"] == []
    assert pairs["hero/cut.png"]["advice"] == []


def test_a_lut_has_numbers_and_no_pictures() -> None:
    one = data(render(Report((lut(),)), small_view()).text)["pairs"][0]
    assert one["kind"] == "lut"
    assert one["shown"] is None
    assert one["bare"] == ""
    assert [row["text"] for row in one["metrics"][0]["rows"]] == ["1.2500", "3.5000"]
    assert one["advice"][0]["command"].startswith("qualitygate lut approve 'luts/brand look.cube'")


def test_a_broken_lut_cannot_be_approved() -> None:
    result = lut()
    broken = replace(result, measurements={}, findings=(replace(result.findings[0], code="QG-1633"),))
    steps = data(render(Report((broken,)), small_view()).text)["pairs"][0]["advice"]
    assert [step["title"] for step in steps] == ["What is asked is wrong", "Nobody wanted it"]


def test_what_is_said_of_several_files_is_said_once() -> None:
    ones = tuple(Finding("QG-1783", Level.ERROR, "has no owner", path=name) for name in ("b.cube", "a.cube", "c.toml"))
    page = render(Report((), (*ones, replace(ones[0], path=None))), view()).text
    assert page.count("<h3>has no owner") == 1
    assert '<ul class="plain"><li><code>b.cube</code></li><li><code>a.cube</code></li><li>' in page


def test_kinds_that_nobody_knows_yet_are_told_like_any_other() -> None:
    result = lut()
    subject = replace(result.subject, kind="set", id="campaign", candidate=None, reference=None)
    page = render(Report((replace(result, subject=subject),)), small_view()).text
    one = data(page)["pairs"][0]
    assert (one["kind"], one["id"], one["files"]) == ("set", "campaign", [])


def test_settings_are_told_once() -> None:
    report, shown = many(50)
    found = data(render(report, shown).text)
    assert len(found["settings"]) == 3
    assert found["settings"][found["pairs"][0]["metrics"][0]["settings"]]["tile"] == "64"


def test_what_of_the_run_was_found_is_on_the_page_without_a_script() -> None:
    page = render(small_report(), small_view()).text
    assert "mean file size 201.5 KB exceeds 180 KB" in page
    assert re.search(r'<tr class="broken"><th scope="row">audit</th><td>failed</td><td>1 change</td>', page)
    assert "run/_/postmortems/PM-2026-11-21-4711.md" in page
    assert "lut-export" in page
    assert "DeltaE00 p95" in page
    assert page.count("<li data-status=") == 8


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


# Pictures.


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


# What a stranger controls.


def test_the_policy_allows_this_script_and_this_style_alone() -> None:
    parsed = Parsed(render(small_report(), small_view()).text)
    policy = next(one["content"] for one in parsed.named("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["img-src"] == "'self' file: data:"
    for name, text in (("script-src", parsed.raw["script"][0]), ("style-src", parsed.raw["style"][0])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert directives[name] == f"'sha256-{digest}'"
    assert all("style" not in attributes for _, attributes in parsed.elements)
    assert all(not name.startswith("on") for _, attributes in parsed.elements for name in attributes)


def test_a_hostile_name_stays_a_name() -> None:
    report, harmless = report_named(HOSTILE, HOSTILE), report_named("name", "text")
    shown = small_view(exhibits={HOSTILE: exhibit()})
    page = render(replace(report, steps=()), shown).text
    expected = render(harmless, small_view(exhibits={"name": exhibit()})).text
    assert structure(page) == structure(expected)
    assert "\u2028" not in page
    assert "\u202e" not in page
    assert data(page)["pairs"][0]["id"].startswith('"></script><!--<img')


@given(st.text(min_size=1, max_size=30))
def test_no_text_changes_the_structure_of_the_page(text: str) -> None:
    page = render(report_named(text, text), view()).text
    page.encode("utf-8")
    assert structure(page) == structure(render(report_named("a", "b"), view()).text)
    assert len(data(page)["pairs"]) == 2


def test_names_that_are_no_unicode_are_shown() -> None:
    page = render(report_named("caf\udce9.png"), view()).text
    assert "caf\\udce9.png" in data(page)["pairs"][0]["id"]
    page.encode("utf-8")


def test_subjects_that_look_alike_have_addresses_of_their_own() -> None:
    ids = ("a\n.png", "a\\n.png", "a%0A.png", "\ud800.png", "caf\udce9.png")
    page = render(Report(tuple(passed(name) for name in ids)), small_view()).text
    found = re.findall(r'href="#/([^"]+)"', page)
    assert len(set(found)) == len(ids) == len(found)


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)))
def test_data_for_the_script_is_the_same_json(value: Any) -> None:
    import json

    made = str(script_data(value))
    assert json.loads(made) == value
    assert not set("<>&\u2028\u2029") & set(made)


def test_a_number_that_is_none_is_refused_before_it_breaks_the_page() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        script_data(float("nan"))


# The parts.


def test_scripts_and_styles_are_those_of_the_directory() -> None:
    static = Path(pictures.__file__).parent / "static"
    assert {path.name for path in static.iterdir()} == {*SCRIPTS, *STYLES}


def test_no_script_reads_text_as_html() -> None:
    static = Path(pictures.__file__).parent / "static"
    script = "".join((static / name).read_text(encoding="utf-8") for name in SCRIPTS)
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("):
        assert dangerous not in script
    assert "</script" not in script


def test_the_scale_has_the_colours_of_the_map() -> None:
    viewer = (Path(pictures.__file__).parent / "static" / "parts.js").read_text(encoding="utf-8")
    found = re.search(r"const RAMP = \[(.*?)\]", viewer)
    assert found is not None
    assert re.findall(r"#[0-9a-f]{6}", found[1]) == [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in _ANCHORS]


def test_limits_are_known_without_pictures_too() -> None:
    close, far = passed("hero/close.png", 1.2), passed("hero/far.png", 0.1)
    shown = small_view(exhibits={}, thresholds={"hero": LIMITS})
    page = render(Report((far, close)), shown).text
    assert [one["id"] for one in data(page)["pairs"]] == ["hero/close.png", "hero/far.png"]
    assert "90% of its tightest limit" in page


def test_a_failure_without_a_finding_is_a_failure_all_the_same() -> None:
    bare = replace(passed("hero/a.png"), verdict=Failed())
    one = data(render(Report((bare,)), small_view()).text)["pairs"][0]
    assert one["status"] == "failed"


# What is no pair.


def test_each_statistic_has_its_direction_and_its_limit() -> None:
    one = data(render(Report((branded(),)), branded_view()).text)["pairs"][0]
    rows = {row["statistic"]: row for row in one["metrics"][0]["rows"]}
    assert (rows["brand red.p98"]["better"], rows["brand red.p98"]["sign"]) == ("lower", "≤")
    coverage = rows["shop green.coverage"]
    assert (coverage["better"], coverage["sign"], coverage["limit"], coverage["broken"]) == ("higher", "≥", 0.05, True)
    assert coverage["used"] == pytest.approx(1 / 0.95)
    assert rows["brand red.coverage"]["broken"] is False
    assert rows["shop green.outside"]["better"] == "lower"


def test_a_drift_to_either_side_is_held_by_its_size() -> None:
    from qualitygate.core import lab_drift
    from qualitygate.core.measurement import Measurement

    finding = Finding("QG-1510", Level.ERROR, "L*a*b* drift of mean b* 9.00 exceeds 2.0: shop", subject="shop",
                      metric="lab_drift", statistic="b", value=9.0, limit=2.0)  # fmt: skip
    drifted = replace(lut(), measurements={"lab_drift": Measurement("lab_drift", {"b": -9.0})}, findings=(finding,))
    shown = replace(small_view(), specs={"lab_drift": lab_drift.SPEC})
    (row,) = data(render(Report((drifted,)), shown).text)["pairs"][0]["metrics"][0]["rows"]
    assert (row["value"], row["sign"], row["limit"], row["used"]) == (-9.0, "±", 2.0, 4.5)


def test_the_list_says_of_a_brand_colour_what_its_name_does_not() -> None:
    page = render(Report((branded(),)), branded_view()).text
    assert '"row-worst">brand red DeltaE00 4.62 exceeds 2.0 (p98)</span>' in page
    missing = replace(branded(), findings=branded().findings[1:])
    page = render(Report((missing,)), branded_view()).text
    assert '"row-worst">shop green coverage 0.00 % is below 5.0 %</span>' in page


def test_what_misses_a_colour_is_found_by_the_metric_it_was_measured_with() -> None:
    missing = replace(branded(), findings=branded().findings[1:])
    page = render(Report((missing,)), branded_view()).text
    assert 'data-metrics="palette"' in page
    assert '<option value="palette">' in page


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
