"""Names that installed packages add to an explicit table, through entry points."""

from __future__ import annotations

from collections.abc import Mapping

from qualitygate.core.errors import ConfigError


def with_plugins(kind: str, group: str, table: Mapping[str, str]) -> dict[str, str]:
    """A table of names with those of installed plugins behind its own.

    Args:
        kind: What the names are of, for the message: `metric`, `reporter`.
        group: Entry point group, such as `qualitygate.metrics`.
        table: Built-in names to `module:class`.

    Raises:
        ConfigError: QG-1411, a plugin uses a name that is taken.
    """
    from importlib.metadata import entry_points  # slow to load, and no part of a git hook

    found = dict(table)
    for point in sorted(entry_points(group=group), key=lambda p: p.name):
        if point.name in found:
            raise ConfigError(
                f"{kind} {point.name!r} is provided twice: {found[point.name]} and {point.value}",
                code="QG-1411",
                hint="uninstall one of the two plugins",
            )
        found[point.name] = point.value
    return found
