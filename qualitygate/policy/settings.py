"""What the configuration says beside its sets, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BASED = frozenset({"audit", "prove"})
"""Steps that compare with `Circumstances.base`."""


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """What a seeded postmortem should already know."""

    stakeholders: tuple[str, ...] = ()
    control_board: tuple[str, ...] = ()
    lang: Literal["en", "de", "fr", "ja"] = "en"


@dataclass(frozen=True, slots=True)
class OwnershipSettings:
    """Who must review what.

    Attributes:
        protected: Globs over paths relative to the configuration; None for the defaults.
        owners: Owners of the brand, as CODEOWNERS writes them; empty where any owner will do.
    """

    protected: tuple[str, ...] | None = None
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """What a reference must say of its own origin.

    Attributes:
        provenance: Whether every reference needs a sidecar, or only those that have one are held to it.
    """

    provenance: Literal["optional", "required"] = "optional"


STEPS = ("audit", "codeowners", "prove", "thresholds")
"""What `check` can run beside the sets, in this order."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What `qualitygate check` does beside the sets.

    Attributes:
        also: Names out of `STEPS`.
    """

    also: tuple[str, ...] = ()
