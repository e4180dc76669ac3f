"""The configuration: `qualitygate.toml`, or `[tool.qualitygate]` in `pyproject.toml`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.policy.document import read
from qualitygate.policy.find import FILE, PYPROJECT
from qualitygate.policy.find import find_config as find_config
from qualitygate.policy.model import Config, LutSet, PairSet
from qualitygate.policy.run_settings import read_run
from qualitygate.policy.sets import read_set
from qualitygate.policy.settings import STEPS, CheckSettings, IncidentSettings, ReferenceSettings
from qualitygate.policy.table import Table

if TYPE_CHECKING:
    from qualitygate.policy.palette_model import BatchSet, PaletteSet


def load_config(path: Path) -> Config:
    """Read a configuration file. Relative paths are resolved against its directory; whether they exist is not checked.

    Raises:
        ConfigError: Missing file (QG-1401), a directory (QG-1407), malformed TOML (QG-1403), unknown key (QG-1404),
            wrong value or a set name taken twice (QG-1405), a `pyproject.toml` without our table (QG-1409).
    """
    from qualitygate.policy.ownership import read_ownership  # a run over two directories has no file

    document = read(path)
    table = Table(document, (), document.data)
    if path.name == PYPROJECT:
        # Other tools' tables are none of our business; a `tool` that is no table is.
        table = table.table("tool")
        if not table.has("qualitygate"):
            raise ConfigError("has no [tool.qualitygate]", code="QG-1409", where=document.label, hint=f"write {FILE}")
        table = table.table("qualitygate")
    table.only("sets", "luts", "palettes", "batches", "limits", "run", "incident", "codeowners", "check", "references")
    root = path.absolute().parent
    run, incident, references = table.table("run"), table.table("incident"), table.table("references")
    references.only("provenance")
    incident.only("stakeholders", "control_board", "lang")
    pair_sets = _sets(table, root)
    lut_sets = _lut_sets(table, {pair_set.name for pair_set in pair_sets})
    taken = {*(one.name for one in pair_sets), *(one.name for one in lut_sets)}
    palettes, batches = _without_references(table, root, taken)
    return Config(
        root=root,
        source=path.absolute(),
        pair_sets=pair_sets,
        lut_sets=lut_sets,
        palettes=palettes,
        batches=batches,
        limits=_limits(table.table("limits")),
        incident=IncidentSettings(
            stakeholders=incident.texts("stakeholders") or (),
            control_board=incident.texts("control_board") or (),
            lang=incident.choice("lang", ["en", "de", "fr", "ja"]) or "en",  # type: ignore[arg-type]
        ),
        codeowners=read_ownership(table.table("codeowners")),
        workers=run.positive_integer("workers"),
        run=read_run(run, root),
        check=_check(table.table("check")),
        references=ReferenceSettings(references.choice("provenance", ["optional", "required"]) or "optional"),  # type: ignore[arg-type]
    )


def adhoc_set(reference: Path, candidate: Path, *, profile: str, root: Path, **overrides: Any) -> PairSet:
    """The set of a run without configuration.

    Args:
        reference, candidate: Directories (or two files) as given on the command line, relative to the working
            directory.
        profile: Name or path of the profile.
        root: Directory that absolute paths are named relative to, so that the pipeline's name, and with it the id of an
            incident, does not depend on where the checkout lies.
        overrides: Other fields of `PairSet`.
    """
    labels = _label(reference, root), _label(candidate, root)
    made = PairSet(
        name=candidate.absolute().resolve().name or "root",
        reference=reference.absolute(),
        candidate=candidate.absolute(),
        reference_label=labels[0],
        candidate_label=labels[1],
        profile=profile,
        pipeline=f"{labels[0]} vs {labels[1]}",
    )
    return replace(made, **overrides)


def adhoc_git_set(candidate: Path, *, profile: str, root: Path, base: str, **overrides: Any) -> PairSet:
    """The set of a run without configuration that compares pictures with their own versions in git.

    Args:
        candidate: Directory or file as given on the command line, relative to the working directory.
        profile, root, overrides: As `adhoc_set`.
        base: Revision that the merge base is one with.
    """
    made = adhoc_set(candidate, candidate, profile=profile, root=root, from_git=True, base=base)
    return replace(made, pipeline=f"git vs {made.candidate_label}", **overrides)


def _label(path: Path, root: Path) -> str:
    if path.is_absolute() and path.is_relative_to(root.absolute()):
        path = path.relative_to(root.absolute())
    return path.as_posix()


def _sets(table: Table, root: Path) -> tuple[PairSet, ...]:
    sets: list[PairSet] = []
    for each in table.tables("sets"):
        made = read_set(each, root)
        if any(made.name == other.name for other in sets):
            raise _taken(each, made.name, "the candidate directory's where none is written")
        sets.append(made)
    return tuple(sets)


def _lut_sets(table: Table, taken: set[str]) -> tuple[LutSet, ...]:
    found: list[LutSet] = []
    for each in table.tables("luts"):
        from qualitygate.policy.lut_sets import read_lut_set

        made = read_lut_set(each)
        if made.name in taken or any(made.name == other.name for other in found):
            raise _taken(each, made.name, "`luts` where none is written")
        found.append(made)
    return tuple(found)


def _without_references(
    table: Table, root: Path, taken: set[str]
) -> tuple[tuple[PaletteSet, ...], tuple[BatchSet, ...]]:
    if not (table.has("palettes") or table.has("batches")):
        return (), ()
    from qualitygate.policy.palette_sets import read_batches, read_palettes

    return read_palettes(table, root, taken), read_batches(table, root, taken)


def _taken(table: Table, name: str, default: str) -> ConfigError:
    message = f"the set name {name!r} is taken twice"
    if not table.has("name"):
        message += f"; a set's name is {default}"
    return table.wrong("name", message, "give each set a `name` of its own")


def _check(table: Table) -> CheckSettings:
    table.only("also")
    asked = table.choices("also", STEPS) or ()
    return CheckSettings(tuple(step for step in STEPS if step in asked))


def _limits(table: Table) -> DecodeLimits:
    fields = ("max_pixels", "max_bytes", "max_frames", "max_metadata_bytes")
    table.only(*fields)
    values = {name: table.positive_integer(name) for name in fields}
    return DecodeLimits(**{name: value for name, value in values.items() if value is not None})
