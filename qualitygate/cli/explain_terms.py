"""Words that failures print and that are no codes: severities, and statistics of whatever a limit is on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qualitygate.cli.glossary import DETAILS, STATISTICS
from qualitygate.core import lab_drift
from qualitygate.core.threshold import Severity
from qualitygate.planning.metrics import all_specs

SEVERITIES: Mapping[Severity, str] = {
    Severity.S0: "emergency, such as a leak or a legal matter; its incident stores no pictures",
    Severity.S1: "serious damage to the brand",
    Severity.S2: "limited damage; what a limit has unless it says otherwise",
    Severity.S3: "minor; what rules, budgets and empty sets have unless they say otherwise",
}
_OF_A_SET = {
    "total": "the sum over all candidates of a set; of file sizes, in bytes",
}
_OF_A_BRAND_COLOUR = {
    "median": "half of the captured pixels of a brand colour lie within it, in DeltaE00",
    "outside": "share of the captured pixels of a brand colour that lie beyond its tolerance, 0..1",
    "captured": "share of the picture within the capture radius of a brand colour, 0..1",
    "coverage": "share of the picture within the tolerance of a brand colour, 0..1",
}
_POPULATIONS = {
    "grid": "the nodes of both look-up tables",
    "colorchecker": "the 24 patches of a ColorChecker",
    "skin": "tones of skin",
    "brand": "the colours of the brand's palette",
    "natural": "colours of photographs",
}
_PERCENTILE = re.compile(r"p(?P<share>[0-9]{1,2}(?:\.[0-9]{1,6})?)")


def severity(name: str) -> str | None:
    """What a severity such as `S1` means; None for any other name."""
    found = next((one for one in Severity if one.value == name.upper()), None)
    if found is None:
        return None
    told = f"{found.value}  (severity)\n\n{SEVERITIES[found]}."
    return f"{told}\nIt says who is woken, never whether a merge is blocked: every broken `fail` blocks."


def statistic(name: str) -> str | None:
    """What a statistic means, also with the brand colour that it is of, such as `brand red.p98`; None for any other
    name."""
    plain = name.rpartition(".")[2] if not _PERCENTILE.fullmatch(name) else name
    meaning = STATISTICS.get(plain) or _OF_A_SET.get(plain) or _OF_A_BRAND_COLOUR.get(plain) or _built(plain)
    if meaning is None:
        return None
    of = [spec.name for spec in all_specs().values() if plain in spec.statistics]
    lines = [f"{plain}  (statistic)", "", meaning]
    lines += [DETAILS[plain]] if plain in DETAILS else []
    lines += [f"yielded by {', '.join(of)}"] if of else []
    return "\n".join(lines)


def _built(name: str) -> str | None:
    """Statistics whose names are made: percentiles, those of a look-up table's drift, and of a batch's."""
    if match := _PERCENTILE.fullmatch(name):
        share = f"{float(match['share']):g} %"
        return f"{share} of the pixels stay within it; of a brand colour, {share} of its captured pixels, in DeltaE00"
    population, _, rest = name.partition("_")
    if population in _POPULATIONS and rest in ("mean", "p95", "max"):
        how = {"mean": "mean", "p95": "95th percentile", "max": "largest"}[rest]
        return (
            f"{how} of the DeltaE00 between a look-up table and its previous version, over {_POPULATIONS[population]}"
        )
    if name in lab_drift.STATISTICS:
        return f"{lab_drift.described(name)} of a batch against its baseline; `explain lab_drift` says more"
    return None
