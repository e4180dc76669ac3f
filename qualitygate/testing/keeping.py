"""Files that a failed check leaves behind for people: the candidate and a picture of the difference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.accepted import spoken_of
from qualitygate.corridor.task import PairTask
from qualitygate.exhibiting.pair_panel import panel
from qualitygate.files import write
from qualitygate.testing.given import Given, extension

HEAT_MAP = "heat-map.png"
CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was left behind of one check.

    Attributes:
        heat_map: Reference, candidate and difference side by side; None where they cannot be compared.
        candidate: A copy of the candidate; None where it could not be read.
        lost: Why nothing could be written, None where it could.
    """

    heat_map: Path | None = None
    candidate: Path | None = None
    lost: str | None = None


def directory_of(output: Path, test_file: Path, root: Path, name: str) -> Path:
    """Where a check leaves its files: below the output directory as its test lies below the root."""
    inside = test_file.relative_to(root) if test_file.is_relative_to(root) else Path(test_file.name)
    return output / inside.with_suffix("") / name


def keep(directory: Path, output: Path, candidate: Given, task: PairTask | None, result: SubjectResult | None) -> Kept:
    """Write the files of a failed check.

    Args:
        directory: Where to; what an earlier run left there goes first.
        output: The output directory it lies in, which is told to git as not to be kept.
        candidate: What was checked.
        task, result: What came of it; None where there was nothing to compare with.

    A failure is never lost because its picture could not be written: that is said, and no more.
    """
    clear(directory)
    try:
        if not output.exists():
            write(output / ".gitignore", "# Written by pytest's image_gate: failures of one run.\n*\n")
        copy = _copy(directory, candidate)
        drawn = (
            panel(spoken_of(task, result), result)
            if task is not None and result is not None and result.candidate
            else None
        )
        if drawn is None:
            return Kept(None, copy)
        write(directory / HEAT_MAP, drawn)
        return Kept(directory / HEAT_MAP, copy)
    except (ConfigError, MemoryError) as error:
        return Kept(lost=str(error) or "not enough memory")


def clear(directory: Path) -> None:
    """Remove what an earlier run left of a check, and nothing else."""
    try:
        for file in (*directory.glob(f"{CANDIDATE}.*"), directory / CANDIDATE, directory / HEAT_MAP):
            file.unlink(missing_ok=True)
        directory.rmdir()
    except OSError:
        return  # not there, or somebody keeps other files in it


def _copy(directory: Path, candidate: Given) -> Path | None:
    try:
        data = candidate.content()
        suffix = extension(data)
    except ConfigError:
        return None
    except DecodeError:
        suffix = candidate.path.suffix if candidate.path else ".bin"
    path = directory / f"{CANDIDATE}{suffix}"
    write(path, data)
    return path
