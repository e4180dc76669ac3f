"""Who is at work, for everything that is written in somebody's name."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from qualitygate.incidents.text import one_line
from qualitygate.vcs.repository import user_name


def default_actor() -> str:
    """Who is at work: `QUALITYGATE_ACTOR`, CI's actor, git's user.name, the login name."""
    for name in ("QUALITYGATE_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_LOGIN"):
        if found := one_line(os.environ.get(name, "")):
            return found
    if found := one_line(user_name(Path.cwd()) or ""):
        return found
    try:
        return one_line(getpass.getuser()) or "unknown"
    except (OSError, KeyError):
        return "unknown"
