"""`qualitygate explain PROFILE` and `explain lut`: limits in columns, and what they were born of, each reason once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qualitygate import metrics
from qualitygate.cli import terminal
from qualitygate.core.finding import Finding
from qualitygate.core.lut_drift import SPEC
from qualitygate.core.threshold import Direction, Threshold
from qualitygate.policy.hidden import hidden_file, hidden_profile
from qualitygate.policy.lut_policy import LutPolicy
from qualitygate.policy.model import Budget, Profile
from qualitygate.reporters.terminal import Page


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit as it is shown: its name, `fail above 2.45`, `warn above 2.1`, and what it remembers."""

    name: str
    fail: str
    warn: str
    severity: str
    origin: tuple[str | None, str | None, str | None]


def explain_profile(profile: Profile) -> str:
    """The limits and rules of a profile as they are judged, laid out for the terminal."""
    page = _page()
    _head(page, profile.name, profile.description)
    page.row("read from", profile.origin)
    _warnings(page, hidden_profile(profile))
    page.row("extends", profile.extends)
    limits = [_limit(threshold) for threshold in profile.thresholds]
    limits += [_stated(f"bytes of the set, {one.statistic}", one, scale=1000, unit=" KB") for one in profile.budgets]
    _table(page, limits)
    if profile.rules:
        page.gap()
        page.line(("rules", "bold"))
        wide = max(len(rule.kind) for rule in profile.rules)
        for rule in profile.rules:
            page.line(f"  {rule.kind.replace('_', ' '):<{wide}}  {rule.text}")
    _origins(page, limits)
    return page.text.rstrip("\n")


def explain_luts(policy: LutPolicy) -> str:
    """The limits on the drift of look-up tables, the palette and what is assigned to which files."""
    use, page = policy.default, _page()
    _head(page, "lut", "Drift of look-up tables.")
    page.row("read from", use.origin)
    _warnings(page, () if policy.file is None or not policy.file.hides else (hidden_file(policy.file),))
    page.row("palette", ", ".join(swatch.name for swatch in use.palette) or "none", wrap=True)
    limits = [_stated(f"{SPEC.label} {one.statistic}", one) for one in use.thresholds]
    _table(page, limits)
    if policy.assignments:
        page.gap()
        page.line(("assignments", "bold"))
        for each in policy.assignments:
            meaning = f"{each.use.input or 'undeclared'} to {each.use.output or 'undeclared'}"
            page.line(f"  {', '.join(each.files)}: {each.use.profile}, {meaning}")
    _origins(page, limits)
    return page.text.rstrip("\n")


def paragraphs(*texts: str) -> str:
    """Sentences, wrapped at the width of the terminal."""
    page = _page()
    for one in texts:
        page.sentence(one)
    return page.text.rstrip("\n")


def _page() -> Page:
    return Page(colour=terminal.colours(), width=terminal.width())


def _head(page: Page, name: str, description: str) -> None:
    room = max(20, terminal.width() - len(name) - 2)
    first, *others = textwrap.wrap(description, room) or [""]
    page.line((name, "bold"), "  ", first)
    for other in others:
        page.line(" " * (len(name) + 2), other)


def _warnings(page: Page, findings: Iterable[Finding]) -> None:
    for finding in findings:
        page.row("warning", f"{finding.message} ({finding.code})", "yellow", wrap=True)


def _table(page: Page, limits: Sequence[_Limit]) -> None:
    if not limits:
        return
    page.gap()
    page.line(("limits", "bold"))
    name, fail, warn = (max(len(text) for text in column) for column in zip(*map(_cells, limits), strict=True))
    for one in limits:
        page.line(f"  {one.name:<{name}}  {one.fail:<{fail}}  {one.warn:<{warn}}  {one.severity}")


def _cells(limit: _Limit) -> tuple[str, str, str]:
    return limit.name, limit.fail, limit.warn


def _origins(page: Page, limits: Iterable[_Limit]) -> None:
    reasons: dict[tuple[str | None, str | None, str | None], list[str]] = {}
    for limit in limits:
        if any(limit.origin):
            reasons.setdefault(limit.origin, []).append(limit.name)
    for (born_of, why, runbook), names in reasons.items():
        page.gap()
        page.row("born of", born_of, "magenta")
        page.row("why", why, wrap=True)
        page.row("runbook", runbook, "underline")
        page.row("limits", ", ".join(names), wrap=True)


def _limit(threshold: Threshold) -> _Limit:
    spec = metrics.metric_class(threshold.metric).spec
    side = "above" if spec.direction is Direction.LOWER_IS_BETTER else "below"
    return _stated(f"{spec.label} {threshold.statistic}", threshold, side)


def _stated(name: str, one: Threshold | Budget, side: str = "above", scale: float = 1, unit: str = "") -> _Limit:
    fail, warn = (
        "" if value is None else f"{word} {side} {value / scale:g}{unit}"
        for word, value in (("fail", one.fail), ("warn", one.warn))
    )
    return _Limit(name, fail, warn, one.severity.value, (one.born_of, one.why, one.runbook))
