"""What is judged: a pair of pictures, a LUT, a single file, or a whole set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SubjectKind = Literal["pair", "lut", "file", "set"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing the gate gives a verdict on.

    Attributes:
        kind: Which kind of thing it is.
        id: Stable id within the run: the relative path with `/`, prefixed by the set where there are several sets.
        set_name: Name of the set it belongs to.
        reference: Path of the approved picture as text; None where there is none.
        candidate: Path of the picture to judge as text; None where there is none.
    """

    kind: SubjectKind
    id: str
    set_name: str = ""
    reference: str | None = None
    candidate: str | None = None
