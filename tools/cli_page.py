"""Make `docs/cli.md` from the commands' own help: `python -m tools.cli_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from qualitygate.cli import root

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
WIDTH = 100

_INTRODUCTION = """\
# Command line

What `--help` says of every command. This page is made from the program by `python -m tools.cli_page`, and a test
compares them.

Exit codes are the same everywhere: 0 passed or done, 1 the check failed, 2 usage or configuration, 3 something could
not be measured and nothing failed, 130 interrupted. `NO_COLOR` beats `FORCE_COLOR`; there is no progress bar where
standard error is no terminal or `CI` is set.
"""


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its full name, groups before their members."""
    yield from _below("qualitygate", root, None)


def _below(
    name: str, command: click.Command, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = click.Context(command, parent=parent, info_name=name.rpartition(" ")[2], **command.context_settings)
    context.terminal_width = WIDTH
    yield name, command, context
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            found = command.get_command(context, verb)
            if found is not None:
                yield from _below(f"{name} {verb}", found, context)


def page() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION]
    for name, command, context in commands():
        depth = "##" if name.count(" ") < 2 else "###"
        lines = [line.rstrip() for line in command.get_help(context).splitlines()]
        parts.append(f"\n{depth} `{name}`\n\n```text\n" + "\n".join(lines) + "\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
