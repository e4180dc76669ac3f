"""Whether the commits of a proof can be those of one story: first what was good, then the bad, then what fixed it.

A proof over commits that never met shows nothing. Thresholds of an unrelated branch judge nothing of the incident, so
that any gap could be shown by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.proofs.case import Case
from qualitygate.vcs.ancestry import is_ancestor, is_shallow, share_history
from qualitygate.vcs.worktree import Commit


def check_lineage(case: Case, root: Path, commits: Mapping[str, Commit], thresholds: Mapping[str, Commit]) -> None:
    """Refuse commits that contradict each other.

    Args:
        case: Who names them.
        root: Anywhere in the working tree.
        commits: `bad`, `fixed` and `parent`.
        thresholds: `new`, and `old` where there is a gap to show.

    Raises:
        ConfigError: QG-1760; QG-1761, git does not answer.
    """
    bad, fixed, parent = (commits[name] for name in ("bad", "fixed", "parent"))
    wrong = _errors(case, root)
    if bad.name == fixed.name:
        raise wrong("fixed_commit", "is bad_commit", "name the commit that broke it and one that fixed it")
    if is_ancestor(root, fixed.name, bad.name):
        raise wrong("fixed_commit", f"{_shown(fixed)} came before bad_commit {_shown(bad)}, so it fixed nothing",
                    "name the commit that fixed it; what stood before is `parent`")  # fmt: skip
    if parent.name == bad.name or not is_ancestor(root, parent.name, bad.name):
        raise wrong("parent", f"{_shown(parent)} is no ancestor of bad_commit {_shown(bad)}",
                    "name the last good commit before it, or leave `parent` out", may_be_hidden=True)  # fmt: skip
    if "old" in thresholds and not is_ancestor(root, thresholds["old"].name, bad.name):
        raise wrong("old_thresholds", f"{_shown(thresholds['old'])} is no ancestor of bad_commit {_shown(bad)}, so it "
                    "did not judge it", "leave it out for the bad commit's own", may_be_hidden=True)  # fmt: skip
    if "old" in thresholds and "new" in thresholds:
        old, new = thresholds["old"], thresholds["new"]
        if new.name != old.name and is_ancestor(root, new.name, old.name):
            raise wrong("new_thresholds", f"{_shown(new)} is older than the old ones, {_shown(old)}",
                        "name a commit that has the tightened threshold")  # fmt: skip
    for key, commit in (("fixed_commit", fixed), ("new_thresholds", thresholds.get("new"))):
        if commit is not None and not share_history(root, commit.name, bad.name):
            raise wrong(key, f"{_shown(commit)} has no history in common with bad_commit {_shown(bad)}",
                        "name a commit of the branch that was fixed", may_be_hidden=True)  # fmt: skip


def _errors(case: Case, root: Path) -> Callable[..., ConfigError]:
    def made(key: str, message: str, hint: str, *, may_be_hidden: bool = False) -> ConfigError:
        if may_be_hidden and is_shallow(root):
            message += ", as far as this shallow clone shows"
            hint = "check out the whole history: `fetch-depth: 0` in CI, `git fetch --unshallow` elsewhere"
        where = case.lines.get(f"proof.{key}") or case.lines.get("proof") or case.where
        return ConfigError(f"proof.{key}: {message}", code="QG-1760", where=where, hint=hint)

    return made


def _shown(commit: Commit) -> str:
    """A commit by its short name, and as it was named where that says more."""
    named = commit.revision
    return commit.short if named.startswith(commit.name[:7]) or len(named) > 40 else f"{named} ({commit.short})"
