"""Decode one picture, measure its brand colours and judge them, in any process."""

from __future__ import annotations

from qualitygate.core.errors import DecodeError
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.palette import SPEC
from qualitygate.core.verdict import Failed, Level, Passed, SetInfo, SubjectResult, seriousness
from qualitygate.corridor.opaque import Opaque, decode_opaque
from qualitygate.corridor.palette_task import PaletteTask, PlannedPalette
from qualitygate.palette import measuring
from qualitygate.policy.palette_judge import judge_palette


def judge_picture(task: PaletteTask) -> SubjectResult:
    """Give a verdict on one picture.

    Raises:
        ConfigError: A mask is missing or has the wrong size; the configuration is at fault, not the picture.
    """
    try:
        opaque = opened(task)
        if opaque.pixels == 0:
            what = "its regions and ignored areas leave no pixel" if opaque.counted is not None else "it has no pixels"
            return _unmeasured(task, "QG-1303", f"{task.subject.id}: {what}")
        inspection = measuring.inspect(opaque.image, opaque.counted, task.palette)
    except DecodeError as error:
        return _unmeasured(task, error.code, str(error))
    except MemoryError:
        return lost_picture(task, code="QG-1306", reason="there was not enough memory to decode it")
    found = [measuring.figures(reading) for reading in inspection.readings]
    where = "what counts of the picture" if task.regions or task.ignore else None
    findings = judge_palette(task.palette, task.subject, found, where)
    values = {name: value for figures in found for name, value in figures.values().items()}
    measured = Measurement(SPEC.name, values, SPEC.unit, measuring.settings(task.palette))
    ordered = tuple(sorted(findings, key=seriousness))
    verdict = Failed() if any(finding.level is Level.ERROR for finding in findings) else Passed()
    source, name = opaque.image.source, task.palette.name
    return SubjectResult(task.subject, verdict, {SPEC.name: measured}, ordered, candidate=source, profile=name)


def opened(task: PaletteTask) -> Opaque:
    """The picture of a task and which of its pixels count.

    Raises:
        DecodeError, ConfigError: As `decode_opaque`.
    """
    name = task.subject.candidate or task.subject.id
    return decode_opaque(task.path, name, task.limits, task.background, task.ignore, task.regions)


def lost_picture(
    task: PaletteTask, *, code: str = "QG-1305", reason: str = "the process measuring it was killed"
) -> SubjectResult:
    """The result for a picture whose process died: unmeasurable, with the reason."""
    return _unmeasured(task, code, f"{task.subject.id}: {reason}")


def palette_info(planned: PlannedPalette) -> SetInfo:
    """The set as the report names it."""
    found = planned.palette_set
    return SetInfo(found.name, planned.palette.name, found.pipeline, "brand colours", ", ".join(found.files))


def _unmeasured(task: PaletteTask, code: str, message: str) -> SubjectResult:
    reason = Unmeasurable(code, message)
    return SubjectResult(task.subject, reason, {SPEC.name: reason})
