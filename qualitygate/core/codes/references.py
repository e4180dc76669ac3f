"""Codes of references: earlier versions in git, accepted alternatives, provenance, approval."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    # 190x: references from git
    Code("QG-1901", "no base to compare with", "A set has no `reference`, and nothing says which revision to compare with.",
         'Write `base = "origin/main"`, or run with `--base origin/main`. In a pull request it is the target branch.'),
    Code("QG-1902", "cannot be compared with git", "The earlier versions of a set's pictures cannot be read from git.",
         "In CI, check out the whole history: `fetch-depth: 0`. Elsewhere, name a revision that is there."),
    Code("QG-1903", "new picture", "The merge base has no version of the picture, so there is nothing to compare with. A warning where a picture of the set vanished that it may take the place of.",
         "Look at it in the review: once merged, later changes are compared with it. `qualitygate approve` records who looked."),
    Code("QG-1904", "picture deleted", "A picture of the set was deleted with the change, or moved outside the set.",
         "Nothing to do if that is meant."),
    Code("QG-1905", "nothing changed", "Every picture of the set is as it was at the merge base, so none was measured.",
         "Nothing to do. If something should have changed, commit the pictures, or correct the globs."),
    Code("QG-1906", "not in git", "Git ignores the picture or does not hold it, so that it has no earlier version.",
         "Compare built pictures with a `reference` directory; only pictures in git have a version before."),
    Code("QG-1907", "compared with another path", "The picture was renamed; it was compared with the version it had before.",
         "Nothing to do if that is its predecessor."),
    Code("QG-1908", "git changes its bytes", "`.gitattributes` calls the picture text, so that git rewrites its line ends.",
         "Write `*.png binary` into `.gitattributes`, and add the picture again."),
    Code("QG-1909", "approved change", "The provenance sidecar beside the picture approves exactly this change of it.",
         "Nothing to do: reviewers see who approved it, and why."),
    # 191x: several accepted references
    Code("QG-1910", "accepted reference matched", "The picture does not match its reference, but another accepted one.",
         "Nothing to do. If it was made on the hardware of the first, look at it."),
    Code("QG-1911", "no accepted reference matches", "Neither the reference nor any accepted one matches.",
         "Look at the picture. The numbers are those of the nearest reference."),
    Code("QG-1912", "accepted reference unusable", "One of several references could not be compared with.",
         "Fix or remove it."),
    Code("QG-1913", "belongs to no picture", "A `*.accepted` directory or a `*.provenance.json` has no picture beside it.",
         "Remove it, or put the reference back that it belongs to."),
    Code("QG-1914", "approval not finished", "An approval was cut off: the reference that was replaced is still there.",
         "Run `qualitygate approve` again, whatever it approves: it finishes what was started."),
    # 192x: provenance
    Code("QG-1920", "changed without approval", "A reference is not the file that its provenance sidecar approves.",
         "Put the approved file back, or approve the new one by `qualitygate approve`."),
    Code("QG-1921", "no provenance", "A reference has no sidecar, and `[references]` requires one.",
         "`qualitygate approve SUBJECT --reason …` writes one, also where the picture stays as it is."),
    Code("QG-1922", "unreadable provenance", "A provenance sidecar is damaged, or of another schema.",
         "Let `qualitygate approve` write it again."),
    # 193x: approving
    Code("QG-1930", "nothing of that name", "No picture of the run has the name that was asked for.",
         "Names are those of `qualitygate check`, relative to the set. Globs are allowed."),
    Code("QG-1931", "cannot be approved", "A candidate cannot be made the reference, and the message says why.",
         "Fix the candidate, or what the message names."),
    # 194x: which revision is meant
    Code("QG-1940", "base unused", "`--base` names a revision, and nothing in the run is compared with git: the sets have references of their own, or bases of their own.",
         "Leave `--base` out, or give the candidates alone: `qualitygate check CANDIDATE --base REV --profile NAME`."),
)  # fmt: skip
