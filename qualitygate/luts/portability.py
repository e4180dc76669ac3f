"""Which readers refuse an accepted file, or read it as something else. Observed on OpenColorIO 2.6.0, ffmpeg 9.0.2 and
colour-science 0.4.7; a note never rejects.
"""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.finding_level import Level
from qualitygate.luts.finding import Remark

OCIO_LARGEST = 129


@dataclass(frozen=True, slots=True)
class CubeTraits:
    """What of a `.cube` header matters to other readers.

    Attributes:
        size: Nodes of the 3D table, 0 where there is none.
        resolve: Keywords of the Resolve dialect, or both tables.
        flags: A video range flag.
        shaper: Both tables.
        input_range: LUT_1D_INPUT_RANGE or LUT_3D_INPUT_RANGE.
        domain_min: DOMAIN_MIN other than 0.
        title: TITLE is given.
        comment_in_table: A comment between rows.
        indented: Line of a keyword with blanks before it, None where there is none.
        carriage_returns: Lines end in CR LF.
        latin: A title or comment that is no valid UTF-8.
    """

    size: int
    resolve: bool
    flags: bool
    shaper: bool
    input_range: bool
    domain_min: bool
    title: bool
    comment_in_table: bool
    indented: int | None
    carriage_returns: bool
    latin: bool


def of_cube(traits: CubeTraits) -> list[Remark]:
    """Notes on a `.cube` file."""
    notes = []
    if traits.size > OCIO_LARGEST:
        notes.append(refuses("OpenColorIO", f"a 3D table of more than {OCIO_LARGEST} nodes"))
    if traits.resolve and traits.title:
        notes.append(refuses("OpenColorIO", "TITLE in the Resolve dialect"))
    if traits.resolve and traits.comment_in_table:
        notes.append(refuses("OpenColorIO", "a comment between rows in the Resolve dialect"))
    if traits.flags:
        # Where the size follows the flag it takes the file for an .itx, and ignores the flag silently.
        notes.append(refuses("OpenColorIO", "LUT_IN_VIDEO_RANGE and LUT_OUT_VIDEO_RANGE, or ignores them"))
        notes.append(differs("colour-science", "ignores", "the video range"))
    if traits.shaper:
        notes.append(differs("ffmpeg", "does not apply", "a shaper before the 3D table"))
    elif traits.input_range and traits.size:
        notes.append(refuses("ffmpeg", "LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE"))
    elif traits.input_range:
        notes.append(differs("ffmpeg", "ignores", "LUT_1D_INPUT_RANGE"))
    if traits.domain_min:
        notes.append(differs("ffmpeg", "ignores", "DOMAIN_MIN"))
    if traits.indented is not None:
        notes.append(refuses("ffmpeg", "blanks before a keyword", traits.indented))
    if traits.carriage_returns:
        notes.append(Remark("QG-1652", Level.NOTE, "lines end in CR LF", "LF, as the specification asks"))
    if traits.latin:
        notes.append(refuses("colour-science", "text that is not valid UTF-8"))
    return notes


def refuses(tool: str, what: str, line: int | None = None) -> Remark:
    """Note that a tool does not read the file at all."""
    return Remark("QG-1650", Level.NOTE, f"not portable: {tool} refuses {what}", line=line)


def differs(tool: str, verb: str, what: str) -> Remark:
    """Note that a tool reads the file as something else."""
    return Remark("QG-1651", Level.NOTE, f"not portable: {tool} {verb} {what}")
