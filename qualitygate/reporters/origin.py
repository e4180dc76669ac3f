"""Why limits stand: the incidents they were born of and their reasons, each told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.verdict import Finding
from qualitygate.reporters import wording


@dataclass(frozen=True, slots=True)
class Origin:
    """One reason, with the incidents behind it.

    Attributes:
        born_of: Ids of incidents, each followed by its limits in brackets where several origins stand together.
        why: The reason, followed by its limits where no incident bears them; None where there is none.
    """

    born_of: tuple[str, ...]
    why: str | None

    @property
    def sentence(self) -> str:
        """Both on one line: `born of PM-2025-09-27-01: a LUT update went out unseen`."""
        known = (f"born of {', '.join(self.born_of)}" if self.born_of else "", self.why)
        return ": ".join(part for part in known if part)


def origins(findings: Iterable[Finding], specs: Mapping[str, MetricSpec], *, named: bool = False) -> list[Origin]:
    """The origins of broken limits, in order, equal reasons once.

    Several of them, or a single one where `named`, say which limits they belong to:
    `PM-2025-09-27-01 (DeltaE00 p95, DeltaE00 mean)`.
    """
    limits: dict[tuple[str | None, str | None], dict[str, None]] = {}
    for finding in findings:
        if finding.born_of or finding.why:
            limits.setdefault((finding.born_of, finding.why), {})[wording.limit_name(finding, specs)] = None

    def told(text: str, key: tuple[str | None, str | None]) -> str:
        return f"{text} ({', '.join(limits[key])})" if named or len(limits) > 1 else text

    found = []
    for why in dict.fromkeys(why for _, why in limits):
        keys = [key for key in limits if key[1] == why]
        incidents = tuple(told(key[0], key) for key in keys if key[0])
        anonymous = [key for key in keys if not key[0]]
        found.append(Origin(incidents, told(why, anonymous[0]) if why and anonymous else why))
    return found
