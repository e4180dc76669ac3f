"""Writing a candidate as the new reference, with the sidecar that says where it comes from."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualitygate import __version__, clock
from qualitygate.actor import default_actor
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.incident import is_incident_id
from qualitygate.decode import decoder_versions
from qualitygate.decode.sniff import check_extension, sniff
from qualitygate.policy.provenance import Provenance, read_provenance
from qualitygate.references.checks import sha256_of
from qualitygate.references.files import locked, store
from qualitygate.testing.claims import Claims
from qualitygate.testing.given import Given
from qualitygate.testing.target import Target


@dataclass(frozen=True, slots=True)
class Why:
    """Why a reference is written.

    Attributes:
        check: Id of the check that writes it.
        reason: What the command line says, None where it says nothing.
        incidents: Incidents that the test is marked with.
    """

    check: str
    reason: str | None
    incidents: tuple[str, ...] = ()


def update(target: Target, candidate: Given, why: Why, claims: Claims) -> None:
    """Write the bytes of a candidate as the reference, and its sidecar.

    Args:
        target: The file to write.
        candidate: What was judged and can be decoded.
        why: For the sidecar.
        claims: What other tests of this run have written.

    Raises:
        ConfigError: QG-1465, the name promises another format; QG-1466, another test of this run wrote a different
            picture to it, or somebody else did meanwhile; QG-1463, one to a name that differs in case alone; QG-1412,
            it cannot be written.
    """
    reference, label, data = target.path, target.label, candidate.content()
    if reference.exists() and not reference.is_file():
        raise ConfigError("is no regular file", code="QG-1465", where=label, hint="name a file")
    try:
        check_extension(reference.name, sniff(data))
    except DecodeError as error:
        raise ConfigError(
            f"the candidate cannot be written to it: {error.message}", code="QG-1465", where=label,
            hint="give the reference the extension of the candidate's format",
        ) from None  # fmt: skip

    def written() -> None:
        with locked(reference):
            if sha256_of(target.obsolete[0] if target.obsolete else reference) != target.before:
                raise ConfigError("somebody wrote to it while the test ran", code="QG-1466", where=label,
                                  hint="look at it again, and run the test again")  # fmt: skip
            store(reference, data, _provenance(target, data, why).to_json(), target.obsolete)

    claims.write(reference, data, why.check, written)


def _provenance(target: Target, data: bytes, why: Why) -> Provenance:
    return Provenance(
        file=target.path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        previous_sha256=target.before,
        approved=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        approved_by=default_actor(),
        reason=why.reason or f"written by pytest --qualitygate-update for {why.check}",
        stack=_stack(target.obsolete[0] if target.obsolete else target.path),
        incident=next((one for one in why.incidents if is_incident_id(one)), None),
    )


def _stack(reference: Path) -> dict[str, str]:
    """What is known here of what made the picture, and what a person wrote about it before."""
    try:
        before = read_provenance(reference)
    except ConfigError:
        before = None  # it is about to be replaced
    known: dict[str, Any] = {
        **(before.stack if before else {}),
        "qualitygate": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}".strip(),
        **{name: version for name, version in decoder_versions().items() if name == "pillow"},
    }
    return {name: str(value) for name, value in known.items() if str(value or "").strip()}
