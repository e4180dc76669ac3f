"""Limits of the quality of a LUT are kept where they stand: what was found fails one just below it, and none above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from lut_looks import look

from qualitygate.core.finding import Finding
from qualitygate.core.lut_use import LutUse, QualityLimits
from qualitygate.luts.checks import Case, quality

Change = Callable[[np.ndarray], np.ndarray]


def tinted(values: np.ndarray) -> np.ndarray:
    return values + np.array([0.05, 0.0, -0.03])


def lifted(values: np.ndarray) -> np.ndarray:
    return 0.06 + 0.9 * values


def swapped(values: np.ndarray) -> np.ndarray:
    """Two layers of nodes in the wrong order, which folds what lies between them."""
    values = values.copy()
    values[[10, 12]] = values[[12, 10]]
    return values


def partly_swapped(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    values[[10, 12], :, :12] = values[[12, 10], :, :12]
    return values


def stepped(values: np.ndarray) -> np.ndarray:
    return np.round(values * 24) / 24


# Limit, code, what is judged, and what it was before (None for `technical`, which has no earlier version).
LIMITS: list[tuple[str, str, Change, Change | None]] = [
    ("neutral_chroma", "QG-1662", tinted, None),
    ("black_white", "QG-1663", lifted, None),
    ("fold_share", "QG-1664", swapped, None),
    ("neutral_change", "QG-1662", tinted, lambda v: v + np.array([-0.02, 0.0, 0.0])),
    ("black_white_change", "QG-1663", lifted, lambda v: 0.02 + 0.95 * v),
    ("fold_change", "QG-1664", swapped, partly_swapped),
    ("roughness_ratio", "QG-1665", stepped, lambda v: np.round(v * 60) / 60),
    ("highest", "QG-1672", lambda v: 1.9 * v, None),
    ("lowest", "QG-1672", lambda v: v - 0.7, None),
]


def found(name: str, limit: float, change: Change, before: Change | None, code: str) -> Finding | None:
    profile: Any = "technical" if before is None else "look"
    limits = replace(QualityLimits(), **{name: limit})
    use = LutUse(profile=profile, input="sRGB", output="sRGB", limits=limits)
    lut, previous = (None if one is None else look(change=one) for one in (change, before))
    assert lut is not None
    return next((one for one in quality(Case("a.cube", lut, previous, use, "cube")) if one.code == code), None)


@pytest.mark.parametrize(("name", "code", "change", "before"), LIMITS, ids=[row[0] for row in LIMITS])
def test_a_limit_is_kept_where_it_stands(name: str, code: str, change: Change, before: Change | None) -> None:
    default = getattr(QualityLimits(), name)
    first = found(name, default, change, before, code)
    assert first is not None
    value, limit = first.value, first.limit
    assert value is not None
    assert limit == default
    # Banding that nobody sees is granted beside the ratio.
    closer = (0.2 if name == "roughness_ratio" else 0.002) * abs(value)
    beyond, within = (value + closer, value - closer) if name == "lowest" else (value - closer, value + closer)
    assert found(name, beyond, change, before, code) is not None
    assert found(name, within, change, before, code) is None


def codes(change: Change, before: Change) -> set[str]:
    use = LutUse(profile="look", input="sRGB", output="sRGB")
    case = Case("a.cube", look(change=change), look(change=before), use, "cube")
    return {one.code for one in quality(case)}


def test_black_and_white_are_held_against_the_previous_version_however_far_from_both_it_is() -> None:
    assert "QG-1663" not in codes(lifted, lifted)
    assert "QG-1663" in codes(lambda v: v, lifted)


def dent(depth: float) -> Change:
    def dented(values: np.ndarray) -> np.ndarray:
        values = values.copy()
        values[20, 20, 20] -= depth
        return values

    return dented


def test_a_dent_that_was_there_may_not_become_deeper() -> None:
    assert "QG-1661" not in codes(dent(0.1), dent(0.1))
    assert "QG-1661" in codes(dent(0.12), dent(0.1))


@pytest.mark.parametrize(("edge", "warned"), [(0.9999, False), (1.0, True)])
def test_a_little_more_clipping_is_warned_of(edge: float, warned: bool) -> None:
    """A few colours that run into white in one channel are enough; near white is not white."""

    def clipped(values: np.ndarray) -> np.ndarray:
        values = np.clip(values, 0.01, 0.99)
        values[-1:, :16, :16, 0] = edge
        return values

    use = LutUse(profile="look", input="sRGB", output="sRGB")
    plain = look(change=lambda v: np.clip(v, 0.01, 0.99))
    found = [one for one in quality(Case("a.cube", look(change=clipped), plain, use, "cube")) if one.code == "QG-1660"]
    assert bool(found) is warned
    for one in found:
        assert one.value is not None
        assert one.limit is not None
        assert one.limit < one.value < 0.01 + one.limit


def test_what_holds_where_a_threshold_file_says_nothing() -> None:
    """As docs/luts.md has them: whoever loosens one here loosens it for everybody."""
    assert QualityLimits() == QualityLimits(1.0, 0.5, 0.0, 0.5, 0.5, 0.001, 1.25, -0.5, 1.5)
