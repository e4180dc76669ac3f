"""The colour spaces of a pair: a profile that was lost on the way, and spaces that differ."""

from __future__ import annotations

from qualitygate.core.finding_level import Level
from qualitygate.core.image import Source
from qualitygate.corridor.decoding_note import Note


def spaces(reference: Source, candidate: Source) -> tuple[Note, ...]:
    """What there is to say of the colour spaces of a pair; nothing where both mean the same.

    A warning where the candidate lost the profile of its reference: with the same samples it shows other colours, and
    with converted ones only its label is missing, which no number says. A note where both differ in what they say, or
    only the candidate says it. sRGB that is said and sRGB that is not are the same.
    """
    if reference.colour_space == candidate.colour_space:
        return ()
    if reference.tagged and not candidate.tagged:
        said = f"reference {reference.colour_space}, candidate has none and is taken as {candidate.colour_space}"
        return (Note("QG-1014", Level.WARNING, "colour profile lost", said),)
    open_end = "" if reference.tagged else " has none and is taken as"
    said = f"reference{open_end} {reference.colour_space}, candidate {candidate.colour_space}"
    return (Note("QG-1015", Level.NOTE, "colour spaces differ", said),)
