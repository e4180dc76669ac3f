"""The lines that close the gaps in CODEOWNERS, tried out before they are proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qualitygate.governance.codeowners import CodeOwners, Rule
from qualitygate.governance.coverage import Coverage
from qualitygate.governance.pattern import fault, matches

_LITERAL = {" ": "\\ "}


def propose(codeowners: CodeOwners, coverage: Coverage, paths: Iterable[str], owners: Sequence[str]) -> tuple[str, ...]:
    """Lines to append, in order. Appended, they give every gap these owners and change no other file's owners.

    A gap's glob becomes one line where that holds; otherwise each of its paths gets a line of its own.

    Args:
        codeowners: The rules that hold.
        coverage: What lacks owners.
        paths: Every tracked file, whose owners must not change.
        owners: Whom to name.
    """
    open_paths = {gap.path for gap in coverage.gaps}
    others = [path for path in paths if path not in open_paths]
    patterns: list[str] = []
    for glob in dict.fromkeys(gap.glob for gap in coverage.gaps):
        mine = [gap.path for gap in coverage.gaps if gap.glob == glob]
        broad = from_glob(glob) if glob is not None else None
        left = mine
        if broad is not None and not _changes(codeowners, broad, others, owners):
            left = [path for path in mine if not matches(broad, path)]
            if len(left) < len(mine):
                patterns.append(broad)
        patterns += [literal(path) for path in left]
    names = " ".join(owners)
    return tuple(f"{_written(pattern)} {names}" for pattern in dict.fromkeys(patterns))


def from_glob(glob: str) -> str | None:
    """A glob of the configuration as a pattern of CODEOWNERS; None where it cannot be one.

    `**/*.cube` is `*.cube`, `thresholds/**` is `/thresholds/`, `luts/*.cube` is `/luts/*.cube`.
    """
    glob = glob.removeprefix("./")
    if glob.endswith("/**"):
        glob = glob.removesuffix("**")
    inner = glob.removesuffix("/")
    if inner.startswith("**/") and "/" not in inner.removeprefix("**/"):
        pattern = glob.removeprefix("**/")
    else:
        pattern = f"/{glob}" if not glob.startswith("**/") else glob
    if any("**" in name and name != "**" for name in pattern.split("/")) or pattern.strip("/*") == "":
        return None
    return pattern if fault(pattern) is None and _writable(pattern) and "#" not in pattern else None


def literal(path: str) -> str:
    """A pattern for one path. What CODEOWNERS cannot hold becomes `?`, or `*` where it may be several bytes."""
    return "/" + "".join(_kept(character) for character in path)


def _kept(character: str) -> str:
    # A `#` may begin a comment after a space, escaped or not.
    if character in "[]\\*#" or (character.isascii() and not _writable(character)):
        return "?"
    return character if _writable(character) else "*"


def _writable(text: str) -> bool:
    return all(character.isprintable() or character == " " for character in text)


def _written(pattern: str) -> str:
    return "".join(_LITERAL.get(character, character) for character in pattern)


def _changes(codeowners: CodeOwners, pattern: str, others: Iterable[str], owners: Sequence[str]) -> bool:
    """Whether a line at the end would change the owners of a file that has those it should have."""
    added = Rule(0, pattern, tuple(owners))
    return any(matches(added.pattern, path) and codeowners.owners(path) != added.owners for path in others)
