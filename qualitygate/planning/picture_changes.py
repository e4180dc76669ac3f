"""What a change of the repository did to the pictures of a set: which are other, new, gone, renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.limits import DecodeLimits
from qualitygate.pairing.walk import Tree
from qualitygate.planning.matching import pictures_of
from qualitygate.planning.pairs import label
from qualitygate.planning.picture_lineage import Sketch, sketch, successors
from qualitygate.planning.picture_moves import is_picture, plain_path, real_path
from qualitygate.policy.model import PairSet
from qualitygate.vcs.ancestry import is_shallow
from qualitygate.vcs.blobs import Comparison, since
from qualitygate.vcs.lfs import is_pointer, smudged
from qualitygate.vcs.pairing import NAMES, paired
from qualitygate.vcs.repository import distrusted, top_level
from qualitygate.vcs.versions import Stored, as_text, content, known_files, stored


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the working tree.

    Attributes:
        key: Path within the set.
        path: The file.
        was: Where it was at the merge base, relative to the top level.
        moved: Whether that is another path.
        known: Whether git has the file now, or would take it.
    """

    key: str
    path: Path
    was: str
    moved: bool = False
    known: bool = True


def comparisons(sets: Iterable[PairSet], root: Path, base: str | None) -> dict[str, Comparison]:
    """Name of each set without references of its own to what changed: the working tree against the merge base.

    Args:
        sets: All sets.
        root: Directory of the configuration; the pictures must be in the repository that it lies in.
        base: Revision for sets that name none.

    Returns:
        Comparisons in which renames of pictures are followed further than git does.

    Raises:
        ConfigError: QG-1901, nobody names a revision; QG-1902, the pictures lie in another repository, in a submodule
            for example, the revision is unknown, or there is no common history, as in a shallow clone; QG-1401, there
            is no such directory.
    """
    asked: dict[tuple[Path, str], Comparison] = {}
    return {one.name: _compared(one, root, base, asked) for one in sets if one.from_git}


def changed(pair_set: PairSet, comparison: Comparison, listed: Tree) -> list[Picture]:
    """The pictures of a set that are not as they were, links considered.

    Args:
        pair_set: The set.
        comparison: From `picture_moves.of_set`.
        listed: The set's pictures.

    Raises:
        ConfigError: QG-1902, a picture lies in a submodule; QG-1690, git does not answer.
    """
    top = comparison.top.resolve()
    files, submodules = known_files(comparison.top)
    by_path = {change.path: change for change in comparison.changes if change.path is not None}
    found: list[Picture] = []
    for key, path in ((key, path) for key, paths in sorted(listed.items()) for path in paths):
        plain, real = plain_path(path, top), real_path(path, top)
        inside = next((one for one in submodules if real is not None and f"{real}/".startswith(f"{one}/")), None)
        if inside is not None:
            raise _wrong(pair_set, "QG-1902", f"{key} lies in the submodule {inside}, which has a history of its own",
                         "leave it out by `exclude`, and run the gate there")  # fmt: skip
        change = by_path.get(real or "")
        steps = [plain, *map(str, PurePosixPath(plain).parents)] if plain is not None else []
        if change is None and real in files and not any(step in by_path for step in steps):
            continue
        known = change is not None or real in files
        if change is not None and change.renamed and change.old_path is not None:
            found.append(Picture(key, path, change.old_path, moved=True, known=known))
        else:
            # A link is followed as it was: to what it led to then.
            found.append(Picture(key, path, plain or real or key, known=known))
    return found


def followed(
    pictures: list[Picture], versions: Mapping[str, Stored], comparison: Comparison, limits: DecodeLimits
) -> tuple[list[Picture], dict[str, Stored]]:
    """Pictures without an earlier version given that of a vanished picture which shows the same.

    Args:
        pictures: From `changed`.
        versions: Earlier versions by path, as far as paths tell.
        comparison: From `picture_moves.of_set`.
        limits: What a picture may ask for.

    Returns:
        The pictures, and the versions with those that were found.
    """
    new = [one for one in pictures if one.was not in versions and one.known]
    gone = [change.old_path for change in comparison.changes
            if change.path is None and change.old_path is not None and is_picture(change.old_path)]  # fmt: skip
    if not new or not gone:
        return pictures, dict(versions)
    old = stored(comparison.top, comparison.before or "", gone)
    then = {path: drawn for path, file in old.items() if (drawn := _then(comparison, path, file, limits)) is not None}
    now = {one.was: drawn for one in new if (drawn := _now(one.path, limits)) is not None}
    known = successors(now, then)
    found = {path: old[path] for path in known.values()}
    return (
        [replace(one, was=known[one.was], moved=True) if one.was in known else one for one in pictures],
        {**versions, **found},
    )


def rewritten(pair_set: PairSet, comparison: Comparison, pictures: Iterable[Picture]) -> list[Finding]:
    """Warnings (QG-1908) about pictures whose line ends git rewrites."""
    top = comparison.top.resolve()
    names = {real: one for one in pictures if (real := real_path(one.path, top)) is not None}
    return [
        Finding("QG-1908", Level.WARNING, f"git changes its bytes: {names[path].key}, .gitattributes calls it text",
                set_name=pair_set.name, path=label(pair_set.candidate_label, pair_set.candidate, names[path].path))
        for path in as_text(comparison.top, names)
    ]  # fmt: skip


def _compared(pair_set: PairSet, root: Path, base: str | None, asked: dict[tuple[Path, str], Comparison]) -> Comparison:
    revision = pair_set.base or base
    if revision is None:
        raise _wrong(pair_set, "QG-1901", "has no `reference`, and no base to compare with is named",
                     'write `base = "origin/main"` or give --base; in a pull request it is the target')  # fmt: skip
    pictures_of(pair_set)
    directory = pair_set.candidate if pair_set.candidate.is_dir() else pair_set.candidate.parent
    top, own = top_level(directory), top_level(root)
    if top is None and (command := distrusted(directory)) is not None:
        raise _wrong(pair_set, "QG-1902", f"{pair_set.candidate_label} is in a repository of another user, which git "
                     "does not open", command)  # fmt: skip
    if top is None:
        raise _wrong(pair_set, "QG-1902", f"{pair_set.candidate_label} is in no git repository that git can open",
                     "give the set a `reference` directory")  # fmt: skip
    if own is not None and own.resolve() != top.resolve():
        raise _wrong(pair_set, "QG-1902", f"{pair_set.candidate_label} lies in another repository, a submodule perhaps",
                     "give the set a `reference`, or run the gate there")  # fmt: skip
    if (top, revision) in asked:
        return asked[top, revision]
    try:
        found = since(top, revision)
    except ConfigError as error:
        hint, shallow = error.hint or "", is_shallow(top)
        if shallow:
            hint = "check out the whole history: `fetch-depth: 0` in CI, `git fetch --unshallow` elsewhere"
        message = f"cannot be compared with {revision!r}: {error.message}{', in a shallow clone' if shallow else ''}"
        raise _wrong(pair_set, "QG-1902", message, hint) from None
    asked[top, revision] = replace(found, changes=paired(found.changes, is_picture, NAMES))
    return asked[top, revision]


def _then(comparison: Comparison, path: str, file: Stored, limits: DecodeLimits) -> Sketch | None:
    if file.bytes > limits.max_bytes:
        return None
    data: bytes | None = content(comparison.top, file)
    if data is not None and is_pointer(data):
        data = smudged(comparison.top, data, path)
    return None if data is None else sketch(data, path, limits)


def _now(path: Path, limits: DecodeLimits) -> Sketch | None:
    if not path.is_file() or path.stat().st_size > limits.max_bytes:
        return None
    return sketch(path.read_bytes(), path.name, limits)


def _wrong(pair_set: PairSet, code: str, message: str, hint: str) -> ConfigError:
    where = pair_set.place.lines.get("base") or pair_set.place.line
    return ConfigError(f"set {pair_set.name!r} {message}", code=code, where=where, hint=hint)
