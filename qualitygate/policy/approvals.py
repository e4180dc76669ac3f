"""Approved changes of LUTs: one small record per change under `approvals/luts`, a path that CODEOWNERS can guard.

A record names the contents of both versions by SHA-256, so that it approves this change and no other, wherever the
files lie. Text is digested with line feeds, whatever line ends git checks out, so that a record holds on every machine.
Being reviewed is what makes it an approval: the gate only reads what the repository holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError

FOLDER = "approvals/luts"
SCHEMA = "qualitygate.lut-approval/1"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIELDS = ("schema", "file", "new_sha256", "old_sha256", "reason", "approved")


@dataclass(frozen=True, slots=True)
class Approval:
    """One approved change.

    Attributes:
        file: Path of the LUT when it was approved, for people.
        new_sha256, old_sha256: Contents of the two versions, 64 hexadecimal digits.
        reason: Why the change is meant.
        approved: RFC 3339 UTC time.
        path: Path of the record relative to the root, with `/`.
    """

    file: str
    new_sha256: str
    old_sha256: str
    reason: str
    approved: str
    path: str = ""

    @property
    def name(self) -> str:
        """Name of the record's file."""
        return f"{self.new_sha256[:16]}-{self.old_sha256[:16]}.json"


def digest(content: bytes) -> str:
    """SHA-256 of a version, 64 hexadecimal digits. CR LF counts as LF, unless a NUL tells that it is no text."""
    import hashlib

    return hashlib.sha256(content if b"\0" in content else content.replace(b"\r\n", b"\n")).hexdigest()


def find_approval(
    root: Path, new_sha256: str, old_sha256: str, content: Callable[[Path], bytes | None] | None = None
) -> Approval | None:
    """The record that approves exactly this change, None where there is none.

    Args:
        root: Directory that holds `approvals/luts`.
        new_sha256, old_sha256: Digests of the two versions.
        content: Gives a file, None for one that is not there, in place of the file system.

    Raises:
        ConfigError: QG-1692, the record that should is damaged.
    """
    directory = root / FOLDER
    wanted = directory / Approval("", new_sha256, old_sha256, "", "").name
    data = None if content is None else content(wanted)
    if data is None if content is not None else not wanted.is_file():
        return None
    found = read_approval(wanted, root, data)
    if (found.new_sha256, found.old_sha256) != (new_sha256, old_sha256):
        raise _damaged(found.path, "it approves another change than its name says")
    return found


def accepted_before(
    root: Path, new_sha256: str, content: Callable[[Path], bytes | None] | None = None
) -> Approval | None:
    """The newest record that approved a version, whatever it replaced then; None where there is none.

    Args:
        root: Directory that holds `approvals/luts`.
        new_sha256: Digest of the version.
        content: As of `find_approval`. A record that only the working tree has is none then.
    """
    found: list[Approval] = []
    for path in sorted((root / FOLDER).glob(f"{new_sha256[:16]}-*.json")):
        try:
            data = None if content is None else content(path)
            record = read_approval(path, root, data) if content is None or data is not None else None
        except ConfigError:  # said where it would be needed
            continue
        if record is not None and record.new_sha256 == new_sha256:
            found.append(record)
    return max(found, key=lambda one: one.approved, default=None)


def read_approval(path: Path, root: Path, content: bytes | None = None) -> Approval:
    """Read one record.

    Args:
        path: Where it is.
        root: Directory that holds `approvals/luts`.
        content: What it holds, if that is known already.

    Raises:
        ConfigError: QG-1692, it is no record of ours.
    """
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    import json

    try:
        data = json.loads((path.read_bytes() if content is None else content).decode("utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(shown, f"it cannot be read ({type(error).__name__})") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or set(data) != set(_FIELDS):
        raise _damaged(shown, f"its keys are not those of {SCHEMA}")
    if not all(isinstance(data[key], str) and data[key].strip() for key in _FIELDS):
        raise _damaged(shown, "every value is a text that is not empty")
    if not all(_SHA256.fullmatch(data[key]) for key in ("new_sha256", "old_sha256")):
        raise _damaged(shown, "a digest is not 64 hexadecimal digits")
    return Approval(**{key: data[key] for key in _FIELDS[1:]}, path=shown)


def write_approval(root: Path, approval: Approval) -> Path:
    """Write a record; its path is a function of what it approves. One that is there already is not changed.

    Raises:
        ConfigError: QG-1412, it cannot be written or is there already.
    """
    import json

    shown = f"{FOLDER}/{approval.name}"
    path = root / shown
    values = {"schema": SCHEMA, **{key: getattr(approval, key) for key in _FIELDS[1:]}}
    text = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise ConfigError("this change is approved already", code="QG-1412", where=shown) from None
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=shown) from None
    return path


def _damaged(shown: str, what: str) -> ConfigError:
    return ConfigError(f"unreadable approval: {what}", code="QG-1692", where=shown, hint="approve the change again")
