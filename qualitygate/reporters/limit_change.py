"""How a limit is changed: under which table of which file, or as the whole of a file that is not there yet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.number_text import limit_text, value_text
from qualitygate.core.threshold import Threshold
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.core.toml_text import basic_string
from qualitygate.core.verdict import Finding

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LUT = "lut_drift"


def place(finding: Finding) -> tuple[str, str]:
    """Table and key of the limit that a finding is about: `("[limits.delta_e_2000]", "p95")`."""
    metric, statistic = finding.metric or "", finding.statistic or ""
    if metric == _LUT:
        population, _, statistic = statistic.rpartition("_")
        return f"[drift.{_key(population)}]", _key(statistic)
    return f"[limits.{_key(metric)}]", _key(statistic)


def whole_file(
    file: ThresholdFile, finding: Finding, limits: tuple[Threshold, ...], specs: Mapping[str, MetricSpec]
) -> str:
    """A threshold file that extends the shipped one and states one limit anew, as it is: TOML that loses nothing.

    Args:
        file: What is extended.
        finding: An error with `metric`, `statistic`, `value` and `limit`.
        limits: Those that hold, for the `warn` beside the limit, which a `fail` of its own would drop.
        specs: Decimals of the metrics.
    """
    table, key = place(finding)
    limit = finding.limit if finding.limit is not None else 0.0
    about = (finding.metric, finding.statistic, None)
    warn = next((one.warn for one in limits if (one.metric, one.statistic, one.region) == about), None)
    stated = [f"fail = {limit_text(limit)}", *([f"warn = {limit_text(warn)}"] if warn is not None else [])]
    spec = specs.get(finding.metric or "")
    said = ""
    if finding.value is not None:
        said = f", {value_text(finding.value, limit, spec.decimals if spec else 4)} here"
    return (
        f"extends = {basic_string(file.name)}\n\n{table}\n# {limit_text(limit)} so far{said}\n"
        f'{key} = {{ {", ".join(stated)}, why = "why it is another" }}'
    )


def _key(text: str) -> str:
    """A key of TOML, in quotes where its dots or blanks would mean something."""
    return text if _BARE.fullmatch(text) else basic_string(text)
