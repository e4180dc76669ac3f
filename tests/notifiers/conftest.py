"""A server like GitHub, and a client of it whose clock only moves when it sleeps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from github_server import REPOSITORY, TOKEN, Platform, serving

from qualitygate.cli import root, run
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


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def qg(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    platform: Platform,
    passing: Time,
) -> Callable[..., Outcome]:
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

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run(root, [str(argument) for argument in arguments], "qualitygate")
        captured = capsys.readouterr()
        assert TOKEN not in captured.out + captured.err
        return Outcome(code, captured.out, captured.err)

    return call
