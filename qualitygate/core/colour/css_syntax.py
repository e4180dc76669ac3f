"""Colours as CSS Color Module Level 4 writes them: from text to the name of a space and three numbers.

Opaque colours only. A value out of range, which a browser would clamp, is refused: in a brand colour it is a mistake.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"([a-z][a-z0-9-]*)\(([^()]*)\)")
_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
_VALUE = re.compile(rf"({_NUMBER})(%|deg|grad|rad|turn)?")
_TURNS = {"deg": 360.0, "grad": 400.0, "rad": 2 * math.pi, "turn": 1.0}

HINT = 'write "#rrggbb", "oklch(62% 0.2 29)", "lab(54 80 68)" or "color(display-p3 1 0 0)"'

SPACES = (
    "srgb", "srgb-linear", "display-p3", "display-p3-linear", "a98-rgb", "prophoto-rgb", "rec2020", "xyz", "xyz-d50",
    "xyz-d65",
)  # fmt: skip
"""Spaces that `color()` names."""


@dataclass(frozen=True, slots=True)
class _Component:
    """One component of a function: what 100 % stands for, and the least and largest value."""

    name: str
    full: float | None
    least: float = -math.inf
    most: float = math.inf


_HUE = _Component("hue", None)
_FUNCTIONS = {
    "rgb": tuple(_Component(name, 255.0, 0.0, 255.0) for name in ("red", "green", "blue")),
    "lab": (_Component("L", 100.0, 0.0, 100.0), _Component("a", 125.0), _Component("b", 125.0)),
    "lch": (_Component("L", 100.0, 0.0, 100.0), _Component("chroma", 150.0, 0.0), _HUE),
    "oklab": (_Component("L", 1.0, 0.0, 1.0), _Component("a", 0.4), _Component("b", 0.4)),
    "oklch": (_Component("L", 1.0, 0.0, 1.0), _Component("chroma", 0.4, 0.0), _HUE),
}
_SPACE = tuple(_Component(f"component {index}", 1.0) for index in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class Written:
    """A colour as it was written.

    Attributes:
        space: One of `SPACES`, or `lab`, `lch`, `oklab`, `oklch`.
        values: Three finite numbers: encoded red, green and blue (0..1 within the gamut), X, Y and Z with Y of white at
            1, or the components of the function; hues in degrees, the L of `lab` and `lch` in 0..100. A `none` is 0.
    """

    space: str
    values: tuple[float, float, float]


def read(text: str) -> Written:
    """Read one colour: `#rgb`, `#rrggbb`, `rgb()`, `lab()`, `lch()`, `oklab()`, `oklch()` or `color()`.

    Raises:
        ValueError: It is none, or not opaque; the message says what is wrong and what would be right.
    """
    given = " ".join(text.lower().split())
    if given.startswith("#"):
        return _hexadecimal(given, text)
    function = _FUNCTION.fullmatch(given)
    if function is None:
        raise ValueError(f"{text!r} is no colour; {HINT}")
    name, inside = "rgb" if function[1] == "rgba" else function[1], function[2].strip()
    if name == "color":
        space, _, inside = inside.partition(" ")
        if space not in SPACES:
            raise ValueError(f"{text!r}: {space!r} is no colour space; one of {', '.join(SPACES)}")
        return Written(space, _components(inside, _SPACE, text))
    if name not in _FUNCTIONS:
        raise ValueError(f"{text!r}: {name}() is not read here; {HINT}")
    values = _components(inside, _FUNCTIONS[name], text, commas=name == "rgb")
    if name == "rgb":
        return Written("srgb", (values[0] / 255, values[1] / 255, values[2] / 255))
    return Written(name, values)


def _hexadecimal(given: str, text: str) -> Written:
    if not _HEX.fullmatch(given):
        raise ValueError(f"{text!r} is no colour: 3 or 6 hexadecimal digits follow the #")
    digits = given[1:] if len(given) > 5 else "".join(2 * digit for digit in given[1:])
    red, green, blue, *alpha = bytes.fromhex(digits)
    if alpha not in ([], [255]):
        raise ValueError(f"{text!r} is not opaque: a brand colour has no alpha")
    return Written("srgb", (red / 255, green / 255, blue / 255))


def _components(
    inside: str, wanted: tuple[_Component, ...], text: str, *, commas: bool = False
) -> tuple[float, float, float]:
    if commas and "," in inside and "/" not in inside:
        parts = [part.strip() for part in inside.split(",")]
        parts, alpha = parts[:3], parts[3:]
    else:
        before, slash, after = inside.partition("/")
        parts, alpha = before.split(), [after.strip()] if slash else []
    if len(parts) != 3 or len(alpha) > 1:
        raise ValueError(f"{text!r}: three components are expected, {len(parts)} found")
    if alpha and _value(alpha[0], _Component("alpha", 1.0), text) != 1.0:
        raise ValueError(f"{text!r} is not opaque: a brand colour has no alpha")
    first, second, third = (_value(part, each, text) for part, each in zip(parts, wanted, strict=True))
    return first, second, third


def _value(part: str, wanted: _Component, text: str) -> float:
    if part == "none":
        return 0.0
    found = _VALUE.fullmatch(part)
    number = float(found[1]) if found else math.nan
    if found is None or not math.isfinite(number):
        raise ValueError(f"{text!r}: {part!r} is no value for {wanted.name}")
    unit = found[2]
    if wanted.full is None:
        if unit == "%":
            raise ValueError(f"{text!r}: {wanted.name} is an angle, not a percentage")
        return number / _TURNS[unit or "deg"] * 360.0
    if unit not in (None, "%"):
        raise ValueError(f"{text!r}: {wanted.name} is no angle")
    value = number / 100.0 * wanted.full if unit else number
    if not wanted.least <= value <= wanted.most:
        limits = f"at least {wanted.least:g}" if wanted.most == math.inf else f"{wanted.least:g} to {wanted.most:g}"
        raise ValueError(f"{text!r}: {wanted.name} {part} is out of range, {limits}")
    return value
