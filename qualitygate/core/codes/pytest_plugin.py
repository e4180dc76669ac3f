"""Codes of the pytest plugin, QG-146x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1460", "not a picture to check", "What a test handed to `image_gate` is neither a path, encoded bytes, a PIL image nor an array it can take without guessing.",
         "Hand over an array (H, W, 3), (H, W, 4), (H, W, 1) or (H, W) of uint8, uint16, or float32 within 0..1."),
    Code("QG-1461", "nothing to judge by", "A check of a test names no profile, or none of what it measures has a limit in it.",
         "Give `profile=`, `--qualitygate-profile`, the marker `image_gate(profile=…)` or the ini option `qualitygate_profile`."),
    Code("QG-1462", "reference missing", "A test has no reference to compare with. A reference that appeared by itself would be a pass that compared nothing.",
         "Look at the candidate, run `pytest --qualitygate-update` where a person sees what it writes, and commit the reference."),
    Code("QG-1463", "check named twice", "Two checks would be compared with one reference of the same name.",
         "Give every check of a test a `name` of its own."),
    Code("QG-1464", "several references", "More than one file could be the reference of a check, which differ in their extension alone.",
         "Delete the files that are no longer meant."),
    Code("QG-1465", "reference not written", "`--qualitygate-update` may not or cannot write this reference.",
         "Do what the message says; in CI references are compared, never written."),
    Code("QG-1466", "two pictures for one reference", "Two tests of one run asked for different pictures to be written to the same reference.",
         "Give each test a reference of its own; the one that was written first is still there."),
    Code("QG-1467", "report of the tests not written", "The report of a test run could not be made, or lacks a part.",
         "Correct what the message names; the outcome of the tests is not touched by it."),
    Code("QG-1468", "worker died", "A worker of pytest-xdist died during a test, so that the checks of that test are missing from the report.",
         "Look at pytest's own output; out of memory is the most frequent reason."),
    Code("QG-1469", "wrong argument of a check", "An option, an ini value, a marker or a keyword of `image_gate` has a value that is not understood.",
         "Correct what the message names."),
)  # fmt: skip
