"""The list of pairs: filters, search, keys, addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_page import chosen, names
from watched_page import IN_A_BROWSER, Watched

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = IN_A_BROWSER


def test_that_nothing_matches_is_said_below_the_count(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("nothing is called so")
    assert page.locator("#count").inner_text() == "0 of 8"
    said, count = page.locator("#nothing").bounding_box(), page.locator("#count").bounding_box()
    assert 0 <= said["y"] - (count["y"] + count["height"]) < 30
    assert said["y"] + said["height"] <= page.locator("#rows .run").bounding_box()["y"]


def test_filters(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.locator("#f-status").select_option("unmeasurable")
    assert names(page) == ["hero/cut.png"]
    assert page.locator("#count").inner_text() == "1 of 8"
    page.locator("#reset").click()
    assert len(names(page)) == 8
    page.locator("#f-set").select_option("luts")
    assert names(page) == ["luts/brand look.cube"]
    page.locator("#reset").click()
    page.locator("#f-metric").select_option("delta_e_2000")
    assert names(page) == ["hero/landing.jpg"]
    page.locator("#f-severity").select_option("S2")
    assert page.locator("#nothing").is_visible()
    page.locator("#reset").click()
    assert not page.locator("#nothing").is_visible()
    page.locator("#f-severity").select_option("S2")
    assert names(page) == ["hero/日本語 |a,b%.png", "luts/brand look.cube"]


def test_counts_of_the_run_filter(watched: Watched, index: Path) -> None:
    page = watched.open(index, "#/")
    page.locator("#tally button", has_text="passed").click()
    assert names(page) == ["hero/close.png", "hero/far.png", "hero/good.png"]
    assert page.locator("#detail h1").inner_text() == "hero/close.png"


def test_search_and_sort(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("日本 png")
    assert names(page) == ["hero/日本語 |a,b%.png"]
    page.keyboard.press("Escape")
    assert len(names(page)) == 8
    page.locator("#sort").select_option("*name")
    assert names(page) == sorted(names(page))
    page.locator("#sort").select_option("delta_e_2000")
    assert names(page)[:3] == ["hero/landing.jpg", "hero/close.png", "hero/far.png"]
    page.locator("#sort").select_option("")
    assert names(page)[1] == "hero/日本語 |a,b%.png"


def test_the_keyboard_alone(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to what is shown"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    order = names(page)
    assert page.locator("#detail h1").inner_text() == order[0]
    assert page.locator("#said").text_content() == ""
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    assert chosen(page) == order[2]
    assert page.locator("#said").text_content() == "luts/brand look.cube, failed, 3 of 8"
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    assert chosen(page) == order[0]
    page.keyboard.press("k")
    assert page.locator("#overview").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('li').querySelector('.row-name').textContent") == order[1]
    page.keyboard.press("ArrowDown")
    assert chosen(page) == order[2]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_what_is_typed_is_text(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("jkzb?/2")
    assert page.locator("#search").input_value() == "jkzb?/2"
    assert page.locator(".stage").get_attribute("data-view") == "side"
    assert not page.locator("#keys").is_visible()


def test_keys_of_the_browser_stay_its_own(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("Control+b")
    assert page.locator(".stage").get_attribute("data-view") == "side"


def test_help(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("j")
    assert chosen(page) == "hero/landing.jpg"
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_an_address_leads_to_a_pair_and_back(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.locator("#rows a", has_text="日本語").click()
    playwright.expect(page.locator("#detail h1")).to_have_text("hero/日本語 |a,b%.png")
    address = page.evaluate("location.hash")
    page.go_back()
    page.wait_for_function("() => document.querySelector('#detail h1').textContent === 'hero/landing.jpg'")
    page.goto("about:blank")
    page = watched.open(index, address)
    assert page.locator("#detail h1").inner_text() == "hero/日本語 |a,b%.png"
    watched.requests = [url for url in watched.requests if url != "about:blank"]


def test_missing_unmeasurable_and_skipped_say_so(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    for name, title, text in (
        ("日本語", "Why it failed", "candidate missing"),
        ("cut.png", "Why it could not be measured", "the file ends before the picture does"),
        ("old.png", "Why it was left out", "excluded by --only"),
    ):
        page.locator("#rows a", has_text=name).click()
        playwright.expect(page.locator("#why h2")).to_have_text(title)
        assert text in page.locator("#why").inner_text()
    page.locator("#rows a", has_text="brand look").click()
    playwright.expect(page.locator("#detail h1")).to_have_text("luts/brand look.cube")
    assert page.locator(".viewer").count() == 0
    assert "3.5000" in page.locator("#numbers").inner_text()


def test_enter_in_the_search_opens_the_first_that_was_found(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("far")
    page.keyboard.press("Enter")
    assert page.locator("#detail h1").inner_text() == "hero/far.png"
    assert chosen(page) == "hero/far.png"
    page.locator("#search").fill("nothing is called so")
    page.keyboard.press("Enter")
    assert page.locator("#detail h1").inner_text() == "hero/far.png"
    page.locator("#search").fill("hero/c")
    page.keyboard.press("Enter")
    assert page.locator("#detail h1").inner_text() == "hero/cut.png"


def test_on_a_narrow_screen_the_list_has_the_screen_for_itself(browser: Any, index: Path) -> None:
    made = Watched(browser, viewport={"width": 420, "height": 800})
    page = made.open(index)
    rows, button = page.locator("#rows"), page.get_by_role("button", name="List")
    playwright.expect(rows).to_be_hidden()
    assert page.locator("#detail h1").bounding_box()["y"] < 150
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    seen = [one.bounding_box() for one in page.locator("#rows li:not(.run)").all()]
    assert sum(box["y"] + box["height"] <= 800 for box in seen) >= 5
    page.locator("#rows a", has_text="far.png").click()
    playwright.expect(page.locator("#detail h1")).to_have_text("hero/far.png")
    playwright.expect(rows).to_be_hidden()
    # A search from the keyboard opens it, Enter chooses, Escape closes it.
    page.keyboard.press("/")
    page.keyboard.type("close")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#detail h1")).to_have_text("hero/close.png")
    playwright.expect(rows).to_be_hidden()
    button.click()
    page.keyboard.press("Escape")
    playwright.expect(rows).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    playwright.expect(rows).to_be_visible()
    playwright.expect(button).to_be_hidden()
    made.close()
