"""One writer at a time. The lock is the system's and ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents import views

_SECONDS = 60.0


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of postmortems, which is made if need be.

    Raises:
        ConfigError: QG-1704, another writer has held it for a minute; QG-1412, not writable.
    """
    from filelock import FileLock, Timeout

    views.prepare(folder)
    try:
        with FileLock(folder / views.LOCK, timeout=_SECONDS):
            yield
    except Timeout as error:
        raise ConfigError(
            f"another writer has held the lock for {_SECONDS:g} seconds",
            code="QG-1704",
            where=str(folder / views.LOCK),
            hint="wait for it, or end it",
        ) from error
