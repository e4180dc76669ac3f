"""What the configuration says beside its sets: further checks, limits of decoding, provenance, protected paths."""

from __future__ import annotations

from dataclasses import fields

from qualitygate.core.limits import DecodeLimits
from qualitygate.policy.model import Config
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, listed


def compare_settings(before: Config, after: Config, where: str) -> list[Entry]:
    """What else is looser.

    Args:
        before, after: The two configurations.
        where: File of the new one.
    """
    found: list[Entry] = []
    gone = [step for step in before.check.also if step not in after.check.also]
    if gone:
        now = listed(list(after.check.also))
        found.append(Entry(Kind.CHECK, "check: also", listed(list(before.check.also)), now, now, where,
                           details=(f"no longer checked: {listed(gone)}",)))  # fmt: skip
    for one in fields(DecodeLimits):
        was, now_ = getattr(before.limits, one.name), getattr(after.limits, one.name)
        if now_ > was:
            found.append(Entry(Kind.LIMIT, f"limits: {one.name}", f"{was:,}", f"{now_:,}", str(now_), where,
                               amount=float(now_ - was), unit=one.name.removeprefix("max_").replace("_", " "),
                               percent=100.0 * (now_ - was) / was))  # fmt: skip
    if before.references.provenance == "required" and after.references.provenance != "required":
        now = after.references.provenance
        found.append(Entry(Kind.CHECK, "references: provenance", "required", now, now, where))
    if before.incident.control_board and not after.incident.control_board:
        members = listed(list(before.incident.control_board))
        found.append(Entry(Kind.CHECK, "incident: control_board", members, NONE, NONE, where,
                           details=("anybody may approve a waiver",)))  # fmt: skip
    lost = [glob for glob in before.codeowners.protected or () if glob not in (after.codeowners.protected or (glob,))]
    if lost:
        now = listed(list(after.codeowners.protected or ()))
        found.append(Entry(Kind.CHECK, "codeowners: protected", listed(list(before.codeowners.protected or ())), now,
                           now, where, details=(f"no longer protected: {listed(lost)}",)))  # fmt: skip
    return found


def present_settings(config: Config) -> dict[str, str]:
    """What waivers of these changes are bound to, as things stand."""
    found = {"check: also": listed(list(config.check.also)), "references: provenance": config.references.provenance}
    if config.incident.control_board:
        found["incident: control_board"] = listed(list(config.incident.control_board))
    if config.codeowners.protected is not None:
        found["codeowners: protected"] = listed(list(config.codeowners.protected))
    return found | {f"limits: {one.name}": str(getattr(config.limits, one.name)) for one in fields(DecodeLimits)}
