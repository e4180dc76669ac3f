"""Run the gate over the scene and see whether the story comes out as told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.verdict import Report
from qualitygate.demo.scene import PROFILE, Scene
from qualitygate.gate import Plan, plan, run
from qualitygate.incident_opening import open_incident


@dataclass(frozen=True, slots=True)
class Story:
    """What the gate said of both sets of candidates.

    Attributes:
        good: Report on the candidates through the approved look.
        drifted: Report on the candidates through the look that drifted; a failed one has its incident and heat maps.
        specs: Metric name to spec, for every metric measured.
    """

    good: Report
    drifted: Report
    specs: Mapping[str, MetricSpec]

    @property
    def as_told(self) -> bool:
        """Whether the good candidates passed and every drifted one failed."""
        everything_failed = self.drifted.summary.failed == self.drifted.summary.pairs > 0
        return self.good.verdict == "passed" and everything_failed


def play(scene: Scene, *, metrics: Sequence[str] | None, device: str, now: datetime) -> Story:
    """Gate both sets of candidates against the approved pictures, and open the incident of those that drifted.

    Args:
        scene: What `write_scene` wrote.
        metrics: Metrics to measure; None for all that the profile has limits on.
        device: Where LPIPS runs: `auto`, `cpu`, `cuda` or `mps`.
        now: Time the incident is discovered, with its time zone.

    Raises:
        ConfigError: A metric asked for cannot run here.
    """

    def planned(candidates: Path, pipeline: str) -> Plan:
        return plan(
            scene.reference,
            candidates,
            profile=PROFILE,
            metrics=metrics,
            device=device,
            directory=scene.directory,
            pipeline=pipeline,
        )

    good, drifted = planned(scene.good, "brand-look-v1"), planned(scene.drifted, "brand-look-v2")
    approved = run(good)
    failed = run(drifted)
    if failed.verdict == "failed":
        # The replay knows nothing of the branch it happens on, so its incident has one identity everywhere.
        failed = open_incident(failed, drifted, root=scene.directory, now=now, environ={})
    return Story(approved, failed, drifted.specs)
