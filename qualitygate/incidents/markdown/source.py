"""The file as lines, and what makes it no postmortem before anything of it is understood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qualitygate.core.errors import ConfigError

MAX_BYTES = 1_000_000
BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OURS = re.compile(r"<{7}(?: .*)?")
_THEIRS = re.compile(r">{7}(?: .*)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's lines.

    Attributes:
        where: The file, for messages.
        bom: The byte order mark it begins with, or nothing.
        lines: Its lines, ends and all.
    """

    where: str
    bom: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """A line without its end, counted from 0."""
        return self.lines[number].rstrip("\r\n")

    def text(self, start: int, end: int) -> str:
        """Lines without the last one's end; every end between is one `\\n`."""
        return "\n".join(self.line(number) for number in range(start, end))

    def is_blank(self, number: int) -> bool:
        """Whether a line holds nothing but spaces and tabs."""
        return not self.line(number).strip(" \t")

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The same lines without blank ones at either end."""
        while start < end and self.is_blank(start):
            start += 1
        while end > start and self.is_blank(end - 1):
            end -= 1
        return start, end

    @property
    def newline(self) -> str:
        """The line end that most lines have."""
        ends = [line[len(line.rstrip("\r\n")) :] for line in self.lines]
        return max(("\n", "\r\n", "\r"), key=ends.count)

    def broken(self, line: int, found: str, right: str, code: str) -> ConfigError:
        """The error of a line, counted from 0: what was found, and what would be right."""
        return ConfigError(found, code=code, where=f"{self.where}:{line + 1}", hint=right)


def source_of(text: str, where: str) -> Source:
    """The lines of a file.

    Raises:
        ConfigError: QG-1750, it is binary, or larger than 1 MB; QG-1751, git left a conflict in it.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise ConfigError(
            f"the file has {size:,} bytes, more than a postmortem can have",
            code="QG-1750",
            where=where,
            hint=f"keep it below {MAX_BYTES:,} bytes: attach what is large as evidence",
        )
    bom, text = (BOM, text[1:]) if text.startswith(BOM) else ("", text)
    source = Source(where, bom, tuple(_LINE.findall(text)))
    for number, line in enumerate(source.lines):
        if found := _CONTROL.search(line):
            message = f"the file is no text: it holds the control character {found[0]!r}"
            raise source.broken(number, message, "restore the Markdown from git", "QG-1750")
        if not line.isascii() and any("\ud800" <= character <= "\udfff" for character in line):
            message = "the file is not UTF-8"
            raise source.broken(number, message, "save it as UTF-8", "QG-1750")
    _check_conflict(source)
    return source


def _check_conflict(source: Source) -> None:
    ours = _first(_OURS, source)
    if ours is not None and _first(_THEIRS, source) is not None:
        found = f"an unresolved git conflict: {source.line(ours)!r}"
        raise source.broken(ours, found, "keep one side, or both, and remove the markers", "QG-1751")


def _first(pattern: re.Pattern[str], source: Source) -> int | None:
    lines: Iterable[int] = range(len(source.lines))
    return next((number for number in lines if pattern.fullmatch(source.line(number))), None)
