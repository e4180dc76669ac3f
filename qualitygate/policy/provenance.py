"""Where a reference comes from: a sidecar beside it that says who approved it, when, from which stack and why.

`reference/coffee.png.provenance.json` speaks of `reference/coffee.png`. It names the content by SHA-256, so that a
reference which was changed without approval is told from one that was not. Being reviewed is what makes it an approval:
the gate only reads what the repository holds.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import is_incident_id

SCHEMA = "qualitygate.reference/1"
SUFFIX = ".provenance.json"
MAX_BYTES = 200_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
_TEXTS = ("file", "sha256", "approved", "approved_by", "reason")
_OR_NULL = ("previous_sha256", "seed", "incident")
_FIELDS = ("schema", "file", "sha256", "previous_sha256", "approved", "approved_by", "reason", "stack", "seed",
           "incident")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of one reference.

    Attributes:
        file: Name of the picture.
        sha256: Its content, 64 hexadecimal digits.
        previous_sha256: What it took the place of; None for a picture that had no reference.
        approved: RFC 3339 time.
        approved_by: Who approved it.
        reason: Why.
        stack: What made it, such as `model` or `gpu`.
        seed: Seed it was made with, None where none is known.
        incident: Incident it was approved in, None for none.
    """

    file: str
    sha256: str
    previous_sha256: str | None
    approved: str
    approved_by: str
    reason: str
    stack: Mapping[str, str] = field(default_factory=dict)
    seed: str | None = None
    incident: str | None = None

    def to_json(self) -> str:
        """The sidecar's text."""
        values = {"schema": SCHEMA, **{name: getattr(self, name) for name in _FIELDS[1:]}}
        return json.dumps(values | {"stack": dict(self.stack)}, indent=2, ensure_ascii=False) + "\n"


def sidecar_of(picture: Path) -> Path:
    """Where the sidecar of a picture is, whether it exists or not."""
    return picture.with_name(picture.name + SUFFIX)


def read_provenance(picture: Path) -> Provenance | None:
    """What the sidecar beside a picture says; None where there is none.

    Args:
        picture: The picture, not the sidecar.

    Raises:
        ConfigError: QG-1922, there is one, and it is none of ours, or cannot be read.
    """
    path = sidecar_of(picture)
    try:
        if not path.exists() and not path.is_symlink():
            return None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise _unreadable(str(path), error.strerror or "it cannot be looked at") from None
        return None  # the picture's own name leaves no room for the ending, so that there cannot be one
    if not path.is_file():
        raise _unreadable(str(path), "it is no regular file")
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(str(path), error.strerror or "it cannot be opened") from None
    return parse_provenance(content, str(path))


def parse_provenance(content: bytes, where: str) -> Provenance:
    """Read the content of a sidecar.

    Args:
        content: What it holds.
        where: What to name in the error.

    Raises:
        ConfigError: QG-1922, it is none of ours.
    """
    if len(content) > MAX_BYTES:
        raise _unreadable(where, f"it has more than {MAX_BYTES:,} bytes")
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _unreadable(where, f"it is no JSON ({type(error).__name__})") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise _unreadable(where, f'its `schema` is not "{SCHEMA}"')
    if set(data) != set(_FIELDS):
        wrong = sorted(set(data) ^ set(_FIELDS))
        raise _unreadable(where, f"`{wrong[0]}` is {'missing' if wrong[0] in _FIELDS else 'not a key of it'}")
    _check(data, where)
    return Provenance(**{name: data[name] for name in _FIELDS[1:]})


def _check(data: Mapping[str, Any], where: str) -> None:
    for name in (*_TEXTS, *_OR_NULL):
        value = data[name]
        if (value is None and name not in _OR_NULL) or (value is not None and not _text(value)):
            raise _unreadable(where, f"`{name}` is no text that says something")
    for name in ("sha256", "previous_sha256"):
        if data[name] is not None and not _SHA256.fullmatch(data[name]):
            raise _unreadable(where, f"`{name}` is not 64 hexadecimal digits")
    if not _moment(data["approved"]):
        raise _unreadable(where, "`approved` is no RFC 3339 time")
    if data["incident"] is not None and not is_incident_id(data["incident"]):
        raise _unreadable(where, "`incident` is no incident id")
    stack = data["stack"]
    if not isinstance(stack, dict) or not all(_text(key) and _text(value) for key, value in stack.items()):
        raise _unreadable(where, "`stack` is no object of texts")


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _TIME.fullmatch(text) is not None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _unreadable(where: str, what: str) -> ConfigError:
    return ConfigError(f"unreadable provenance: {what}", code="QG-1922", where=where,
                       hint="let `qualitygate approve` write it")  # fmt: skip
