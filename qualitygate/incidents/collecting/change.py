"""The change as evidence: its commits as text, its patch within a limit. Pure; the porch asks git.

Binary and huge files are named with blob and size; so are files whose part of the patch did not fit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.masking import mask

DIFF_NAME, LOG_NAME = "changes.diff", "commits.txt"
MAX_PATCH_BYTES = 1_000_000
MAX_FILE_BYTES = 1_000_000
MAX_PATCH_FILES = 500
MAX_SOURCE_BYTES = 20_000_000
"""Of all files together that a patch is made of: a patch cannot be much larger."""


class CommitLike(Protocol):
    """What is written of a commit."""

    @property
    def name(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def time(self) -> str: ...
    @property
    def message(self) -> str: ...


class FileLike(Protocol):
    """What is written of a file that differs."""

    @property
    def status(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def old_path(self) -> str | None: ...
    @property
    def old_blob(self) -> str | None: ...
    @property
    def new_blob(self) -> str | None: ...
    @property
    def old_bytes(self) -> int | None: ...
    @property
    def new_bytes(self) -> int | None: ...
    @property
    def binary(self) -> bool: ...


def shown_in_patch(files: Iterable[FileLike]) -> tuple[str, ...]:
    """Paths, old ones of renamed files included, of the files that a patch is made of: text, and not too much."""
    chosen: list[str] = []
    room = MAX_SOURCE_BYTES
    for file in files:
        sizes = (file.old_bytes or 0, file.new_bytes or 0)
        if file.binary or max(sizes) > MAX_FILE_BYTES or sum(sizes) > room:
            continue
        paths = [path for path in dict.fromkeys((file.old_path, file.path)) if path is not None]
        if len(chosen) + len(paths) > MAX_PATCH_FILES:
            break
        chosen += paths
        room -= sum(sizes)
    return tuple(chosen)


def gather_log(commits: Sequence[CommitLike], more: int, subject: str) -> Gathered:
    """The commits of a change, newest first, without e-mail addresses.

    Args:
        more: Number of further commits that were not read.
        subject: From where to where, such as `1a2b3c4..5d6e7f8`.
    """
    parts = [
        f"commit {commit.name}\nauthor {commit.author}\ndate   {commit.time}\n\n{_indented(commit.message)}\n"
        for commit in commits
    ]
    return _gathered(
        "git_log", LOG_NAME, "\n".join(parts), subject, f"{more:,} earlier commits left out" if more else None
    )


def gather_patch(
    patch: bytes, files: Sequence[FileLike], subject: str, own: Mapping[str, int] | None = None
) -> Gathered:
    """The patch of a change, whole files at a time, with a line for each file that is only named.

    Args:
        patch: What git printed for `shown_in_patch(files)`.
        files: Every file that differs, but for those that are left out.
        subject: From where to where.
        own: Folder to the number of files in it that differ and are left out, as the gate wrote them.
    """
    shown = set(shown_in_patch(files))
    sections = re.split(r"(?m)^(?=diff --git )", patch.decode("utf-8", "backslashreplace"))
    kept: list[str] = []
    room, dropped = MAX_PATCH_BYTES, 0
    for section in filter(None, sections):
        size = len(section.encode("utf-8", "backslashreplace"))
        if size > room:
            # The first line still says which file it was.
            dropped += 1
            section = f"# left out, {size:,} bytes: {section.partition(chr(10))[0]}\n"
        else:
            room -= size
        kept.append(section)
    named = [f"# {_named(file)}\n" for file in files if file.path not in shown]
    told = []
    written = [f"{folder} ({count:,})" for folder, count in sorted((own or {}).items())]
    if written:
        # Their patch would bury the change: every event of an incident is in several of them.
        named.insert(0, f"# left out, written by the gate itself: {', '.join(map(_line, written))}\n")
        told.append(f"{sum((own or {}).values()):,} files of the gate itself left out")
    if len(named) > bool(written):
        told.append(f"{len(named) - bool(written):,} binary or large files only named")
    if dropped:
        told.append(f"the patches of {dropped:,} files left out, over {MAX_PATCH_BYTES:,} bytes in total")
    return _gathered("git_diff", DIFF_NAME, "".join([*named, *kept]), subject, "; ".join(told) or None)


def _named(file: FileLike) -> str:
    kind = "binary" if file.binary else "large"
    sides = " -> ".join(
        f"{blob} ({'size unknown' if size is None else f'{size:,} bytes'})" if blob else "none"
        for blob, size in ((file.old_blob, file.old_bytes), (file.new_blob, file.new_bytes))
    )
    moved = f"{file.old_path} -> " if file.old_path not in (None, file.path) else ""
    return f"{kind} {file.status} {_line(moved + file.path)}: {sides}"


def _line(text: str) -> str:
    printable = text.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in printable)


def _indented(message: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in message.splitlines())


def _gathered(kind: str, name: str, text: str, subject: str, left_out: str | None) -> Gathered:
    original = text.encode("utf-8", "backslashreplace")
    masked = mask(text)
    return Gathered(
        kind=kind,
        name=name,
        content=masked.text.encode("utf-8", "backslashreplace"),
        original_sha256=hashlib.sha256(original).hexdigest(),
        original_bytes=len(original),
        subject=subject,
        masks=masked.counts,
        left_out=left_out,
        pointer=f"commits {subject}",
    )
