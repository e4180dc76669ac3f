"""The picture that an incident keeps of a rejected LUT."""

from __future__ import annotations

import numpy as np

from qualitygate.core.colour.curve import srgb_encode
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.lut import Array, Lut
from qualitygate.core.verdict import Level, SubjectResult
from qualitygate.corridor.lut_task import LutTask
from qualitygate.corridor.lut_versions import versions
from qualitygate.imaging.lut_sheet import Colours, Row, lut_sheet
from qualitygate.luts.apply import apply
from qualitygate.luts.colours import palette
from qualitygate.luts.drift import worst_nodes
from qualitygate.luts.encodings import encoding
from qualitygate.luts.nodes import neutrals

_XYZ_TO_SRGB = np.linalg.inv(np.array(SRGB.matrix))


def lut_panel(task: LutTask, result: SubjectResult) -> bytes | None:
    """A PNG of the neutral ramp, the brand palette and the nodes that moved furthest; None for an unreadable file."""
    both = versions(task)
    new, old = both.result.lut, both.old
    if new is None:
        return None
    failures = [finding for finding in result.findings if finding.level is Level.ERROR]
    headline = f": {failures[0].message.partition(': ')[0]}" if failures else ""
    ramp = neutrals(new)
    rows = [_row("neutral ramp", ramp, new, old, task)]
    if task.use.palette and task.use.input != "none":
        swatches = encoding(task.use.input).codes(palette(task.use.palette))
        rows.append(_row("brand palette", swatches, new, old, task, tuple(one.name for one in task.use.palette)))
    if old is not None:
        worst = worst_nodes(new, old, task.use)
        inputs = np.array([node.input for node in worst])
        labels = tuple(f"{node.delta_e:.1f}" for node in worst)
        rows.append(_row("nodes that moved furthest, DeltaE00", inputs, new, old, task, labels))
    return lut_sheet(f"{task.file}{headline}", rows)


def _row(caption: str, inputs: Array, new: Lut, old: Lut | None, task: LutTask, labels: tuple[str, ...] = ()) -> Row:
    before = None if old is None else _shown(apply(old, inputs), task)
    return Row(caption, before, _shown(apply(new, inputs), task), labels)


def _shown(codes: Array, task: LutTask) -> Colours:
    """Code values as 8-bit sRGB, clipped to what a screen shows."""
    meaning = encoding(task.use.output)
    linear = meaning.linear(codes) @ meaning.to_xyz.T @ _XYZ_TO_SRGB.T
    return np.rint(srgb_encode(np.clip(linear, 0.0, 1.0)) * 255.0).astype(np.uint8)
