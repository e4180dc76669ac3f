"""Saying how the candidate is the reference, shifted, cropped or scaled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.view import BT601_LUMA, srgb
from qualitygate.core.geometry import Scaled, Shifted, diagnose
from qualitygate.core.image import Image
from qualitygate.core.verdict import Finding, Level
from qualitygate.corridor.decoding import Decoded
from qualitygate.corridor.task import PairTask


def moved(task: PairTask, decoded: Decoded) -> tuple[Finding, ...]:
    """A note when the candidate shows the reference shifted, cropped or scaled."""
    how = relation(decoded.reference, decoded.candidate)
    if not how:
        return ()
    message = f"{how}: {task.subject.id}"
    return (Finding("QG-1106", Level.NOTE, message, subject=task.subject.id, path=task.subject.candidate),)


def relation(reference: Image, candidate: Image) -> str:
    """In words, how the candidate is the reference shifted, cropped or scaled; empty when it is not."""
    match diagnose(_luma(reference), _luma(candidate)):
        case Shifted(dx=0, dy=0):
            return "the candidate shows the reference from the same top left corner, cropped or padded"
        case Shifted(dx=dx, dy=dy):
            return f"the candidate shows the reference shifted by {dx} px to the right and {dy} px down"
        case Scaled(factor=factor):
            remedy = "`--resize lanczos`, or `resize` in the set, would allow that"
            return f"the candidate shows the reference scaled by {factor:.3g} ({remedy})"
        case None:
            return ""


def _luma(image: Image) -> NDArray[np.float32]:
    view, _ = srgb(image)
    luma: NDArray[np.float32] = view @ np.array(BT601_LUMA, dtype=np.float32)
    return luma
