"""The incidents of a repository, read from their event logs."""

from __future__ import annotations

import contextlib
import gc
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import is_incident_id
from qualitygate.incidents.fold import fold
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import Log, canonical, defects, is_linked, is_shared, parse
from qualitygate.incidents.paths import Paths, ids_in, paths_of
from qualitygate.incidents.postmortem import Postmortem

MAX_LOG_BYTES = 64_000_000
BROKEN = "the chain of its event log is broken, so what is shown may be forged; see `qualitygate incident verify`"


class Records(NamedTuple):
    """Every incident that could be read, in the order of their ids, and one line for each that could not."""

    records: list[Postmortem]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Archive:
    """The incidents below one directory, for reading.

    Attributes:
        root: The incident directory, which holds `run/` and `evidence/`. It need not exist.
    """

    root: Path

    def paths(self, incident_id: str) -> Paths:
        """Where the files of an incident are.

        Raises:
            ConfigError: QG-1701, that is no incident id.
        """
        if not is_incident_id(incident_id):
            raise ConfigError(
                f"{incident_id!r} is no incident id",
                code="QG-1701",
                hint="write PM-YYYY-MM-DD-NN, as in `incident list`",
            )
        return paths_of(self.root, incident_id)

    def ids(self) -> list[str]:
        """Every incident that has a log, in order."""
        return sorted(ids_in(self.root, ".events.jsonl"))

    def mentioning(self, text: str) -> list[str]:
        """Ids of the incidents whose log holds a text, such as a key, in order: quicker than reading every event."""
        sought, found = text.encode(), []
        for incident_id in self.ids():
            with contextlib.suppress(ConfigError):
                if sought in self.content(incident_id):
                    found.append(incident_id)
        return found

    def log_exists(self, incident_id: str) -> bool:
        """Whether there is such an incident."""
        return self.paths(incident_id).events.exists()

    def log(self, incident_id: str) -> Log:
        """The log of an incident, with whatever is wrong in it.

        Raises:
            ConfigError: QG-1701, there is no such incident; QG-1702, its log cannot be read.
        """
        return parse(self.content(incident_id))

    def lines(self, incident_id: str) -> tuple[Line, ...]:
        """The events of an incident.

        Raises:
            ConfigError: As `log`; QG-1702 also for a log with lines that are no events.
        """
        return sound(incident_id, self.log(incident_id), self.paths(incident_id))

    def record(self, incident_id: str) -> Postmortem:
        """The record of an incident, as its events say.

        Raises:
            ConfigError: QG-1701, there is no such incident; QG-1702, its log cannot be read.
        """
        return folded(incident_id, self.lines(incident_id))

    def records(self) -> Records:
        """Every incident. One that cannot be read is a warning, so that it cannot hide the others."""
        found = Records([], [])
        with _uncollected():
            self._read_all(found)
        return found

    def _read_all(self, found: Records) -> None:
        for incident_id in self.ids():
            try:
                lines = self.lines(incident_id)
                found.records.append(folded(incident_id, lines))
                if not is_linked(lines):
                    found.warnings.append(f"{incident_id}: {BROKEN}")
            except ConfigError as error:
                found.warnings.append(str(error))

    def content(self, incident_id: str) -> bytes:
        """The log of an incident as it is.

        Raises:
            ConfigError: As `log`.
        """
        if not is_incident_id(incident_id):
            self.paths(incident_id)  # says what would be one
        # Text and plain calls, since there may be ten thousand. A pipe would block for ever without O_NONBLOCK.
        path = f"{self.root}/run/_/postmortems/{incident_id}.events.jsonl"
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
            with os.fdopen(handle, "rb", buffering=0) as file:
                found = os.fstat(handle)
                if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_LOG_BYTES:
                    what = f"is larger than {MAX_LOG_BYTES:,} bytes" if found.st_size > MAX_LOG_BYTES else "is no file"
                    raise ConfigError(f"the log {what}", code="QG-1702", where=path, hint="restore it from git")
                return file.readall()
        except FileNotFoundError:
            hint = f"see `qualitygate incident list`; `qualitygate explain {incident_id}` says which limits name it"
            if self.paths(incident_id).json.exists() or self.paths(incident_id).markdown.exists():
                hint = f"it has no event log yet; `qualitygate postmortem sync {incident_id}` begins one"
            raise ConfigError(
                f"there is no incident {incident_id}", code="QG-1701", where=str(self.root), hint=hint
            ) from None
        except OSError as error:
            raise ConfigError(
                f"the log cannot be read: {error.strerror}", code="QG-1702", where=path, hint="restore it from git"
            ) from error


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look at every one of many records again and again, for nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def sound(incident_id: str, log: Log, paths: Paths) -> tuple[Line, ...]:
    """The events of a log all of whose lines are events, in their canonical order.

    Raises:
        ConfigError: QG-1702, a line is none, or there is none at all; QG-1722, two incidents were given this id.
    """
    if log.defects or not log.lines:
        first = log.defects[0] if log.defects else None
        raise ConfigError(
            f"the log of {incident_id} cannot be read: {f'line {first.line} {first.text}' if first else 'it is empty'}",
            code="QG-1702",
            where=str(paths.events) + (f":{first.line}" if first else ""),
            hint="restore it from git; `qualitygate incident verify` says all that is wrong",
        )
    if is_shared(log.lines):
        raise ConfigError(
            f"two incidents were given the id {incident_id}, on branches that did not know of each other",
            code="QG-1722",
            where=str(paths.events),
            hint=f"run `qualitygate incident verify {incident_id} --repair`, which gives one of them an id of its own",
        )
    return canonical(log.lines)


def whole(incident_id: str, log: Log, paths: Paths) -> tuple[Line, ...]:
    """The events of a log that nobody tampered with: what is written behind a broken chain is worth nothing.

    Raises:
        ConfigError: As `sound`; QG-1705, the chain is broken.
    """
    lines = sound(incident_id, log, paths)
    wrong = next(defects(incident_id, log, canonical_form=False), None)
    if wrong is not None:
        raise ConfigError(
            f"the event log of {incident_id} was tampered with: line {wrong.line} {wrong.text}",
            code="QG-1705",
            where=f"{paths.events}:{wrong.line}",
            hint="restore it from git; `qualitygate incident verify` tells all of it",
        )
    return lines


def folded(incident_id: str, lines: Sequence[Line]) -> Postmortem:
    """The record after these events.

    Raises:
        ConfigError: QG-1702, they do not begin with the opening of an incident.
    """
    try:
        return fold(lines)
    except ValueError as error:
        raise ConfigError(str(error), code="QG-1702", where=incident_id, hint="restore the log from git") from error
