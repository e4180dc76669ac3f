"""Ways of telling a report: one file each, one explicit table.

Third parties add reporters through the entry point group `qualitygate.reporters`; a name that is taken is an error.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from qualitygate.core.errors import ConfigError

if TYPE_CHECKING:
    from qualitygate.reporters.base import Reporter

# name -> "module:class". Strings, so that importing the table loads no reporter.
TABLE: dict[str, str] = {
    "text": "qualitygate.reporters.text:Text",
    "json": "qualitygate.reporters.json:Json",
    "github": "qualitygate.reporters.github:Github",
}


def names() -> dict[str, str]:
    """Reporter name to `module:class`, built-in ones first, then those of installed plugins.

    Raises:
        ConfigError: A plugin uses a name that is taken.
    """
    from importlib.metadata import entry_points  # slow to load, and no part of a git hook

    table = dict(TABLE)
    for point in sorted(entry_points(group="qualitygate.reporters"), key=lambda p: p.name):
        if point.name in table:
            raise ConfigError(
                f"reporter {point.name!r} is provided twice: {table[point.name]} and {point.value}",
                code="QG-1411",
                hint="uninstall one of the two plugins",
            )
        table[point.name] = point.value
    return table


def reporter(name: str) -> Reporter:
    """A reporter by name.

    Raises:
        ConfigError: No such reporter.
    """
    table = names()
    if name not in table:
        known = ", ".join(table)
        raise ConfigError(f"unknown report format {name!r}", code="QG-1405", hint=f"known formats: {known}")
    module, _, attribute = table[name].partition(":")
    made: Reporter = getattr(importlib.import_module(module), attribute)()
    return made
