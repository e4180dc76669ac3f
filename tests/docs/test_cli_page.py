"""The page of the command line is what the program says, and every command says something."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def tools_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)


def test_page_is_current() -> None:
    from tools.cli_page import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.cli_page`"


def test_every_command_and_every_option_has_help() -> None:
    from tools.cli_page import commands

    silent = []
    for name, command, _ in commands():
        if not command.help:
            silent.append(name)
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        silent += [f"{name} {one.opts[0]}" for one in options if not one.help]
    assert silent == []
