"""The grammar of numbers in LUT files: decimal ASCII, nothing else.

C's `strtod`, which most readers call, also takes `nan`, `inf` and hexadecimal floats and stops silently at the first
byte it does not know, so that `0,5` becomes 0; Python's `float` takes underscores and the digits of every script.
"""

from __future__ import annotations

import math
import re

from qualitygate.luts.finding import Refusal, quote

REAL = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
INTEGER = re.compile(rb"[+-]?\d+")
NOT_IN_NUMBERS = re.compile(rb"[^0-9+\-.eE \t\r\n]")
_MOST_DIGITS = 9


def real(token: bytes, line: int) -> float:
    """A finite decimal number.

    Raises:
        Refusal: QG-1630 for a byte no number has, QG-1632 for other malformed ones, QG-1635 where it overflows.
    """
    if not REAL.fullmatch(token):
        raise malformed(token, line)
    value = float(token)
    if not math.isfinite(value):
        raise Refusal("QG-1635", f"{quote(token)} is beyond the largest number", "a finite value", line)
    return value


def integer(token: bytes, line: int) -> int:
    """A decimal integer of at most nine digits.

    Raises:
        Refusal: QG-1630, QG-1632.
    """
    if not INTEGER.fullmatch(token):
        if NOT_IN_NUMBERS.search(token):
            raise malformed(token, line)
        raise Refusal("QG-1632", f"{quote(token)} is no integer", "an integer in decimal digits", line)
    if len(token.lstrip(b"+-0")) > _MOST_DIGITS:
        raise Refusal("QG-1632", f"the integer {quote(token)} is too long", f"at most {_MOST_DIGITS} digits", line)
    return int(token)


def malformed(token: bytes, line: int) -> Refusal:
    """Say what is wrong with a token that is no number."""
    found = NOT_IN_NUMBERS.search(token)
    if found is None:
        return Refusal("QG-1632", f"{quote(token)} is no number", "a decimal number such as 0.5 or 1e-3", line)
    if token.lower().lstrip(b"+-") in (b"nan", b"inf", b"infinity"):
        return Refusal("QG-1635", f"{quote(token)} is not finite", "a finite number", line)
    byte = found.group()
    hint = "a decimal number"
    if byte == b",":
        hint = "a point as decimal separator and blanks between values"
    elif b"x" in token.lower():
        hint = "a decimal number, not a hexadecimal one"
    return Refusal("QG-1630", f"the byte {_name(byte[0])} in {quote(token)}", hint, line)


def _name(byte: int) -> str:
    return repr(chr(byte)) if 0x21 <= byte <= 0x7E else f"0x{byte:02x}"
