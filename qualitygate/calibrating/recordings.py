"""Which files are runs of which picture."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.pairing.match import match_trees


@dataclass(frozen=True, slots=True)
class Recording:
    """One candidate.

    Attributes:
        picture: What it is a picture of: the name of the reference, relative to its directory.
        run: Which run made it: the candidate, or its directory, as given.
        reference, candidate: The files.
    """

    picture: str
    run: str
    reference: Path
    candidate: Path


def expanded(pattern: str) -> tuple[Path, ...]:
    """What a glob of runs matches, sorted by name.

    Raises:
        ConfigError: QG-1825, nothing.
    """
    found = tuple(Path(name) for name in sorted(glob.glob(pattern)))  # noqa: PTH207 - the pattern may be absolute
    if not found:
        raise ConfigError("no run matches", code="QG-1825", where=pattern, hint="quote the pattern, or name the runs")
    return found


def recordings(reference: Path, runs: Sequence[Path]) -> tuple[Recording, ...]:
    """Pair every run with its reference, picture by picture.

    Args:
        reference: A picture, or a directory of pictures.
        runs: Candidates of the picture, or one directory for every run.

    Raises:
        ConfigError: QG-1401, a path that does not exist; QG-1407, a file among directories; QG-1825, no runs, a run
            named twice or being the reference, or one that lacks a picture.
    """
    if not runs:
        raise ConfigError("no candidates", code="QG-1825", where=str(reference), hint="name at least one, better 8")
    _distinct(reference, runs)
    found = [one for run in runs for one in _of_run(reference, run)]
    pictures = dict.fromkeys(one.picture for one in found)
    return tuple(one for picture in pictures for one in found if one.picture == picture)


def _of_run(reference: Path, run: Path) -> Iterable[Recording]:
    matches = match_trees(reference, run)
    if not matches:
        raise ConfigError("no pictures", code="QG-1825", where=str(run), hint=f"give runs of what is in {reference}")
    for match in matches:
        if match.problem is not None or match.reference is None or match.candidate is None:
            raise ConfigError(
                f"{match.id}: {match.detail}",
                code="QG-1825",
                where=str(run),
                hint="every run must have the same pictures, each with its reference",
            )
        within = reference.is_dir()
        name = match.reference.relative_to(reference).as_posix() if within else match.reference.name
        yield Recording(name, str(run), match.reference, match.candidate)


def _distinct(reference: Path, runs: Sequence[Path]) -> None:
    seen: dict[Path, Path] = {reference.resolve(): reference}
    for run in runs:
        if run.resolve() in seen:
            other = seen[run.resolve()]
            what = "is the reference itself" if other is reference else "is given twice"
            raise ConfigError(
                what, code="QG-1825", where=str(run), hint="a run counts once; make another to know how they differ"
            )
        seen[run.resolve()] = run
