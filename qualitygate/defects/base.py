"""What a seeded defect is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite, log

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]
"""Encoded samples, `(H, W, 3)` float32 in 0..1, in the picture's own encoding: defects happen to encoded samples."""

Apply = Callable[[Pixels, float, np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True)
class Defect:
    """One kind of damage, in any strength.

    Attributes:
        name: Name in configuration, such as `cast`.
        summary: What is done to the picture, a few words.
        unit: What a strength is, such as `8-bit levels`.
        levels: Graded strengths, from just visible to gross.
        neutral: The strength that changes nothing.
        bounds: Smallest and largest strength there can be.
        function: Does it: pixels, strength and randomness in, new pixels out, not clipped.
        global_: Whether every pixel is touched; otherwise a part of the picture is.
    """

    name: str
    summary: str
    unit: str
    levels: tuple[float, ...]
    bounds: tuple[float, float]
    function: Apply
    neutral: float = 0.0
    global_: bool = True

    def apply(self, pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
        """The picture with the defect.

        Args:
            pixels: `(H, W, 3)` float32 in 0..1, encoded samples; left as they are.
            strength: In `unit`, within `bounds`.
            rng: For what is arbitrary about the defect, such as its place; equal generators give equal pictures.

        Returns:
            Samples of the same shape and range; equal to `pixels` at the neutral strength.

        Raises:
            ValueError: The strength is out of bounds, in words for a person.
        """
        self.check(strength)
        if strength == self.neutral:
            return pixels.copy()
        return np.clip(self.function(pixels, strength, rng), 0.0, 1.0).astype(np.float32, copy=False)

    def check(self, strength: float) -> None:
        """Refuse a strength that is out of bounds.

        Raises:
            ValueError: In words for a person.
        """
        lowest, highest = self.bounds
        if not (isfinite(strength) and lowest <= strength <= highest):
            raise ValueError(f"{self.name} takes {self.unit} from {lowest:g} to {highest:g}, not {strength:g}")

    def amount(self, strength: float) -> float:
        """How far a strength is from doing nothing, to order strengths by: 0 at the neutral one."""
        if self.neutral:
            return abs(log(strength / self.neutral))
        return abs(strength)

    def stronger(self, strength: float) -> tuple[float, ...]:
        """The graded levels beyond a strength, on its side of the neutral one."""
        if not self.neutral:
            return tuple(level for level in self.levels if level > strength)
        same = [level for level in self.levels if (level > self.neutral) == (strength > self.neutral)]
        mirrored = same or [self.neutral**2 / level for level in self.levels]
        return tuple(level for level in mirrored if self.amount(level) > self.amount(strength))

    def with_function(self, function: Apply, summary: str) -> Defect:
        """The same defect done by something else, such as a LUT of the user's."""
        return replace(self, function=function, summary=summary)
