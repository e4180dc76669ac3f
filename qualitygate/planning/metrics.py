"""Which metrics a set is measured with, checked against the limits that name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from qualitygate import metrics as workshop
from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import MetricSpec
from qualitygate.metrics.base import Metric
from qualitygate.policy.check import check_against, check_set
from qualitygate.policy.model import PairSet, Profile


def all_specs() -> Mapping[str, MetricSpec]:
    """The specs of every metric there is, plugins included, by name.

    Raises:
        ConfigError: QG-1411, two plugins provide the same name.
    """
    return {name: workshop.metric_class(name).spec for name in workshop.names()}


def default_metrics() -> tuple[str, ...]:
    """What is measured where nobody says what: the built-in metrics."""
    return tuple(workshop.TABLE)


def metrics_of(pair_set: PairSet, profile: Profile, device: str) -> tuple[Metric, ...]:
    """The metrics a set needs, each checked against the limits that name it.

    Raises:
        ConfigError: A limit that the metrics cannot answer, or a choice of metrics under which nothing, or not every
            limit of a region, would be judged.
    """
    in_regions = {threshold.metric: region for region in pair_set.regions for threshold in region.thresholds}
    wanted = pair_set.metrics or tuple(dict.fromkeys((*profile.metrics, *in_regions)))
    specs = all_specs()
    check_against(profile, specs)
    check_set(pair_set, specs)
    limited = {*profile.metrics, *in_regions}
    if limited and not limited.intersection(wanted):
        raise ConfigError(
            f"profile {profile.name!r} has no limit on {', '.join(wanted)}, so nothing would be judged",
            code="QG-1405",
            where=pair_set.place.line or f"set {pair_set.name!r}",
            hint=f"it has limits on {', '.join(sorted(limited))}",
        )
    if not limited and not profile.rules and not profile.budgets:
        raise ConfigError(
            "the profile has no limits, rules or budgets, so nothing would be judged",
            code="QG-1405",
            where=profile.origin,
            hint='write limits, or `extends = "product"`',
        )
    for name, region in in_regions.items():
        if name not in wanted:
            raise ConfigError(
                f"region {region.name!r} has a limit on {name}, which `metrics` leaves out",
                code="QG-1405",
                where=region.area.place.line or f"set {pair_set.name!r}",
                hint=f"add {name!r} to `metrics`, or drop the limit",
            )
    return tuple(build(name, device, profile.lpips_net, profile.lpips_dtype) for name in wanted)


def build(name: str, device: str, net: str, dtype: str = "float32") -> Metric:
    """An instance of a metric.

    Args:
        name: Its registered name.
        device: As asked for. A GPU that is named measures what can be measured there; `auto` alone is for LPIPS, since
            starting a GPU takes longer than DeltaE00 and SSIM do on the CPU.
        net, dtype: Options of LPIPS.

    Raises:
        ConfigError: QG-1408, no such metric.
    """
    found = workshop.metric_class(name, on_device=device not in ("auto", "cpu"))
    if name == "lpips":
        return cast("Metric", cast("Any", found)(net=net, device=device, dtype=dtype))
    if name in workshop.ON_DEVICE and device not in ("auto", "cpu"):
        return cast("Metric", cast("Any", found)(device=device))
    return found()


def ready(chosen: Metric) -> str | None:
    """Let a metric refuse before any decoding; the name of its device if it has one.

    Raises:
        ConfigError: It cannot run here: an extra, its weights or its device are missing.
    """
    check = getattr(chosen, "check_available", None)
    return str(check()) if check is not None else None
