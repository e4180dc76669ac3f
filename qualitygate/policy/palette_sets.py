"""The `[[palettes]]` and `[[batches]]` of a configuration, under names of their own."""

from __future__ import annotations

from pathlib import Path

from qualitygate.policy.batches import read_batch
from qualitygate.policy.palette_model import BatchSet, PaletteSet
from qualitygate.policy.palettes import read_palette_set
from qualitygate.policy.table import Table


def read_palettes(table: Table, root: Path, taken: set[str]) -> tuple[PaletteSet, ...]:
    """Read `[[palettes]]`.

    Args:
        table: The configuration.
        root: Directory that relative paths are resolved against.
        taken: Names of other sets; those that are read are added.

    Raises:
        ConfigError: As `read_palette_set`, or a name is taken twice (QG-1405).
    """
    found: list[PaletteSet] = []
    for each in table.tables("palettes"):
        made = read_palette_set(each, root)
        _claim(each, made.name, taken)
        found.append(made)
    return tuple(found)


def read_batches(table: Table, root: Path, taken: set[str]) -> tuple[BatchSet, ...]:
    """Read `[[batches]]`; arguments and errors as `read_palettes`."""
    found: list[BatchSet] = []
    for each in table.tables("batches"):
        made = read_batch(each, root)
        _claim(each, made.name, taken)
        found.append(made)
    return tuple(found)


def _claim(table: Table, name: str, taken: set[str]) -> None:
    if name in taken:
        default = "" if table.has("name") else f"; a set's name is `{name}` where none is written"
        raise table.wrong("name", f"the set name {name!r} is taken twice{default}", "give each set a `name` of its own")
    taken.add(name)
