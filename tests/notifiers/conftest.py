"""A server like GitHub, and a client of it whose clock only moves when it sleeps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from github_server import REPOSITORY, TOKEN, Platform, serving

from qualitygate.notifiers.github.backlog import Backlog
from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.target import Endpoint


class Time:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform()) as running:
        yield running


@pytest.fixture
def passing() -> Time:
    return Time()


@pytest.fixture
def client(platform: Platform, passing: Time) -> Iterator[Client]:
    with Client(Endpoint(platform.url, TOKEN), sleep=passing.sleep, clock=passing.clock, timeout=2.0) as opened:
        yield opened


@pytest.fixture
def backlog(client: Client) -> Callable[..., Backlog]:
    """A backlog that knows nothing yet, as at the start of a run."""

    def make(**options: bool) -> Backlog:
        made = Backlog(client, REPOSITORY, **options)
        made.open()
        return made

    return make


@pytest.fixture
def qg(
    command_line: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    platform: Platform,
    passing: Time,
) -> Callable[..., Any]:
    """Call `qualitygate ARGUMENTS` in an empty directory, with the server as GitHub and a clock that stands."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GH_", "CI")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_API_URL", platform.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-10-20T12:00:00Z")
    monkeypatch.setattr("qualitygate.cli.platform.time", SimpleNamespace(sleep=passing.sleep, time=passing.clock))

    def call(*arguments: str | Path) -> Any:
        told = command_line(*arguments)
        assert TOKEN not in told.out + told.err
        return told

    return call
