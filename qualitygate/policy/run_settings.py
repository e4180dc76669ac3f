"""`[run]`: how a run uses the machine. Nothing here makes a difference to a number or a verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualitygate.core.user_paths import expanded
from qualitygate.policy.table import Table

_UNITS = {
    "": 1, "b": 1,
    "kb": 1000, "mb": 1000**2, "gb": 1000**3, "tb": 1000**4,
    "kib": 1024, "mib": 1024**2, "gib": 1024**3, "tib": 1024**4,
}  # fmt: skip
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) *([A-Za-z]*)")
SMALLEST_MEMORY = 64_000_000
SMALLEST_CACHE = 1000**2


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a run uses the machine.

    Attributes:
        memory: Bytes that the pictures under way may take together; None for half of what is free.
        cache: Directory of the results of earlier runs, None for the user's own.
        cached: Whether such results are used and kept at all.
        cache_size: Bytes that the directory is trimmed to, None for the default.
    """

    memory: int | None = None
    cache: Path | None = None
    cached: bool = True
    cache_size: int | None = None


def read_run(table: Table, root: Path) -> RunSettings:
    """Read `[run]`, but for `workers`.

    Args:
        table: The table.
        root: Directory that a relative `cache` is resolved against.

    Raises:
        ConfigError: Unknown key (QG-1404), wrong value (QG-1405).
    """
    table.only("workers", "memory", "cache", "cache_size")
    cached = table.data.get("cache")
    text = None if isinstance(cached, bool) else table.text("cache")
    try:
        directory = None if text is None else expanded(text)
    except ValueError as error:
        raise table.wrong("cache", str(error)) from None
    return RunSettings(
        memory=_size(table, "memory", SMALLEST_MEMORY),
        cache=None if directory is None else root / directory,
        cached=cached is not False,
        cache_size=_size(table, "cache_size", SMALLEST_CACHE),
    )


def size_of(value: Any, least: int) -> int:
    """Bytes of `1.5 GiB`, `800 MB`, `2000000`; KB = 1,000 bytes, KiB = 1,024.

    Raises:
        ValueError: It is no size, or below `least`; the message says what one looks like.
    """
    found = _SIZE.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    factor = _UNITS.get(found[2].lower()) if found is not None else None
    if found is None or factor is None or isinstance(value, bool):
        raise ValueError(f'{value!r} is no size: write it as "1.5 GiB" or "800 MB"')
    size = int(float(found[1]) * factor)
    if size < least:
        raise ValueError(f"{value!r} is too small: at least {least // 1000**2} MB are needed")
    return size


def _size(table: Table, key: str, least: int) -> int | None:
    if not table.has(key):
        return None
    try:
        return size_of(table.data[key], least)
    except ValueError as error:
        raise table.wrong(key, str(error)) from None
