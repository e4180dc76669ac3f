"""The files of a postmortem as the verbs of `qualitygate postmortem` read and write them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import durable, json_edits
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.markdown import source
from qualitygate.incidents.views import unlogged


def read(path: Path) -> bytes | None:
    """The content of a file, None if there is none.

    Raises:
        ConfigError: QG-1750, it is no file or too large; QG-1412, it cannot be read.
    """
    if not path.exists() and not path.is_symlink():
        return None
    if not path.is_file():
        raise ConfigError("is no file", code="QG-1750", where=shown(path), hint="remove it, or restore it from git")
    with durable.reported(path):
        most = json_edits.MAX_BYTES if path.suffix == ".json" else source.MAX_BYTES
        if path.stat().st_size > most:
            raise ConfigError(
                f"the file has {path.stat().st_size:,} bytes, more than a postmortem can have",
                code="QG-1750",
                where=shown(path),
                hint="restore it from git",
            )
        return path.read_bytes()


def text_of(content: bytes | None) -> str | None:
    """The text of a file; what is no UTF-8 stays recognisable, so that the parser can name its line."""
    return None if content is None else content.decode("utf-8", "surrogateescape")


def shown(path: Path) -> str:
    """A path as a person reads it: from here, if it is below."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return os.fspath(path)


def chosen(ledger: Ledger, ids: Iterable[str], everything: bool) -> list[str]:
    """The incidents that were named, each once; all that have a file, with `everything`.

    Raises:
        ConfigError: QG-1701, one of them is no incident id.
    """
    named = list(dict.fromkeys(ids))
    for incident_id in named:
        ledger.paths(incident_id)
    return sorted({*ledger.ids(), *unlogged(ledger.root)}) if everything else named
