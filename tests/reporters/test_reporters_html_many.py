"""A thousand pairs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from browser_page import names
from html_samples import (
    exhibit,
    many,
    picture,
    render,
    write,
)
from watched_page import IN_A_BROWSER, Watched

from qualitygate.reporters.html import pictures
from qualitygate.reporters.html.ranking import worst_first

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = IN_A_BROWSER


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
