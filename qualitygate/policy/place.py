"""Where a table of the configuration stands, for errors that are found once the rest is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from qualitygate.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Place:
    """A table that was read.

    Attributes:
        name: Key path, such as `sets[0].regions[1]`; empty for what no file states.
        line: `file.toml:LINE` of the table.
        lines: Key to `file.toml:LINE`, of the keys that the table states.
    """

    name: str = ""
    line: str | None = None
    lines: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, key: str, message: str, *, code: str = "QG-1405", hint: str | None = None) -> ConfigError:
        """The error about a key, at its line; without a line where no file states the key."""
        said = f"{self.name}.{key}: {message}" if key in self.lines else message
        return ConfigError(said, code=code, where=self.lines.get(key), hint=hint)

    def without(self, *keys: str) -> Place:
        """The same place once keys of it were replaced, as by the command line."""
        return replace(self, lines={key: line for key, line in self.lines.items() if key not in keys})


NOWHERE = Place()
