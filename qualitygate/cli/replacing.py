"""What a report or another output must not take the place of: what is read, the references, files of somebody else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePath

from qualitygate.cli.inputs import Inputs, Walked
from qualitygate.core.errors import ConfigError
from qualitygate.files import UNFINISHED
from qualitygate.pairing.walk import PICTURE_SUFFIXES, counted
from qualitygate.planning.picture_files import shown

# What may stand beside a page that is kept in git or served as it is.
_BESIDE = frozenset({".git", ".gitignore", ".gitattributes", ".nojekyll", "CNAME"})
_REPORTS = frozenset({".csv", ".html", ".json", ".md", ".mmd", ".sarif", ".svg", ".toml", ".txt", ".xml"})
_STORED = re.compile(r"(?:^|/)(?:run/_/postmortems/[^/]+|evidence/pm-\d[\d-]*/.+|approvals/luts/.+)$", re.I)
# Far more than a page has before its mark.
_HEAD_BYTES = 2048

_Identity = tuple[int, int]


def refuse_file(target: Path, inputs: Inputs, *, draws: bool = False) -> None:
    """Refuse to write a file where something else has to stay, before anything is measured.

    Links and names that a file system takes for the same are told by the file that they lead to.

    Args:
        target: The file. Devices and pipes are none that could be lost.
        inputs: What the command reads.
        draws: Whether a picture is written, which may take the place of an earlier one, unless git has that.

    Raises:
        ConfigError: QG-1432, it is an input, lies in a directory of references or in the store of incidents, or a
            picture or LUT stands there that no report can have been.
    """
    if os.path.lexists(target) and target.exists() and not target.is_file():
        return
    if (holder := _holder(target, inputs.references)) is not None:
        raise _refusal(target, f"it lies among the references, in {shown(holder)}")
    if not target.is_file():
        return
    if (given := _given(target, inputs.files)) is not None:
        same = "" if os.path.abspath(given) == os.path.abspath(target) else f", as {shown(given)}"  # noqa: PTH100
        raise _refusal(target, f"this command reads that file{same}")
    places = tuple(_places(target))
    if any(_STORED.search(path.as_posix()) for path in places):
        raise _refusal(target, "a record or a piece of evidence is there")
    for name in dict.fromkeys(path.name for path in places):
        _refuse_kind(target, name, draws)


def _refuse_kind(target: Path, name: str, draws: bool) -> None:
    """Refuse a target that is there and no report can have been, by one of its names."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _REPORTS:
        return
    if suffix in PICTURE_SUFFIXES:
        if not draws or _in_git(target):
            raise _refusal(target, f"a picture{' that git has' if draws else ''} is there")
        return
    from qualitygate.luts.formats import format_of

    if format_of(name) is not None:
        raise _refusal(target, "a look-up table is there")


def refuse_pictures(directory: Path, inputs: Inputs, inside: str) -> None:
    """Refuse a directory in which what is written would be judged as a picture by the next run.

    Args:
        directory: Where pictures are to be written.
        inputs: What the command reads.
        inside: Path of such a picture in the directory.

    Raises:
        ConfigError: QG-1432, it lies among references or candidates.
    """
    target = directory / inside
    if (holder := _holder(target, inputs.references)) is not None:
        raise _refusal(directory, f"it lies among the references, in {shown(holder)}")
    for one in inputs.candidates:
        if _holder(target, (one.directory,), partial(_counts, one)) is not None:
            raise _refusal(directory, f"its pictures would be taken for candidates in {shown(one.directory)}")


def refuse_foreign(
    directory: Path, index: str, mark: bytes, own: Mapping[str, str], others: Iterable[Path] = ()
) -> None:
    """Refuse a directory of a report that holds files of somebody else.

    Args:
        directory: The directory.
        index: Name of the page.
        mark: What the first bytes of a page of ours hold. A directory with one is ours.
        own: Directory in it to the pattern of the names that a report gives to files there.
        others: Other files that the run writes, which may lie in it from the last time.

    Raises:
        ConfigError: QG-1432, it is neither empty nor an earlier report.
    """
    page = directory / index
    if not directory.is_dir() or is_ours(page, mark):
        return
    written = {parent for path in others for parent in (path.resolve(), *path.resolve().parents)}
    try:
        found = sorted(directory.iterdir())
    except OSError:  # told where it is written
        return
    for path in found:
        name = path.name
        if name in _BESIDE or name.startswith(UNFINISHED) or path.resolve() in written or _cut_off(path, own):
            continue
        raise ConfigError(
            f"is no directory of a report: {name} was not written by one", code="QG-1432", where=os.fspath(directory),
            hint="name a new or an empty directory, or that of an earlier report",
        )  # fmt: skip


def refuse_foreign_page(page: Path, mark: bytes) -> None:
    """Refuse a page in the place of one that is not ours.

    Raises:
        ConfigError: QG-1432, the file is no page of ours.
    """
    if page.is_file() and not is_ours(page, mark):
        raise _refusal(page, "it was not written by a report")


def is_ours(page: Path, mark: bytes) -> bool:
    """Whether a file is an earlier page."""
    try:
        if not page.is_file():
            return False
        with page.open("rb") as stream:
            return mark in stream.read(_HEAD_BYTES)
    except OSError:
        return False


def _cut_off(path: Path, own: Mapping[str, str]) -> bool:
    """Whether a directory holds what a report writes before its page, and nothing else."""
    pattern = own.get(path.name)
    try:
        return pattern is not None and path.is_dir() and all(
            re.fullmatch(pattern, one.name) or one.name.startswith(UNFINISHED) for one in path.iterdir()
        )  # fmt: skip
    except OSError:
        return False


def _holder(target: Path, directories: Iterable[Path], counts: Callable[[str], bool] = lambda _: True) -> Path | None:
    """The first of some directories that a file lies in, by its name or by where that leads, and counts in.

    A directory that the command runs in holds the whole project, which has to be somewhere.
    """
    known = {identity: one for one in directories if (identity := _identity(one)) is not None}
    if not known:
        return None
    here = Path.cwd()
    for above in (here, *here.parents):
        known.pop(_identity(above) or (-1, -1), None)
    for place in _places(target):
        for above in place.parents:
            holder = known.get(_identity(above) or (-1, -1))
            if holder is not None and counts(place.relative_to(above).as_posix()):
                return holder
    return None


def _given(target: Path, files: Iterable[Path]) -> Path | None:
    wanted = _identity(target)
    return next((one for one in files if _identity(one) == wanted), None)


def _places(target: Path) -> Iterator[Path]:
    """Where a name is, and where it leads."""
    yield target.parent.resolve() / target.name
    yield target.resolve()


def _identity(path: Path) -> _Identity | None:
    """What tells a file or directory whatever it is called; None where it is not there."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _counts(walked: Walked, path: str) -> bool:
    return counted(path, walked.include, walked.exclude)


def _in_git(target: Path) -> bool:
    from qualitygate.vcs.repository import run_git

    place = target.resolve()
    done = run_git(place.parent, "ls-files", "--error-unmatch", "--", f":(literal){place.name}")
    return done is not None and done.returncode == 0


def _refusal(target: Path, why: str) -> ConfigError:
    return ConfigError(f"is not written: {why}", code="QG-1432", where=os.fspath(target), hint="name another path")
