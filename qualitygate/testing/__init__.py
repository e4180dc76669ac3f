"""The gate inside pytest: the fixture `image_gate`, and what it raises.

    def test_hero(image_gate):
        image_gate.assert_matches(render(), profile="hero")

Importing this package loads neither numpy nor a framework.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitygate.core.errors import UnmeasurableError

if TYPE_CHECKING:
    from qualitygate.core.verdict import SubjectResult
    from qualitygate.testing.image_gate import ImageGate

__all__ = ["ImageGate", "ImageMismatchError", "ImageUnmeasurableError", "ReferenceMissingError"]


class ImageMismatchError(AssertionError):
    """A candidate does not match its reference.

    Attributes:
        result: The numbers, and the limits they broke.
        heat_map: Picture of the difference; None where the two cannot be compared pixel by pixel.
    """

    def __init__(self, message: str, result: SubjectResult, heat_map: Path | None = None) -> None:
        super().__init__(message)
        self.result = result
        self.heat_map = heat_map


class ImageUnmeasurableError(UnmeasurableError):
    """A candidate could not be compared with its reference, which is neither a match nor a mismatch.

    Attributes:
        result: The pair; its verdict holds code and reason.
    """

    result: SubjectResult | None = None


class ReferenceMissingError(AssertionError):
    """There is no reference to compare with, so nothing was compared."""


def __getattr__(name: str) -> Any:
    if name != "ImageGate":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from qualitygate.testing.image_gate import ImageGate

    return ImageGate
