"""Which candidate belongs to which reference: by relative path, then by stem across extensions. Never by guessing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from qualitygate.core.errors import ConfigError
from qualitygate.pairing.walk import Tree, pictures

Problem = Literal["candidate_missing", "reference_missing", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Match:
    """One pair, or the reason why there is none.

    Attributes:
        id: Relative path of the candidate with `/`, in Unicode NFC; that of the reference where there is no candidate.
        reference, candidate: The files, None where there is none or more than one.
        problem: What is wrong, None for a pair.
        detail: One sentence about the problem, empty for a pair.
    """

    id: str
    reference: Path | None
    candidate: Path | None
    problem: Problem | None = None
    detail: str = ""


def match_trees(
    reference: Path,
    candidate: Path,
    include: Iterable[str] = ("**",),
    exclude: Iterable[str] = (),
    *,
    first: bool = False,
) -> tuple[Match, ...]:
    """Pair the pictures below two directories, or two files.

    Equal relative paths make a pair. What is left over is paired by stem within the same relative directory
    (`a/b.png` with `a/b.webp`) where exactly one file stands on each side; more is ambiguous, and a finding.

    Args:
        reference, candidate: Two directories, or two files, which make one pair whatever their names are.
        include, exclude: Globs over paths relative to the directories; see `qualitygate.core.glob`.
        first: Take a directory of references that does not exist for an empty one.

    Returns:
        Matches sorted by id.

    Raises:
        ConfigError: A path that does not exist or cannot be read (QG-1401), or a file beside a directory (QG-1407).
    """
    include, exclude = tuple(include), tuple(exclude)
    if first and candidate.is_dir() and not reference.exists() and not reference.is_symlink():
        return _paired({}, pictures(candidate, include, exclude))
    for path in (reference, candidate):
        if not path.exists():
            raise ConfigError("no such file or directory", code="QG-1401", where=str(path))
    if reference.is_dir() != candidate.is_dir():
        directory, file = (reference, candidate) if reference.is_dir() else (candidate, reference)
        raise ConfigError(
            f"is a file, but {directory} is a directory",
            code="QG-1407",
            where=str(file),
            hint="give two directories, or two files",
        )
    if not reference.is_dir():
        return (Match(candidate.name, reference, candidate),)
    return _paired(pictures(reference, include, exclude), pictures(candidate, include, exclude))


def _paired(references: Tree, candidates: Tree) -> tuple[Match, ...]:
    matches: list[Match] = []
    for key in {*references, *candidates}:
        if len(references.get(key, ())) > 1 or len(candidates.get(key, ())) > 1:
            matches.append(Match(key, None, None, "ambiguous", _same_name(references.get(key), candidates.get(key))))
        elif key in references and key in candidates:
            matches.append(Match(key, references[key][0], candidates[key][0]))
    paired = {match.id for match in matches}
    matches += _by_stem(_without(references, paired), _without(candidates, paired), references)
    return tuple(sorted(matches, key=lambda match: match.id))


def _without(tree: Tree, keys: set[str]) -> dict[str, Path]:
    return {key: paths[0] for key, paths in tree.items() if key not in keys}


def _by_stem(references: Mapping[str, Path], candidates: Mapping[str, Path], all_references: Tree) -> list[Match]:
    ours, theirs, taken = _stems(references), _stems(candidates), _stems(all_references)
    matches: list[Match] = []
    for stem in {*ours, *theirs}:
        left, right = ours.get(stem, []), theirs.get(stem, [])
        if len(left) == 1 and len(right) == 1:
            matches.append(Match(right[0], references[left[0]], candidates[right[0]]))
        elif not right:
            matches += [
                Match(key, references[key], None, "candidate_missing", f"no candidate for reference {key}")
                for key in left
            ]
        elif not left:
            matches += [
                Match(key, None, candidates[key], "reference_missing", _no_reference(key, taken.get(stem, [])))
                for key in right
            ]
        else:
            detail = f"stem {stem} stands for {_list(left)} in the references and {_list(right)} in the candidates"
            matches += [Match(key, None, candidates[key], "ambiguous", detail) for key in right]
    return matches


def _stems(keys: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        found[str(PurePosixPath(key).with_suffix(""))].append(key)
    return found


def _no_reference(key: str, taken: list[str]) -> str:
    if taken:
        return f"no reference for candidate {key}: {_list(taken)} is paired with the candidate of its own name"
    return f"no reference for candidate {key}"


def _same_name(references: tuple[Path, ...] | None, candidates: tuple[Path, ...] | None) -> str:
    side, paths = ("references", references) if references and len(references) > 1 else ("candidates", candidates or ())
    return f"{len(paths)} {side} have this name and differ only in how Unicode spells it"


def _list(keys: list[str]) -> str:
    return ", ".join(keys)
