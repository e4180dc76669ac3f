"""Codes of regression cases, proofs and waivers, QG-176x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
)  # fmt: skip
