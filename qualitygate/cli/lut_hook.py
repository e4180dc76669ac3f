"""`qualitygate lut install-hook`: a pre-commit hook for repositories without the pre-commit framework."""

from __future__ import annotations

import shlex
import stat
import sys
from pathlib import Path

import click

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import hook_path

HOOK = """\
#!/bin/sh
# Written by `qualitygate lut install-hook`: refuses commits with malformed or drifting look-up tables.
# Every way of not reaching a verdict refuses the commit, too.
python={python}
if [ -x "$python" ]; then
    exec "$python" -m qualitygate lut validate --staged
fi
if command -v validate-lut >/dev/null 2>&1; then
    exec validate-lut --staged
fi
echo "pre-commit: neither $python nor validate-lut is there, so no LUT was validated; the commit is refused" >&2
exit 1
"""
LINE = "validate-lut --staged || exit 1"


@click.command("install-hook")
def command() -> None:
    """Install a git pre-commit hook that validates staged LUTs. A hook that is there is never overwritten."""
    path = hook_path(Path.cwd(), "pre-commit")
    if path is None:
        raise ConfigError("no git repository here, or git cannot open it", code="QG-1690", where="git")
    text = HOOK.format(python=shlex.quote(sys.executable))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        _kept(path, text)
        return
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=path.as_posix()) from None
    _executable(path)
    click.echo(f"wrote  {path.as_posix()}")


def _kept(path: Path, text: str) -> None:
    """Our own hook stays as it is, but git must be able to run it; any other one is its owner's."""
    if path.is_file() and path.read_bytes() == text.encode():
        _executable(path)
        click.echo(f"kept   {path.as_posix()}, which is this hook already")
        return
    raise ConfigError(
        "a pre-commit hook is here already and is not overwritten",
        code="QG-1691",
        where=path.as_posix(),
        hint=f"add this line to it: {LINE}",
    )


def _executable(path: Path) -> None:
    # Git passes over a hook without the run bit with no more than a hint.
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
