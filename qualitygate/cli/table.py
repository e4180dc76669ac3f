"""Commands as a table that can be read: where each is, its line of help, its group. Imported when it is used."""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import click

_THREADS = "OPENBLAS_NUM_THREADS"


@dataclass(frozen=True, slots=True)
class Verb:
    """One command.

    Attributes:
        module: Where it is, below `qualitygate.cli`; `module:attribute` where it is not called `command`.
        summary: Its line in the help.
        group: The heading that line stands below.
    """

    module: str
    summary: str
    group: str = "Commands"


class TableGroup(click.Group):
    """A click group over a table of verbs, so that `--help` loads next to nothing.

    Args:
        table: Name to verb, in the order of the help.
        arguments: As of `click.Group`.
    """

    def __init__(self, *arguments: Any, table: Mapping[str, Verb], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a verb and return its command."""
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name].module.partition(":")
        found: click.Command = getattr(imported(f"qualitygate.cli.{module}"), attribute or "command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; of an unknown command, with those that may have been meant."""
        unknown = args[0]
        if unknown not in self.table:
            from difflib import get_close_matches  # only needed here

            # The program of the git hooks has a name of its own.
            meant = ["lut validate"] if unknown == "validate-lut" else get_close_matches(unknown, self.table)
            if meant:
                ctx.fail(f"No such command {unknown!r}. (Did you mean {' or '.join(map(repr, meant))}?)")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs group by group, without importing them."""
        for group in dict.fromkeys(verb.group for verb in self.table.values()):
            with formatter.section(group):
                formatter.write_dl([(name, verb.summary) for name, verb in self.table.items() if verb.group == group])


def imported(name: str) -> ModuleType:
    """Import a module. What imports make stays to the end, so that looking for garbage among it is time lost.

    NumPy's OpenBLAS is loaded with one thread, unless somebody says otherwise: its threads are of no use to metrics
    that spread their tiles themselves, wait busily for work, and would keep this process from being copied.
    """
    collecting = gc.isenabled()
    gc.disable()
    unsaid = _THREADS not in os.environ
    if unsaid:
        os.environ[_THREADS] = "1"
    try:
        return importlib.import_module(name)
    finally:
        if unsaid:
            del os.environ[_THREADS]  # what this process starts, such as a command of `prove`, is not our business
        if collecting:
            gc.freeze()
            gc.enable()
