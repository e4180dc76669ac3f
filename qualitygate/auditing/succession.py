"""Which reference is the successor of which: by content, then by name, among the references of one set alone.

Git looks at the whole tree, where a reference that is deleted here and a candidate that is added there are one file
renamed; and a reference that is drawn anew under another name is none it would recognise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from qualitygate.auditing.past import Past, names_of, sha256_of
from qualitygate.pairing.walk import PICTURE_SUFFIXES
from qualitygate.vcs.blobs import Change
from qualitygate.vcs.pairing import NAMES, paired


def succession(past: Past, changes: Sequence[Change], start: str, end: str) -> tuple[Change, ...]:
    """Changes of the pictures of a directory, each with the one it took the place of.

    Args:
        past: The earlier commit.
        changes: What git says changed since.
        start: The directory, or file, as it was, relative to the top level.
        end: The same as it is.

    Raises:
        ConfigError: QG-1761, git does not answer.
    """
    halves = tuple(_halves(changes, start, end))
    gone = [one.old_path for one in halves if one.path is None and one.old_path is not None]
    fresh = [one.path for one in halves if one.old_path is None and one.path is not None]
    same = _alike(past, gone, fresh) if gone and fresh else {}
    same |= _of_one_name(start, set(gone) - set(same.values()), end, [path for path in fresh if path not in same])
    taken = set(same.values())
    left = [one for one in halves if one.path not in same and not (one.path is None and one.old_path in taken)]
    moved = tuple(Change(path, old) for path, old in same.items())
    return (*paired(left, lambda _: True, NAMES), *moved)


def _of_one_name(start: str, gone: Collection[str], end: str, fresh: Sequence[str]) -> dict[str, str]:
    """New paths to old ones of the same path within the directory, which is another one now."""
    found = {}
    for path in fresh:
        old = f"{start}{path.removeprefix(end)}"
        if old in gone:
            found[path] = old
    return found


def _alike(past: Past, gone: Sequence[str], fresh: Sequence[str]) -> dict[str, str]:
    """New paths to old ones of the same content, the one of the same name before others."""
    known: dict[str, list[str]] = {}
    for old in gone:
        for name in past.names(old):
            known.setdefault(name, []).append(old)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path in fresh:
        data = content_of(past.top / path)
        names = () if data is None else names_of(data, past.commit.name)
        free = [old for name in names for old in known.get(name, ()) if old not in taken]
        named = [old for old in free if Path(old).name == Path(path).name]
        if free:
            found[path] = (named or free)[0]
            taken.add(found[path])
    return found


def digest_of(path: Path) -> str:
    """Digest of a file of the working tree, that of an LFS pointer being what it points to."""
    data = content_of(path)
    return "unreadable" if data is None else sha256_of(data)


def content_of(path: Path) -> bytes | None:
    """A file of the working tree; None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _halves(changes: Sequence[Change], start: str, end: str) -> Iterator[Change]:
    """Changes of which a side lies in the directory, without the side that does not."""
    was, now = _inside(start), _inside(end)
    for one in changes:
        old = one.old_path if one.old_path is not None and was(one.old_path) else None
        path = one.path if one.path is not None and now(one.path) else None
        if old is not None or path is not None:
            yield Change(path, old)


def _inside(directory: str) -> Callable[[str], bool]:
    prefix = "" if directory == "." else f"{directory}/"

    def inside(path: str) -> bool:
        return (path == directory or path.startswith(prefix)) and Path(path).suffix.lower() in PICTURE_SUFFIXES

    return inside
