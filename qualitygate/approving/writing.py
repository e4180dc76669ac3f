"""Writing an approved picture and its sidecar: both, or neither."""

from __future__ import annotations

from pathlib import Path

from qualitygate.approving.deciding import Decision
from qualitygate.cli.output import write
from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import read_file
from qualitygate.pairing.accepted import directory_of
from qualitygate.policy.provenance import Provenance, sidecar_of
from qualitygate.reference_checks import sha256_of


def put(decision: Decision, provenance: Provenance, limits: DecodeLimits) -> None:
    """Write the reference and what is known of it, and remove what it takes the place of.

    Each file is written beside its target and renamed. What fails half-way is undone, so that the old reference is
    there with its old sidecar.

    Args:
        decision: What to write; `Decision.writes` holds.
        provenance: What is known of it.
        limits: As of the run that measured it.

    Raises:
        ConfigError: QG-1412, a file cannot be written; QG-1931, the candidate is not the file any more that was judged.
        DecodeError: The candidate cannot be read any more.
    """
    candidate, target = decision.candidate, decision.target
    if candidate is None or target is None:  # pragma: no cover - the caller asked `writes`
        return
    if sha256_of(candidate) != decision.sha256:
        raise ConfigError("changed while it was being approved", code="QG-1931", where=decision.subject.id,
                          hint="run it again")  # fmt: skip
    sidecar = sidecar_of(target)
    before = {path: path.read_bytes() if path.is_file() else None for path in (target, sidecar, *decision.obsolete)}
    try:
        if decision.action != "recorded":
            write(target, read_file(candidate, decision.subject.id, limits))
        write(sidecar, provenance.to_json())
        for path in decision.obsolete:
            path.unlink(missing_ok=True)
        _move_accepted(decision, target)
    except BaseException as error:
        _undo(before)
        if isinstance(error, OSError):
            raise ConfigError(f"cannot be written: {error.strerror}", code="QG-1412", where=str(target)) from None
        raise


def _move_accepted(decision: Decision, target: Path) -> None:
    """The further accepted references go with their picture to its new name."""
    if decision.action == "replaced" and decision.obsolete:
        old, new = directory_of(decision.obsolete[0]), directory_of(target)
        if old.is_dir() and not new.exists():
            old.rename(new)


def _undo(before: dict[Path, bytes | None]) -> None:
    for path, content in before.items():
        try:
            if content is None:
                path.unlink(missing_ok=True)
            elif not path.is_file() or path.read_bytes() != content:
                write(path, content)
        except (OSError, ConfigError):
            continue  # what went wrong is told; the next file may still be put back
