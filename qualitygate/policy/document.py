"""A TOML file that was read, and the errors that point into it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from qualitygate.core.errors import ConfigError
from qualitygate.policy.toml_lines import KeyPath, key_lines

_POSITION = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Document:
    """One parsed TOML file.

    Attributes:
        path: Where it was read from.
        text: Its text.
        data: What `tomllib` made of it.
    """

    path: Path
    text: str
    data: dict[str, Any]

    @property
    def label(self) -> str:
        """The path as messages show it: relative to the working directory where it lies below it."""
        return shown(self.path)

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return key_lines(self.text)

    def where(self, path: KeyPath) -> str:
        """`file.toml:LINE` of a key path, or of the nearest part of it that stands in the file."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self.label}:{self._lines.get(path, 1)}"


def read(path: Path, content: bytes | None = None) -> Document:
    """Read and parse a TOML file.

    Args:
        path: Where it is.
        content: What it holds, if that is known already, such as from the index of git.

    Raises:
        ConfigError: There is no such file (QG-1401), it is a directory (QG-1407), or it is not valid TOML (QG-1403).
    """
    label = shown(path)
    if content is None and path.is_dir():
        raise ConfigError("is a directory", code="QG-1407", where=label, hint="name a TOML file")
    try:
        content = path.read_bytes() if content is None else content
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("no such file", code="QG-1401", where=label) from None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", code="QG-1401", where=label) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            "malformed TOML: not UTF-8", code="QG-1403", where=f"{label}:{line}", hint="save the file as UTF-8"
        ) from None
    try:
        return Document(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _malformed(label, text, str(error)) from None
    except RecursionError:
        raise ConfigError("malformed TOML: nested too deeply", code="QG-1403", where=label) from None


def _malformed(label: str, text: str, reason: str) -> ConfigError:
    found = _POSITION.search(reason)
    reason = _POSITION.sub("", reason)
    if found is not None and found.group(1):
        where, column = f"{label}:{found.group(1)}", f", column {found.group(2)}"
    else:
        where, column = f"{label}:{max(1, len(text.splitlines()))}", ""
    return ConfigError(f"malformed TOML{column}: {reason[:1].lower()}{reason[1:]}", code="QG-1403", where=where)


def shown(path: Path) -> str:
    """A path for messages: relative to the working directory where it lies below it, with `/`."""
    relative = os.path.relpath(path) if path.is_absolute() and path.drive == Path.cwd().drive else str(path)
    return (path if relative.startswith("..") else Path(relative)).as_posix()


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean 'mean'?` where something known is close, otherwise all that is known."""
    import difflib  # only a mistake needs it

    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(names)}"


def dotted(path: KeyPath) -> str:
    """A key path as a person writes it: `sets[0].name`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
