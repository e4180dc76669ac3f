"""Which protected paths lack an owner of the brand, and which lines would give them one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qualitygate.governance.codeowners import CodeOwners, same_owner
from qualitygate.governance.protected import protected

ANY = "@OWNER"


@dataclass(frozen=True, slots=True)
class Gap:
    """One path that can be changed without the review of a brand owner.

    Attributes:
        path: From the top, with `/`.
        glob: The glob that protects it; None for CODEOWNERS itself.
        owners: Who owns it now.
        line: Line of CODEOWNERS that says so, None where none does.
    """

    path: str
    glob: str | None
    owners: tuple[str, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at, and what came of it.

    Attributes:
        protected: Protected path to the glob that takes it.
        gaps: Paths without an owner of the brand, in the order of the paths.
        shared: Paths that an owner of the brand shares with others; the review of any one of them is enough.
    """

    protected: dict[str, str]
    gaps: tuple[Gap, ...]
    shared: tuple[str, ...]


def find_gaps(
    codeowners: CodeOwners, paths: Iterable[str], *, globs: Sequence[str], brand: Sequence[str], itself: str | None
) -> Coverage:
    """Compare the owners of protected paths with those of the brand.

    Args:
        codeowners: The rules that hold.
        paths: Every tracked file from the top, with `/`.
        globs: What is protected, in the syntax of the configuration.
        brand: Owners of the brand; where there are none, any owner will do.
        itself: Path of CODEOWNERS, which must have an owner too; None where there is no such file.
    """
    taken = protected(paths, globs)
    found: list[Gap] = []
    shared: list[str] = []
    for path, glob in taken.items():
        rule = codeowners.rule(path)
        owners = rule.owners if rule is not None else ()
        ours = [owner for owner in owners if any(same_owner(owner, other) for other in brand)]
        if not (ours if brand else owners):
            found.append(Gap(path, glob, owners, rule.line if rule is not None else None))
        elif brand and len(ours) < len(owners):
            shared.append(path)
    if itself is not None and not codeowners.owners(itself):
        rule = codeowners.rule(itself)
        found.append(Gap(itself, None, (), rule.line if rule is not None else None))
    return Coverage(taken, tuple(found), tuple(shared))


def gaps(
    codeowners: CodeOwners | None,
    paths: Iterable[str],
    *,
    globs: Sequence[str],
    brand: Sequence[str] = (),
    itself: str | None = None,
) -> tuple[str, ...]:
    """The paths that can be changed without the review of a brand owner; without CODEOWNERS, all that are protected."""
    found = find_gaps(codeowners or CodeOwners(), paths, globs=globs, brand=brand, itself=itself)
    return tuple(gap.path for gap in found.gaps)
