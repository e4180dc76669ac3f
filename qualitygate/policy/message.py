"""The line a person reads when a limit is broken: what, by how much, where, and what the limit remembers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from qualitygate.core.borderline import BORDERLINE
from qualitygate.core.number_text import kilobytes as kilobytes
from qualitygate.core.number_text import limit_text as limit_text
from qualitygate.core.number_text import value_text as value_text
from qualitygate.core.threshold import Severity, Threshold
from qualitygate.core.toml_text import basic_string
from qualitygate.core.transparency import OPAQUE

if TYPE_CHECKING:
    from qualitygate.core.measurement import MetricSpec
    from qualitygate.core.threshold_file import ThresholdFile
    from qualitygate.policy.model import Budget, Rule


def broken_limit(
    spec: MetricSpec,
    threshold: Threshold,
    value: float,
    limit: float,
    subject: str,
    profile: str,
    *,
    fails: bool,
    borderline: bool = False,
) -> str:
    """`DeltaE00 5.31 exceeds 2.0: hero/landing.jpg, p95, profile hero, severity S1, born of PM-… (why), runbook …`."""
    unit = f" {spec.unit}" if spec.unit else ""
    head = (
        f"{spec.label} {value_text(value, limit, spec.decimals)}{unit} {spec.direction.verb} {limit_text(limit)}{unit}"
    )
    parts = [*_about(subject, threshold), *([BORDERLINE] if borderline else [])]
    return _joined(head, parts, profile, threshold, fails=fails)


def held_limit(spec: MetricSpec, threshold: Threshold, value: float, limit: float, subject: str, profile: str) -> str:
    """`SSIM 0.9505 is within 0.001 of 0.95: hero/landing.jpg, mean, borderline: …, profile hero`."""
    unit = f" {spec.unit}" if spec.unit else ""
    near = f"{limit_text(spec.agreement)}{unit} of {limit_text(limit)}{unit}"
    number = limit_text(value) if value == limit else value_text(value, limit, spec.decimals)
    head = f"{spec.label} {number}{unit} is within {near}"
    return _one_line(f"{head}: {', '.join([*_about(subject, threshold), BORDERLINE, f'profile {profile}'])}")


def broken_budget(
    budget: Budget, value: float, limit: float, details: Iterable[str], profile: str, *, fails: bool
) -> str:
    """`mean file size 31.2 KB exceeds 25 KB: set thumbs, 120 files, largest a.jpg 90.1 KB, profile thumbnail, …`."""
    head = f"{budget.statistic} file size {kilobytes(value, limit)} KB exceeds {kilobytes(limit)} KB"
    return _joined(head, details, profile, budget, fails=fails)


def budget_place(budget: Budget, file: ThresholdFile | None) -> tuple[str, ...]:
    """`limit [budget] mean_kb in thresholds/hero.toml`: what to change, and where; empty if unknown."""
    if file is None:
        return ()
    path = PurePath(file.path)
    where = "/".join(path.parts[-2:]) if path.is_absolute() else file.path  # a checkout of git's lies anywhere
    place = f"a new {where} that extends {basic_string(file.name)}" if file.ships else where
    return (f"limit [budget] {budget.statistic}_kb in {place}",)


def broken_rule(rule: Rule, found: str, subject: str, profile: str) -> str:
    """`format tiff is not allowed (jpeg, webp, avif, png): hero/landing.tif, profile hero, severity S3`."""
    subjects = {"formats": "format", "chroma_subsampling": "chroma subsampling", "colour_spaces": "colour space"}
    head = f"{subjects[rule.kind]} {found} is not allowed ({', '.join(rule.allowed)})"
    return _joined(head, [subject], profile, rule, fails=True)


def broken_alpha(rule: Rule, what: str, value: float, details: Iterable[str], subject: str, profile: str) -> str:
    """`alpha difference 255/255 exceeds 24/255: logo.png, 46/255 on average, the candidate is opaque, profile ui`."""
    head = f"{what} {levels_text(value, rule.tolerance)} exceeds {rule.tolerance:g}/{OPAQUE}"
    return _joined(head, [subject, *details], profile, rule, fails=True)


def levels_text(value: float, limit: float = -1.0) -> str:
    """`46/255`: levels of alpha, with as many decimals as it takes to stay on their side of a limit."""
    text = value_text(value, limit, 1)
    return f"{text.removesuffix('.0')}/{OPAQUE}"


def _about(subject: str, threshold: Threshold) -> list[str]:
    return [subject, threshold.statistic, *([f"region {threshold.region}"] if threshold.region else [])]


def _joined(head: str, parts: Iterable[str], profile: str, limit: Threshold | Budget | Rule, *, fails: bool) -> str:
    said = [*parts, f"profile {profile}"]
    if fails:
        said.append(_severity(limit.severity))
    memory = f"born of {limit.born_of}" if limit.born_of else ""
    if limit.why:
        memory = f"{memory} ({limit.why})" if memory else f"because {limit.why}"
    said += [memory] if memory else []
    said += [f"runbook {limit.runbook}"] if limit.runbook else []
    return _one_line(f"{head}: {', '.join(said)}")


def _severity(severity: Severity) -> str:
    return f"severity {severity.value}"


def _one_line(text: str) -> str:
    """File names may hold line ends and escape sequences; a message must not."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
