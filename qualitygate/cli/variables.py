"""Options from environment variables: `QUALITYGATE_CHECK_PROFILE` is as good as `--profile`, for CI that sets no words.

A value is never read as an option or run by a shell, whatever it holds; the command line goes before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import click
from click.core import ParameterSource

from qualitygate.core.errors import ConfigError

_SEPARATORS = re.compile(r"[\s,]+")
# `html=my report sarif=out.sarif`: a path may hold a blank, so what comes after one has to begin like another report.
_NEXT_REPORT = re.compile(r"[,\r\n]+|[ \t]+(?=[\w-]+=)")


class VariableCommand(click.Command):
    """A command each of whose parameters may come from a variable, named by `variable`.

    An empty variable, or one of white space, is as good as none. Of an option that may be repeated it holds several
    values, between white space, line ends or commas.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line over what the variables say.

        Raises:
            ConfigError: QG-1436, a variable of this command's that it does not know.
            BadParameter: A wrong value, with the name of the variable that holds it.
        """
        known = {variable(ctx, param): param for param in self.params}
        values = given(os.environ, _prefix(ctx), tuple(known))
        found = {known[name].name or "": _value(known[name], text) for name, text in values.items()}
        ctx.default_map = {**(ctx.default_map or {}), **found}
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            if error.param is not None and _from_variable(ctx, error.param):
                error.param_hint = variable(ctx, error.param)
            raise


def variable(ctx: click.Context, param: click.Parameter) -> str:
    """Name of a parameter's variable: the command's, then the option's own long name, or the argument's."""
    long = [name for name in param.opts if name.startswith("--")]
    name = long[0].removeprefix("--") if long else param.name or ""
    return f"{_prefix(ctx)}{name.replace('-', '_').upper()}"


def given(environ: Mapping[str, str], prefix: str, known: tuple[str, ...]) -> dict[str, str]:
    """The variables that say something, without the line end that YAML leaves.

    Raises:
        ConfigError: QG-1436, one with this prefix that is not known: it would otherwise be ignored silently.
    """
    found = {name: text.strip("\r\n") for name, text in environ.items() if name.startswith(prefix) and text.strip()}
    for name in sorted(found):
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, 1)
            raise ConfigError(
                "this variable means nothing",
                code="QG-1436",
                where=name,
                hint=f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known))}",
            )
    return found


def _prefix(ctx: click.Context) -> str:
    return f"QUALITYGATE_{(ctx.info_name or '').replace('-', '_').upper()}_"


def _from_variable(ctx: click.Context, param: click.Parameter) -> bool:
    return ctx.get_parameter_source(param.name or "") is ParameterSource.DEFAULT_MAP


def _value(param: click.Parameter, text: str) -> str | list[str]:
    if not param.multiple:
        return text
    return _reports(text) if "--report" in param.opts else _words(text)


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if word]


def _reports(text: str) -> list[str]:
    """What has no `=` is no report, and is given on word by word, to be refused as such."""
    parts = [part.strip() for part in _NEXT_REPORT.split(text)]
    return [word for part in parts for word in ([part] if "=" in part else _words(part))]
