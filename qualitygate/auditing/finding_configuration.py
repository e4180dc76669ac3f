"""Which configuration is audited, and which one it was."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from qualitygate.auditing.past import Past
from qualitygate.core.errors import ConfigError
from qualitygate.policy.find import find_config
from qualitygate.vcs.blobs import Change


def configuration(directory: Path, named: Path | None) -> Path | None:
    """The configuration of the working tree; None where there is none.

    Args:
        directory: Where to look, upwards.
        named: The one that was asked for.

    Raises:
        ConfigError: QG-1401, it was asked for and is not there.
    """
    if named is None:
        return find_config(directory)
    if not named.is_file():
        raise ConfigError("no such file", code="QG-1401", where=named.as_posix())
    return named.parent.resolve() / named.name


def configuration_before(past: Past, now: Path | None, directory: Path, changes: tuple[Change, ...]) -> Path | None:
    """What that configuration was in an earlier commit, below `past.root`; None where there was none.

    The file of the same path; else what git says it was renamed from; else the one that held for its directory, if that
    is gone: one that is still there was not replaced, and the new one has nothing to be compared with.

    Args:
        past: The earlier commit.
        now: The configuration of the working tree.
        directory: Where it was looked for.
        changes: What git says changed since.
    """
    here = now.parent if now is not None else directory
    inside = _inside(past.top, now) if now is not None else None
    if inside is not None:
        renamed = next((one.old_path for one in changes if one.path == inside and one.old_path is not None), None)
        for name in (inside, renamed):
            path = past.root / name if name is not None else None
            if path is not None and path.is_file() and _configures(path):
                return path
    relative = _inside(past.top, here)
    found = find_config(past.root / (relative or ""))
    if found is None or not found.is_relative_to(past.root):
        return None
    left = past.top / found.relative_to(past.root)
    still = now is not None and left != now and left.is_file() and _configures(left)
    return None if still else found


def _configures(path: Path) -> bool:
    """Whether a file is what it must be to configure the gate: a `pyproject.toml` needs our table."""
    return path.name != "pyproject.toml" or find_config(path.parent) == path


def _inside(top: Path, path: Path) -> str | None:
    """A path relative to the top with `/`; None where it lies outside. Links to directories are followed."""
    found = path.parent.resolve() / path.name if path.name else path.resolve()
    resolved = top.resolve()
    if path.is_dir():
        found = path.resolve()
    return PurePosixPath(found.relative_to(resolved)).as_posix() if found.is_relative_to(resolved) else None
