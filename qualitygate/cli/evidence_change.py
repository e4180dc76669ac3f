"""Which change an incident is about, and its commits and patch, without what the gate itself wrote. Reads only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qualitygate.cli.site_directory import MARKER
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.collecting.change import gather_log, gather_patch, shown_in_patch
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.vcs import target_branch
from qualitygate.vcs.history import files_called, history, patch, revision, uncommitted

_SUBJECT = re.compile(r"([0-9a-f]{40,64})\.\.([0-9a-f]{40,64})")
_RECORDS = re.compile(r"(run/_/|evidence/(?=pm-[^/]+/|\.gitattributes$))")
_GUESSED = "give --base and --head if that is not the change"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which change was taken.

    Attributes:
        base, head: Revisions.
        why: Why these, in words.
    """

    base: str
    head: str
    why: str


def choice(
    repository: Path, root: Path, record: Postmortem, base: str | None, head: str | None, environ: Mapping[str, str]
) -> Choice | None:
    """Which change is meant: as given, else as collected before, else the commit that was judged, against CI's target
    branch or its own parent.

    Returns:
        None where nothing says which change it was.
    """
    if base is None and head is None and (before := _before(repository, record)) is not None:
        return before
    end = "--head"
    guessed = head is None and base is None
    if head is None:
        known = record.commit if record.commit and revision(repository, record.commit) else None
        head, end = known or ("HEAD" if base is not None else None), "the incident's commit" if known else "HEAD"
    if head is None:
        return None
    if base is not None:
        return Choice(base, head, f"from --base to {end}")
    try:
        target = target_branch(environ)
    except ConfigError:  # a queue that does not say what it builds upon: the parent does here
        target = None
    if target and revision(repository, target):
        found = Choice(target, head, f"{end} against CI's target branch {target}")
    elif revision(repository, f"{head}^"):
        found = Choice(f"{head}^", head, f"{end} against its parent")
    else:
        return None
    if not guessed:
        return found
    ours = tuple(f"{_below(repository, root)}{name}" for name in ("run/_", "evidence"))
    loose = revision(repository, "HEAD") == revision(repository, head) and uncommitted(repository, ours)
    told = [found.why, *(["the working tree has changes that no commit holds"] if loose else []), _GUESSED]
    return Choice(found.base, found.head, "; ".join(told))


def change(repository: Path, root: Path, taken: Choice) -> tuple[tuple[Gathered, ...], str]:
    """Commits and patch of a change, and the change as it is named to people.

    Args:
        repository: Top level of the working tree.
        root: The incident directory, whose records are left out of the patch.
        taken: Which change.

    Raises:
        ConfigError: QG-1792.
    """
    known = history(repository, taken.base, taken.head)
    subject = f"{known.base}..{known.head}"
    place = _own(repository, root, (known.origin, known.head))
    own: dict[str, int] = {}
    files = []
    for file in known.files:
        folders = {place(path) for path in (file.path, file.old_path) if path is not None}
        if None in folders:
            files.append(file)
        for folder in folders if None not in folders else ():
            own[folder or ""] = own.get(folder or "", 0) + 1
    gathered = (
        gather_log(known.commits, known.more_commits, subject),
        gather_patch(patch(repository, known, shown_in_patch(files)), files, subject, own),
    )
    return gathered, f"{known.base[:10]}..{known.head[:10]}"


def _before(repository: Path, record: Postmortem) -> Choice | None:
    """The change that is evidence already: a call that names none must not put another in its place."""
    for item in reversed(record.evidence):
        named = _SUBJECT.fullmatch(item.subject or "") if item.kind == "git_diff" else None
        if named is not None and all(revision(repository, name) for name in named.groups()):
            return Choice(named[1], named[2], "as collected before")
    return None


def _below(repository: Path, root: Path) -> str:
    """The incident directory as a beginning of paths of the repository."""
    below = os.path.relpath(os.path.realpath(root), os.path.realpath(repository)).replace(os.sep, "/")
    return "" if below == "." else f"{below}/"


def _own(repository: Path, root: Path, commits: tuple[str, ...]) -> Callable[[str], str | None]:
    """Says of a path which folder of the gate's own it lies in, None for any other file: records of incidents below
    the incident directory, and dashboards, which hold a marker."""
    prefix = _below(repository, root)
    markers = {path for commit in commits for path in files_called(repository, commit, MARKER)}
    sites = tuple(sorted(path.removesuffix(MARKER) for path in markers if "/" in path))

    def place(path: str) -> str | None:
        found = _RECORDS.match(path.removeprefix(prefix)) if path.startswith(prefix) else None
        return prefix + found[1] if found else next((site for site in sites if path.startswith(site)), None)

    return place
