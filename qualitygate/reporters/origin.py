"""Why limits stand: the incidents they were born of and their reasons, each told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Memory:
    """The reasons that a report has given, so that it gives each once: in full, then as those of where that was."""

    def __init__(self) -> None:
        self._given: dict[tuple[str | None, str | None], str] = {}

    def rows(
        self, findings: Sequence[Finding], specs: Mapping[str, MetricSpec], file: str
    ) -> Iterator[tuple[str, str]]:
        """`born of` and `why` with their texts, of the broken limits of one file.

        Args:
            findings: The limits.
            specs: What they are called.
            file: What later files are told to look at.
        """
        known: dict[str, list[Finding]] = {}
        for finding in findings:
            if (place := self._given.get((finding.born_of, finding.why))) is not None:
                known.setdefault(place, []).append(finding)
        of_others = {id(finding) for group in known.values() for finding in group}
        own = [finding for finding in findings if id(finding) not in of_others]
        several = len({(one.born_of, one.why) for one in findings if one.born_of or one.why}) > 1
        for place, group in known.items():
            limits = dict.fromkeys(wording.limit_name(finding, specs) for finding in group)
            yield "why", f"the same as for {place}" + (f" ({', '.join(limits)})" if several else "")
        for origin in origins(own, specs, named=several):
            yield from (("born of", incident) for incident in origin.born_of)
            if origin.why:
                yield "why", origin.why
        for finding in own:
            if finding.born_of or finding.why:
                self._given.setdefault((finding.born_of, finding.why), file)


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
