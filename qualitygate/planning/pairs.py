"""Which pictures a set will compare, and with what: one task per pair, one result per pair that cannot be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Failed, SubjectResult
from qualitygate.corridor.task import Alternative, PairTask
from qualitygate.metrics.base import Metric
from qualitygate.pairing.accepted import accepted_of, strays
from qualitygate.pairing.match import Match
from qualitygate.pairing.renamed import with_hints
from qualitygate.planning.matching import check_areas, matches_of
from qualitygate.policy.model import PairSet, Profile
from qualitygate.references.unfinished import unfinished

_PROBLEM_CODES = {"candidate_missing": "QG-1101", "reference_missing": "QG-1102", "ambiguous": "QG-1103"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What every pair of a set has in common."""

    pair_set: PairSet
    profile: Profile
    metrics: tuple[Metric, ...]
    limits: DecodeLimits
    many: bool

    def id(self, pair: str) -> str:
        """Id of a subject, from that of its pair within the set."""
        return f"{self.pair_set.name}/{pair}" if self.many else pair

    def task(
        self, subject: Subject, pair: str, files: tuple[Path, Path], accepted: tuple[Alternative, ...] = ()
    ) -> PairTask:
        """The task of one pair; `files` are reference and candidate."""
        one = self.pair_set
        return PairTask(
            subject,
            pair,
            *files,
            self.metrics,
            self.profile,
            one.metrics,
            one.background,
            one.resize,
            one.ignore,
            one.regions,
            self.limits,
            accepted,
        )


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set, resolved: its profile, its pairs, and the pairs that cannot be made.

    Attributes:
        recipe: What the pairs have in common.
        pair_set, profile: What is judged, and by what.
        tasks: Pairs to judge.
        problems: Results that are known already.
        sizes: Bytes of every candidate, by subject.
        findings: What is known already of the set as a whole.
        unchanged: Pictures of a set compared with git that are as they were, and need no task.
        base: Full name of the commit that holds the references; None where a directory does.
    """

    recipe: Recipe
    pair_set: PairSet
    profile: Profile
    tasks: tuple[PairTask, ...]
    problems: tuple[SubjectResult, ...]
    sizes: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    unchanged: int = 0
    base: str | None = None


def planned(recipe: Recipe) -> PlannedSet:
    """The pairs of two directories.

    Raises:
        ConfigError: As `matches_of` and `check_areas`.
    """
    pair_set = recipe.pair_set
    tasks: list[PairTask] = []
    problems: list[SubjectResult] = []
    sizes: dict[str, int] = {}
    matches = matches_of(pair_set)
    check_areas(pair_set, matches)
    for match in with_hints(matches):
        subject = _subject(recipe, match)
        # A dangling link has no size; decoding it will say what is wrong.
        if match.candidate is not None and match.problem != "ambiguous" and match.candidate.is_file():
            sizes[subject.id] = match.candidate.stat().st_size
        if match.problem is not None:
            problems.append(_problem(subject, match, recipe.profile))
        elif match.reference is not None and match.candidate is not None:
            files = match.reference, match.candidate
            tasks.append(recipe.task(subject, match.id, files, _alternatives(pair_set, match.reference)))
    return PlannedSet(recipe, pair_set, recipe.profile, tuple(tasks), tuple(problems), sizes, left_over(pair_set))


def label(directory_label: str, directory: Path, file: Path) -> str:
    """A file as the user would name it: the directory as written, then the path within it."""
    if file == directory:
        return directory_label
    return f"{directory_label.rstrip('/')}/{file.relative_to(directory).as_posix()}"


def left_over(pair_set: PairSet) -> tuple[Finding, ...]:
    """Warnings about what stands beside no reference of a set (QG-1913), and approvals that were cut off (QG-1914)."""
    found = []
    for one in unfinished(pair_set.reference):
        shown = label(pair_set.reference_label, pair_set.reference, one.old)
        message = (
            f"approval not finished: {shown}, {one.new.name} took its place; the next `qualitygate approve` removes it"
        )
        found.append(Finding("QG-1914", Level.WARNING, message, set_name=pair_set.name, path=shown))
    for path in strays(pair_set.reference):
        shown = label(pair_set.reference_label, pair_set.reference, path)
        message = f"belongs to no picture: {shown}, the picture of its name is not there"
        found.append(Finding("QG-1913", Level.WARNING, message, set_name=pair_set.name, path=shown))
    return tuple(found)


def _alternatives(pair_set: PairSet, reference: Path) -> tuple[Alternative, ...]:
    beside = label(pair_set.reference_label, pair_set.reference, reference)
    return tuple(
        Alternative(name, path, f"{beside.removesuffix(reference.name)}{path.parent.name}/{path.name}")
        for name, path in accepted_of(reference)
    )


def _subject(recipe: Recipe, match: Match) -> Subject:
    one = recipe.pair_set
    reference = None if match.reference is None else label(one.reference_label, one.reference, match.reference)
    candidate = None if match.candidate is None else label(one.candidate_label, one.candidate, match.candidate)
    return Subject("pair", recipe.id(match.id), one.name, reference, candidate)


def _problem(subject: Subject, match: Match, profile: Profile) -> SubjectResult:
    problem = match.problem or "ambiguous"
    finding = Finding(
        _PROBLEM_CODES[problem],
        Level.ERROR,
        f"{problem.replace('_', ' ')}: {subject.id}, {match.detail}",
        subject=subject.id,
        set_name=subject.set_name,
        severity=Severity.S3,
        profile=profile.name,
        path=subject.candidate or subject.reference,
    )
    return SubjectResult(subject, Failed(), {}, (finding,))
