"""Saying how the candidate is the reference, shifted, cropped or scaled."""

from __future__ import annotations

from qualitygate.core.colour.view import luma
from qualitygate.core.image import Image


def relation(reference: Image, candidate: Image) -> str:
    """In words, how the candidate is the reference shifted, cropped or scaled; empty when it is not."""
    from qualitygate.core.geometry import Scaled, Shifted, diagnose  # only asked where a limit is broken

    match diagnose(luma(reference)[0], luma(candidate)[0]):
        case Shifted(dx=0, dy=0):
            return "the candidate shows the reference from the same top left corner, cropped or padded"
        case Shifted(dx=dx, dy=dy):
            return f"the candidate shows the reference shifted by {dx} px to the right and {dy} px down"
        case Scaled(factor=factor):
            remedy = "`--resize lanczos`, or `resize` in the set, would allow that"
            return f"the candidate shows the reference scaled by {factor:.3g} ({remedy})"
        case None:
            return ""
