"""Two sides of a check as a task of the gate."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from qualitygate import gate
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.subject import Subject
from qualitygate.corridor.task import Alternative, PairTask
from qualitygate.pairing.accepted import accepted_of
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.model import Area
from qualitygate.testing.given import Given, extension, label_of
from qualitygate.testing.terms import Terms

# What a format or its subsampling is allowed to be says nothing of pixels that were never in a file.
_OF_FILES = ("formats", "chroma_subsampling")


@contextmanager
def task_of(name: str, reference: Given, candidate: Given, terms: Terms, root: Path) -> Iterator[PairTask]:
    """The task of a check; what was only in memory lies in a directory that is there as long as the task is used.

    Args:
        name: Id of the check.
        reference, candidate: Both sides.
        terms: What to judge by; without a profile it is only measured.
        root: Pytest's root directory; the nearest configuration says where `thresholds/` lies and what files may ask
            for.

    Raises:
        ConfigError: A path does not exist or is a directory, the profile or a metric is unknown or cannot run here, the
            two sides are one file (QG-1460), or nothing would be judged (QG-1461).
    """
    home, limits = _surroundings(root)
    with tempfile.TemporaryDirectory(prefix="qualitygate-") as scratch:
        paths = [
            _file(side, Path(scratch), stem) for side, stem in ((reference, "reference"), (candidate, "candidate"))
        ]
        accepted = _accepted(reference, root)
        others = (reference.path, *(one.path for one in accepted))
        if candidate.path and any(other and _one_file(other, candidate.path) for other in others):
            raise ConfigError(
                "candidate and reference are one file, which always matches itself",
                code="QG-1460", where=candidate.label, hint="write the candidate elsewhere",
            )  # fmt: skip
        task = gate.pair_task(
            *paths,
            profile=terms.profile,
            metrics=terms.metrics,
            background=terms.background,
            resize=terms.resize,
            limits=limits,
            root=home,
        )
        kind = f"pytest {task.profile.name}" if task.profile else "pytest"
        subject = Subject("pair", name, kind, reference.label, candidate.label)
        ignore = (Area(rectangles=terms.ignore),) if terms.ignore else ()
        task = replace(task, subject=subject, ignore=ignore, accepted=accepted)
        yield _judgeable(task, candidate)


def _judgeable(task: PairTask, candidate: Given) -> PairTask:
    """The task without rules that say nothing of it, refused where none is left that could be broken."""
    profile = task.profile
    if profile is None:
        return task
    if candidate.pixels:
        profile = replace(profile, rules=tuple(rule for rule in profile.rules if rule.kind not in _OF_FILES))
        task = replace(task, profile=profile)
    wanted = set(task.limited_to if task.limited_to is not None else profile.metrics)
    if not wanted & set(profile.metrics) and not (profile.rules and task.limited_to is None):
        measured = f" on {', '.join(sorted(wanted))}" if wanted else ""
        known = f"it has limits on {', '.join(sorted(profile.metrics))}" if profile.metrics else "write limits"
        raise ConfigError(
            f"profile {profile.name!r} has no limit{measured}, so nothing would be judged", code="QG-1461", hint=known
        )
    return task


def _file(side: Given, scratch: Path, stem: str) -> Path:
    if side.path is not None:
        return side.path
    data = side.content()
    try:
        suffix = extension(data)
    except DecodeError:
        suffix = ""  # reading it will say what is wrong
    path = scratch / f"{stem}{suffix}"
    path.write_bytes(data)
    return path


def _accepted(reference: Given, root: Path) -> tuple[Alternative, ...]:
    found = accepted_of(reference.path) if reference.path is not None else ()
    return tuple(Alternative(name, path, label_of(path, root)) for name, path in found)


def _one_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


@lru_cache(maxsize=8)
def _surroundings(root: Path) -> tuple[Path, DecodeLimits]:
    found = find_config(root)
    if found is None:
        return root, DecodeLimits()
    return found.parent, load_config(found).limits
