"""What a check is given, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Lut, Lut3D
from qualitygate.core.lut_use import LutUse
from qualitygate.core.threshold import Severity
from qualitygate.luts.apply import apply
from qualitygate.luts.encodings import LutEncoding, encoding
from qualitygate.luts.nodes import LATTICE, domain_of, lattice, neutrals

_BETWEEN = 14


@dataclass(slots=True, eq=False)
class Case:
    """One LUT under judgement; what several checks need is worked out once.

    Attributes:
        file: Name of the file, for messages.
        lut: The LUT.
        previous: Its previous version, None where there is none.
        use: Encodings, profile and limits.
        format: Short name of the format it was read from.
        numbers: What checks measured, by name, also where it stays within limits: DeltaE00 99th percentiles.
    """

    file: str
    lut: Lut
    previous: Lut | None
    use: LutUse
    format: str | None = None
    numbers: dict[str, float] = field(default_factory=dict)
    _known: dict[str, Array] = field(default_factory=dict)

    @property
    def meaning(self) -> LutEncoding:
        """What its output values mean."""
        return encoding(self.use.output)

    @property
    def technical(self) -> bool:
        """Whether absolute limits hold."""
        return self.use.profile == "technical"

    def neutrals(self) -> Array:
        """Neutral inputs, rising, `(n, 3)`."""
        return self._once("neutrals", lambda: neutrals(self.lut))

    def neutral_codes(self) -> Array:
        """Outputs for `neutrals`."""
        return self._once("neutral codes", lambda: apply(self.lut, self.neutrals()))

    def neutral_lab(self) -> Array:
        """L*a*b* of the outputs for `neutrals`."""
        return self._once("neutral lab", lambda: self.meaning.lab(self.neutral_codes()))

    def old_neutral_lab(self, previous: Lut) -> Array:
        """L*a*b* of the outputs of the previous version for `neutrals`."""
        return self._once("old neutral lab", lambda: self.meaning.lab(apply(previous, self.neutrals())))

    def lattice(self) -> Array:
        """A 33^3 lattice of the domain."""
        return self._once("lattice", lambda: lattice(domain_of(self.lut), (LATTICE,) * 3))

    def codes(self) -> Array:
        """Outputs for `lattice`."""
        return self._once("codes", lambda: self._on_lattice(self.lut))

    def old_codes(self, previous: Lut) -> Array:
        """Outputs of the previous version for `lattice`."""
        return self._once("old codes", lambda: self._on_lattice(previous))

    def between(self) -> Array:
        """Inputs that lie between the nodes: a lattice of 14 points per axis, which no usual grid has."""
        return self._once("between", lambda: lattice(domain_of(self.lut), (_BETWEEN,) * 3))

    def between_lab(self) -> Array:
        """L*a*b* of the outputs for `between`, interpolated tetrahedrally."""
        return self._once("between lab", lambda: self.meaning.lab(apply(self.lut, self.between())))

    def finding(
        self,
        code: str,
        level: Level,
        message: str,
        *,
        statistic: str | None = None,
        value: float | None = None,
        limit: float | None = None,
    ) -> Finding:
        """A finding about this file; `message` begins with what was found and is continued with the file's name."""
        severity = Severity.S2 if level is Level.ERROR else None
        head, _, rest = message.partition("; ")
        text = f"{head}: {self.file}" + (f", {rest}" if rest else "") + f", profile {self.use.profile}"
        return Finding(
            code, level, text, subject=self.file, metric="lut_quality" if statistic else None, statistic=statistic,
            value=value, limit=limit, severity=severity, profile=self.use.profile, path=self.file,
        )  # fmt: skip

    def absolute(self) -> Level:
        """Level of breaking an absolute limit: an error for `technical`, for `look` no more than a remark."""
        return Level.ERROR if self.technical else Level.NOTE

    def _on_lattice(self, lut: Lut) -> Array:
        if isinstance(lut, Lut3D) and (lut.domain == domain_of(self.lut)).all():
            steps = {(size - 1) / (LATTICE - 1) for size in lut.table.shape[:3]}
            step = int(min(steps))
            if step >= 1 and steps == {step}:  # the lattice is made of nodes: nothing to interpolate
                return np.ascontiguousarray(lut.table[::step, ::step, ::step]).reshape(-1, 3)
        return apply(lut, self.lattice())

    def _once(self, name: str, make: Callable[[], Array]) -> Array:
        if name not in self._known:
            self._known[name] = make()
        return self._known[name]


def against(value: float, limit: float) -> str:
    """A value as text, with as many decimals as it takes to tell it from a limit."""
    for digits in range(2, 9):
        text = f"{value:.{digits}f}"
        if float(text) != limit:
            return text
    return repr(value)


Check = Callable[[Case], Iterable[Finding]]
"""Judges one property of a LUT."""
