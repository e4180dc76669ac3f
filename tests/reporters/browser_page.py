"""The report in headless Chromium, from the disk as people open it: a page that is watched, and what stands on it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = "/usr/bin/chromium"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# What every file of these tests has at its top.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason=f"{CHROMIUM} is not installed"),
]


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


def still(made: Watched, index: Path) -> Any:
    """The page with a clock that goes only where it is told to."""
    made.page.clock.install(time=NOW - timedelta(minutes=1))
    page = made.open(index)
    page.clock.pause_at(NOW)
    return page


def front(page: Any) -> str:
    hidden = page.locator('[data-layer="candidate"]').evaluate("one => getComputedStyle(one).visibility") == "hidden"
    return "reference" if hidden else "candidate"
