"""The headline of the index: six numbers, each with its n."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qualitygate.incidents.kpi.summary import Kpis, Share, Sla
from qualitygate.incidents.kpi.wording import of, percent, plural, span


@dataclass(frozen=True, slots=True)
class Tile:
    """One number.

    Attributes:
        label: What it is.
        value: The number.
        note: Its n, and what else belongs to it.
    """

    label: str
    value: str
    note: str


def tiles(whole: Kpis) -> Iterator[Tile]:
    """The headline numbers of all incidents."""
    yield Tile("Open incidents", f"{whole.open:,}", f"of {whole.incidents:,}")
    mitigate = whole.time_to_mitigate
    late = f"p90 {span(mitigate.p90_seconds)}, " if mitigate.n else ""
    yield Tile("Median to mitigate", span(mitigate.median_seconds), f"{late}n={mitigate.n:,}")
    yield Tile("Mitigated in 30 min", percent(whole.mitigated_in_30_minutes.rate), _sla(whole.mitigated_in_30_minutes))
    yield Tile("Published in 48 h", percent(whole.published_in_48_hours.rate), _sla(whole.published_in_48_hours))
    yield Tile("Caught before merge", percent(whole.gate_catch.rate), _share(whole.gate_catch, "incidents"))
    yield Tile("Proven prevention", percent(whole.proof_coverage.rate), _share(whole.proof_coverage, "published"))


def _sla(sla: Sla) -> str:
    pending = f", {plural(sla.pending, 'pending', 'pending')}" if sla.pending else ""
    return f"{of(sla.met, sla.n)}{pending}"


def _share(share: Share, what: str) -> str:
    return f"{of(share.count, share.n)} {what}"
