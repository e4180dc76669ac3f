"""The order of work: size cap and first look, bounded header, then the reader of the format. Always a verdict.

`parse` is pure; `read` and `read_bytes` open files the user named.
"""

from __future__ import annotations

from pathlib import Path

from qualitygate.core.errors import LutError
from qualitygate.core.finding_level import Level
from qualitygate.luts.finding import LutFinding, Refusal, Remark
from qualitygate.luts.formats import FORMATS, Format, format_of
from qualitygate.luts.opening import regular
from qualitygate.luts.result import ReadResult
from qualitygate.luts.sniff import HEAD, MAX_BYTES, refuse_other_than_text, refuse_pointer, refuse_size

# A row of text is at most this long, and comments may take this much beside the rows.
_LONGEST_ROW = 252
_COMMENTS = 1 << 22


def read(path: Path, *, name: str | None = None, max_bytes: int = MAX_BYTES) -> ReadResult:
    """Read a file; one that its first bytes or its header condemn is not read any further.

    Args:
        path: The file.
        name: What to call it in findings, and whose extension says the format; the path where None.
        max_bytes: Size cap.

    Returns:
        The verdict; no error of the file system or of the file is raised.
    """
    name = str(path) if name is None else name
    entry = format_of(name)
    try:
        known = _known(entry)
        with regular(path) as (stream, size):
            refuse_size(size, max_bytes)
            head = stream.read(min(HEAD, size))
            _first_look(known, head, size)
            data = head + stream.read(size - len(head))
        refuse_size(len(data), max_bytes)
    except Refusal as refusal:
        return _rejected(name, entry, refusal)
    return parse(data, name, max_bytes=max_bytes)


def read_bytes(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a file that is parsed or hashed later; like `read`, nothing that blocks or never ends.

    Args:
        path: The file.
        max_bytes: Size cap.

    Raises:
        LutError: QG-1602 over the cap, QG-1603 empty, QG-1616 where it is no regular file or cannot be read.
    """
    try:
        with regular(path) as (stream, size):
            refuse_size(size, max_bytes)
            return stream.read(size)
    except Refusal as refusal:
        raise LutError(refusal.found, code=refusal.code, where=path.as_posix(), hint=refusal.expected) from None


def parse(data: bytes, name: str, *, max_bytes: int = MAX_BYTES) -> ReadResult:
    """Judge the bytes of a file.

    Args:
        data: The whole file.
        name: What to call it in findings; its extension says the format.
        max_bytes: Size cap.

    Returns:
        The verdict. Whatever the bytes are, nothing is raised but `MemoryError`.
    """
    entry = format_of(name)
    try:
        known = _known(entry)
        refuse_size(len(data), max_bytes)
        _first_look(known, data[:HEAD], len(data))
        parsed = known.parse(data)
    except Refusal as refusal:
        return _rejected(name, entry, refusal)
    findings = tuple(sorted((_finding(name, remark) for remark in parsed.remarks), key=_order))
    return ReadResult(name, parsed.format, parsed.lut, findings)


def _known(entry: Format | None) -> Format:
    if entry is None:
        known = " ".join(extension for format in FORMATS for extension in format.extensions)
        raise Refusal("QG-1601", "the name promises no LUT format", f"one of {known}")
    return entry


def _first_look(entry: Format, head: bytes, size: int) -> None:
    """Everything that can be said before the table is read.

    Raises:
        Refusal: Any of the codes of `sniff` and of the header.
    """
    if entry.text:
        refuse_other_than_text(head)
    else:
        refuse_pointer(head)
    rows, columns = entry.peek(head)
    if columns and size > rows * _LONGEST_ROW * max(1, columns // 3) + _COMMENTS:
        raise Refusal(
            "QG-1602", f"{size:,} bytes for a table of {rows:,} rows", "a file of the size its header promises"
        )


def _rejected(name: str, entry: Format | None, refusal: Refusal) -> ReadResult:
    remark = Remark(refusal.code, Level.ERROR, refusal.found, refusal.expected, refusal.line)
    return ReadResult(name, None if entry is None else entry.name, None, (_finding(name, remark),))


def _finding(name: str, remark: Remark) -> LutFinding:
    return LutFinding(remark.code, remark.level, name, remark.line, remark.found, remark.expected)


def _order(finding: LutFinding) -> int:
    return list(Level).index(finding.level)
