"""Codes of brand colours and of the colours of batches."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1501", "brand colour off", "Areas near a brand colour lie beyond its tolerance.",
         "Look at the panel: it marks them and shows expected and found. Fix the step that moved the colour; raise "
         "`max_outside`, or declare the other colour, only if it is meant."),
    Code("QG-1502", "brand colour missing", "Less of the picture has a brand colour than the palette asks for.",
         "Check whether the colour moved beyond its capture radius or the element is gone."),
    Code("QG-1503", "named picture is gone", "A set names a picture without a wildcard, and there is none.",
         "Restore it, or take its name out of the configuration."),
    Code("QG-1504", "no brand colour, but an area nearby", "A brand colour captures nothing in a picture, and an area of "
         "another colour lies within two of its capture radii.",
         "Nothing is blocked. If it is the brand colour, moved far: widen `capture`, and set `min_coverage` for pictures "
         "that must have it. If it is another colour of the design, declare that colour."),
    Code("QG-1510", "colours of a batch drifted", "The colours of a batch as a whole differ from those of approved "
         "pictures by more than a limit, and by more than chance explains.",
         "Look for what changed for all pictures: a LUT, a model, a white balance. Store a new baseline if it is meant."),
    Code("QG-1511", "colours of a batch nearly drifted", "A warning limit on the colours of a batch is exceeded.",
         "Nothing is blocked. Look at the batches before it."),
    Code("QG-1512", "drift within chance", "A limit is exceeded, by no more than batches of this size differ by chance.",
         "Nothing is blocked. Judge larger batches, or batches of pictures that are more alike."),
    Code("QG-1513", "batch too small", "The batch has too few pictures to be judged.",
         "Nothing is blocked. Wait for more pictures, or lower `min_pictures`."),
    Code("QG-1514", "baseline cannot be used", "The stored baseline is missing, damaged or of another version.",
         "Store it again with `qualitygate thresholds baseline`."),
)  # fmt: skip
