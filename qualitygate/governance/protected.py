"""Which paths decide how pictures look and when the gate fails, unless the configuration names others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from qualitygate.core.glob import matches_any

# Globs of the configuration: `**/` also stands for no directory.
LUTS = (
    "**/*.3dl", "**/*.cdl", "**/*.clf", "**/*.csp", "**/*.ctf", "**/*.cub", "**/*.cube", "**/*.icc", "**/*.icm",
    "**/*.itx", "**/*.look", "**/*.lut", "**/*.m3d", "**/*.spi1d", "**/*.spi3d", "**/*.spimtx", "**/*.vf",
)  # fmt: skip
PALETTES = ("**/palettes/**", "**/palette.*", "**/*.ase", "**/*.aco", "**/*.gpl")
THRESHOLDS = (
    "**/thresholds/**", "**/qualitygate.toml", "approvals/**", "waivers/**", "**/waivers.toml",
    "**/fixtures/incidents/**", "**/*.provenance.json", "**/*.accepted/**",
)  # fmt: skip
PROMPTS = ("**/prompts/**", "**/*.prompt", "**/*.prompt.*")
DEFAULTS = (*LUTS, *PALETTES, *THRESHOLDS, *PROMPTS)


def protected(paths: Iterable[str], globs: Iterable[str]) -> dict[str, str]:
    """Path to the first glob that takes it, for those of the paths that are protected, in their order."""
    kept = tuple(globs)
    found: dict[str, str] = {}
    for path in paths:
        # Extensions are found in any case: a `GRADE.CUBE` is a LUT too.
        for name in dict.fromkeys((path, unicodedata.normalize("NFC", path).lower())):
            taken = next((glob for glob in kept if matches_any((glob,), name)), None)
            if taken is not None:
                found.setdefault(path, taken)
                break
    return found
