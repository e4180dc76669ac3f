"""Private keys in text, whole ones and such as were cut off. What only speaks of one stays, and what follows it, too.

A key is a block: a line that begins it, header lines, lines of Base64, a line that ends it. Logs put a time before each
line and may print other lines between them; a program may only name the first line, as `grep` does.
"""

from __future__ import annotations

import re
from collections import Counter

LABEL = "[masked:private_key]"
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LONGEST = 60_000
"""Characters between the first and the last line: an RSA key of 16,384 bits has 13,000, and times before each line."""

_TAIL = r"(?:\\[rnt])*[\"'`]?[ \t]*[,+;\\]?[ \t]*\r?"
_BASE64 = re.compile(rf".{{0,80}}?(?P<run>[A-Za-z0-9+/=]{{16,}}){_TAIL}")
_ALONE = re.compile(rf"[ \t\"'`+>|-]*(?P<run>[A-Za-z0-9+/]+={{0,2}}|=[A-Za-z0-9+/]{{4}}){_TAIL}")
_SHORT = re.compile(rf"(?:.{{0,80}}?\s)?[A-Za-z0-9+/=]+{_TAIL}")
_HEADER = re.compile(r".{0,80}?(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID): .*")
_BLANK = re.compile(r"[ \t\r+>|\"'\\n]*")
# What is left of a key behind its beginning on the same line, line ends written as `\n` or as blanks.
_INLINE = re.compile(
    r"(?:(?:\\[rn]|[ \t])*[A-Za-z0-9+/=]{16,})+(?:(?:\\[rn]|[ \t])+[A-Za-z0-9+/]+={0,2}(?![^\\\s\"',;]))?"
)
# The end of a key whose lines are written into one.
_CUT = re.compile(r"[A-Za-z0-9+/=]{16,}(?:\\[rn]|[ \t])*\Z")


def without_keys(text: str, counts: Counter[str]) -> str:
    """The text without private keys: whole ones, and those whose end or whose beginning was cut off."""
    return _without_ends(_without_blocks(text, counts), counts)


def _without_blocks(text: str, counts: Counter[str]) -> str:
    made: list[str] = []
    position = 0
    begin = _BEGIN.search(text)
    while begin is not None:
        made.append(text[position : begin.start()])
        following = _BEGIN.search(text, begin.end())
        limit = min(begin.end() + _LONGEST, following.start() if following else len(text))
        end = _END.search(text, begin.end(), limit)
        if end is not None:
            masked, position = _block(text[begin.end() : end.start()]), end.end()
        else:
            masked, position = _open_block(text, begin, limit)
        counts["private_key"] += masked != begin[0]
        made.append(masked)
        begin = following
    made.append(text[position:])
    return "".join(made)


def _block(body: str) -> str:
    """A key with a first and a last line: the label, and the lines between that are none of it."""
    first, *lines = body.split("\n")
    if not lines:
        return LABEL
    *lines, tail = lines
    kept = [line for number, line in enumerate(lines) if not _of_block(lines, number)]
    first = "" if _BLANK.fullmatch(first) or _INLINE.match(first) else first
    tail = "" if _of_block([tail], 0) else tail
    return "\n".join([f"{LABEL}{first}", *kept, f"{tail}{LABEL}"]) if first or kept or tail else LABEL


def _of_block(lines: list[str], number: int) -> bool:
    line = lines[number]
    if any(pattern.fullmatch(line) for pattern in (_ALONE, _HEADER, _BLANK)) or _is_key_line(line):
        return True
    # The last line of a key may be a short one, and stand behind a time.
    last = number == len(lines) - 1 and number > 0 and _is_key_line(lines[number - 1])
    return last and _SHORT.fullmatch(line) is not None


def _open_block(text: str, begin: re.Match[str], limit: int) -> tuple[str, int]:
    """What stands in place of a key without an end, and where its last line ends; its beginning, where none follows."""
    start = begin.end()
    inline = _INLINE.match(text, start, limit)
    if inline is not None and _is_random(inline[0]):
        return LABEL, inline.end()
    end = text.find("\n", start, limit)
    first = "" if end < 0 or _BLANK.fullmatch(text, start, end) else text[start:end]
    # What a log writes before each line is as long as it is before the first.
    margin = begin.start() - 1 - text.rfind("\n", max(0, begin.start() - 200), begin.start())
    reached, short = start, False
    while 0 <= end < limit and not short:
        line_start, end = end + 1, text.find("\n", end + 1, limit)
        line = text[line_start : end if end >= 0 else limit]
        run = _BASE64.fullmatch(line)
        key = run is not None and (_is_random(run["run"]) or (reached > start and not _is_digest(run["run"])))
        last = _ALONE.fullmatch(line) if not key and reached > start else None
        short = last is not None and len(last["run"]) % 4 == 0
        if key or short:
            reached = line_start + len(line.removesuffix("\r"))
        elif reached > start or not (_HEADER.fullmatch(line) or _BLANK.fullmatch(line[margin:])):
            break
    return (f"{LABEL}{first}", reached) if reached > start else (begin[0], start)


def _is_key_line(line: str) -> bool:
    run = _BASE64.fullmatch(line)
    return run is not None and not _is_digest(run["run"])


def _is_digest(run: str) -> bool:
    return re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", run) is not None


def _is_random(run: str) -> bool:
    return any(map(str.islower, run)) and any(map(str.isupper, run)) and any(map(str.isdigit, run))


def _without_ends(text: str, counts: Counter[str]) -> str:
    """The text without the ends of private keys whose beginning was cut off."""
    if _END.search(text) is None:
        return text
    kept: list[str] = []
    short = False
    of_key = 0  # how many of the last lines may belong to a key
    for line in text.split("\n"):
        ends = list(_END.finditer(line))
        if ends and (of_key or _CUT.search(line[max(0, ends[0].start() - 2000) : ends[0].start()])):
            del kept[len(kept) - of_key :]
            kept.append(f"{LABEL}{line[ends[-1].end() :]}")
            counts["private_key"] += 1
            of_key, short = 0, False
            continue
        kept.append(line)
        if _is_key_line(line):
            of_key = 1 if short else of_key + 1
            short = False
        else:
            # The last line of a key may be a short one.
            short = of_key > 0 and not short and _SHORT.fullmatch(line) is not None
            of_key = of_key + 1 if short else 0
    return "\n".join(kept)
