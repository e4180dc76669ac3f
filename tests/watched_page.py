"""A page in headless Chromium, opened from the disk as people open it, and all that it does there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# What every file of tests in a browser has at its top.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason=f"{CHROMIUM} is not installed"),
]


class Watched:
    """A page and all it complained of or asked for.

    Args:
        browser: The fixture of that name.
        own: How addresses begin that the page may ask for.
        options: Of the context, such as `viewport`.
    """

    def __init__(self, browser: Any, *, own: tuple[str, ...] = ("file:", "data:"), **options: Any) -> None:
        self.own = own
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
        assert [url for url in self.requests if not url.startswith(self.own)] == []
