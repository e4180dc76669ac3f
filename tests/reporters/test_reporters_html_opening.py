"""What the report opens on in a browser, and what it says first."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_page import chosen
from html_samples import (
    exhibit,
    passed,
    render,
    small_view,
    write,
)
from watched_page import IN_A_BROWSER, Watched

from qualitygate.core.verdict import Report

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = IN_A_BROWSER


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
