"""The event that started a GitHub workflow: what no variable says. It is a file, written by the platform.

Source: GitHub Docs, "Webhook events and payloads"; "Store information in variables", GITHUB_EVENT_PATH.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualitygate.core.errors import ConfigError

# "Payloads are capped at 25 MB."
_MAX_BYTES = 26_000_000
_PULL = re.compile(r"refs/pull/(?P<number>[1-9][0-9]{0,17})/(?:merge|head)")
# GitHub's merge queue builds every entry on a branch of its own; the commit at the end changes with each attempt.
_QUEUE = re.compile(r"refs/heads/gh-readonly-queue/(?P<base>.+)/pr-(?P<number>[1-9][0-9]{0,17})-[0-9a-f]{7,64}")
# What git itself forbids in a ref name (git-check-ref-format), with the length that ids and messages can bear.
REF_NAME = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]{1,250}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def pull_of(reference: str) -> int | None:
    """Number of the pull request that a GITHUB_REF belongs to, also within the merge queue; None where it is none."""
    match = _PULL.fullmatch(reference) or _QUEUE.fullmatch(reference)
    return int(match["number"]) if match else None


def pull_number(environ: Mapping[str, str]) -> int | None:
    """Number of the pull request that is judged, also within the merge queue; None where it is none.

    Args:
        environ: Environment variables: GITHUB_REF, else `number` of the event for `pull_request_target`, whose
            GITHUB_REF is the branch that is merged into.
    """
    if (known := pull_of(environ.get("GITHUB_REF", ""))) is not None:
        return known
    if environ.get("GITHUB_EVENT_NAME", "").startswith("pull_request"):
        number = _event(environ).get("number")
        return number if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**18 else None
    return None


def queue_base(environ: Mapping[str, str]) -> str | None:
    """What an entry of GitHub's merge queue is built upon; None outside of the queue.

    GITHUB_BASE_REF is empty there. The event names the commit, which is in any checkout with history, and which holds
    the entries that stand before in the queue: they are not part of this change. Where the event cannot be read, the
    name of the queue's branch holds that of the branch to be merged into.

    Args:
        environ: Environment variables: GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REF.

    Returns:
        The full name of a commit, or the name of a branch such as `origin/main`; whether it is there is not known.

    Raises:
        ConfigError: QG-1439, it is the queue, and nothing names the base: what drifted would pass for new.
    """
    if environ.get("GITHUB_EVENT_NAME") != "merge_group":
        return None
    group = _event(environ).get("merge_group")
    known = group if isinstance(group, dict) else {}
    commit, reference = known.get("base_sha"), known.get("base_ref")
    if isinstance(commit, str) and _COMMIT.fullmatch(commit):
        return commit
    if isinstance(reference, str) and reference.startswith("refs/heads/"):
        branch = reference.removeprefix("refs/heads/")
        if REF_NAME.fullmatch(branch):
            return f"origin/{branch}"
    match = _QUEUE.fullmatch(environ.get("GITHUB_REF", ""))
    if match is None or not REF_NAME.fullmatch(match["base"]):
        raise ConfigError(
            "the event of the merge queue does not say what the entry is built upon",
            code="QG-1439",
            where=environ.get("GITHUB_EVENT_PATH") or "GITHUB_EVENT_PATH",
            hint="name it by --base; a container needs the file mounted and the variable passed on",
        )
    return f"origin/{match['base']}"


def _event(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """The payload; empty where there is none that can be read."""
    import json

    named = environ.get("GITHUB_EVENT_PATH")
    if not named:
        return {}
    try:
        path = Path(named)
        # A pipe or a device would be waited for.
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return {}
        payload = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}
