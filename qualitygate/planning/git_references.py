"""Sets whose references are earlier versions in git: each changed picture against its own version at the merge base.

On `pull_request` the commit checked out is the merge of the change into its target, and their merge base is the target
branch itself: what would be merged is compared with what is there, parallel changes included.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Skipped, SubjectResult
from qualitygate.corridor.task import PairTask
from qualitygate.pairing.match import Match
from qualitygate.planning.matching import check_areas, pictures_of
from qualitygate.planning.pairs import PlannedSet, Recipe, label, left_over
from qualitygate.planning.picture_changes import Picture, changed, followed, rewritten
from qualitygate.planning.picture_moves import deleted, gone_from, of_set
from qualitygate.vcs.blobs import Comparison
from qualitygate.vcs.lfs import is_pointer, smudged
from qualitygate.vcs.scratch import Scratch
from qualitygate.vcs.versions import Stored, content, stored


def planned_from_git(recipe: Recipe, comparison: Comparison, scratch: Scratch) -> PlannedSet:
    """The changed pictures of a set, each with its version at the merge base, which is written to `scratch`.

    New pictures are skipped with a note. Those that are as they were are not read, and counted as `unchanged`.

    Args:
        recipe: What the pairs have in common.
        comparison: From `picture_changes.comparisons`.
        scratch: Gets the earlier versions. It must live as long as the tasks.

    Raises:
        ConfigError: A directory that does not exist (QG-1401), git does not answer (QG-1690), or a picture of the set
            lies in a submodule (QG-1902).
    """
    pair_set = recipe.pair_set
    listed = pictures_of(pair_set)
    check_areas(pair_set, [Match(key, paths[0], paths[0]) for key, paths in sorted(listed.items())])
    everywhere, comparison = comparison, of_set(comparison, listed)
    pictures = changed(pair_set, comparison, listed)
    versions = stored(comparison.top, comparison.before or "", [one.was for one in pictures])
    pictures, versions = followed(pictures, versions, comparison, recipe.limits)
    made = _Made(recipe, comparison, scratch, frozenset(one.was for one in pictures))
    for one in pictures:
        made.add(one, versions.get(one.was))
    everything = sum(len(paths) for paths in listed.values())
    left = deleted(pair_set, comparison, everywhere, {one.was for one in pictures})
    findings = [
        *made.findings,
        *left,
        *left_over(pair_set),
        *rewritten(pair_set, comparison, pictures),
        *(() if left and not pictures else _of_all(recipe, comparison, everything, pictures)),
    ]
    sizes = {recipe.id(key): paths[0].stat().st_size for key, paths in listed.items() if paths[0].is_file()}
    shown = replace(pair_set, reference_label=f"{made.revision}:{pair_set.candidate_label}", base=made.revision)
    return PlannedSet(recipe, shown, recipe.profile, tuple(made.tasks), tuple(made.problems), sizes, tuple(findings),
                      everything - len(pictures), comparison.before)  # fmt: skip


def _of_all(recipe: Recipe, comparison: Comparison, everything: int, pictures: list[Picture]) -> tuple[Finding, ...]:
    """What there is to say where every picture is as it was, or where git holds none of them."""
    name, place = recipe.pair_set.name, recipe.pair_set.candidate_label
    if everything and not pictures:
        count = f"{everything:,} picture{'' if everything == 1 else 's'}"
        message = f"nothing changed: {count} of {name}, all as in {comparison.label}"
        return (Finding("QG-1905", Level.NOTE, message, set_name=name),)
    if len(pictures) == everything and pictures and not any(one.known for one in pictures):
        message = f"not in git: {place}, so that no picture there has an earlier version"
        return (Finding("QG-1906", Level.ERROR, message, set_name=name, severity=Severity.S3, path=place),)
    return ()


@dataclass
class _Made:
    """What becomes of the changed pictures of one set."""

    recipe: Recipe
    comparison: Comparison
    scratch: Scratch
    taken: frozenset[str]
    tasks: list[PairTask] = field(default_factory=list)
    problems: list[SubjectResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def revision(self) -> str:
        """What was asked for, such as `origin/main`."""
        return self.comparison.label.rpartition(" at ")[0]

    def add(self, one: Picture, version: Stored | None) -> None:
        """Plan one changed picture."""
        pair_set = self.recipe.pair_set
        name = None if version is None else f"{self.revision}:{one.was}"
        shown = label(pair_set.candidate_label, pair_set.candidate, one.path)
        subject = Subject("pair", self.recipe.id(one.key), pair_set.name, name, shown)
        if version is None:
            self._new(subject, one)
        elif (data := self._content(subject, one, version)) is not None:
            old = self.scratch.write(data, PurePosixPath(one.was).suffix)
            self.tasks.append(self.recipe.task(subject, one.key, (old, one.path)))
            if one.moved:
                message = f"compared with another path: {subject.id}, it was {one.was}"
                self.findings.append(_about(subject, "QG-1907", Level.NOTE, message))

    def _content(self, subject: Subject, one: Picture, version: Stored) -> bytes | None:
        """The earlier version; None where it cannot be had, which makes the pair unmeasurable."""
        limit = self.recipe.limits.max_bytes
        if version.bytes > limit:
            message = f"the file is larger than {limit:,} bytes; raise `limits.max_bytes` if it is genuine"
            self._unmeasured(subject, "QG-1206", message)
            return None
        data: bytes | None = content(self.comparison.top, version)
        if data is not None and is_pointer(data):
            data = smudged(self.comparison.top, data, one.was)
            if data is None:
                self._unmeasured(subject, "QG-1208", "the file is a Git LFS pointer, not the picture; install Git LFS "
                                 f"and run `git lfs fetch origin {self.comparison.before}`")  # fmt: skip
        return data

    def _new(self, subject: Subject, one: Picture) -> None:
        if one.known:
            message = (
                f"new picture: {subject.id}, {self.comparison.label} has no version of it: look at it in the review"
            )
            left = [path for path in gone_from(self.recipe.pair_set, self.comparison) if path not in self.taken]
            if left:
                message += f", and whether it takes the place of {' or '.join(left[:3])}"
            finding = _about(subject, "QG-1903", Level.WARNING if left else Level.NOTE, message)
        else:
            message = f"not in git: {subject.id}, git ignores or lacks the picture, so that it has no earlier version"
            finding = _about(subject, "QG-1906", Level.WARNING, message)
        self.problems.append(SubjectResult(subject, Skipped(message), {}, (finding,)))

    def _unmeasured(self, subject: Subject, code: str, message: str) -> None:
        reason = Unmeasurable(code, f"{subject.reference}: {message} [{code}]")
        measurements = {metric.spec.name: reason for metric in self.recipe.metrics}
        self.problems.append(SubjectResult(subject, reason, measurements))


def _about(subject: Subject, code: str, level: Level, message: str) -> Finding:
    return Finding(code, level, message, subject=subject.id, set_name=subject.set_name, path=subject.candidate)
