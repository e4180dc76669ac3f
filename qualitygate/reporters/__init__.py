"""Ways of telling a report: one file each, one explicit table.

Third parties add reporters through the entry point group `qualitygate.reporters`; a name that is taken is an error.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from qualitygate.core.errors import ConfigError
from qualitygate.core.plugins import with_plugins

if TYPE_CHECKING:
    from qualitygate.reporters.base import Reporter

# name -> "module:class". Strings, so that importing the table loads no reporter.
TABLE: dict[str, str] = {
    "text": "qualitygate.reporters.text:Text",
    "json": "qualitygate.reporters.json:Json",
    "github": "qualitygate.reporters.github:Github",
    "markdown": "qualitygate.reporters.markdown:Markdown",
    "sarif": "qualitygate.reporters.sarif:Sarif",
    "junit": "qualitygate.reporters.junit:Junit",
    "html": "qualitygate.reporters.html:Html",
}


def names() -> dict[str, str]:
    """Reporter name to `module:class`, built-in ones first, then those of installed plugins.

    Raises:
        ConfigError: A plugin uses a name that is taken.
    """
    return with_plugins("reporter", "qualitygate.reporters", TABLE)


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
