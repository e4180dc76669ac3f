"""What a command was given to read, so that nothing it writes takes the place of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.pairing.accepted import directory_of
from qualitygate.planning.plan import Plan
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.model import Config, PairSet
from qualitygate.policy.provenance import sidecar_of
from qualitygate.policy.shipped import FOLDER


@dataclass(frozen=True, slots=True)
class Walked:
    """A directory whose pictures are judged.

    Attributes:
        directory: The directory.
        include, exclude: Globs of what counts there.
    """

    directory: Path
    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is read.

    Attributes:
        files: Single files; some may not be there.
        references: Directories of references, into which approvals alone write.
        candidates: Directories in which a new picture would be taken for a candidate.
    """

    files: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    candidates: tuple[Walked, ...] = ()

    def __add__(self, other: Inputs) -> Inputs:
        """Both together."""
        return Inputs(
            (*self.files, *other.files), (*self.references, *other.references), (*self.candidates, *other.candidates)
        )


def inputs_of(plan: Plan) -> Inputs:
    """What a run reads: its configuration and thresholds, its sets, and every file that they come down to."""
    return configured(plan.config) + Inputs(tuple(_planned(plan)))


def inputs_here(*files: Path, thresholds: bool = True) -> Inputs:
    """What a command that plans no run must leave alone: its own files, and what the nearest configuration names.

    Args:
        files: What the command was given.
        thresholds: Whether threshold files count, which some commands are there to write.
    """
    own = Inputs(tuple(each for one in files for each in _pictured(one)))
    source = find_config(Path.cwd())
    if source is None:
        return own
    try:
        return own + configured(load_config(source), thresholds=thresholds)
    except ConfigError:  # said where it is used
        return own + Inputs((source,))


def configured(config: Config, *, thresholds: bool = True) -> Inputs:
    """What a configuration names.

    Args:
        config: The configuration, or what stands for one where directories were given.
        thresholds: Whether threshold files count.
    """
    files: list[Path] = [] if config.source is None else [config.source]
    if thresholds:
        files += (config.root / FOLDER).glob("*.toml")
    references: list[Path] = []
    candidates: list[Walked] = []
    for one in config.pair_sets:
        files += (area.mask for area in one.areas if area.mask is not None)
        if thresholds and one.profile.endswith(".toml"):
            files += (config.root / one.profile, Path(one.profile))
        if not one.from_git:
            _sort(one.reference, references, files)
        if one.candidate.is_dir():
            candidates.append(Walked(one.candidate, one.include, one.exclude))
        else:
            files += _pictured(one.candidate)
    files += (one.baseline for one in config.batches if isinstance(one.baseline, Path))
    if thresholds:
        files += (Path(one.rules.origin) for one in config.palettes)
    files += (ink.profile for one in config.palettes for ink in one.rules.inks.values())
    return Inputs(tuple(files), tuple(references), tuple(candidates))


def _sort(reference: Path, references: list[Path], files: list[Path]) -> None:
    if reference.is_dir():
        references.append(reference)
    else:
        files += _pictured(reference)
        references.append(directory_of(reference))


def _planned(plan: Plan) -> Iterator[Path]:
    for planned in plan.sets:
        for task in planned.tasks:
            yield from _pictured(task.reference)
            yield from _pictured(task.candidate)
            yield from (one.path for one in task.accepted)
        yield from _lone(planned.pair_set, (result.subject.candidate for result in planned.problems))
    for luts in plan.luts:
        yield from (task.content for task in luts.tasks if isinstance(task.content, Path))
    for palette in plan.free.palettes:
        yield from (task.path for task in palette.tasks)
    for batch in plan.free.batches:
        yield from (task.path for task in batch.candidate)
        if isinstance(batch.baseline, tuple):
            yield from (task.path for task in batch.baseline)


def _lone(pair_set: PairSet, candidates: Iterable[str | None]) -> Iterator[Path]:
    """Candidates that could not be paired."""
    for label in candidates:
        if label is not None:
            yield pair_set.candidate / label.removeprefix(pair_set.candidate_label).lstrip("/")


def _pictured(picture: Path) -> tuple[Path, Path]:
    """A picture, and what says where it comes from."""
    return picture, sidecar_of(picture)
