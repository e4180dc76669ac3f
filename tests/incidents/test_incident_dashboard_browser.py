"""The dashboard in headless Chromium, from the disk as people open it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dashboard_cases import NOW, Memory, a_year, founding, japanese, png, with_picture, write
from kpi_cases import incident
from watched_page import IN_A_BROWSER, Watched

pytest.importorskip("playwright.sync_api")

HOSTILE = '"><script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    record, sources = with_picture(founding(), png())
    hostile = incident(99, NOW - timedelta(days=400), title=HOSTILE, pipelines=(HOSTILE,))
    sources.texts = {hostile.id: f"# {HOSTILE}\n\n{HOSTILE}\n\n[x](javascript:document.title='owned')"}
    records = [one for one in a_year() if one.id != record.id]
    return write(tmp_path_factory.mktemp("site"), [*records, record, hostile], sources)


class Dashboard(Watched):
    """A page at the moment the site was made."""

    def __init__(self, browser: Any, **options: Any) -> None:
        still = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        super().__init__(browser, own=("file:",), **(still | options))

    def open(self, path: Path, address: str = "") -> Any:
        self.page.clock.install(time=NOW - timedelta(minutes=1))
        super().open(path, address)
        self.page.clock.pause_at(NOW)
        return self.page


@pytest.fixture
def watched(browser: Any) -> Iterator[Dashboard]:
    made = Dashboard(browser)
    yield made
    made.close()


def titles(page: Any) -> list[str]:
    return page.locator("#list tbody tr:visible .c-title a").all_inner_texts()


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_it_opens_from_the_disk(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    assert page.locator("h2:visible").all_inner_texts()[6:] == [
        "Running clocks",
        "All incidents",
        "Trends",
        "Open actions",
    ]
    assert len(titles(page)) == 49
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 245, 242)"
    assert {url.rsplit("/", 1)[1] for url in watched.requests} == {"index.html", "dashboard.css", "dashboard.js"}


def test_clocks_tick(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    clock = page.locator(".clocks li", has_text="Blue cast").locator(".clock").first
    assert clock.inner_text() == "12 min 00 s left"
    page.clock.run_for(65_000)
    assert clock.inner_text() == "10 min 55 s left"


def test_a_clock_turns_late_before_the_eyes(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    card = page.locator(".clocks li", has_text="Blue cast").first
    assert "late" not in card.get_attribute("class")
    assert page.locator("#late-count").inner_text() == "4 late of 8"
    page.clock.run_for(13 * 60_000)
    assert "late" in card.get_attribute("class")
    assert card.locator(".clock").inner_text() == "late by 1 min 00 s"
    assert page.locator("#late-count").inner_text() == "5 late of 8"


def test_the_script_says_what_the_page_said(browser: Any, watched: Dashboard, index: Path) -> None:
    still = browser.new_context(java_script_enabled=False)
    page = still.new_page()
    page.goto(index.as_uri())
    said = page.locator("[data-due].clock").all_text_contents()
    still.close()
    page = watched.open(index)
    assert page.locator("[data-due].clock").all_text_contents() == said


def test_without_script_everything_is_there(browser: Any, index: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert len(titles(page)) == 49
    assert not page.locator(".filters").is_visible()
    context.close()


def test_filters(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.locator("#f-severity").select_option("S0")
    assert titles(page) == ["Faces recognisable in a leaked preview", "Rehearsal of the leak runbook"]
    assert page.locator("#count").inner_text() == "2 of 49"
    page.locator("#f-kind").select_option("drill")
    assert titles(page) == ["Rehearsal of the leak runbook"]
    page.locator("#reset").click()
    page.locator("#f-state").select_option("*open")
    assert len(titles(page)) == 13
    page.locator("#f-state").select_option("false positive")
    assert titles(page) == ["Monitor recalibrated, nothing drifted"]
    page.locator("#reset").click()
    page.locator("#f-pipeline").select_option("商品画像")
    assert len(titles(page)) == 1
    page.locator("#reset").click()
    page.locator("#f-pipeline").select_option(HOSTILE)
    assert titles(page) == [HOSTILE]


def test_search(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("GOLD winter")
    assert titles(page) == ["Gold tones too green in the winter campaign"]
    page.keyboard.press("Escape")
    assert page.locator("#search").input_value() == ""
    page.locator("#search").fill("nothing like this")
    assert page.locator("#none").is_visible()
    assert page.locator("#count").inner_text() == "0 of 49"


def test_sorting(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    heading = page.locator("#list th", has_text="Severity")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    levels = page.locator("#list tbody .sev").all_inner_texts()
    assert levels == sorted(levels)
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.locator("#list tbody .sev").all_inner_texts() == levels[::-1]
    page.locator("#list th", has_text="Mitigated").get_by_role("button").click()
    seconds = page.locator("#list tbody tr").evaluate_all("rows => rows.map(row => Number(row.dataset.mitigate))")
    assert seconds == sorted(seconds)
    assert page.locator("#list th[aria-sort]").count() == 1


def test_the_keyboard_alone(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    order = titles(page)
    page.keyboard.press("j")
    assert focused(page) == order[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert focused(page) == order[2]
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == order[0]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/PM-2026-01-15-000060.html")
    page.keyboard.press("j")
    page.wait_for_url("**/incidents/PM-2026-01-15-000061.html")
    page.keyboard.press("k")
    page.wait_for_url("**/incidents/PM-2026-01-15-000060.html")
    page.keyboard.press("u")
    page.wait_for_url("**/index.html#incidents")


def test_from_the_search_down_into_the_list(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("leaked")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Faces recognisable in a leaked preview"


def test_keys_typed_into_the_search_are_text(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("/")
    page.keyboard.type("jkt?/")
    assert page.locator("#search").input_value() == "jkt?/"
    assert not page.locator("#keys").is_visible()


def test_help(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.locator("#help").click()
    page.locator("#keys button").click()
    assert not page.locator("#keys").is_visible()


def test_dark_by_the_system_and_by_choice(browser: Any, index: Path) -> None:
    made = Dashboard(browser, color_scheme="dark")
    page = made.open(index)
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(19, 22, 25)"
    page.locator("#theme").click()
    assert page.evaluate(ground) == "rgb(246, 245, 242)"
    assert page.locator("#theme").inner_text() == "Dark"
    page.reload()
    assert page.evaluate(ground) == "rgb(246, 245, 242)"
    page.keyboard.press("t")
    assert page.evaluate(ground) == "rgb(19, 22, 25)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert not page.locator(".filters").is_visible()
    made.context.close()
    assert made.complaints == []


def test_the_page_of_an_incident(watched: Dashboard, index: Path) -> None:
    page = watched.open(index.parent / "incidents" / f"{founding().id}.html")
    assert page.locator(".boxes .held").count() == 6
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("one => one.complete && one.naturalWidth > 0", arg=picture.element_handle())
    assert page.locator("main img").count() == 2


def test_hostile_names_do_nothing(watched: Dashboard, index: Path) -> None:
    page = watched.open(index.parent / "incidents" / "PM-2024-12-11-000099.html")
    assert page.locator("h1").inner_text() == HOSTILE
    assert "owned" not in page.evaluate("document.title.slice(0, 5)")
    assert page.evaluate("document.title").endswith(HOSTILE)
    assert page.locator("article a").count() == 0


def test_an_inline_script_would_not_run(watched: Dashboard, index: Path) -> None:
    page = watched.open(index)
    page.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1';"
        " document.body.append(made); }"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in watched.complaints)
    watched.complaints.clear()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("name", ["index.html", f"incidents/{japanese().id}.html", f"incidents/{founding().id}.html"])
def test_no_page_is_wider_than_the_screen(browser: Any, index: Path, width: int, name: str) -> None:
    made = Dashboard(browser, viewport={"width": width, "height": 800})
    page = made.open(index.parent / name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    made.context.close()


@pytest.mark.parametrize("name", ["index.html", f"incidents/{founding().id}.html"])
def test_nothing_moves_while_loading_and_ticking(watched: Dashboard, index: Path, name: str) -> None:
    page = watched.open(index.parent / name)
    page.evaluate(
        "() => { window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
        " if (!e.hadRecentInput) window.shift += e.value; }).observe({type: 'layout-shift', buffered: true}); }"
    )
    page.clock.run_for(20 * 60_000)
    assert page.evaluate("window.shift") < 0.02


def test_a_thousand_incidents_are_quick_to_filter(watched: Dashboard, tmp_path: Path) -> None:
    records = [
        incident(n, NOW - timedelta(hours=n), title=f"Case {n}", pipelines=(f"p{n % 9}",), mitigated=n % 50)
        for n in range(1000)
    ]
    page = watched.open(write(tmp_path, records, Memory()))
    assert len(titles(page)) == 50
    page.locator("#more").click()
    assert len(titles(page)) == 100
    took = page.evaluate(
        "() => { const s = document.getElementById('search'); const t = performance.now(); s.value = '77';"
        " s.dispatchEvent(new Event('input')); document.body.offsetHeight; return performance.now() - t; }"
    )
    assert page.locator("#count").inner_text() == "19 of 1000"
    assert took < 2000
