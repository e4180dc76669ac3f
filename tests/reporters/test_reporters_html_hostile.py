"""What a stranger controls stays text: no name and no number can do anything in the page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from html_parsed import Parsed, structure
from html_samples import data, exhibit, passed, render, small_report, small_view
from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import report_named, view

from qualitygate.core.verdict import Report
from qualitygate.reporters.html import pictures
from qualitygate.reporters.html.page import SCRIPTS, STYLES
from qualitygate.reporters.html.script_data import script_data

HOSTILE = '"></script><!--<img src=x onerror=alert(1)>\u2028</title>&lt;\u202e.png'


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


def test_scripts_and_styles_are_those_of_the_directory() -> None:
    static = Path(pictures.__file__).parent / "static"
    assert {path.name for path in static.iterdir()} == {*SCRIPTS, *STYLES}


def test_no_script_reads_text_as_html() -> None:
    static = Path(pictures.__file__).parent / "static"
    script = "".join((static / name).read_text(encoding="utf-8") for name in SCRIPTS)
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("):
        assert dangerous not in script
    assert "</script" not in script
