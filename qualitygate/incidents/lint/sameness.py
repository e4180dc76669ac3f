"""Entries of a list that say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator


def repeated(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Position of each text that an earlier one says, and the position of the first that does.

    Case, white space, punctuation at the end and the Unicode form make no difference; empty texts are not compared.
    """
    first: dict[str, int] = {}
    for index, text in enumerate(texts):
        key = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".!。 ")
        if key and first.setdefault(key, index) != index:
            yield index, first[key]
