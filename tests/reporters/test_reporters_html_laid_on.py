"""A page whose pictures lie on another background than they were judged on says so, and shows no limits there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import render, small_report, small_view, write
from watched_page import IN_A_BROWSER, Watched

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize("laid_on", ["", "#000000"])
def test_the_background_is_named_and_limits_are_left_out(watched: Watched, tmp_path: Path, laid_on: str) -> None:
    view = small_view()
    exhibits = {name: replace(one, laid_on=laid_on) for name, one in view.exhibits.items()}
    page = watched.open(write(tmp_path, render(small_report(), replace(view, exhibits=exhibits))))
    scale = page.locator(".scale").first.inner_text()
    assert ("all laid on #000000, where transparency shows" in scale) == bool(laid_on)
    said = page.locator("svg.chart").get_attribute("aria-label")
    assert said.startswith("Distribution of DeltaE00 on #000000 over" if laid_on else "Distribution of DeltaE00 over")
    assert ("its limit" in said) != bool(laid_on)
    assert (page.locator("svg.chart .limit").count() > 0) != bool(laid_on)
