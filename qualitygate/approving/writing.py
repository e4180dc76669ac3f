"""Writing an approved picture and its sidecar, unless the reference is not what was compared with any more."""

from __future__ import annotations

from qualitygate.approving.decision import Decision
from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import read_file
from qualitygate.policy.provenance import Provenance
from qualitygate.references.checks import sha256_of
from qualitygate.references.files import locked, store


def put(decision: Decision, provenance: Provenance, limits: DecodeLimits) -> None:
    """Write the reference and what is known of it, and remove what it takes the place of.

    No two processes write references of one directory at once. Each file is written beside its target and renamed; what
    fails half-way is undone.

    Args:
        decision: What to write; `Decision.writes` holds.
        provenance: What is known of it.
        limits: As of the run that measured it.

    Raises:
        ConfigError: QG-1412, a file cannot be written; QG-1931, the candidate is not the file any more that was judged,
            or the reference is not what it was compared with.
        DecodeError: The candidate cannot be read any more.
    """
    candidate, target = decision.candidate, decision.target
    if candidate is None or target is None:  # pragma: no cover - the caller asked `writes`
        return
    with locked(target):
        if sha256_of(candidate) != decision.sha256:
            raise ConfigError("changed while it was being approved", code="QG-1931", where=decision.subject.id,
                              hint="run it again")  # fmt: skip
        _hold(decision)
        content = None if decision.action == "recorded" else read_file(candidate, decision.subject.id, limits)
        store(target, content, provenance.to_json(), decision.obsolete)


def _hold(decision: Decision) -> None:
    """Refuse where somebody else wrote what is about to be replaced: the numbers shown were of another comparison."""
    if decision.action == "recorded" or decision.target is None:
        return
    old = decision.obsolete[0] if decision.obsolete else decision.target
    now = sha256_of(old)
    if now != decision.previous_sha256 or (decision.obsolete and decision.target.exists()):
        raise ConfigError(f"its reference changed while it was being approved: {old.name}", code="QG-1931",
                          where=decision.subject.id, hint="look at it again, and run it again")  # fmt: skip
