"""The grammar of numbers in LUT files: decimal ASCII, nothing else.

C's `strtod`, which most readers call, also takes `nan`, `inf` and hexadecimal floats and stops silently at the first
byte it does not know, so that `0,5` becomes 0; Python's `float` takes underscores and the digits of every script.
"""

from __future__ import annotations

import re

import numpy as np

from qualitygate.luts.finding import Refusal, quote

REAL = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
INTEGER = re.compile(rb"[+-]?\d+")
NOT_IN_NUMBERS = re.compile(rb"[^0-9+\-.eE \t\r\n]")
_MOST_DIGITS = 9

LARGEST = 3.4028234663852886e38
"""Largest finite float32. Readers of LUTs hold their tables in float32, so what is larger is infinite to them."""
SMALLEST_SPAN = 1.1754943508222875e-38
"""Smallest normal float32: a domain narrower than this has no steps."""


def real(token: bytes, line: int) -> float:
    """A finite decimal number.

    Raises:
        Refusal: QG-1630 for a byte no number has, QG-1632 for other malformed ones, QG-1635 beyond `LARGEST`.
    """
    if not REAL.fullmatch(token):
        raise malformed(token, line)
    value = float(token)
    if abs(value) > LARGEST:
        raise Refusal("QG-1635", f"{quote(token)} is beyond the largest float32", f"at most {LARGEST:.3g}", line)
    return value


def spans(low: float, high: float) -> bool:
    """Whether a domain from `low` to `high` increases, by a step that float32 can hold."""
    return low < high and SMALLEST_SPAN <= high - low <= LARGEST and bool(np.float32(low) < np.float32(high))


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
