"""What a check is judged by: keyword, then command line, then marker, then ini file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.policy.model import Rectangle, Resize
from qualitygate.testing.options import PROFILE, Options

MARKER = "image_gate"
_KEYS = ("profile", "metrics", "background", "resize", "ignore")
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a check is judged by.

    Attributes:
        profile: Name or path of a profile, None where nothing names one.
        metrics: Measure and judge these only, None for those of the profile.
        background: 8-bit sRGB that pictures with alpha are laid on.
        resize: Filter that brings the reference to the candidate's size, or `off`.
        ignore: Rectangles of the candidate that do not count.
    """

    profile: str | None
    metrics: tuple[str, ...] | None
    background: tuple[int, int, int]
    resize: Resize
    ignore: tuple[Rectangle, ...]


def terms_of(item: pytest.Item, options: Options, given: Mapping[str, Any]) -> Terms:
    """Put together what a check is judged by.

    Args:
        item: The test, whose marks count.
        options: Command line and ini file.
        given: Keywords of the check; None stands for one that was not given.

    Raises:
        ConfigError: QG-1469, a value is not understood.
    """
    marked = _marked(item)
    said = {key: marked.get(key) if given.get(key) is None else given[key] for key in _KEYS}
    asked = (given.get("profile"), options.command_profile, marked.get("profile"), options.ini_profile)
    profile = next((one for one in asked if one is not None), None)
    # An empty one is not passed over: whoever wrote it meant another than the next in line.
    if profile is not None and not (isinstance(profile, str) and profile.strip()):
        raise _wrong("profile", profile, "the name of a profile, or the path of a threshold file")
    return Terms(
        profile,
        _names(said["metrics"]),
        _colour(said["background"]),
        _filter(said["resize"]),
        _rectangles(said["ignore"]),
    )


def no_profile() -> ConfigError:
    """What to say where nothing names a profile: thresholds that nobody chose mean nothing."""
    return ConfigError(
        "no profile says what is still a match",
        code="QG-1461",
        hint=f'give `profile="product"`, or write `{PROFILE} = "product"` in pytest\'s configuration; hero, product, '
        "thumbnail and ui ship",
    )


def _marked(item: pytest.Item) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for mark in item.iter_markers(MARKER):
        unknown = [key for key in mark.kwargs if key not in _KEYS]
        if mark.args or unknown:
            what = f"`{unknown[0]}` is not known" if unknown else "it takes keywords only"
            raise ConfigError(what, code="QG-1469", where=f"marker {MARKER}", hint=f"known: {', '.join(_KEYS)}")
        for key, value in mark.kwargs.items():
            found.setdefault(key, value)  # the nearest mark comes first
    return found


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else []
    if not names or not all(isinstance(one, str) and one for one in names):
        raise _wrong("metrics", value, 'names of metrics, such as ["delta_e_2000", "ssim"]')
    return tuple(dict.fromkeys(cast("list[str]", names)))


def _colour(value: object) -> tuple[int, int, int]:
    if value is None:
        return _WHITE
    if isinstance(value, str) and (found := re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", value)):
        red, green, blue = (int(part, 16) for part in found.groups())
        return red, green, blue
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 3 and all(map(_is_byte, value)):
        return cast("tuple[int, int, int]", tuple(value))
    raise _wrong("background", value, '"#rrggbb", or three integers of 0 to 255')


def _filter(value: object) -> Resize:
    if value is None:
        return "off"
    if value not in get_args(Resize):
        raise _wrong("resize", value, f"one of {', '.join(get_args(Resize))}")
    return cast("Resize", value)


def _rectangles(value: object) -> tuple[Rectangle, ...]:
    if value is None:
        return ()
    found: list[Any] = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [None]
    if found and all(_is_count(one) for one in found):  # a single rectangle without a list around it
        found = [tuple(found)]
    for one in found:
        if not isinstance(one, Sequence) or len(one) != 4 or not all(map(_is_count, one)) or 0 in one[2:]:
            raise _wrong("ignore", value, "rectangles (x, y, width, height) in pixels of the candidate")
    return tuple(cast("Rectangle", tuple(one)) for one in found)


def _is_byte(value: object) -> bool:
    return _is_count(value) and cast("int", value) <= 255


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _wrong(key: str, value: object, right: str) -> ConfigError:
    return ConfigError(f"{value!r} is not understood", code="QG-1469", where=f"{MARKER} {key}", hint=f"give {right}")
