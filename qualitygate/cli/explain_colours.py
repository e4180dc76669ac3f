"""`qualitygate explain palette` and `explain lab_drift`: how colours are judged without a reference."""

from __future__ import annotations

from pathlib import Path

from qualitygate.core.lab_drift import STATISTICS, described
from qualitygate.core.palette import BrandColour, Palette
from qualitygate.core.threshold import Threshold
from qualitygate.palette.areas import CORE, CROWDED, WIDE
from qualitygate.palette.batch import ERRORS, LEAST_SHARE, SHARE_ERRORS
from qualitygate.palette.flatness import REACH, STEP
from qualitygate.planning.palettes import resolved
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.model import Config
from qualitygate.policy.palette_judge import percent

NAMES = {
    "palette": "Brand colours of pictures without a reference.",
    "lab_drift": "The colours of a batch against those of approved pictures.",
}


def explain_colours(name: str, directory: Path) -> str:
    """What one of `NAMES` means, and what the configuration says of it.

    Raises:
        ConfigError: The configuration is wrong.
    """
    source = find_config(directory)
    config = load_config(source) if source is not None else Config(directory)
    return "\n".join(_palette(config) if name == "palette" else _drift(config))


def _palette(config: Config) -> list[str]:
    window = 2 * REACH + 1
    lines = [
        f"palette  {NAMES['palette']}",
        "",
        f"Areas of one colour count: connected; in {window}x{window} pixels no channel differs by over {STEP} of 255;",
        f"{CROWDED:.0%} of what lies within {WIDE:g} units of L*a*b* of its colour lies within {CORE:g}; with an edge",
        "around. An area belongs to the brand colour it is nearest to, within that colour's `capture` radius",
        "(DeltaE00). With flat = false every pixel counts for itself.",
        "All but `max_outside` of their pixels must lie within `tolerance`; `min_coverage` of the picture must.",
        "",
        "statistics of each colour",
        "  p98, …     DeltaE00 that all but `max_outside` of the captured pixels keep; held against `tolerance`",
        "  median     half of the captured pixels lie within",
        "  outside    share of the captured pixels beyond the tolerance, 0..1",
        "  captured   share of the picture within the capture radius, 0..1",
        "  coverage   share of the picture within the tolerance, 0..1",
    ]
    for one in config.palettes:
        palette = resolved(one.rules, one.name)
        lines += ["", f"{one.name}: {', '.join(one.files)}, read from {one.rules.origin}{_how(palette)}"]
        width = max(len(colour.name) for colour in palette.colours)
        lines += [f"  {colour.name:<{width}}  {_colour(colour)}" for colour in palette.colours]
    return lines


def _how(palette: Palette) -> str:
    return f", areas from {percent(palette.min_area)} % of the picture" if palette.flat else ", every pixel"


def _colour(colour: BrandColour) -> str:
    parts = [
        "{} = L*a*b* {:.1f} {:.1f} {:.1f}".format(colour.value, *colour.lab),
        f"tolerance {colour.tolerance:g}",
        f"capture {colour.capture:g}",
        f"outside {percent(colour.max_outside)} %",
    ]
    if colour.min_coverage is not None:
        parts.append(f"coverage from {percent(colour.min_coverage)} %")
    return ", ".join(parts) + f" ({colour.severity})" + _memory(colour)


def _drift(config: Config) -> list[str]:
    width = max(map(len, STATISTICS))
    lines = [
        f"lab_drift  {NAMES['lab_drift']}",
        "",
        "Means and distributions over L*, a*, b* and chroma, every picture with the same weight. A distance is how far",
        "the pixels would have to move on average for one distribution to become the other, in units of L*a*b*.",
        "Chance is left out, by how much the pictures differ among themselves: a mean counts beyond",
        f"{ERRORS:g} standard errors, a distance where the cumulative shares differ by {SHARE_ERRORS:g} of them and by",
        f"{LEAST_SHARE:.0%} of the pixels.",
        "",
        "statistics",
        *(f"  {name:<{width}}  {described(name)}" for name in STATISTICS),
    ]
    for one in config.batches:
        baseline = one.baseline.name if isinstance(one.baseline, Path) else ", ".join(one.baseline)
        lines += ["", f"{one.name}: {', '.join(one.candidate)} against {baseline}, from {one.min_pictures} pictures"]
        lines += [f"  {described(limit.statistic)}: {_limits(limit)} ({limit.severity}){_memory(limit)}"
                  for limit in one.thresholds]  # fmt: skip
    return lines


def _limits(limit: Threshold) -> str:
    found = ((word, value) for word, value in (("fail", limit.fail), ("warn", limit.warn)) if value is not None)
    return ", ".join(f"{word} above {value:g}" for word, value in found)


def _memory(limit: Threshold | BrandColour) -> str:
    return "".join(f"; {text}" for text in (limit.born_of, limit.why, limit.runbook) if text)
