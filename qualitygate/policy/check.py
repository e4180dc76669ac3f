"""Hold limits against the metrics they name, once it is known which metrics there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Threshold
from qualitygate.policy.document import suggestion
from qualitygate.policy.model import PairSet, Profile


def check_against(profile: Profile, specs: Mapping[str, MetricSpec]) -> None:
    """Refuse a profile whose limits the metrics cannot answer.

    Args:
        profile: The profile, as loaded.
        specs: Every metric there is, by name.

    Raises:
        ConfigError: A metric that does not exist (QG-1408), a statistic it does not yield, or a `warn` on the wrong
            side of `fail`, so that it could never be given (QG-1405). The line of the limit is named.
    """
    _check(profile.thresholds, specs, profile.lines, profile.origin)


def check_set(pair_set: PairSet, specs: Mapping[str, MetricSpec]) -> None:
    """Refuse a set whose `metrics` or region limits name something the metrics do not have.

    Raises:
        ConfigError: As `check_against`.
    """
    for name in pair_set.metrics or ():
        if name not in specs:
            raise pair_set.place.wrong(
                "metrics", f"unknown metric {name!r}", code="QG-1408", hint=suggestion(name, specs)
            )
    for region in pair_set.regions:
        _check(region.thresholds, specs, region.lines, f"region {region.name!r}")


def _check(
    thresholds: Iterable[Threshold], specs: Mapping[str, MetricSpec], lines: Mapping[str, str], origin: str
) -> None:
    for threshold in thresholds:
        key = f"{threshold.metric}.{threshold.statistic}"
        where = lines.get(key, origin)
        spec = _known(threshold.metric, specs, where)
        if threshold.statistic not in spec.statistics:
            raise ConfigError(
                f"limits.{key}: {spec.name} has no statistic {threshold.statistic!r}",
                code="QG-1405",
                where=where,
                hint=suggestion(threshold.statistic, spec.statistics),
            )
        fail, warn = threshold.fail, threshold.warn
        lowest, highest = spec.bounds
        for word, limit in (("fail", fail), ("warn", warn)):
            if limit is not None and not lowest <= limit <= highest:
                raise ConfigError(
                    f"limits.{key}: {word} {limit} lies outside what {spec.label} can be",
                    code="QG-1405",
                    where=where,
                    hint=f"choose a value from {lowest:g} to {highest:g}" if highest < inf else f"at least {lowest:g}",
                )
        if fail is not None and warn is not None and spec.direction.exceeds(warn, fail):
            better = "below" if spec.direction.exceeds(fail + 1, fail) else "above"
            raise ConfigError(
                f"limits.{key}: warn {warn} lies beyond fail {fail}, so it could never be given",
                code="QG-1405",
                where=where,
                hint=f"choose a warn {better} {fail}, or `warn = false`",
            )


def _known(name: str, specs: Mapping[str, MetricSpec], where: str) -> MetricSpec:
    if name not in specs:
        raise ConfigError(f"unknown metric {name!r}", code="QG-1408", where=where, hint=suggestion(name, specs))
    return specs[name]
