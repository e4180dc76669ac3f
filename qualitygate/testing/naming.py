"""What a check is called: in reports, and as a file beside its test."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

_PLAIN = frozenset("_-.+=,@")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class CheckName:
    """One check of one test.

    Attributes:
        id: Name in reports: the test's node id, and the check's own name behind `/`.
        file: Name of its files without extension, the same on every system.
        module: Name of the test file without extension.
        directory: Directory of the test file.
    """

    id: str
    file: str
    module: str
    directory: Path

    def references(self, folder: str) -> Path:
        """Directory of the references of this test file."""
        return self.directory / folder / self.module


def check_name(item: pytest.Item, name: str | None, number: int) -> CheckName:
    """How a check is called.

    Args:
        item: The test.
        name: The check's own name, None for the only one of a test.
        number: Which of the test's checks it is, counted from 1; tells apart those without a name.
    """
    own = f"/{name}" if name is not None else f"#{number}" if number > 1 else ""
    words = [*(part.name for part in item.listchain() if isinstance(part, pytest.Class)), _of_test(item)]
    parts = [file_name(".".join(words)), *(file_name(one) for one in (name,) if one is not None)]
    return CheckName(f"{item.nodeid}{own}", ".".join(parts), item.path.stem, item.path.parent)


def file_name(text: str) -> str:
    """A name that every file system takes, and no two texts share.

    Letters and digits of any script stay. Anything else becomes `_`, which a digest of the text then tells apart.
    """
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(letter if letter.isalnum() or letter in _PLAIN else "_" for letter in normal)
    if text and kept == text and len(kept.encode()) <= _LONGEST and kept.strip(".") == kept:
        return kept
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    shorter = kept.encode()[: _LONGEST - 9].decode(errors="ignore")
    return f"{shorter.strip('.')}-{digest}"


def _of_test(item: pytest.Item) -> str:
    """`test_hero-4k` of `test_hero[4k]`."""
    function = getattr(item, "originalname", None)
    if isinstance(function, str) and item.name.startswith(f"{function}[") and item.name.endswith("]"):
        return f"{function}-{item.name[len(function) + 1 : -1]}"
    return item.name
