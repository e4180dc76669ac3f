"""What a run judges without a reference: brand colours picture by picture, and the colours of batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualitygate.core.measurement import MetricSpec

if TYPE_CHECKING:
    from qualitygate.corridor.batch import PlannedBatch
    from qualitygate.corridor.palette_task import PaletteTask, PlannedPalette
    from qualitygate.policy.model import Config


@dataclass(frozen=True, slots=True)
class ReferenceFree:
    """What a run judges without references.

    Attributes:
        palettes: Sets of pictures with their brand colours.
        batches: Batches of pictures.
    """

    palettes: tuple[PlannedPalette, ...] = ()
    batches: tuple[PlannedBatch, ...] = ()

    @property
    def specs(self) -> dict[str, MetricSpec]:
        """The metrics that are measured, by name."""
        found: list[MetricSpec] = []
        if self.palettes:
            from qualitygate.core import palette

            found += [palette.SPEC, palette.COVERAGE]
        if self.batches:
            from qualitygate.core import lab_drift

            found.append(lab_drift.SPEC)
        return {spec.name: spec for spec in found}

    @property
    def pictures(self) -> int:
        """How many pictures are decoded."""
        return sum(len(one.tasks) for one in self.palettes) + sum(one.pictures for one in self.batches)

    def task(self, subject: str) -> PaletteTask | None:
        """The task that judges the brand colours of a picture, None where the subject is none."""
        return next((task for one in self.palettes for task in one.tasks if task.subject.id == subject), None)

    def batch(self, subject: str) -> PlannedBatch | None:
        """The batch that is a subject, None where it is none."""
        return next((one for one in self.batches if one.subject.id == subject), None)


def planned(config: Config, *, many: bool) -> ReferenceFree:
    """Plan what a configuration names.

    Args:
        config: The configuration.
        many: Whether ids of pictures need the name of the set.

    Raises:
        ConfigError: As `planned_palettes` and `planned_batches`.
    """
    if not (config.palettes or config.batches):
        return ReferenceFree()
    from qualitygate.planning.batches import planned_batches
    from qualitygate.planning.palettes import planned_palettes

    return ReferenceFree(planned_palettes(config, many=many), planned_batches(config))
