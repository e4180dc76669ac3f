"""Limits with `fail` and `warn`, compared by what they let pass."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from qualitygate.core.threshold import Threshold
from qualitygate.policy.model import Budget
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, number
from qualitygate.policy.ratchet.scale import Scale

Limit = Threshold | Budget


@dataclass(frozen=True, slots=True)
class Stated:
    """A limit and where it stands.

    Attributes:
        name: As people call it within its file, such as `delta_e_2000.p50`.
        limit: The limit.
        scale: What its numbers mean.
        where: `file.toml:LINE`.
    """

    name: str
    limit: Limit
    scale: Scale = field(default_factory=Scale)
    where: str = ""

    @property
    def text(self) -> str:
        """`fail 2.45 ΔE00, warn 2.1 ΔE00`."""
        return limit_text(self.limit, self.scale)


def limit_text(limit: Limit | None, scale: Scale) -> str:
    """`fail 2.45, warn 2.1`, in the unit of the scale where that is another than the file's; `none`."""
    if limit is None:
        return NONE
    suffix = f" {scale.unit}" if scale.divisor != 1.0 else ""
    parts = [(word, value) for word, value in (("fail", limit.fail), ("warn", limit.warn)) if value is not None]
    return ", ".join(f"{word} {number(value / scale.divisor)}{suffix}" for word, value in parts) or NONE


def loosened(subject: str, before: Stated, after: Stated | None, where: str) -> list[Entry]:
    """What one limit lets pass that it did not, and whether breaking it became less serious.

    A `warn` that is gone is nothing lost where `fail` took its place.

    Args:
        subject: What it belongs to, such as `profile brand`.
        before, after: The limit as it was and as it is; None where there is none any more.
        where: Where one that is gone would stand.
    """
    old, new, scale = before.limit, after.limit if after is not None else None, before.scale
    found: list[Entry] = []
    template = Entry(
        Kind.LIMIT,
        f"{subject}: {before.name}",
        before.text,
        limit_text(new, scale),
        limit_text(new, scale),
        after.where if after is not None else where,
        unit=scale.unit,
        severity=old.severity if old.fail is not None else None,
        born_of=old.born_of,
    )
    values = _looser(old, new, scale)
    if values is not None:
        was, now = values
        amount, percent = (None, None) if now is None else scale.looser_by(was, now)
        found.append(replace(template, amount=amount, percent=percent))
    if new is not None and old.fail is not None and new.fail is not None and new.severity.rank > old.severity.rank:
        found.append(
            replace(
                template,
                kind=Kind.SEVERITY,
                change=f"{subject}: {before.name} severity",
                before=old.severity.value,
                after=new.severity.value,
                to=new.severity.value,
                unit="",
            )
        )
    return found


def _looser(old: Limit, new: Limit | None, scale: Scale) -> tuple[float, float | None] | None:
    """The two values of the looser side, `fail` before `warn`; None where nothing is looser."""
    fail = new.fail if new is not None else None
    if old.fail is not None and scale.looser(old.fail, fail):
        return old.fail, fail
    if old.warn is None:
        return None
    told = scale.tighter(fail, new.warn if new is not None else None)
    return (old.warn, told) if scale.looser(old.warn, told) else None
