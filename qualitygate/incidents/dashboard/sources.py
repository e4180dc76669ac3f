"""What the pages are made from, besides the records. A porch says where it comes from."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Sources(Protocol):
    """Reads what belongs to an incident. Nothing here raises: what is not there is None."""

    def markdown(self, incident_id: str) -> str | None:
        """The postmortem as people edit it."""
        ...

    def evidence(self, path: str) -> bytes | None:
        """A file of evidence.

        Args:
            path: Relative to the incident directory, with `/`, as the record has it: not to be trusted.
        """
        ...


class File(NamedTuple):
    """One file of the site; `path` is relative to it, with `/`."""

    path: str
    content: bytes
