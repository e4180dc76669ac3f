"""The Python porch for what there is to look at where there is no pair: of LUTs, brand colours and batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from qualitygate.core.exhibit import Panel
from qualitygate.core.verdict import Failed, Level, Report, SubjectResult, seriousness
from qualitygate.corridor.palette_task import PaletteTask
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial
from qualitygate.exhibiting.batch_panel import batch_panel
from qualitygate.exhibiting.lut_panel import lut_panel
from qualitygate.exhibiting.pairs import kept_back
from qualitygate.exhibiting.palette_panel import palette_panel
from qualitygate.imaging.showing import show_panel
from qualitygate.planning.plan import Plan

MOST = 100
"""Panels of one report: the further down, the fewer people look."""
MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class _Item:
    """One picture to draw the panel of, in any process."""

    task: PaletteTask
    result: SubjectResult


def panels(
    report: Report,
    plan: Plan,
    *,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Mapping[str, Panel]:
    """Panels of LUTs, pictures with brand colours and batches that failed or have a warning, by id, the worst first.

    As many as `MOST`, until `MAX_BYTES` are full. At severity S0 none is drawn, as with pictures.

    Args:
        report: What `gate.run` returned.
        plan: What it was run with.
        workers: As `gate.run`; for brand colours, of which there are many.
        progress: Called with (done, total) after each.
    """
    chosen = islice((result for result in _ranked(report) if _known(plan, result.subject.id)), MOST)
    tasks = [(plan.free.task(result.subject.id), result) for result in chosen]
    items = [_Item(task, result) for task, result in tasks if task is not None]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(workers or plan.config.workers or cores, len(items))
    # A process takes longer to start than a few panels take to draw.
    executor = Serial() if count <= 1 or len(items) < 8 else ProcessPool(count)
    coloured = iter(executor.map(_drawn, items, _lost))
    found: dict[str, Panel] = {}
    left = MAX_BYTES
    for done, (task, result) in enumerate(tasks, start=1):
        png = panel(plan, result) if task is None else next(coloured)
        if progress is not None:
            progress(done, len(tasks))
        if png is None:
            continue
        shown = show_panel(png)
        left -= len(shown.picture.data) + len(shown.thumbnail.data)
        if left < 0:
            break
        found[result.subject.id] = shown
    return found


def panel(plan: Plan, result: SubjectResult) -> bytes | None:
    """A PNG of a LUT, a picture with brand colours or a batch; None for what is none, or cannot be read again."""
    name = result.subject.id
    if (lut := plan.lut_task(name)) is not None:
        return lut_panel(lut, result)
    if (single := plan.free.task(name)) is not None:
        return palette_panel(single, result)
    if (batch := plan.free.batch(name)) is not None:
        return batch_panel(batch, result)
    return None


def _ranked(report: Report) -> list[SubjectResult]:
    """What failed or has a warning and may be shown, the worst first."""
    rated = []
    for result in report.results:
        errors = [seriousness(finding) for finding in result.findings if finding.level is Level.ERROR]
        warned = any(finding.level is Level.WARNING for finding in result.findings)
        worth = result.subject.kind != "pair" and (isinstance(result.verdict, Failed) or warned)
        if worth and not kept_back(report, result):
            rated.append(((0, *min(errors)) if errors else (1, 0, 0.0), result.subject.id, result))
    return [result for *_, result in sorted(rated, key=lambda one: one[:2])]


def _known(plan: Plan, name: str) -> bool:
    return plan.lut_task(name) is not None or plan.free.task(name) is not None or plan.free.batch(name) is not None


def _drawn(item: _Item) -> bytes | None:
    try:
        return palette_panel(item.task, item.result)
    except MemoryError:
        return None


def _lost(item: _Item) -> bytes | None:  # noqa: ARG001 - nothing is known of it but that
    """A picture whose process died has no panel; its verdict stands."""
    return None
