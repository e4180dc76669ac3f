"""`qualitygate lut install-hook`: git hooks for repositories without the pre-commit framework."""

from __future__ import annotations

import shlex
import stat
import sys
from pathlib import Path

import click

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import hook_path

HOOKS = ("pre-commit", "pre-merge-commit")
"""Git runs the first for commits and only the second for merges, githooks(5)."""

# `-P` keeps the top of the repository off the module path: a `numpy.py` committed there would run instead of ours.
HOOK = """\
#!/bin/sh
# Written by `qualitygate lut install-hook`: refuses commits with malformed or drifting look-up tables.
# Every way of not reaching a verdict refuses the commit, too.
python={python}
if [ -x "$python" ]; then
    exec "$python" -P -m qualitygate lut validate --staged
fi
if command -v validate-lut >/dev/null 2>&1; then
    exec validate-lut --staged
fi
echo "qualitygate: neither $python nor validate-lut is there, so no LUT was validated; the commit is refused" >&2
exit 1
"""
LINE = "validate-lut --staged || exit 1"


@click.command("install-hook")
def command() -> None:
    """Install git hooks that validate staged LUTs, for commits and for merges. An existing hook is never
    overwritten."""
    text = HOOK.format(python=shlex.quote(sys.executable))
    taken: list[Path] = []
    for name in HOOKS:
        path = hook_path(Path.cwd(), name)
        if path is None:
            raise ConfigError("no git repository here, or git cannot open it", code="QG-1690", where="git")
        if not _installed(path, text):
            taken.append(path)
    if taken:
        raise ConfigError(
            f"a {' and a '.join(path.name for path in taken)} hook is here already and is not overwritten",
            code="QG-1691",
            where=", ".join(path.as_posix() for path in taken),
            hint=f"add this line to it: {LINE}",
        )


def _installed(path: Path, text: str) -> bool:
    """Write a hook, or leave our own as it is but so that git can run it; False where it is somebody else's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        said = "wrote  {}"
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != text.encode():
            return False
        said = "kept   {}, which is this hook already"
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=path.as_posix()) from None
    # Git passes over a hook without the run bit with no more than a hint.
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    click.echo(said.format(path.as_posix()))
    return True
