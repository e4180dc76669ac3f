"""The picture that an incident keeps of brand colours that are off."""

from __future__ import annotations

import numpy as np

from qualitygate.core.colour.curve import srgb_encode
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.colour.lab import lab_to_xyz
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.palette import BrandColour, ColourFigures, Lab
from qualitygate.core.verdict import Level, SubjectResult
from qualitygate.corridor.palette import opened
from qualitygate.corridor.palette_task import PaletteTask
from qualitygate.imaging.palette_sheet import Swatch, palette_sheet
from qualitygate.imaging.resample import fit, picture, worst_of
from qualitygate.palette import measuring
from qualitygate.policy.palette_judge import percent

_MAX_SIDE, _MIN_SIDE = 640, 320
_MOST_SWATCHES = 12
_XYZ_TO_SRGB = np.linalg.inv(np.array(SRGB.matrix))
# Half an 8-bit step of linear light at both ends: rounding, not a colour outside.
_ROUNDING = 0.002


def palette_panel(task: PaletteTask, result: SubjectResult) -> bytes | None:
    """A PNG of the picture, its pixels beyond the tolerance, and every colour as expected and as found.

    None where the picture cannot be decoded again.
    """
    try:
        opaque = opened(task)
        inspection = measuring.inspect(opaque.image, opaque.counted, task.palette)
    except (DecodeError, ConfigError):
        return None
    marked = measuring.marked(opaque.image, opaque.counted, inspection)
    size = fit(opaque.image.size, _MAX_SIDE, _MIN_SIDE)
    shown = worst_of(marked.astype(np.float32), size) > 0
    broken = {finding.statistic for finding in result.findings if finding.level is Level.ERROR}
    swatches = [
        _swatch(reading.colour, measuring.figures(reading), broken)
        for reading in inspection.readings
    ]  # fmt: skip
    ordered = sorted(swatches, key=lambda swatch: not swatch.broken)[:_MOST_SWATCHES]
    failures = [finding for finding in result.findings if finding.level is Level.ERROR]
    headline = f": {failures[0].message.partition(': ')[0]}" if failures else ""
    return palette_sheet(f"{result.subject.id}{headline}", picture(opaque.image, size), shown, ordered)


def _swatch(colour: BrandColour, figures: ColourFigures, broken: set[str | None]) -> Swatch:
    expected, clipped = _srgb(colour.lab)
    found = None if figures.found is None else _srgb(figures.found)
    value = figures.delta_e.get(colour.quantile)
    first = (
        f"DeltaE00 {value:.2f}, tolerance {colour.tolerance:g} ({colour.quantile})"
        if value is not None
        else f"nothing captured; an area lies DeltaE00 {figures.nearby.delta_e:.1f} away"
        if figures.nearby is not None
        else "not found"
    )
    shares = f"{percent(figures.coverage)} % of the picture within, {percent(figures.captured)} % captured"
    if colour.min_coverage is not None:
        shares += f", {percent(colour.min_coverage)} % asked for"
    name = f"{colour.name}  {colour.value}"
    if clipped or (found is not None and found[1]):
        name += "  (shown clipped to sRGB)"
    ours = {f"{colour.name}.{colour.quantile}", f"{colour.name}.coverage"}
    return Swatch(name, expected, None if found is None else found[0], (first, shares), bool(ours & broken))


def _srgb(lab: Lab) -> tuple[tuple[int, int, int], bool]:
    """A colour as 8-bit sRGB, and whether it had to be clipped."""
    linear = _XYZ_TO_SRGB @ lab_to_xyz(np.array(lab))
    clipped = bool((linear < -_ROUNDING).any() or (linear > 1 + _ROUNDING).any())
    red, green, blue = np.rint(srgb_encode(np.clip(linear, 0.0, 1.0)) * 255).astype(int)
    return (int(red), int(green), int(blue)), clipped
