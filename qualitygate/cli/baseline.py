"""`qualitygate thresholds baseline`: store the colours of approved pictures for a batch to be held against."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualitygate.cli.output import check_writable
from qualitygate.core.errors import ConfigError
from qualitygate.files import write
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.document import suggestion

if TYPE_CHECKING:
    from qualitygate.policy.model import Config
    from qualitygate.policy.palette_model import BatchSet


_FEW = 20


@click.command("baseline")
@click.argument("batch", required=False)
@click.option(
    "--from",
    "globs",
    multiple=True,
    metavar="GLOB",
    help="Approved pictures, relative to the configuration; repeatable.  [default: the batch's own]",
)
@click.option("--config", metavar="FILE", help="Configuration to use instead of the nearest qualitygate.toml.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes to use.")
def command(batch: str | None, globs: tuple[str, ...], config: str | None, workers: int) -> None:
    """Store the colours of approved pictures as the baseline of BATCH, one of the [[batches]] of the configuration.

    The file that its `baseline` names is written: the distribution of the colours and how much it differs between
    pictures, in some 30 KB, instead of the pictures. BATCH may be left out where there is only one.
    """
    # Storing loads what decodes pictures; --help does not need it.
    from qualitygate.executors.process_pool import ProcessPool
    from qualitygate.executors.serial import Serial
    from qualitygate.planning.batches import store

    source = Path(config) if config is not None else find_config(Path.cwd())
    if source is None:
        raise ConfigError("there is no configuration here", code="QG-1409", hint="a batch is a [[batches]] table of it")
    settings = load_config(source)
    one = _named(settings, batch)
    if not isinstance(one.baseline, Path):
        hint = f'write baseline = "baselines/{one.name}.json" to store one'
        raise one.place.wrong("baseline", "names pictures, which are looked at themselves", hint=hint)
    check_writable(one.baseline)
    _refuse_place(one.baseline, settings)
    executor = Serial() if workers == 1 else ProcessPool(workers)
    text, made = store(one, settings, globs or one.candidate, executor)
    write(one.baseline, text)
    colours = ", ".join(
        f"{symbol} {mean:.1f}" for symbol, mean in zip(("L*", "a*", "b*", "C*"), made.means, strict=True)
    )
    pictures = f"{made.pictures:,} picture{'' if made.pictures == 1 else 's'}"
    click.echo(f"{one.baseline.name}: {pictures}, mean {colours}, {len(text.encode()) / 1000:.0f} KB")
    if made.pictures < _FEW:
        click.echo("so few pictures say little of how much they differ: take all that were approved", err=True)


def _refuse_place(baseline: Path, settings: Config) -> None:
    """Refuse a baseline in the place of something else that is read; an earlier one may be replaced."""
    from qualitygate.cli.inputs import configured
    from qualitygate.cli.replacing import refuse_file

    read = configured(settings)
    refuse_file(baseline, replace(read, files=tuple(path for path in read.files if path != baseline)))


def _named(settings: Config, name: str | None) -> BatchSet:
    known = [one.name for one in settings.batches]
    if not known:
        raise ConfigError("no [[batches]] are configured", code="QG-1409", where=str(settings.source))
    if name is None and len(known) == 1:
        return settings.batches[0]
    if name not in known:
        message = "which batch?" if name is None else f"no batch is called {name!r}"
        hint = f"one of {', '.join(known)}" if name is None else suggestion(name, known)
        raise ConfigError(message, code="QG-1401", hint=hint)
    return next(one for one in settings.batches if one.name == name)
