"""Names that installed packages add to an explicit table, through entry points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from qualitygate.core.errors import ConfigError
from qualitygate.core.installed_packages import may_provide


def with_plugins(kind: str, group: str, table: Mapping[str, str]) -> dict[str, str]:
    """A table of names with those of installed plugins behind its own.

    Args:
        kind: What the names are of, for the message: `metric`, `reporter`.
        group: Entry point group, such as `qualitygate.metrics`.
        table: Built-in names to `module:class`.

    Raises:
        ConfigError: QG-1411, a plugin uses a name that is taken.
    """
    found = dict(table)
    for name, value in provided(group):
        if name in found:
            raise ConfigError(
                f"{kind} {name!r} is provided twice: {found[name]} and {value}",
                code="QG-1411",
                hint="uninstall one of the two plugins",
            )
        found[name] = value
    return found


@cache
def provided(group: str) -> tuple[tuple[str, str], ...]:
    """What installed packages provide under a group, as name and `module:class`, by name.

    Looked up once: it means to read the metadata of every package there is.
    """
    if not may_provide(group):
        return ()
    from importlib.metadata import entry_points  # slow to load, and no part of a git hook

    return tuple(sorted((point.name, point.value) for point in entry_points(group=group)))
