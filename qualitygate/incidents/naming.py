"""Names of people as they are compared: those of the platform have no case, and people write `@` before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


def aliases(name: str) -> frozenset[str]:
    """What somebody may be called: `Name <mail>` is both, `@handle` is `handle`."""
    found = _ADDRESS.fullmatch(name.strip())
    parts = found.group("name", "address") if found else (name,)
    return frozenset(key for part in parts if (key := _key(part)))


def among(name: str, others: Iterable[str]) -> bool:
    """Whether somebody is one of others, whatever each of them is called."""
    return not aliases(name).isdisjoint(alias for other in others for alias in aliases(other))


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).removeprefix("@").strip()
