"""What OpenColorIO lets pass or would allocate for, refused before it sees the file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qualitygate.luts.finding import Refusal, quote
from qualitygate.luts.number import INTEGER, integer, malformed, real
from qualitygate.luts.sniff import line_of

_LARGEST = 256
_MOST_VALUES = 1 << 27
_LONGEST = 1 << 20
_ARRAY = re.compile(rb"<(?:\w+:)?(Array|IndexMap|Matrix|data)\b([^>]*)>([^<]*)", re.S)
_DIM = re.compile(rb"\bdim\s*=\s*[\"']([^\"']*)[\"']")
# What certainly is finite; the rest is looked at by `real`.
_FINITE = re.compile(rb"[+-]?(?:\d{1,40}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d\d?)?")
_TRUELIGHT = re.compile(rb"^#[ \t]*(width|lutLength)\b(.*)$", re.M)
_WORDS = re.compile(rb"[^\s]+")
_HEX = re.compile(rb"[0-9A-Fa-f\s\"]*")
_NUMBERISH = re.compile(rb"[+-]?[\d.]")
_NOT_FINITE = re.compile(rb"[+-]?(?:nan|inf|infinity)", re.I)


def xml(data: bytes) -> None:
    """Refuse entities, arrays larger than any LUT, and tokens in arrays that are no finite decimal numbers.

    Raises:
        Refusal: QG-1620, QG-1623, QG-1630, QG-1632, QG-1635.
    """
    for word in (b"<!DOCTYPE", b"<!ENTITY"):
        at = data.find(word)
        if at >= 0:
            raise Refusal("QG-1620", f"{word.decode()} in a LUT", "plain elements", line_of(data, at))
    for match in _ARRAY.finditer(data):
        line = line_of(data, match.start())
        if dim := _DIM.search(match.group(2)):
            total = 1
            for token in dim.group(1).split():
                total *= integer(token, line) if INTEGER.fullmatch(token) else 1
            if total > _MOST_VALUES:
                raise Refusal("QG-1623", f"an array of {total:,} values", f"at most {_MOST_VALUES:,}", line)
        if match.group(1) == b"data":
            if not _HEX.fullmatch(match.group(3)):
                raise Refusal("QG-1630", "bytes other than hexadecimal digits", "hexadecimal digits", line)
            continue
        for token in _WORDS.finditer(match.group(3)):
            # IndexMap writes pairs as `64.5@0`.
            for part in token.group().split(b"@"):
                if part and not _FINITE.fullmatch(part):
                    real(part, line_of(data, match.start(3) + token.start()))


def rows(data: bytes, words: Mapping[bytes, int | None], columns: int) -> None:
    """Check a text format line by line: known words with their number of values, else rows of numbers.

    Args:
        data: The file.
        words: Words that begin a line of the header, with how many numbers follow; None for any text.
        columns: Values per row.

    Raises:
        Refusal: QG-1622, QG-1623, QG-1630, QG-1631, QG-1632, QG-1635.
    """
    for number, raw in enumerate(data.split(b"\n"), 1):
        tokens = raw.split()
        if not tokens or tokens[0].startswith(b"#"):
            continue
        if tokens[0] in words:
            count = words[tokens[0]]
            if count is None:
                continue
            if len(tokens) != 1 + count:
                found = f"{quote(tokens[0])} with {len(tokens) - 1} values"
                raise Refusal("QG-1622", found, f"{count}", number)
            if tokens[0] in (b"LUT_3D_SIZE", b"grid_size"):
                for token in tokens[1:]:
                    if not 2 <= integer(token, number) <= _LARGEST:
                        raise Refusal("QG-1623", quote(raw.strip()), f"2 to {_LARGEST}", number)
            else:
                for token in tokens[1:]:
                    if real(token, number) > _LARGEST**3 and tokens[0] == b"in":
                        raise Refusal("QG-1623", quote(raw.strip()), f"at most {_LARGEST**3:,}", number)
        elif _NUMBERISH.match(tokens[0]) or _NOT_FINITE.fullmatch(tokens[0]):
            for token in tokens:
                real(token, number)
            if words and len(tokens) != columns:
                raise Refusal("QG-1631", f"a row of {len(tokens)} values", f"{columns} values", number)
        elif words:
            raise Refusal("QG-1620", quote(raw.strip()), "a keyword of the format or a row of numbers", number)


def truelight(data: bytes) -> None:
    """Check the sizes of a Truelight cube, which stand in what looks like comments.

    Raises:
        Refusal: QG-1623, QG-1632.
    """
    for match in _TRUELIGHT.finditer(data):
        line = line_of(data, match.start())
        most = _LARGEST if match.group(1) == b"width" else _LONGEST
        if not all(2 <= integer(token, line) <= most for token in match.group(2).split()):
            raise Refusal("QG-1623", quote(match.group().strip()), f"2 to {most:,}", line)


def tokens(data: bytes) -> None:
    """Check every token that begins like a number, and refuse sizes larger than any LUT.

    Raises:
        Refusal: QG-1623, QG-1630, QG-1632, QG-1635.
    """
    for number, raw in enumerate(data.split(b"\n"), 1):
        for token in raw.split():
            if _NOT_FINITE.fullmatch(token):
                raise malformed(token, number)
            if _NUMBERISH.match(token) and not (number == 1 and b"to" in token):
                value = real(token.rstrip(b"f") if number == 1 else token, number)
                if number < 32 and abs(value) > _LONGEST:
                    raise Refusal("QG-1623", quote(raw.strip()), f"at most {_LONGEST:,}", number)
