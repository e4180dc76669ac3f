"""`qualitygate lut`: validate look-up tables, approve a change, install the git hook."""

from __future__ import annotations

import click

from qualitygate.cli import lut_approve, lut_hook, validate_lut


@click.group("lut", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def command() -> None:
    """Validate look-up tables, approve an intended change, install the git hook."""


command.add_command(validate_lut.command, "validate")
command.add_command(lut_approve.command, "approve")
command.add_command(lut_hook.command, "install-hook")
