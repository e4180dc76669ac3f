"""Dark, narrow, without script, for those who hear it, and hostile names."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser_page import names
from html_samples import (
    exhibit,
    render,
    small_report,
    small_view,
    write,
)
from reporters_samples import failed_report, passed_report, report_named
from watched_page import IN_A_BROWSER, Watched

from qualitygate.core.verdict import Report, StepInfo
from qualitygate.demo.scene import write_scene

playwright = pytest.importorskip("playwright.sync_api")

HOSTILE = '"></script><!--<img src=x onerror="document.title=\'owned\'">'

pytestmark = IN_A_BROWSER


def test_dark_by_the_system_and_by_choice(browser: Any, index: Path) -> None:
    made = Watched(browser, color_scheme="dark")
    page = made.open(index)
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(19, 22, 25)"
    page.locator("#theme").click()
    assert page.evaluate(ground) == "rgb(246, 245, 242)"
    page.reload()
    assert page.evaluate(ground) == "rgb(246, 245, 242)"
    page.keyboard.press("t")
    assert page.evaluate(ground) == "rgb(19, 22, 25)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert not page.locator(".filters").is_visible()
    assert page.locator("#why").is_visible()
    assert page.locator(".chart rect.bin").first.bounding_box()["height"] > 1
    made.close()


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_no_page_is_wider_than_the_screen(browser: Any, index: Path, width: int) -> None:
    made = Watched(browser, viewport={"width": width, "height": 800})
    page = made.open(index)
    for key in ("1", "2", "3", "4", "5", "z", "u", "j", "j", "j", "j"):
        page.keyboard.press(key)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, key
    made.close()


def run_that_is(verdict: str) -> Report:
    """A run with that verdict, in the words of the page."""
    if verdict == "failed":
        return small_report()
    if verdict == "unmeasurable":
        return Report(tuple(one for one in failed_report().results if one.subject.id == "hero/cut.png"))
    state, _, step = verdict.partition(" ")
    return replace(passed_report(), steps=(StepInfo(step, state),))


@pytest.mark.parametrize("width", [320, 375, 390, 440, 480, 768])
@pytest.mark.parametrize("verdict", ["failed", "unmeasurable", "unmeasurable codeowners"])
def test_the_bar_at_the_top_has_one_line(browser: Any, tmp_path: Path, width: int, verdict: str) -> None:
    made = Watched(browser, viewport={"width": width, "height": 700})
    page = made.open(write(tmp_path, render(run_that_is(verdict), small_view())))
    assert page.locator(".top .verdict").text_content() == verdict
    parts = page.locator(".top .brand:visible, .top .verdict:visible, .tools button:visible").all()
    assert len(parts) >= 4
    boxes = [one.bounding_box() for one in parts]
    assert boxes[0]["x"] >= 0
    assert all(one["x"] + one["width"] <= other["x"] for one, other in pairwise(boxes))
    assert boxes[-1]["x"] + boxes[-1]["width"] <= width
    if " " not in verdict:
        shown = page.locator(".top .verdict")
        assert shown.evaluate("one => one.scrollWidth <= one.clientWidth"), "the verdict is whole"
    # A second line would make one higher than its single letter needs.
    assert all(one["height"] < 40 for one in boxes)
    assert all(one.evaluate("one => one.scrollWidth <= one.clientWidth") for one in parts[2:])
    made.close()


@pytest.mark.parametrize("width", [320, 360, 390, 430, 768, 1280])
def test_the_views_stand_in_one_row_and_so_do_the_other_buttons(browser: Any, index: Path, width: int) -> None:
    made = Watched(browser, viewport={"width": width, "height": 800})
    page = made.open(index)
    for selector in (
        (".segments button", ".bar > button, .zooms button") if 360 <= width < 500 else (".segments button",)
    ):
        boxes = [one.bounding_box() for one in page.locator(selector).all()]
        assert len({round(one["y"]) for one in boxes}) == 1, selector
        assert all(one["width"] < width / 3 for one in boxes)
    for name in ("Side by side", "Slider", "Onion skin", "Blink", "Heat map"):
        radio = page.get_by_role("radio", name=name, exact=True)
        assert name.startswith(radio.inner_text().split("\n")[0].rstrip("12345").split()[0])
        assert radio.evaluate("one => one.scrollWidth <= one.clientWidth")
    made.close()


def test_without_script_the_list_and_the_run_are_there(browser: Any, index: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert len(names(page)) == 8
    assert page.locator("#overview").is_visible()
    assert "need JavaScript" in page.locator("noscript").inner_text()
    assert not page.locator(".filters").is_visible()
    context.close()


def test_everything_has_a_name_for_those_who_hear_it(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    for key in ("1", "2", "3", "4", "5"):
        page.keyboard.press(key)
        unnamed = page.evaluate(
            """() => Array.from(document.querySelectorAll('button, a, input, select, [role=img]'))
            .filter(one => one.checkVisibility())
            .filter(one => !one.getAttribute('aria-label') && !one.textContent.trim() && !one.labels?.length)
            .map(one => one.outerHTML)"""
        )
        assert unnamed == []
    assert page.locator("img:not([alt])").count() == 0


def test_a_hostile_name_does_nothing(watched: Watched, tmp_path: Path) -> None:
    report = report_named(HOSTILE, HOSTILE)
    page = watched.open(write(tmp_path, render(report, small_view(exhibits={HOSTILE: exhibit()}))))
    assert page.locator("#detail h1").inner_text() == HOSTILE
    assert page.title().startswith(HOSTILE)
    assert page.locator("#detail a").count() == 0
    page.keyboard.press("u")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("img[src='x']").count() == 0


def test_no_other_script_runs(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1';"
        " document.body.append(made); }"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in watched.complaints)
    watched.complaints.clear()


def test_what_check_writes_is_such_a_page(
    watched: Watched, tmp_path: Path, command_line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = write_scene(tmp_path / "demo")
    monkeypatch.chdir(scene.good.parent)
    done = command_line(
        "check", "reference", "candidate-drifted", "--profile", "hero", "--metric", "delta_e_2000", "--no-incident",
        "--report", "html=seen/",
    )  # fmt: skip
    assert done.code == 1
    page = watched.open(Path("seen/index.html").absolute())
    assert names(page) == ["astronaut.webp", "chelsea.webp", "coffee.webp", "rocket.webp"]
    page.locator("#rows a", has_text="coffee").click()
    playwright.expect(page.locator("#detail h1")).to_have_text("coffee.webp")
    assert page.locator(".limit.broken").count() == 2
    for one in page.locator(".stage img:visible").all():
        page.wait_for_function("one => one.complete && one.naturalWidth === 600", arg=one.element_handle())
    page.keyboard.press("z")
    for one in page.locator(".stage .tile:visible").all():
        page.wait_for_function("one => one.complete && one.naturalWidth === 160", arg=one.element_handle())
    command = page.locator("#accept code", has_text="approve").inner_text()
    approved = command_line(
        *shlex.split(command.replace("\\\n", ""))[1:], "--metric", "delta_e_2000", "--by", "brand owner"
    )
    assert approved.code == 0, approved.err
