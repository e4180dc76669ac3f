"""Measure one candidate as it is, and with every defect on top. Runs in any process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from qualitygate import luts
from qualitygate.calibration.samples import Grade, Run, Seeded, Values
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, MetricResult
from qualitygate.core.transparency import OPAQUE_PAIR, Transparency
from qualitygate.corridor.decoding import Decoded, decode_pair
from qualitygate.corridor.judging import measure
from qualitygate.corridor.task import PairTask
from qualitygate.defects import Defect, defect_named
from qualitygate.defects.wrong_lut import Colours, through_lut
from qualitygate.luts.apply import apply


@dataclass(frozen=True, slots=True)
class Job:
    """One candidate and what is to be done to it.

    Attributes:
        task: Reference, candidate and metrics.
        picture, run: Which candidate it is.
        place: Index of its picture and of the run within it, for the seeds.
        grades: Defects to seed, each with the number of its draws.
        seed: Seed of the calibration.
        lut: LUT of the user's that is the wrong one, None for the bundled look.
    """

    task: PairTask
    picture: str
    run: str
    place: tuple[int, int]
    grades: tuple[tuple[Grade, int], ...]
    seed: int
    lut: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one candidate.

    Attributes:
        source: Facts about the candidate's file, None where it could not be read.
        alpha: How transparent it and its reference are.
        noise: The candidate as it is, None where it could not be measured.
        seeded: It with defects.
        reason: Why it could not be measured, empty where it could.
    """

    source: Source | None = None
    noise: Run | None = None
    seeded: tuple[Seeded, ...] = ()
    reason: str = ""
    alpha: Transparency = OPAQUE_PAIR


def measure_job(job: Job) -> Outcome:
    """Decode, measure, damage, measure again."""
    try:
        decoded = decode_pair(job.task)
    except DecodeError as error:
        return Outcome(reason=str(error))
    except MemoryError:
        return lost_job(job, "there was not enough memory to decode it")
    source = decoded.candidate.source
    if not decoded.comparable:
        (width, height), (other, tall) = decoded.candidate.size, decoded.reference.size
        return Outcome(source, reason=f"{source.name}: {width}x{height} px, but its reference has {other}x{tall} px")
    plain = _values(measure(job.task, decoded))
    if isinstance(plain, str):
        return Outcome(source, reason=plain)
    seeded: list[Seeded] = []
    for grade, draws in job.grades:
        defect = named(grade.defect, job.lut)
        for draw in range(draws):
            # The strength is no part of the seed: a stronger defect happens at the same place.
            rng = np.random.default_rng([job.seed, *job.place, draw])
            damaged = _damaged(decoded, defect, grade.strength, rng)
            values = _values(measure(job.task, damaged))
            if isinstance(values, str):
                return Outcome(source, reason=values)
            seeded.append(Seeded(job.picture, job.run, grade, draw, values))
    return Outcome(source, Run(job.picture, job.run, plain), tuple(seeded), alpha=decoded.alpha)


def lost_job(job: Job, reason: str = "the process measuring it was killed") -> Outcome:
    """The outcome of a job whose process died."""
    return Outcome(reason=f"{job.task.subject.candidate}: {reason}")


def named(name: str, lut: Path | None) -> Defect:
    """A defect by name; `wrong_lut` grades by the LUT of the user's, where there is one.

    Raises:
        ConfigError: QG-1820, no such defect; the LUT's own code where it cannot be read.
    """
    if name != "wrong_lut" or lut is None:
        return defect_named(name)
    read = luts.read(lut)
    if read.lut is None:
        first = read.findings[0]
        where = str(lut) if first.line is None else f"{lut}:{first.line}"
        raise ConfigError(first.found, code=first.code, where=where, hint=first.expected)
    table = read.lut

    def look(colours: Colours) -> Colours:
        return apply(table, colours)

    return through_lut(look, lut.name)


def _damaged(decoded: Decoded, defect: Defect, strength: float, rng: np.random.Generator) -> Decoded:
    """The pair with a damaged candidate, in the candidate's own encoding and depth."""
    image = decoded.candidate
    scale = image.full_scale
    pixels = defect.apply(image.pixels.astype(np.float32) / np.float32(scale), strength, rng)
    samples = np.rint(pixels * np.float32(scale)).astype(image.pixels.dtype)
    return replace(decoded, candidate=Image(np.ascontiguousarray(samples), image.encoding, image.source))


def _values(results: dict[str, MetricResult]) -> Values | str:
    """The numbers, or why there are none."""
    values: dict[str, dict[str, float]] = {}
    for name, result in results.items():
        if not isinstance(result, Measurement):
            return result.message
        values[name] = dict(result.values)
    return values
