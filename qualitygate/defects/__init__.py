"""Seeded defects: what a gate must be able to see, in graded strengths. One file each, one explicit table.

A defect works on encoded samples and takes its randomness as an argument, so that equal seeds give equal pictures. A
stronger one measures no better than a weaker one.
"""

from __future__ import annotations

import difflib

from qualitygate.core.errors import ConfigError
from qualitygate.defects.base import Defect, Pixels
from qualitygate.defects.blocks import BLOCKS
from qualitygate.defects.blur import BLUR
from qualitygate.defects.cast import CAST
from qualitygate.defects.gamma import GAMMA
from qualitygate.defects.hue_rotation import HUE_ROTATION
from qualitygate.defects.local_damage import LOCAL_DAMAGE
from qualitygate.defects.wrong_lut import WRONG_LUT

__all__ = ["DEFECTS", "Defect", "Pixels", "defect_named"]

DEFECTS: dict[str, Defect] = {
    defect.name: defect for defect in (CAST, GAMMA, BLUR, BLOCKS, LOCAL_DAMAGE, HUE_ROTATION, WRONG_LUT)
}


def defect_named(name: str, where: str | None = None) -> Defect:
    """The defect of a name.

    Args:
        name: As in `DEFECTS`.
        where: What to name in the error.

    Raises:
        ConfigError: QG-1820, there is none.
    """
    if name not in DEFECTS:
        close = difflib.get_close_matches(name, DEFECTS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(DEFECTS)}"
        raise ConfigError(f"unknown defect {name!r}", code="QG-1820", where=where, hint=hint)
    return DEFECTS[name]
