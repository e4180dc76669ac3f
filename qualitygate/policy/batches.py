"""One `[[batches]]` table of the configuration."""

from __future__ import annotations

from pathlib import Path

from qualitygate.core.lab_drift import SPEC, STATISTICS
from qualitygate.core.threshold import Threshold
from qualitygate.policy.entries import Entries, read_limit
from qualitygate.policy.palette_model import BatchSet
from qualitygate.policy.picture_sets import read_background, read_globs
from qualitygate.policy.table import Table
from qualitygate.policy.thresholds import thresholds

_LEAST_PICTURES = 8


def read_batch(table: Table, root: Path) -> BatchSet:
    """Read one batch.

    Args:
        table: The `[[batches]]` table.
        root: Directory that relative paths are resolved against.

    Raises:
        ConfigError: Unknown key (QG-1404), wrong or missing value (QG-1405).
    """
    table.only("name", "candidate", "exclude", "baseline", "pipeline", "background", "min_pictures", "limits")
    name = table.text("name") or "batch"
    return BatchSet(
        name=name,
        candidate=read_globs(table, "candidate", "build/products/**"),
        baseline=_baseline(table, root),
        thresholds=_thresholds(table),
        exclude=table.texts("exclude") or (),
        pipeline=table.text("pipeline") or name,
        background=read_background(table),
        min_pictures=table.positive_integer("min_pictures") or _LEAST_PICTURES,
        place=table.place,
    )


def _baseline(table: Table, root: Path) -> tuple[str, ...] | Path:
    if not isinstance(table.data.get("baseline"), str):
        return read_globs(table, "baseline", "approved/products/**")
    stored = table.text("baseline") or ""
    if not stored.endswith(".json"):
        hint = f'write baseline = ["{stored.rstrip("/")}/**"] for pictures'
        raise table.wrong("baseline", f"{stored!r} is no stored baseline, which ends in .json", hint)
    return root / stored


def _thresholds(table: Table) -> tuple[Threshold, ...]:
    limits = table.table("limits")
    limits.only(*STATISTICS)
    entries: Entries = {("limits", SPEC.name, statistic): read_limit(limits, statistic) for statistic in limits.data}
    for key, entry in entries.items():
        fail, warn = entry.values.get("fail"), entry.values.get("warn")
        if entry.dropped:
            raise limits.wrong(key[2], "false drops nothing here", "leave the key out")
        for word, limit in (("fail", fail), ("warn", warn)):
            if limit is not None and limit < 0:
                raise limits.wrong(key[2], f"{word} {limit} is below zero, and sizes are compared, not signs")
        if fail is not None and warn is not None and warn > fail:
            raise limits.wrong(key[2], f"warn {warn} lies beyond fail {fail}, so it could never be given")
    found, _ = thresholds(entries)
    if not found:
        hint = "write [batches.limits] with b = 1.0; known: " + ", ".join(STATISTICS)
        raise table.wrong("limits" if table.has("limits") else None, "states no limit, so any drift would pass", hint)
    return found
