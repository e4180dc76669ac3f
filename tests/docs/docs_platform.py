"""The platform that the pages speak of, on this machine: a review approves the commit that is checked out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docs_blocks import Scratch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notifiers"))
from github_server import REPOSITORY, TOKEN, Platform, serving


@contextmanager
def approving(scratch: Scratch) -> Iterator[None]:
    """Run the server, and point the scratch directory's commands to it."""

    def head() -> str:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=scratch.here, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    class Pulls(dict[int, dict[str, Any]]):
        def get(self, number: int, default: Any = None) -> Any:
            return {"number": number, "head": {"sha": head()}, "user": {"login": "hubot"}}

    class Reviews(dict[int, list[dict[str, Any]]]):
        def get(self, number: int, default: Any = None) -> Any:
            review = {"id": 1, "state": "APPROVED", "user": {"login": "brand-lead"}, "commit_id": head()}
            where = f"https://github.com/{REPOSITORY}/pull/{number}#pullrequestreview-1"
            return [review | {"html_url": where, "submitted_at": "2025-09-28T07:30:00Z"}]

    with serving(Platform(pulls=Pulls(), reviews=Reviews())) as platform:
        known = {"GITHUB_API_URL": platform.url, "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": REPOSITORY}
        scratch.environment = scratch.environment | known
        yield
