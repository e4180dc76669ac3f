"""Working out which pictures a run holds against which palette, and what its colours are. Decodes no picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qualitygate.core.errors import DecodeError
from qualitygate.core.glob import matches
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.palette import BrandColour, Palette
from qualitygate.core.subject import Subject
from qualitygate.corridor.palette_task import PaletteTask, PlannedPalette
from qualitygate.planning.picture_files import empty, gone, picture_files, shown

if TYPE_CHECKING:
    from qualitygate.policy.model import Area, Config
    from qualitygate.policy.palette_model import Ink, PaletteRules, PaletteSet

# CMYK profiles of printing conditions have half a megabyte to three.
_LARGEST_PROFILE = DecodeLimits(max_bytes=16_000_000)


def planned_palettes(config: Config, *, many: bool) -> tuple[PlannedPalette, ...]:
    """The configured palettes with their pictures.

    Args:
        config: The configuration.
        many: Whether ids need the name of the set.

    Raises:
        ConfigError: A profile of inks cannot be used (QG-1401, QG-1214), a directory cannot be read (QG-1401), or an
            area could never apply (QG-1401, QG-1405).
    """
    return tuple(_planned(one, config, many=many) for one in config.palettes)


def resolved(rules: PaletteRules, name: str) -> Palette:
    """A palette whose colours are all known.

    Args:
        rules: As read.
        name: What messages call it.

    Raises:
        ConfigError: A profile of inks cannot be read (QG-1401) or used (QG-1214).
    """
    colours = tuple(
        replace(colour, lab=_of_ink(colour, rules.inks[colour.name])) if colour.name in rules.inks else colour
        for colour in rules.colours
    )
    return Palette(name, colours, rules.flat, rules.min_area)


def _planned(one: PaletteSet, config: Config, *, many: bool) -> PlannedPalette:
    palette = resolved(one.rules, one.name)
    found = picture_files(config.root, one.files, one.exclude)
    _check_areas(one, list(found))
    findings = gone(config.root, one.files, one.name, one.place.line or one.name)
    if not found:
        findings = (*findings, empty(one.name, one.files))
    tasks = tuple(
        PaletteTask(
            Subject("file", f"{one.name}/{key}" if many else key, one.name, None, shown(path)),
            path,
            palette,
            one.background,
            tuple(area for area in one.ignore if matches(area.pairs, key)),
            tuple(area for area in one.regions if matches(area.pairs, key)),
            config.limits,
        )
        for key, path in found.items()
    )
    return PlannedPalette(one, palette, tasks, findings)


def _check_areas(one: PaletteSet, keys: list[str]) -> None:
    """Refuse areas that could never apply, since a limit that holds nowhere looks like one that holds."""
    areas: tuple[Area, ...] = (*one.ignore, *one.regions)
    for area in areas:
        if area.mask is not None and not area.mask.is_file():
            raise area.place.wrong("mask", f"{area.mask.name}: the mask does not exist or is no file", code="QG-1401")
        if keys and not any(matches(area.pairs, key) for key in keys):
            hint = f"pictures are named like {keys[0]!r}"
            raise area.place.wrong("files", f"{area.pairs!r} matches no picture of set {one.name!r}", hint=hint)


def _of_ink(colour: BrandColour, ink: Ink) -> tuple[float, float, float]:
    from qualitygate.decode import read_file
    from qualitygate.decode.ink import ink_lab

    try:
        return ink_lab(ink.percent, read_file(ink.profile, ink.profile.name, _LARGEST_PROFILE), ink.profile.name)
    except DecodeError as error:
        code = "QG-1401" if error.code in ("QG-1216", "QG-1210", "QG-1206") else error.code
        message = f"{colour.name}: {ink.profile.name}: {error.message}"
        raise ink.place.wrong("profile", message, code=code, hint=error.hint) from None
