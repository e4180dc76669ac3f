"""Upgrades of the gate itself: shipped profiles may change with them, and no earlier version of them is here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from qualitygate.auditing.past import Past
from qualitygate.policy.ratchet.state import State
from qualitygate.policy.shipped import shipped_directory
from qualitygate.vcs.blobs import Change

_FILES = re.compile(r"(?:.*/)?(?:[^/]*requirements[^/]*\.txt|constraints[^/]*\.txt|pyproject\.toml|[^/]*\.lock|"
                    r"\.pre-commit-config\.yaml|\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml)")  # fmt: skip
_OURS = re.compile(r"image-qualitygate|/qualitygate(?:@|\.git)|qualitygate-check|\bvalidate-lut\b")
_VERSION = re.compile(r"(?:rev:|version\s*[=:]).*")  # on a line of its own: pre-commit, and lock files
_NEAR = 3  # lines below the name
_LARGEST = 5_000_000


def upgrades(past: Past, after: State, changes: Sequence[Change]) -> Iterator[str]:
    """Notes on files that name another version of the gate, where shipped profiles are in use.

    Args:
        past: The earlier commit.
        after: The state of the working tree.
        changes: What git says changed since.
    """
    shipped = sorted(name for name, one in after.profiles.items() if _rests_on_shipped(one.lines.values()))
    if not shipped:
        return
    for change in changes:
        path, old = change.path, change.old_path
        if path is None or old is None or not _FILES.fullmatch(path):
            continue
        before, now = past.content(old), _content(past.top / path)
        if before is not None and now is not None and _lines(before) != _lines(now):
            names = ", ".join(shipped)
            yield (f"{path} names another version of the gate: the shipped limits behind {names} may be others there, "
                   "and are compared as this version has them")  # fmt: skip


def _rests_on_shipped(places: Iterable[str]) -> bool:
    folder = shipped_directory()
    return any(Path(place.rpartition(":")[0]).resolve().parent == folder for place in places)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError:
        return None


def _lines(content: bytes) -> list[str]:
    """The lines that name the gate, and the versions that are said right below them."""
    found: list[str] = []
    left = 0
    for line in map(str.strip, content.decode("utf-8", "replace").splitlines()):
        left = _NEAR if _OURS.search(line) else left - 1
        if left == _NEAR or (left >= 0 and _VERSION.fullmatch(line)):
            found.append(line)
    return found
