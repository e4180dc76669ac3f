"""Checks on the neutral axis: it stays neutral, it rises, and black and white stay where they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array
from qualitygate.luts.apply import apply
from qualitygate.luts.checks.base import Case, against
from qualitygate.luts.checks.values import holds_codes
from qualitygate.luts.nodes import domain_of

# A fall of L* that no file format's rounding causes: a quarter of an 8-bit step at mid grey.
FALL = 0.1
# The same for a code value of one channel, on the scale where 1.0 is full: a 10-bit step.
CHANNEL_FALL = 1 / 1023


def tint(case: Case) -> Iterator[Finding]:
    """Neutral inputs give neutrals (`technical`: C* at most 1), or move by at most 0.5 in a*b* (`look`)."""
    if case.use.output == "none" or case.use.input == "none" or holds_codes(case):
        return
    lab = case.neutral_lab()
    known = case.meaning.measurable(case.neutral_codes())  # of others, no tint can be told
    limits = case.use.limits
    if case.previous is not None and not case.technical:
        moved = np.hypot(*(lab[:, 1:] - case.old_neutral_lab(case.previous)[:, 1:]).T) * known
        worst = int(moved.argmax())
        if moved[worst] > limits.neutral_change:
            yield case.finding(
                "QG-1662", Level.ERROR,
                f"neutral tint changed by {against(moved[worst], limits.neutral_change)}, "
                f"limit {limits.neutral_change:g}; {_at(case, worst)}",
                statistic="neutral_change", value=float(moved[worst]), limit=limits.neutral_change,
            )  # fmt: skip
        return
    chroma = np.hypot(lab[:, 1], lab[:, 2]) * known
    worst = int(chroma.argmax())
    if chroma[worst] > limits.neutral_chroma:
        yield case.finding(
            "QG-1662", case.absolute(),
            f"neutral tint {against(chroma[worst], limits.neutral_chroma)} exceeds {limits.neutral_chroma:g}; "
            f"C* {_at(case, worst)}",
            statistic="neutral_chroma", value=float(chroma[worst]), limit=limits.neutral_chroma,
        )  # fmt: skip


def monotonic(case: Case) -> Iterator[Finding]:
    """L* and every channel rise along the neutral axis (`technical`), or fall no more than before (`look`)."""
    codes, lab = case.neutral_codes(), case.neutral_lab()
    fall, at = _fall(lab[:, 0])
    if case.previous is not None and not case.technical:
        before = _fall(case.old_neutral_lab(case.previous)[:, 0])[0]
        if fall > before + FALL:
            yield case.finding(
                "QG-1661", Level.ERROR,
                f"neutral axis less monotonic than before; L* falls by {fall:.2f} against {before:.2f}, most "
                f"{_at(case, at)}",
                statistic="descent_change", value=fall, limit=before + FALL,
            )  # fmt: skip
        return
    if fall > FALL:
        yield case.finding(
            "QG-1661", case.absolute(), f"neutral axis not monotonic; L* falls by {fall:.2f}, most {_at(case, at)}",
            statistic="descent", value=fall, limit=FALL,
        )  # fmt: skip
        return
    for channel, name in enumerate(("red", "green", "blue")):
        fall, at = _fall(codes[:, channel])
        if fall > CHANNEL_FALL * max(1.0, float(np.ptp(codes[:, channel]))):
            yield case.finding(
                "QG-1661", case.absolute(),
                f"neutral axis not monotonic; {name} falls by {fall:.4g}, most {_at(case, at)}",
                statistic="descent", value=fall, limit=CHANNEL_FALL,
            )  # fmt: skip
            return


def black_and_white(case: Case) -> Iterator[Finding]:
    """Black gives black and white gives white within 0.5 DeltaE00 (`technical`); that they move
    from the previous version is worth a warning (`look`), since the drift is what limits it."""
    if any(name in ("none", "log") for name in (case.use.input, case.use.output)):
        return  # where black and white lie in a log encoding is not known
    ends = np.repeat(np.array([[0.0], [1.0]]), 3, axis=1)
    low, high = domain_of(case.lut)
    if (low > 0).any() or (high < 1).any() or holds_codes(case):
        return
    codes = apply(case.lut, ends)
    lab, known = case.meaning.lab(codes), case.meaning.measurable(codes)
    limits = case.use.limits
    regression = case.previous is not None and not case.technical
    if case.previous is not None and regression:
        expected, limit = case.meaning.lab(apply(case.previous, ends)), limits.black_white_change
    else:
        expected, limit = case.meaning.lab(ends), limits.black_white
    for name, moved in zip(("black", "white"), ciede2000(lab, expected) * known, strict=True):
        if moved > limit:
            yield case.finding(
                "QG-1663", Level.WARNING if regression else case.absolute(),
                f"{name} point moved by {against(moved, limit)}, limit {limit:g}; DeltaE00 from "
                f"{'the previous version' if regression else name}",
                statistic="black_white_change" if regression else "black_white", value=float(moved), limit=limit,
            )  # fmt: skip


def _fall(values: Array) -> tuple[float, int]:
    """Sum of all falls of a series, and the index at which the largest one ends."""
    steps = np.diff(values)
    return float(-np.minimum(steps, 0.0).sum()), int(steps.argmin()) + 1


def _at(case: Case, index: int) -> str:
    return f"at input {case.neutrals()[index, 0]:.4g}"
