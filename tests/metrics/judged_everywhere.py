"""Judge every pair there is and print what was decided, for `test_metrics_without_the_extension`.

Arguments: the fixtures, a directory for the demo, and further pictures, each held against a noisy copy of itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from qualitygate import gate
from qualitygate.core.measurement import Measurement
from qualitygate.core.native import kernel_name
from qualitygate.core.verdict import SubjectResult, status_of
from qualitygate.demo.scene import write_scene

PROFILES = ("hero", "product", "thumbnail", "ui")
METRICS = ("delta_e_2000", "ssim")


def pairs(fixtures: Path, demo: Path, others: list[Path]) -> Iterator[tuple[str, Path, Path]]:
    """A name, a reference and a candidate of each pair."""
    for reference in sorted(fixtures.glob("*/*/reference.*")):
        for candidate in sorted(reference.parent.iterdir()):
            if candidate.suffix != ".toml" and candidate != reference:
                yield candidate.relative_to(fixtures).as_posix(), reference, candidate
    scene = write_scene(demo / "scene")
    for folder in (scene.good, scene.drifted):
        for name in scene.names:
            yield f"demo/{folder.name}/{name}", scene.reference / f"{name}.png", folder / f"{name}.webp"
    for picture in others:
        candidate = demo / f"{picture.name}.png"
        try:
            with Image.open(picture) as opened:
                samples = np.asarray(opened.convert("RGB"), dtype=np.int16)
        except Exception:  # the gate will say what is wrong with it; here it is its own candidate
            candidate = picture
        else:
            noise = np.random.default_rng(len(picture.name)).integers(-3, 4, samples.shape)
            Image.fromarray(np.clip(samples + noise, 0, 255).astype(np.uint8)).save(candidate)
        yield f"others/{picture.name}", picture, candidate


def told(result: SubjectResult) -> dict[str, Any]:
    """Everything of a result that must not depend on what computed it, and the numbers, which may a little."""
    return {
        "status": status_of(result.verdict),
        "findings": [
            [one.code, one.level.value, one.metric, one.statistic, one.limit, one.borderline] for one in result.findings
        ],
        "values": {
            f"{name}.{statistic}": value
            for name, outcome in result.measurements.items()
            if isinstance(outcome, Measurement)
            for statistic, value in outcome.values.items()
        },
        "kernels": sorted(
            {str(one.settings["kernel"]) for one in result.measurements.values() if isinstance(one, Measurement)}
        ),
    }


def main() -> None:
    fixtures, demo, *others = map(Path, sys.argv[1:])
    found = {
        f"{name} by {profile}": told(gate.compare(reference, candidate, profile=profile, metrics=METRICS))
        for name, reference, candidate in pairs(fixtures, demo, others)
        for profile in PROFILES
    }
    json.dump({"kernel": kernel_name(), "judged": found}, sys.stdout)


if __name__ == "__main__":
    main()
