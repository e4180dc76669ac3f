"""A calibration from its files to what is known: noise, seeded defects, a proposal that the gate confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from qualitygate.calibrating.measuring import Job, Outcome, lost_job, measure_job, named
from qualitygate.calibrating.recordings import Recording
from qualitygate.calibration.badness import Key, Scale
from qualitygate.calibration.noise import Floor, floors
from qualitygate.calibration.proposing import MARGIN, Overlap, Proposal, Wish, propose, separable_from
from qualitygate.calibration.samples import Grade, Run, Seeded
from qualitygate.core.image import Source
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.subject import Subject
from qualitygate.core.transparency import Transparency
from qualitygate.corridor.task import PairTask
from qualitygate.defects import DEFECTS
from qualitygate.executors.base import Executor
from qualitygate.metrics.base import Metric

PLACES = 8
"""Places that a defect of a part of the picture is tried at, over all runs of a picture."""
_HALVINGS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a calibration.

    Attributes:
        recordings: The runs, those of a picture one after the other.
        metrics: What to measure.
        smallest: Defect name to the smallest strength that must be seen.
        defects: Names of the defects to seed.
        seed: For what is arbitrary about defects.
        margin: Least ratio between a defect and the bound on noise.
        lut: The user's wrong LUT.
        background: 8-bit sRGB that pictures with alpha are laid on.
        limits: What a file may ask for.
    """

    recordings: tuple[Recording, ...]
    metrics: tuple[Metric, ...]
    smallest: Mapping[str, float]
    defects: tuple[str, ...] = tuple(DEFECTS)
    seed: int = 0
    margin: float = MARGIN
    lut: Path | None = None
    background: tuple[int, int, int] = (255, 255, 255)
    limits: DecodeLimits = DecodeLimits()  # noqa: RUF009 (frozen)

    @property
    def scales(self) -> dict[str, Scale]:
        """The scale of every metric."""
        return {metric.spec.name: Scale(metric.spec) for metric in self.metrics}

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """What must be seen: strengths that were asked for, else the smallest level that can be told from noise."""
        return tuple(
            Wish(name, (self.smallest[name],), True) if name in self.smallest
            else Wish(name, DEFECTS[name].levels, False)
            for name in self.defects
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came of it.

    Attributes:
        question: What was asked.
        runs: Every candidate as it is.
        sources: Facts about their files, in the same order.
        alphas: How transparent they and their references are, in the same order.
        noise: The noise floor by statistic.
        seeded: Every candidate with every defect.
        proposal: Limits, and what cannot be told from noise.
        reasons: Why pictures could not be measured; then nothing else is known.
    """

    question: Question
    runs: tuple[Run, ...] = ()
    sources: tuple[Source, ...] = ()
    alphas: tuple[Transparency, ...] = ()
    noise: Mapping[Key, Floor] | None = None
    seeded: tuple[Seeded, ...] = ()
    proposal: Proposal = Proposal((), ())  # noqa: RUF009 (frozen)
    reasons: tuple[str, ...] = ()

    @property
    def pictures(self) -> int:
        """Number of pictures."""
        return len({run.picture for run in self.runs})

    @property
    def fewest(self) -> int:
        """Runs of the picture that has fewest."""
        names = [run.picture for run in self.runs]
        return min(names.count(name) for name in set(names))

    def strengths(self, defect: str) -> tuple[float, ...]:
        """Strengths of a defect that were measured, weakest first."""
        found = {one.grade.strength for one in self.seeded if one.grade.defect == defect}
        return tuple(sorted(found, key=DEFECTS[defect].amount))

    def described(self) -> str:
        """`8 runs of 1 picture`, `8 runs of each of 3 pictures`."""
        runs, pictures = self.fewest, self.pictures
        what = "1 picture" if pictures == 1 else f"each of {pictures} pictures"
        return f"{runs} run{'' if runs == 1 else 's'} of {what}"


def calibrate(
    question: Question, executor: Executor, progress: Callable[[int, int], None] | None = None
) -> Calibration:
    """Measure, seed, measure again, and propose. Nothing is written.

    Raises:
        ConfigError: QG-1820, a strength that a defect cannot have; the LUT cannot be read; a metric cannot run.
    """
    if "wrong_lut" in question.defects:
        named("wrong_lut", question.lut)  # refuse a bad LUT before anything is measured
    grades = [
        Grade(wish.defect, strength)
        for wish in question.wishes
        for strength in dict.fromkeys((*wish.strengths, *DEFECTS[wish.defect].stronger(wish.strengths[-1])))
    ]
    outcomes = _measured(question, grades, executor, progress)
    reasons = tuple(outcome.reason for outcome in outcomes if outcome.reason)
    if reasons:
        return Calibration(question, reasons=reasons)
    runs = tuple(outcome.noise for outcome in outcomes if outcome.noise is not None)
    sources = tuple(outcome.source for outcome in outcomes if outcome.source is not None)
    alphas = tuple(outcome.alpha for outcome in outcomes)
    seeded = tuple(one for outcome in outcomes for one in outcome.seeded)
    noise = floors(runs, question.scales)
    proposal = propose(question.wishes, noise, seeded, question.scales, question.margin)
    known = Calibration(question, runs, sources, alphas, noise, seeded, proposal)
    overlaps = tuple(_refined(known, overlap, executor) for overlap in proposal.overlaps)
    return replace(known, proposal=replace(proposal, overlaps=overlaps))


def _refined(known: Calibration, overlap: Overlap, executor: Executor) -> Overlap:
    """The overlap with the smallest strength that could be told from noise, found by halving."""
    question, defect = known.question, overlap.grade.defect
    noise, seeded = known.noise or {}, known.seeded
    strengths = known.strengths(defect)
    found = separable_from(defect, strengths, noise, seeded, question.scales, question.margin)
    if found is None or not overlap.asked or found == strengths[0]:
        return replace(overlap, from_strength=found)
    low, high = strengths[strengths.index(found) - 1], found
    for _ in range(_HALVINGS):
        middle = float(f"{(low + high) / 2:.3g}")
        if middle in (low, high):
            break
        outcomes = _measured(question, [Grade(defect, middle)], executor, None)
        tried = [one for outcome in outcomes for one in outcome.seeded]
        told = separable_from(defect, (middle,), noise, tried, question.scales, question.margin)
        low, high = (low, middle) if told is not None else (middle, high)
    return replace(overlap, from_strength=high)


def _measured(
    question: Question,
    grades: Sequence[Grade],
    executor: Executor,
    progress: Callable[[int, int], None] | None,
) -> list[Outcome]:
    pictures = list(dict.fromkeys(one.picture for one in question.recordings))
    counts = [sum(one.picture == picture for one in question.recordings) for picture in pictures]
    jobs: list[Job] = []
    places: dict[str, int] = {}
    for one in question.recordings:
        picture, run = pictures.index(one.picture), places.get(one.picture, 0)
        places[one.picture] = run + 1
        tries = ceil(PLACES / counts[picture])
        draws = tuple((grade, 1 if DEFECTS[grade.defect].global_ else tries) for grade in grades)
        jobs.append(Job(_task(one, question), one.picture, one.run, (picture, run), draws, question.seed, question.lut))
    outcomes: list[Outcome] = []
    for outcome in executor.map(measure_job, jobs, lost_job):
        outcomes.append(outcome)
        if progress is not None:
            progress(len(outcomes), len(jobs))
    return outcomes


def _task(one: Recording, question: Question) -> PairTask:
    subject = Subject("pair", f"{one.run}: {one.picture}", "", str(one.reference), str(one.candidate))
    return PairTask(
        subject, one.picture, one.reference, one.candidate, question.metrics,
        background=question.background, limits=question.limits,
    )  # fmt: skip
