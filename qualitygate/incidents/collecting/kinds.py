"""What kinds of evidence there are, and which may be kept where nothing may leak."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence.

    Attributes:
        meaning: What it is, in a few words.
        harmless: Whether its content may be stored also at S0 and where personal data are concerned.
        drawn: Whether it is drawn from the record, so that a new one takes the place of the old; of every other kind
            each piece stays.
    """

    meaning: str
    harmless: bool = False
    drawn: bool = False


KINDS: dict[str, Kind] = {
    "ci_log": Kind("what the CI job printed, secrets masked, head and tail of a long one"),
    "git_diff": Kind("the change as a patch; of binary files only name, blob and size"),
    "git_log": Kind("its commits, without e-mail addresses"),
    "prompt": Kind("how a picture was asked for: sidecar, PNG text, XMP"),
    "model_version": Kind("what made a picture: model, version, digest, and where each was found"),
    "metric_report": Kind("JSON of `qualitygate check`"),
    "heat_map": Kind("where a picture differs, as PNG"),
    "environment": Kind("Python, platform, packages, CI variables of an allow-list", harmless=True),
    "cause_map": Kind("the causal map as Mermaid, SVG, Excalidraw", harmless=True, drawn=True),
    "event_log": Kind("the log that an incident had under another id", harmless=True),
    "proof": Kind("the proof that it cannot come back", harmless=True),
}
"""Kind as it stands in `Evidence.kind`. An unknown one is taken for harmful."""


def is_harmless(kind: str) -> bool:
    """Whether the content of a kind may be stored whatever the incident is about."""
    return kind in KINDS and KINDS[kind].harmless


def is_drawn(kind: str) -> bool:
    """Whether a piece of a kind can be made again from the record at any time."""
    return kind in KINDS and KINDS[kind].drawn
