"""Which change is being judged: a pull request, a merge request, a tag or a branch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qualitygate.vcs.event import REF_NAME, pull_of, queue_base
from qualitygate.vcs.repository import head_branch

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def current_change(environ: Mapping[str, str], directory: Path) -> str | None:
    """The change being judged, the same for every run over it and on every machine.

    Args:
        environ: Environment variables; those of GitHub Actions and GitLab CI are understood.
        directory: Where to ask git when the environment says nothing.

    Returns:
        `pull/12`, also for an entry of GitHub's merge queue; `merge-request/12` on GitLab; `tag/NAME`; `branch/NAME`;
        None where none of these is known. Values that are no ref names are ignored.
    """
    if (number := pull_of(environ.get("GITHUB_REF", ""))) is not None:
        return f"pull/{number}"
    if _NUMBER.fullmatch(environ.get("CI_MERGE_REQUEST_IID", "")):
        return f"merge-request/{environ['CI_MERGE_REQUEST_IID']}"
    if tag := _tag(environ):
        return f"tag/{tag}"
    # GITHUB_HEAD_REF comes first: under `pull_request_target` the other names say the branch merged into.
    for name in ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"):
        if branch := _ref_name(environ.get(name)):
            return f"branch/{branch}"
    branch = _ref_name(head_branch(directory))
    return f"branch/{branch}" if branch else None


def in_ci(environ: Mapping[str, str]) -> bool:
    """Whether this is CI: `CI` is set, and not to a word for no."""
    return environ.get("CI", "").strip().lower() not in ("", "0", "false", "no", "off")


def target_branch(environ: Mapping[str, str]) -> str | None:
    """The branch a pull or merge request goes into, as a remote-tracking branch; None outside of one.

    Of an entry of GitHub's merge queue it is the commit the entry is built upon, see `queue_base`.

    Args:
        environ: Environment variables; those of GitHub Actions and GitLab CI are understood.

    Raises:
        ConfigError: QG-1439, it is the merge queue, and nothing names the base.
    """
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        if branch := _ref_name(environ.get(name)):
            return f"origin/{branch}"
    return queue_base(environ)


def _tag(environ: Mapping[str, str]) -> str | None:
    if environ.get("GITHUB_REF_TYPE") == "tag":
        return _ref_name(environ.get("GITHUB_REF_NAME"))
    return _ref_name(environ.get("CI_COMMIT_TAG"))


def _ref_name(value: str | None) -> str | None:
    return value if value and REF_NAME.fullmatch(value) else None
