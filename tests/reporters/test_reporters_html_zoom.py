"""Looking closely: the worst tile, places of damage, the distribution; and what stands beside a pair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browser_page import chosen, place
from html_samples import (
    SIZE,
    TILE,
    branded,
    branded_view,
    exhibit,
    passed,
    render,
    small_report,
    small_view,
    write,
)
from watched_page import IN_A_BROWSER, Watched

from qualitygate.core.measurement import Measurement
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Report

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = IN_A_BROWSER


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


def test_of_a_picture_that_moved_the_worst_tile_alone_is_drawn(watched: Watched, tmp_path: Path) -> None:
    moved = exhibit(damage=(), places=38, moved=0.834, moved_beyond=2.45)
    page = watched.open(write(tmp_path, render(small_report(), small_view(exhibits={"hero/landing.jpg": moved}))))
    said = "The whole picture moved: 83 % of it lies beyond 2.45 DeltaE00. Dashed is the worst tile."
    assert page.locator(".places").inner_text() == said
    assert page.locator(".places button").count() == 0
    assert page.locator("rect.damage").count() == 0
    assert page.locator(".pane rect.worst").count() == 3
    page.keyboard.press("n")
    page.keyboard.press("z")
    assert page.get_by_role("button", name="Worst tile").get_attribute("aria-pressed") == "true"


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
