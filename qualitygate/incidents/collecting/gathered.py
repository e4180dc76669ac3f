"""One thing that was gathered, before it is decided whether it may be stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from qualitygate.incidents.collecting.masking import masked_summary


@dataclass(frozen=True, slots=True)
class Gathered:
    """Content that could become a file of the evidence.

    Attributes:
        kind: Key of `KINDS`.
        name: Name of its file.
        content: What is stored, secrets masked; None where only the digest may be kept.
        original_sha256: Digest of what it was made from, which is what is recorded where nothing is stored.
        original_bytes: Size of that.
        subject: What it is about: a picture, a file.
        masks: Kind of secret to the number masked.
        left_out: What was left out, in words; None for nothing.
        pointer: Where the original is, for what is not stored.
    """

    kind: str
    name: str
    content: bytes | None
    original_sha256: str
    original_bytes: int
    subject: str | None = None
    masks: Mapping[str, int] = field(default_factory=dict)
    left_out: str | None = None
    pointer: str | None = None

    @property
    def redacted(self) -> bool:
        """Whether less is stored than there was."""
        return bool(self.masks) or self.left_out is not None or self.content is None

    @property
    def reason(self) -> str | None:
        """What was done to it, in words."""
        told = [part for part in (masked_summary(self.masks), self.left_out) if part]
        return "; ".join(told) or None


def of_text(kind: str, name: str, text: str, masks: Mapping[str, int], *, subject: str | None = None) -> Gathered:
    """Text that was made here, whose own digest is that of its original."""
    content = text.encode("utf-8", "backslashreplace")
    return Gathered(kind, name, content, hashlib.sha256(content).hexdigest(), len(content), subject, masks)
