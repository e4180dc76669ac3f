"""One `[[sets]]` table of the configuration, with its ignored areas and regions."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import cast, get_args

from qualitygate.policy.entries import OPTIONS, read_limits
from qualitygate.policy.model import Area, PairSet, Region, Resize
from qualitygate.policy.picture_sets import read_area, read_background
from qualitygate.policy.table import Table
from qualitygate.policy.thresholds import thresholds


def read_set(table: Table, root: Path) -> PairSet:
    """Read one set of pairs.

    Args:
        table: The `[[sets]]` table.
        root: Directory that relative paths are resolved against.

    Raises:
        ConfigError: Unknown key (QG-1404), wrong or missing value (QG-1405).
    """
    table.only("name", "reference", "candidate", "base", "profile", "pipeline", "include", "exclude", "metrics",
               "background", "resize", "ignore", "regions")  # fmt: skip
    candidate, base = table.required_text("candidate"), table.text("base")
    from_git = not table.has("reference")
    reference = candidate if from_git else table.required_text("reference")
    if base is not None and not from_git:
        raise table.wrong("base", "stands beside `reference`",
                          "leave out `base`, or `reference` to compare with git")  # fmt: skip
    metrics = table.texts("metrics")
    if metrics == ():
        raise table.wrong("metrics", "names no metric", "leave the key out to measure what the profile limits")
    return PairSet(
        name=table.text("name") or PurePath(root, candidate).name,
        reference=root / reference,
        candidate=root / candidate,
        reference_label=PurePath(reference).as_posix(),
        candidate_label=PurePath(candidate).as_posix(),
        profile=table.required_text("profile"),
        pipeline=table.text("pipeline") or f"{'git' if from_git else reference} vs {candidate}",
        include=table.texts("include") or ("**",),
        exclude=table.texts("exclude") or (),
        metrics=metrics,
        background=read_background(table),
        resize=cast(Resize, table.choice("resize", get_args(Resize)) or "off"),
        ignore=tuple(_ignore(each, root) for each in table.tables("ignore")),
        regions=_regions(table, root),
        from_git=from_git,
        base=base,
        place=table.place,
    )


def _ignore(table: Table, root: Path) -> Area:
    table.only("pairs", "rectangles", "mask")
    return read_area(table, root)


def _regions(table: Table, root: Path) -> tuple[Region, ...]:
    regions: list[Region] = []
    for each in table.tables("regions"):
        each.only("name", "pairs", "rectangles", "mask", "limits")
        name = each.required_text("name")
        if any(name == other.name for other in regions):
            raise each.wrong("name", f"the region name {name!r} is taken twice in this set")
        limits = each.table("limits")
        for metric, option in OPTIONS:
            if isinstance(limits.data.get(metric), dict) and option in limits.data[metric]:
                raise each.wrong("limits", f"{metric}.{option} belongs into the profile: it is one for a whole picture")
        entries = read_limits(limits)
        for key, entry in entries.items():
            if entry.dropped:
                raise each.wrong("limits", f"{'.'.join(key[1:])}: a number or a table of limits is expected")
        found, lines = thresholds(entries, region=name)
        if not found:
            raise each.wrong("limits", "the region has no limits", "write [sets.regions.limits.delta_e_2000]")
        regions.append(Region(name=name, area=read_area(each, root), thresholds=found, lines=lines))
    return tuple(regions)
