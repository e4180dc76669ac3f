"""Numbers of a subject beside the limits that they were held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qualitygate.core.measurement import Measurement, MetricSpec, Setting, Unmeasurable
from qualitygate.core.threshold import Direction, Threshold
from qualitygate.core.usage import used
from qualitygate.core.verdict import Finding, Level, SubjectResult
from qualitygate.reporters import wording
from qualitygate.reporters.base import View
from qualitygate.reporters.printable import one_line

Entry = dict[str, Any]
_DECIMALS = 4


class Told:
    """Settings of measurements, each kept once: those of a run are mostly the same for all its pairs."""

    def __init__(self) -> None:
        self._places: dict[tuple[tuple[str, str], ...], int] = {}

    def place(self, settings: Mapping[str, Setting]) -> int:
        """The place of settings in `all`, to which new ones are added."""
        told = tuple((one_line(key), setting_text(value)) for key, value in settings.items())
        return self._places.setdefault(told, len(self._places))

    @property
    def all(self) -> list[dict[str, str]]:
        """Every one, in the order of their places."""
        return [dict(told) for told in self._places]


def setting_text(value: Setting) -> str:
    """A setting for a person; a digest or a version stays whole."""
    return f"{value:.6g}" if isinstance(value, float) else one_line(str(value))


def metric_entries(result: SubjectResult, limits: Iterable[Threshold], view: View, known: Told) -> list[Entry]:
    """Every metric of a subject with its statistics, limits, and how it was measured.

    Args:
        result: The subject.
        limits: What it was judged by.
        view: Labels and decimals.
        known: Settings told so far, of which the entry gives the place.
    """
    entries = []
    for name, outcome in result.measurements.items():
        spec = view.specs.get(name)
        told: Entry = {"name": one_line(name), "label": spec.label if spec else one_line(name)}
        if isinstance(outcome, Unmeasurable):
            entries.append(
                {
                    **told,
                    "unmeasured": wording.reason(outcome, result.subject.reference, result.subject.candidate),
                    "code": outcome.code,
                    "rows": [],
                }
            )
            continue
        own = [limit for limit in limits if limit.metric == name]
        parts = [part for part in view.specs.values() if part.within == name]
        names = {name, *(part.name for part in parts)}
        broken = [f for f in result.findings if f.metric in names and f.level is Level.ERROR]
        entries.append({
            **told,
            "unit": outcome.unit,
            "rows": [*_rows(outcome, own, broken, spec, parts), *_regions(own, broken, spec)],
            "settings": known.place(outcome.settings),
        })  # fmt: skip
    return entries


def sort_keys(result: SubjectResult, view: View) -> dict[str, float]:
    """Headline number of each metric, turned so that more is worse."""
    keys = {}
    for name, outcome in result.measurements.items():
        spec = view.specs.get(name)
        if spec is None or not isinstance(outcome, Measurement):
            continue
        value = next((outcome.values[statistic] for statistic in spec.statistics if statistic in outcome.values), None)
        if value is not None:
            keys[one_line(name)] = float(value if spec.direction is Direction.LOWER_IS_BETTER else -value)
    return keys


def _rows(
    outcome: Measurement,
    limits: Iterable[Threshold],
    broken: Iterable[Finding],
    own: MetricSpec | None,
    parts: Iterable[MetricSpec],
) -> Iterator[Entry]:
    known = [statistic for statistic in (own.statistics if own else ()) if statistic in outcome.values]
    whole = {limit.statistic: limit.fail for limit in limits if limit.region is None}
    failed = {finding.statistic: finding.limit for finding in broken if finding.region is None}
    for statistic in [*known, *(name for name in outcome.values if name not in known)]:
        value = float(outcome.values[statistic])
        limit = failed.get(statistic, whole.get(statistic))
        last = statistic.rpartition(".")[2]
        spec = next((part for part in parts if last in part.statistics), own)
        # A drift to either side, held by its size.
        signed = spec is not None and spec.bounds[0] == 0 and value < 0
        size = abs(value) if signed else value
        yield {
            "statistic": one_line(statistic),
            "value": value,
            "text": _number(value, spec),
            "better": _better(spec),
            "limit": limit,
            "sign": "±" if signed else "≥" if _better(spec) == "higher" else "≤",
            "used": None if limit is None or spec is None else used(size, limit, spec),
            "broken": statistic in failed,
        }


def _regions(limits: Iterable[Threshold], broken: Iterable[Finding], spec: MetricSpec | None) -> Iterator[Entry]:
    """Limits of regions. A number is known of those that were broken; the others held."""
    failed = {(finding.region, finding.statistic): finding for finding in broken if finding.region is not None}
    held: dict[tuple[str, str | None], float | None] = {
        (limit.region, limit.statistic): limit.fail for limit in limits if limit.region is not None
    }
    for region, statistic in dict.fromkeys([*failed, *held]):
        finding = failed.get((region, statistic))
        value = None if finding is None else finding.value
        limit = held.get((region, statistic)) if finding is None else finding.limit
        yield {
            "statistic": one_line(f"{statistic} in {region}"),
            "value": value,
            "text": "within" if value is None else _number(value, spec),
            "better": _better(spec),
            "limit": limit,
            "sign": "≥" if _better(spec) == "higher" else "≤",
            "used": None if value is None or limit is None or spec is None else used(value, limit, spec),
            "broken": finding is not None,
        }


def _better(spec: MetricSpec | None) -> str:
    return "higher" if spec is not None and spec.direction is Direction.HIGHER_IS_BETTER else "lower"


def _number(value: float, spec: MetricSpec | None) -> str:
    return f"{value:.{spec.decimals if spec else _DECIMALS}f}"
