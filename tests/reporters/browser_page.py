"""What stands on the page of the report in a browser, and its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from watched_page import Watched

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


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
