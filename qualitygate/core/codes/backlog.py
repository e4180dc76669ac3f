"""Codes of the backlog and the platform behind it, QG-177x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
)  # fmt: skip
