"""Hold the default thresholds against encodings that must pass and defects that must fail, and print the table.

    python -m benchmarks.threshold_table [--photographs astronaut coffee …]

Photographs come with scikit-image (extra `science`), LPIPS needs the extra `lpips`. Every candidate goes through the
decoder, the metrics and the judge as it would in `qualitygate check`; defects are stored losslessly, so that nothing
but the defect is seen. docs/thresholds.md shows the output.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from benchmarks.defects import Pixels, blur, colour_cast, gamma, grey_block, hue_rotation, noise_block
from qualitygate.core.image import Image
from qualitygate.core.measurement import Measurement, MetricResult
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Finding, Level
from qualitygate.decode import decode
from qualitygate.metrics import metric_class
from qualitygate.metrics.base import Metric
from qualitygate.policy.judge import judge_pair
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Profile

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket", "stereo_motorcycle", "hubble_deep_field",
               "immunohistochemistry", "retina")  # fmt: skip
SIDES = {"hero": 640, "thumbnail": 240}  # product has the limits of hero

ENCODINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG 85, 4:2:0": ("JPEG", {"quality": 85, "subsampling": "4:2:0"}),
    "JPEG 85, 4:4:4": ("JPEG", {"quality": 85, "subsampling": "4:4:4"}),
    "JPEG 95, 4:2:0": ("JPEG", {"quality": 95, "subsampling": "4:2:0"}),
    "JPEG 95, 4:4:4": ("JPEG", {"quality": 95, "subsampling": "4:4:4"}),
    "WebP 85": ("WEBP", {"quality": 85}),
    "WebP 95": ("WEBP", {"quality": 95}),
    "AVIF 75, 4:2:0": ("AVIF", {"quality": 75, "subsampling": "4:2:0"}),
    "AVIF 90, 4:4:4": ("AVIF", {"quality": 90, "subsampling": "4:4:4"}),
    "PNG": ("PNG", {}),
}
DEFECTS = {
    "colour cast ±10": colour_cast(10),
    "gamma 1.2": gamma(1.2),
    "gamma 0.85": gamma(0.85),
    "hue +15°": hue_rotation(15),
    "blur σ 1": blur(1.0),
    "blur σ 1.5": blur(1.5),
    "24 px of noise": noise_block(24),
    "48 px of grey": grey_block(48),
}
COLUMNS = (
    ("delta_e_2000", "p50", 2), ("delta_e_2000", "mean", 2), ("delta_e_2000", "p95", 1), ("delta_e_2000", "max", 0),
    ("delta_e_2000", "worst_tile", 1), ("ssim", "mean", 3), ("ssim", "worst_tile", 3), ("lpips", "value", 3),
    ("lpips", "worst_tile", 3),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One case over all subjects: which of them fail, and the values that decide.

    Attributes:
        profile, case: What was judged, and as what.
        defect: Whether it should fail.
        values: Subject to statistic to value.
        failing: Subjects with at least one finding of level error.
    """

    profile: str
    case: str
    defect: bool
    values: dict[str, dict[tuple[str, str], float]]
    failing: tuple[str, ...]

    def shown(self, column: tuple[str, str, int]) -> str:
        """Median and worst value over the subjects; for a defect the median and the least noticeable. One of one."""
        metric, statistic, decimals = column
        ordered = sorted(each[metric, statistic] for each in self.values.values())
        worst_is_last = (metric != "ssim") != self.defect
        extreme = ordered[-1] if worst_is_last else ordered[0]
        texts = [f"{value:.{decimals}f}" for value in (ordered[len(ordered) // 2], extreme)]
        return " / ".join(texts[: len(ordered)])


def photograph(name: str, side: int) -> Pixels:
    """A photograph of scikit-image, its longer side brought to at most `side` pixels."""
    from skimage import data

    found = getattr(data, name)()
    picture = Pillow.fromarray(found[0] if isinstance(found, tuple) else found)
    picture.thumbnail((side, side), Pillow.Resampling.LANCZOS)
    return np.asarray(picture)


def interface() -> Pixels:
    """A small screen with flat colour, text and thin lines."""
    picture = Pillow.new("RGB", (480, 320), (248, 249, 251))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 480, 44), fill=(24, 60, 140))
    draw.rounded_rectangle((20, 70, 220, 200), 12, fill="white", outline=(200, 205, 215), width=2)
    draw.rounded_rectangle((250, 70, 460, 110), 8, fill=(214, 40, 40))
    draw.ellipse((260, 140, 330, 210), fill=(30, 160, 90))
    draw.line((250, 230, 460, 300), fill=(90, 90, 220), width=3)
    font = ImageFont.load_default(16)
    for line, text in enumerate(("Settings", "Account and privacy", "Save changes", "Delete everything")):
        draw.text((30, 80 + line * 28), text, fill=(30, 32, 40), font=font)
    return np.asarray(picture)


def rows(
    profile: str, subjects: dict[str, Pixels], encodings: Iterable[str] = ENCODINGS, defects: Iterable[str] = DEFECTS
) -> Iterator[Row]:
    """Measure and judge every case over all subjects."""
    loaded = load_profile(profile)
    metrics = [metric_class(name)() for name in loaded.metrics]
    references = {name: _decoded(pixels, "PNG", {}) for name, pixels in subjects.items()}
    for case in encodings:
        kind, options = ENCODINGS[case]
        yield _row(loaded, metrics, case, references,
                   {name: _decoded(pixels, kind, options) for name, pixels in subjects.items()})  # fmt: skip
    for case in defects:
        yield _row(loaded, metrics, case, references,
                   {name: _decoded(DEFECTS[case](pixels), "PNG", {}) for name, pixels in subjects.items()},
                   defect=True)  # fmt: skip


def _decoded(pixels: Pixels, kind: str, options: dict[str, Any]) -> Image:
    stream = io.BytesIO()
    Pillow.fromarray(pixels).save(stream, kind, **options)
    return decode(stream.getvalue(), "candidate")


def _row(
    profile: Profile,
    metrics: Sequence[Metric],
    case: str,
    references: dict[str, Image],
    candidates: dict[str, Image],
    *,
    defect: bool = False,
) -> Row:
    specs = {metric.spec.name: metric.spec for metric in metrics}
    values: dict[str, dict[tuple[str, str], float]] = {}
    failing: list[str] = []
    for name, reference in references.items():
        candidate = candidates[name]
        results: dict[str, MetricResult] = {each.spec.name: each.measure(reference, candidate) for each in metrics}
        findings, reasons = judge_pair(profile, Subject("pair", name), candidate.source, results, specs)
        if reasons:
            raise RuntimeError(f"{case}, {name}: {reasons[0].message}")
        values[name] = {
            (metric, statistic): value
            for metric, result in results.items()
            if isinstance(result, Measurement)
            for statistic, value in result.values.items()
        }
        if any(_is_error(finding) for finding in findings):
            failing.append(name)
    return Row(profile.name, case, defect, values, tuple(failing))


def _is_error(finding: Finding) -> bool:
    return finding.level is Level.ERROR


def markdown(table: Iterable[Row]) -> str:
    """The rows as a Markdown table: median / extreme of every statistic, and how many subjects fail."""
    heads = ["case", *(f"{metric.removesuffix('_2000')} {statistic}" for metric, statistic, _ in COLUMNS), "fails"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for row in table:
        cells = [row.case, *(row.shown(column) for column in COLUMNS), f"{len(row.failing)} of {len(row.values)}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print one table per profile."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photographs", nargs="+", choices=PHOTOGRAPHS, default=PHOTOGRAPHS)
    names = parser.parse_args().photographs
    for profile, side in SIDES.items():
        table = rows(profile, {name: photograph(name, side) for name in names})
        print(f"\n### {profile}, {len(names)} photographs, longer side {side} px\n\n{markdown(table)}", flush=True)
    print(f"\n### ui, a drawn screen of 480x320 px\n\n{markdown(rows('ui', {'screen': interface()}))}")


if __name__ == "__main__":
    main()
