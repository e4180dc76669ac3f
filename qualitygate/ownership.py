"""Who owns the protected files of a repository: where git, the configuration and CODEOWNERS meet."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.governance.codeowners import MAX_BYTES, PLACES, CodeOwners, is_owner, parse
from qualitygate.governance.coverage import Coverage, Gap, find_gaps
from qualitygate.governance.protected import DEFAULTS
from qualitygate.incidents.text import one_line
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.model import Config
from qualitygate.vcs.repository import top_level
from qualitygate.vcs.tracked import content_at, tracked


@dataclass(frozen=True, slots=True)
class Ownership:
    """What was read, and what it means.

    Attributes:
        top: Top level of the repository.
        file: CODEOWNERS from the top, as text with `/`; None where there is none.
        shadowed: Further files of that name, which GitHub does not read.
        revision: The revision it was read at, None for the working tree.
        rules: What it says; nothing where there is no file.
        coverage: Protected paths and their gaps.
        paths: Every tracked file.
        brand: Owners of the brand; empty where any owner will do.
    """

    top: Path
    file: str | None
    shadowed: tuple[str, ...]
    revision: str | None
    rules: CodeOwners
    coverage: Coverage
    paths: tuple[str, ...]
    brand: tuple[str, ...]


def examine(
    directory: Path, *, file: Path | None = None, base: str | None = None, owners: Sequence[str] = ()
) -> Ownership:
    """Read CODEOWNERS and compare it with the tracked files of the repository that holds a directory.

    Args:
        file: CODEOWNERS, in place of the one GitHub would read.
        base: Revision at which CODEOWNERS is read. GitHub takes the one of the branch that is merged into.
        owners: Owners of the brand, in place of those of the configuration.

    Raises:
        ConfigError: QG-1690, no repository or no such revision; QG-1401, `file` is absent; QG-1781, CODEOWNERS is no
            file that GitHub would read; QG-1785, an owner is none; whatever is wrong with the configuration.
    """
    for owner in owners:
        if not is_owner(owner):
            raise ConfigError(f"{owner!r} is no owner", code="QG-1785", hint="write @login, @org/team or an address")
    paths = tracked(directory)
    top = top_level(directory) or directory
    found = find_config(directory)
    config = load_config(found) if found is not None else None
    brand = tuple(owners) or (config.codeowners.owners if config is not None else ())
    name, shadowed, content = _find(top, file, base)
    rules = parse(content.decode("utf-8", "replace")) if content is not None else CodeOwners()
    coverage = find_gaps(rules, paths, globs=_globs(config, top), brand=brand, itself=name)
    return Ownership(top, name, shadowed, base, rules, coverage, paths, brand)


def findings(found: Ownership) -> list[Finding]:
    """Everything worth saying, in the order it is said."""
    said = [
        Finding(
            "QG-1782", Level.WARNING, f"skipped by GitHub, {one_line(line.reason)}", path=found.file, line=line.line
        )
        for line in found.rules.skipped
    ]
    said += [
        Finding("QG-1789", Level.WARNING, f"not read by GitHub, since there is {found.file}", path=path)
        for path in found.shadowed
    ]
    if found.file is None and (found.coverage.protected or found.revision is not None):
        where = f"at {found.revision}" if found.revision is not None else "here"
        said.append(Finding("QG-1780", Level.ERROR, f"there is no CODEOWNERS {where}: nobody has to review anything"))
    for gap in found.coverage.gaps:
        if gap.glob is None:
            message = "has no owner: CODEOWNERS does not protect itself, whoever may merge may take the owners out"
            said.append(Finding("QG-1784", Level.ERROR, message, path=gap.path))
        else:
            said.append(Finding("QG-1783", Level.ERROR, _lacks(gap, found), path=gap.path))
    if found.coverage.shared:
        count = len(found.coverage.shared)
        files = "1 file has" if count == 1 else f"{count} files have"
        message = f"{files} other owners beside the brand's, such as {one_line(found.coverage.shared[0])}"
        said.append(Finding("QG-1783", Level.NOTE, f"{message}; the review of any one owner is enough"))
    return said


def _globs(config: Config | None, top: Path) -> tuple[str, ...]:
    """What is protected, from the top level of the repository."""
    if config is None:
        return DEFAULTS
    root = config.root.resolve()
    prefix = f"{root.relative_to(top.resolve()).as_posix()}/" if root.is_relative_to(top.resolve()) else ""
    prefix = prefix.removeprefix("./")
    if config.codeowners.protected is not None:
        return tuple(f"{prefix}{glob.removeprefix('./')}" for glob in config.codeowners.protected)
    source = config.source
    # A `pyproject.toml` that holds the configuration is one.
    return DEFAULTS if source is None or source.name == "qualitygate.toml" else (*DEFAULTS, f"{prefix}{source.name}")


def _find(top: Path, file: Path | None, base: str | None) -> tuple[str | None, tuple[str, ...], bytes | None]:
    """Name from the top, what it shadows, and the content."""
    if file is not None:
        absolute = file.absolute().parent.resolve() / file.name
        within = absolute.is_relative_to(top.resolve())
        name = absolute.relative_to(top.resolve()).as_posix() if within else absolute.as_posix()
        content = content_at(top, base, name, MAX_BYTES) if base is not None else _read(absolute, str(file))
        if content is None:
            raise ConfigError("no such file", code="QG-1401", where=str(file))
        return name, (), content
    if base is not None:
        found = {place: content for place in PLACES if (content := content_at(top, base, place, MAX_BYTES)) is not None}
    else:
        found = {place: content for place in PLACES if (content := _read(top / place, place)) is not None}
    if not found:
        return None, (), None
    name, *shadowed = found
    return name, tuple(shadowed), found[name]


def _read(path: Path, label: str) -> bytes | None:
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot be read: {error}", code="QG-1781", where=label) from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a symbolic link, which GitHub does not follow" if stat.S_ISLNK(status.st_mode) else "no regular file"
        raise ConfigError(f"is {kind}", code="QG-1781", where=label, hint="make it a text file")
    if status.st_size >= MAX_BYTES:
        message = f"has {status.st_size:,} bytes: GitHub loads no CODEOWNERS of 3 MB or more, so nobody owns anything"
        raise ConfigError(message, code="QG-1781", where=label, hint="use wildcards and teams to make it shorter")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", code="QG-1781", where=label) from None


def _lacks(gap: Gap, found: Ownership) -> str:
    if not gap.owners and gap.line is not None:
        return f"line {gap.line} clears its owners"
    if not gap.owners:
        return "has no owner"
    return f"is owned by {', '.join(gap.owners)} (line {gap.line}), none of {', '.join(found.brand)}"
