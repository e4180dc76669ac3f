"""The interface of a store of results."""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """Keeps documents by key. It may forget any of them at any time, and is never wrong about one that it gives."""

    def read(self, key: str) -> bytes | None:
        """The document kept under a key, exactly as it was written; None where there is none, or a damaged one."""
        ...

    def write(self, key: str, document: bytes) -> bool:
        """Keep a document; whether that was possible."""
        ...
