"""The report in headless Chromium, from the disk as people open it."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from html_samples import (
    SIZE,
    TILE,
    branded,
    branded_view,
    exhibit,
    many,
    passed,
    picture,
    render,
    small_report,
    small_view,
    write,
)
from reporters_samples import failed_report, passed_report, report_named

from qualitygate.core.measurement import Measurement
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Report, StepInfo
from qualitygate.demo.scene import write_scene
from qualitygate.reporters.html import pictures
from qualitygate.reporters.html.ranking import worst_first

playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = "/usr/bin/chromium"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HOSTILE = '"></script><!--<img src=x onerror="document.title=\'owned\'">'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason=f"{CHROMIUM} is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("report"), render(small_report(), small_view()))


class Watched:
    """A page and all it complained of or asked for."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: Path, address: str = "") -> Any:
        self.page.goto(path.as_uri() + address)
        return self.page

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:"))] == []


@pytest.fixture
def watched(browser: Any) -> Iterator[Watched]:
    made = Watched(browser)
    yield made
    made.close()


def names(page: Any) -> list[str]:
    # Rows out of sight are not laid out and have no inner text.
    return page.locator("#rows li:not(.run):visible .row-name").all_text_contents()


def chosen(page: Any) -> str:
    return page.locator('#rows [aria-current="true"] .row-name').text_content()


def place(page: Any, selector: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of an element within its pane."""
    found = page.evaluate(
        """selector => { const one = document.querySelector(selector), box = one.getBoundingClientRect();
        const pane = one.closest('.pane').getBoundingClientRect();
        return [box.left - pane.left, box.top - pane.top, box.width, box.height]; }""",
        selector,
    )
    return tuple(found)


def test_it_opens_from_the_disk_on_the_worst_pair(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    assert page.locator("#detail h1").inner_text() == "hero/landing.jpg"
    assert chosen(page) == "hero/landing.jpg"
    assert page.locator("#overview").is_hidden()
    assert {url.rpartition("/")[2] for url in watched.requests if url.startswith("file:")} == {"index.html"}
    assert page.locator(".frame figcaption").all_inner_texts() == ["Reference", "Candidate", "Heat map"]
    for one in page.locator(".stage img:visible").all():
        assert one.evaluate("one => one.complete && one.naturalWidth > 0")


def test_a_run_that_passed_opens_on_the_run(watched: Watched, tmp_path: Path) -> None:
    page = watched.open(write(tmp_path, render(Report((passed("a.png"),)), small_view(exhibits={"a.png": exhibit()}))))
    assert page.locator("#overview h1").inner_text() == "Passed: 1 passed of 1 pair"
    page.keyboard.press("j")
    assert page.locator("#detail h1").inner_text() == "a.png"


def test_a_run_without_anything_opens(watched: Watched, tmp_path: Path) -> None:
    page = watched.open(write(tmp_path, render(Report(()), small_view())))
    page.keyboard.press("j")
    assert page.locator("#overview h1").is_visible()


def test_why_it_failed_and_how_to_accept_it(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    first = page.locator("#why .finding").first
    assert first.locator("h3").inner_text().split("\n") == ["DeltaE00 5.31 exceeds 2.0", "S1"]
    assert "PM-2025-09-27-01: A LUT update" in first.locator(".why").inner_text()
    assert first.locator("a").get_attribute("href").startswith("https://example.com/")
    first.locator("summary").click()
    assert "limit" in first.locator("details p").first.inner_text()
    command = "qualitygate approve --reason 'why it is right' hero/landing.jpg"
    assert page.locator("#accept code", has_text="approve").inner_text() == command
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#accept button").first.click()
    page.wait_for_function("() => document.querySelector('#accept button').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == command


def test_where_the_clipboard_is_closed_the_command_is_selected(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.locator("#accept button").first.click()
    page.wait_for_function("() => document.querySelector('#accept button').textContent === 'Selected'")
    assert page.evaluate("getSelection().toString()").startswith("qualitygate approve")


def test_what_concerns_the_run_is_announced_beside_every_pair(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    assert "One finding concerns the run" in page.locator(".alert").inner_text()
    page.locator(".alert a").click()
    playwright.expect(page.locator("#overview")).to_be_visible()
    assert "mean file size 201.5 KB exceeds 180 KB" in page.locator("#overview").inner_text()
    page.locator("#overview td a", has_text="landing.jpg").first.click()
    playwright.expect(page.locator("#detail h1")).to_have_text("hero/landing.jpg")


# Views.


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


def still(made: Watched, index: Path) -> Any:
    """The page with a clock that goes only where it is told to."""
    made.page.clock.install(time=NOW - timedelta(minutes=1))
    page = made.open(index)
    page.clock.pause_at(NOW)
    return page


def front(page: Any) -> str:
    hidden = page.locator('[data-layer="candidate"]').evaluate("one => getComputedStyle(one).visibility") == "hidden"
    return "reference" if hidden else "candidate"


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


# Zoom.


def test_z_goes_to_the_worst_tile_in_full_and_back(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    picture = '[data-layer="candidate"] img:not(.tile)'
    whole = place(page, picture)
    assert not page.locator('[data-layer="candidate"] .tile').is_visible()
    page.keyboard.press("z")
    left, top, width, height = place(page, '[data-layer="candidate"] .tile')
    pane = page.locator(".pane").nth(1).bounding_box()
    assert page.locator('[data-layer="candidate"] .tile').is_visible()
    # The surroundings of the tile fill the pane in one direction and stand in its middle.
    assert max(width / pane["width"], height / pane["height"]) == pytest.approx(1, abs=0.01)
    assert left + width / 2 == pytest.approx(pane["width"] / 2, abs=1)
    scale = place(page, picture)[2] / SIZE[0]
    assert place(page, picture)[0] + TILE[0] * scale == pytest.approx(left, abs=1)
    assert place(page, picture)[1] + TILE[1] * scale == pytest.approx(top, abs=1)
    assert page.get_by_role("button", name="Worst tile").get_attribute("aria-pressed") == "true"
    page.keyboard.press("z")
    assert place(page, picture) == pytest.approx(whole, abs=0.5)


@pytest.mark.parametrize("button", ["Fit", "1:1", "Larger"])
def test_from_the_worst_tile_every_button_leads_elsewhere(watched: Watched, index: Path, button: str) -> None:
    page = watched.open(index)
    page.keyboard.press("z")
    before = place(page, '[data-layer="reference"] img:not(.tile)')
    page.get_by_role("button", name=button, exact=True).click()
    assert place(page, '[data-layer="reference"] img:not(.tile)') != pytest.approx(before, abs=1)
    assert page.get_by_role("button", name="Worst tile").get_attribute("aria-pressed") == "false"


def test_every_pane_shows_the_same_place(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("z")
    places = [place(page, f'[data-layer="{layer}"] img:not(.tile)') for layer in ("reference", "candidate", "heat")]
    assert places[0] == pytest.approx(places[1], abs=0.5)
    assert places[0] == pytest.approx(places[2], abs=0.5)


def test_a_place_of_damage_is_shown_by_its_button_and_by_n(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    assert page.locator(".places").inner_text().startswith("Beyond 4 DeltaE00: 2 places")
    page.get_by_role("button", name="Place 2").click()
    left, top, width, height = place(page, ".pane rect.damage:nth-of-type(4)")
    pane = page.locator(".pane").nth(1).bounding_box()
    assert left >= 0
    assert top >= 0
    assert left + width <= pane["width"]
    assert top + height <= pane["height"]
    page.locator("#detail h1").focus()
    page.keyboard.press("n")
    assert page.get_by_role("button", name="Place 1").get_attribute("aria-pressed") == "true"


def test_boxes_lie_where_the_damage_is(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    x, y, width, _ = place(page, '[data-layer="candidate"] img:not(.tile)')
    left, top, across, down = place(page, ".pane rect.damage")
    scale = width / SIZE[0]
    assert (left, top) == pytest.approx((x + 200 * scale, y + 80 * scale), abs=3)
    assert (across, down) == pytest.approx((24 * scale, 24 * scale), abs=3)
    page.keyboard.press("d")
    assert not page.locator(".boxes").first.is_visible()
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert not page.locator(".boxes").first.is_visible()


def test_enlarged_it_is_moved_by_drag_and_arrows_and_ends_at_its_border(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    picture = '[data-layer="reference"] img:not(.tile)'
    for _ in range(3):
        page.keyboard.press("+")
    before = place(page, picture)
    pane = page.locator(".pane").first.bounding_box()
    page.mouse.move(pane["x"] + 100, pane["y"] + 60)
    page.mouse.down()
    page.mouse.move(pane["x"] + 70, pane["y"] + 50)
    page.mouse.up()
    after = place(page, picture)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((-30, -10), abs=1)
    page.locator(".pane").first.focus()
    page.keyboard.press("ArrowLeft")
    assert place(page, picture)[0] == pytest.approx(after[0] + 40, abs=1)
    for _ in range(60):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
    left, top, width, height = place(page, picture)
    assert left + width == pytest.approx(pane["width"], abs=1)
    assert top + height == pytest.approx(pane["height"], abs=1)
    assert chosen(page) == "hero/landing.jpg"
    page.keyboard.press("0")
    assert place(page, picture)[0] >= -1


def test_one_to_one_is_one_pixel_to_a_pixel(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    page.get_by_role("button", name="1:1").click()
    assert place(page, '[data-layer="reference"] img:not(.tile)')[2] == pytest.approx(SIZE[0], abs=0.5)
    assert page.locator(".zooms output").inner_text() == "100 %"


def test_the_wheel_scrolls_the_page_and_with_ctrl_enlarges(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    picture = '[data-layer="reference"] img:not(.tile)'
    pane = page.locator(".pane").first.bounding_box()
    page.mouse.move(pane["x"] + 50, pane["y"] + 50)
    before = place(page, picture)[2]
    page.mouse.wheel(0, 120)
    page.wait_for_function("() => scrollY > 0")
    assert place(page, picture)[2] == pytest.approx(before)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function("() => document.querySelector('.stage').classList.contains('zoomed')")
    assert place(page, picture)[2] > before


def test_the_distribution_names_its_limits(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    chart = page.locator(".chart")
    assert chart.locator("rect.bin").count() == 9
    assert chart.locator("rect.bin.over").count() == 3
    assert chart.locator(".limit-label").all_text_contents() == ["p95 ≤ 2", "worst_tile ≤ 4"]
    assert chart.locator(".limit.broken").count() == 2
    said = chart.get_attribute("aria-label")
    assert "p95 is 5.31, its limit 2, broken" in said
    assert "20,021 pixels" in said
    # A pixel among twenty thousand is seen.
    assert chart.locator("rect.bin").last.bounding_box()["height"] >= 1


# What a label would be struck through by, as (label, limit) of every such pair.
STRUCK = """() => {
  const labels = Array.from(document.querySelectorAll('.chart .limit-label'));
  const lines = Array.from(document.querySelectorAll('.chart line.limit'));
  return labels.flatMap((label) => lines.filter((line) => {
    const text = label.getBBox(), at = line.x1.baseVal.value;
    return at > text.x && at < text.x + text.width && line.y1.baseVal.value < text.y + text.height - 3;
  }).map((line) => [label.textContent, line.x1.baseVal.value]));
}"""


@pytest.mark.parametrize(
    "limits",
    [
        # Those of the profile that ships for heroes: the last one's line used to cross the label of the second.
        {"p50": 2.45, "mean": 3.3, "worst_tile": 7.5, "p95": 10.5},
        {"p50": 1.0, "mean": 1.05, "p95": 1.1, "worst_tile": 1.2},
        {"p50": 0.2, "mean": 4.0, "p95": 5.0, "worst_tile": 6.0},
    ],
)
def test_no_limit_strikes_through_the_name_of_another(
    watched: Watched, tmp_path: Path, limits: dict[str, float]
) -> None:
    # As narrow as those of the gate: by their width the limits are closer together than the names are long.
    bins = (0.0, *np.geomspace(0.1, 100, 25).tolist())
    drawn = exhibit(bins=bins, histogram=(40,) * (len(bins) - 1))
    held = tuple(Threshold("delta_e_2000", *one) for one in limits.items())
    shown = small_view(thresholds={"hero": held}, exhibits={"hero/close.png": drawn})
    one = passed("hero/close.png", 0.5)
    measured = Measurement("delta_e_2000", dict.fromkeys(limits, 0.5))
    report = Report((replace(one, measurements={"delta_e_2000": measured}),))
    page = watched.open(write(tmp_path, render(report, shown)), "#/hero/close.png")
    assert page.locator(".chart .limit-label").count() == 4
    assert page.evaluate(STRUCK) == []


def test_where_a_line_must_cross_a_name_it_is_behind_it(watched: Watched, index: Path) -> None:
    page = watched.open(index)
    drawn = page.locator(".chart > *").evaluate_all("all => all.map(one => one.getAttribute('class'))")
    labels = [place for place, name in enumerate(drawn) if name and "limit-label" in name]
    assert labels == list(range(len(drawn) - len(labels), len(drawn)))
    assert labels
    style = page.locator(".chart .limit-label").first.evaluate(
        "one => { const found = getComputedStyle(one); return [found.paintOrder, parseFloat(found.strokeWidth)]; }"
    )
    assert style[0].startswith("stroke")
    assert style[1] >= 3


def test_the_postmortem_of_a_rule_is_named_where_the_repository_has_it(watched: Watched, tmp_path: Path) -> None:
    told = "run/_/postmortems/PM-2025-09-27-01.md"
    shown = small_view(postmortems={"PM-2025-09-27-01": told})
    page = watched.open(write(tmp_path, render(small_report(), shown)))
    assert page.locator("#why code", has_text="postmortems").all_inner_texts() == [told]
    page.keyboard.press("u")
    row = page.locator("#overview tr", has_text="PM-2025-09-27-01")
    assert row.locator("code").all_inner_texts() == [told]
    # The other incident has no postmortem here, and none is made up for it.
    assert page.locator("#overview tr", has_text="PM-2026-01-15-02").locator("code").count() == 0


# The list.


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


# Looks.


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


@pytest.mark.parametrize("width", [320, 390, 440, 768])
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
    # A second line would make one higher than its single letter needs.
    assert all(one["height"] < 40 for one in boxes)
    assert all(one.evaluate("one => one.scrollWidth <= one.clientWidth") for one in parts[2:])
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


# Many.


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pictures, "INLINE", 60_000)
        patched.setattr(pictures, "INLINE_THUMBNAILS", 20_000)
        report, shown = many(1000)
        return write(tmp_path_factory.mktemp("thousand"), render(report, shown))


def test_a_thousand_pairs_load_the_pictures_that_are_looked_at(watched: Watched, thousand: Path) -> None:
    page = watched.open(thousand)
    assert len(names(page)) == 1000
    page.wait_for_timeout(300)
    asked = [url for url in watched.requests if "/pictures/" in url]
    assert len(asked) < 200
    page.locator("#search").fill("picture 0999")
    assert names(page) == ["campaign/00/picture 0999.jpg"]
    page.locator("#rows li:not(.run):visible a").click()
    playwright.expect(page.locator("#detail h1")).to_have_text("campaign/00/picture 0999.jpg")
    for one in page.locator(".stage img:visible").all():
        page.wait_for_function("one => one.complete && one.naturalWidth > 0", arg=one.element_handle())
    assert any("-candidate.png" in url for url in watched.requests)


@pytest.fixture(scope="module")
def full_thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand pairs whose page is as large as pages get: the worst forty have more pictures than it holds."""
    small, noise = picture(2, (96, 54), grain=8), (320, 180)
    plain = exhibit(thumbnail=small)
    heavy = replace(
        plain,
        reference=picture(1, noise, grain=8), candidate=picture(2, noise, grain=8), heat_map=picture(3, noise, grain=8),
    )  # fmt: skip
    report, shown = many(1000, plain)
    worst = [one.subject.id for one in worst_first(report, shown)][:40]
    shown = replace(shown, exhibits={**shown.exhibits, **dict.fromkeys(worst, heavy)})
    return write(tmp_path_factory.mktemp("full"), render(report, shown))


PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def test_a_page_as_large_as_pages_get(watched: Watched, full_thousand: Path) -> None:
    """What makes a page slow is bounded; how slow that is depends on the machine."""
    size = full_thousand.stat().st_size
    assert size > pictures.INLINE + pictures.INLINE_THUMBNAILS - 500_000
    assert size < pictures.INLINE + pictures.INLINE_THUMBNAILS + 6_000_000
    page = watched.open(full_thousand)
    page.wait_for_function(PAINTED)
    assert len(names(page)) == 1000
    assert page.evaluate("document.querySelectorAll('*').length") < 15 * 1000
    # Rows out of sight are not laid out, and their pictures not asked for.
    assert len([url for url in watched.requests if "/pictures/" in url]) < 200
    assert {one.get_attribute("src")[:5] for one in page.locator(".stage img:visible").all()} == {"data:"}
    page.keyboard.press("j")
    assert page.locator(".step span").inner_text() == "2 of 1000"


@pytest.mark.slow
def test_a_page_as_large_as_pages_get_is_seen_soon(watched: Watched, full_thousand: Path) -> None:
    """A fifth of a second on a desk; ten on a machine that is busy with something else."""
    page = watched.open(full_thousand)
    assert page.wait_for_function(PAINTED).json_value() < 10_000


def test_the_list_follows_the_keyboard_through_a_thousand_pairs(watched: Watched, thousand: Path) -> None:
    page = watched.open(thousand)
    for _ in range(40):
        page.keyboard.press("j")
    box = page.locator('#rows [aria-current="true"]').bounding_box()
    frame = page.locator("#rows").bounding_box()
    assert frame["y"] <= box["y"]
    assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
    assert page.locator(".step span").inner_text() == "41 of 1000"


def test_a_panel_is_large_and_can_be_enlarged(watched: Watched, tmp_path: Path) -> None:
    page = watched.open(write(tmp_path, render(Report((branded(),)), branded_view())))
    picture = page.locator(".viewer .pane img")
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 1600
    across = page.locator(".viewer .pane").bounding_box()["width"]
    assert picture.bounding_box()["width"] == pytest.approx(across, abs=2)
    assert across > 900
    assert page.locator("#rows .thumb img").count() == 1
    page.get_by_role("button", name="Larger").click()
    assert picture.bounding_box()["width"] == pytest.approx(1.6 * across, rel=0.01)
    before = picture.bounding_box()["x"]
    box = page.locator(".viewer .pane").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 200)
    page.mouse.up()
    assert picture.bounding_box()["x"] == pytest.approx(before - 60, abs=2)
    page.keyboard.press("0")
    assert picture.bounding_box()["width"] == pytest.approx(across, abs=2)
    # Keys that mean nothing here do nothing.
    for key in ("1", "b", "z", "n", "d"):
        page.keyboard.press(key)
    assert picture.is_visible()


def test_a_missing_colour_is_red_beside_its_limit(watched: Watched, tmp_path: Path) -> None:
    page = watched.open(write(tmp_path, render(Report((branded(),)), branded_view())))
    row = page.locator("#numbers tr.broken", has_text="shop green.coverage")
    assert "≥ 0.05" in row.inner_text()
    assert row.locator(".way").get_attribute("aria-label") == "higher is better"
    assert page.locator("#numbers h3").first.inner_text() == "palette, ↓ lower or ↑ higher is better"


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
    assert not rows.is_visible()
    assert page.locator("#detail h1").bounding_box()["y"] < 150
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    seen = [one.bounding_box() for one in page.locator("#rows li:not(.run)").all()]
    assert sum(box["y"] + box["height"] <= 800 for box in seen) >= 5
    page.locator("#rows a", has_text="far.png").click()
    assert page.locator("#detail h1").inner_text() == "hero/far.png"
    assert not rows.is_visible()
    # A search from the keyboard opens it, Enter chooses, Escape closes it.
    page.keyboard.press("/")
    page.keyboard.type("close")
    page.keyboard.press("Enter")
    assert page.locator("#detail h1").inner_text() == "hero/close.png"
    assert not rows.is_visible()
    button.click()
    page.keyboard.press("Escape")
    assert not rows.is_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert rows.is_visible()
    assert not button.is_visible()
    made.close()
