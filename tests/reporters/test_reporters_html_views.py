"""The five views of a pair, by pointer and key."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser_page import front, place, still
from watched_page import IN_A_BROWSER, Watched

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = IN_A_BROWSER


def test_the_five_views_by_their_keys(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    for key, view, panes in (
        ("2", "slider", 1),
        ("3", "onion", 1),
        ("4", "blink", 1),
        ("5", "heat", 1),
        ("1", "side", 3),
    ):
        page.keyboard.press(key)
        assert page.locator(".stage").get_attribute("data-view") == view
        assert page.locator(f'[role="radio"][data-view="{view}"]').get_attribute("aria-checked") == "true"
        assert page.locator('[role="radio"][aria-checked="true"]').count() == 1
        assert page.locator(".pane").count() == panes


def test_the_slider_moves_by_pointer_and_by_key(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("2")
    cut = "parseFloat(document.querySelector('[data-layer=candidate]').style.clipPath.split(' ').at(-1))"
    pane = page.locator(".pane").bounding_box()
    # Half of the picture, not of the pane, which is wider.
    assert page.evaluate(cut) == pytest.approx(pane["width"] / 2, abs=1)
    handle = page.locator(".handle").bounding_box()
    middle = handle["x"] + handle["width"] / 2
    page.mouse.move(middle, handle["y"] + 40)
    page.mouse.down()
    page.mouse.move(middle - 100, handle["y"] + 60)
    page.mouse.up()
    assert page.evaluate(cut) == pytest.approx(pane["width"] / 2 - 100, abs=1)
    page.locator(".control input").focus()
    page.keyboard.press("End")
    left, _, width, _ = place(page, '[data-layer="reference"] img')
    assert page.evaluate(cut) == pytest.approx(left + width, abs=1)
    page.keyboard.press("Home")
    assert page.evaluate(cut) == pytest.approx(max(0, left), abs=1)


def test_onion_skin_and_heat_map_fade(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    for key, layer in (("3", "candidate"), ("5", "heat")):
        page.keyboard.press(key)
        page.locator(".control input").fill("25")
        assert page.locator(f'[data-layer="{layer}"]').evaluate("one => one.style.opacity") == "0.25"


def test_blink_takes_turns_and_stays_below_three_changes_a_second(browser: Any, index: Path) -> None:
    made = Watched(browser)
    page = still(made, index)
    page.keyboard.press("b")
    assert page.locator(".stage").get_attribute("data-view") == "blink"
    seen = []
    for _ in range(30):
        seen.append(front(page))
        page.clock.run_for(100)
    changes = sum(one != other for one, other in pairwise(seen))
    assert 2 <= changes <= 6
    assert page.locator("#blinking").get_attribute("aria-pressed") == "true"
    page.keyboard.press("b")
    before = front(page)
    page.clock.run_for(3000)
    assert front(page) == before
    assert page.locator("#blinking").inner_text() == "Start blinking"
    made.close()


def test_where_stillness_is_asked_for_nothing_blinks_until_somebody_starts_it(browser: Any, index: Path) -> None:
    made = Watched(browser, reduced_motion="reduce")
    page = still(made, index)
    page.keyboard.press("4")
    assert front(page) == "candidate"
    page.clock.run_for(3000)
    assert front(page) == "candidate"
    page.get_by_role("button", name="Flip").click()
    assert front(page) == "reference"
    assert page.locator("#front").inner_text() == "reference is shown"
    page.locator("#blinking").click()
    page.clock.run_for(600)
    assert front(page) == "candidate"
    made.close()


def test_blinking_ends_with_the_view_and_the_pair(browser: Any, index: Path) -> None:
    made = Watched(browser)
    page = still(made, index)
    page.evaluate(
        "window.alive = 0; const make = setInterval, end = clearInterval; const known = new Set();"
        "window.setInterval = (...all) => { const id = make(...all); known.add(id); alive = known.size; return id; };"
        "window.clearInterval = (id) => { end(id); known.delete(id); alive = known.size; };"
    )
    page.keyboard.press("4")
    assert page.evaluate("alive") == 1
    page.keyboard.press("1")
    assert page.evaluate("alive") == 0
    page.keyboard.press("b")
    page.keyboard.press("u")
    assert page.evaluate("alive") == 0
    made.close()
