"""The pairs of a configured set, with errors that point into the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import matches
from qualitygate.pairing.match import Match, match_trees
from qualitygate.pairing.same import refuse_same
from qualitygate.pairing.walk import Tree, pictures
from qualitygate.policy.model import PairSet


def matches_of(pair_set: PairSet) -> tuple[Match, ...]:
    """Pair the pictures of a set; see `match_trees`.

    Raises:
        ConfigError: A directory that does not exist (QG-1401), a file beside a directory (QG-1407), or pictures that
            would be compared with themselves (QG-1424).
    """
    try:
        found = match_trees(
            pair_set.reference, pair_set.candidate, pair_set.include, pair_set.exclude, first=pair_set.first
        )
        refuse_same(pair_set.reference, pair_set.candidate, found)
        return found
    except ConfigError as error:
        if error.code == "QG-1424" and "candidate" in pair_set.place.lines:
            raise pair_set.place.wrong("candidate", error.message, code=error.code, hint=error.hint) from None
        for key, path, label in (
            ("reference", pair_set.reference, pair_set.reference_label),
            ("candidate", pair_set.candidate, pair_set.candidate_label),
        ):
            if error.where == str(path) and key in pair_set.place.lines:
                hint = error.hint
                if key == "reference" and error.code == "QG-1401":
                    hint = "`qualitygate approve '*' --reason …` makes the candidates the first references"
                raise pair_set.place.wrong(key, f"{label}: {error.message}", code=error.code, hint=hint) from None
        raise


def pictures_of(pair_set: PairSet) -> Tree:
    """The pictures on the candidates' side of a set alone, for one that is compared with git.

    Raises:
        ConfigError: QG-1401, there is no such directory or file.
    """
    if not pair_set.candidate.exists():
        raise pair_set.place.wrong(
            "candidate", f"{pair_set.candidate_label}: no such file or directory", code="QG-1401"
        )
    if not pair_set.candidate.is_dir():
        return {pair_set.candidate.name: (pair_set.candidate,)}
    return pictures(pair_set.candidate, pair_set.include, pair_set.exclude)


def check_areas(pair_set: PairSet, pairs: Sequence[Match]) -> None:
    """Refuse areas that could never apply, since a limit that holds nowhere looks like one that holds.

    A glob is only held against a set whose pictures all have their partner: any other set fails already, and what is
    missing may be what the glob is about.

    Raises:
        ConfigError: A mask that does not exist (QG-1401), or `pairs` that match no pair (QG-1405).
    """
    for area in pair_set.areas:
        if area.mask is not None and not area.mask.is_file():
            raise area.place.wrong("mask", f"{area.mask.name}: the mask does not exist or is no file", code="QG-1401")
    if not pairs or any(pair.problem is not None for pair in pairs):
        return
    for area in pair_set.areas:
        if not any(matches(area.pairs, pair.id) for pair in pairs):
            raise area.place.wrong(
                "pairs",
                f"{area.pairs!r} matches no pair of set {pair_set.name!r}",
                hint=f"pairs are named like {pairs[0].id!r}",
            )
