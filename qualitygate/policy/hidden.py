"""A warning about a local threshold file that hides a shipped one: what it does not restate is judged no more."""

from __future__ import annotations

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Profile


def hidden_profile(profile: Profile) -> tuple[Finding, ...]:
    """One warning (QG-1423) where a profile has the name of a shipped one and does not extend it; else none."""
    if profile.file is None or not profile.file.hides:
        return ()
    ours = _stated(load_profile(profile.name))
    lost = len(ours - _stated(profile))
    left = f"{lost} of its {len(ours)} limits, rules and budgets are not judged" if lost else ""
    return (hidden_file(profile.file, left),)


def hidden_file(file: ThresholdFile, lost: str = "") -> Finding:
    """The warning about one file, with what is lost by it."""
    message = f"shipped thresholds hidden: {file.path} does not extend {file.name}"
    return Finding("QG-1423", Level.WARNING, message + (f", {lost}" if lost else ""), path=file.path)


def _stated(profile: Profile) -> set[tuple[str, str]]:
    limits = {(one.metric, one.statistic) for one in profile.thresholds}
    return (
        limits | {("rules", one.kind) for one in profile.rules} | {("budget", one.statistic) for one in profile.budgets}
    )
