"""What a row needs and this machine lacks, in words: a row that is not measured is told, never left out in silence."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

INSTALL = "pip install -c constraints.txt -e '.[test]'"
_NEIGHBOURS = ("odiff", "pixelmatch", "reg-cli")
_DISTRIBUTIONS = {"skimage": "scikit-image", "colour": "colour-science", "pytorch_msssim": "pytorch-msssim"}


class NotMeasuredError(Exception):
    """A section cannot be measured here; the message says why, and what to install."""


def lacking(*modules: str) -> str:
    """What to install for modules, in one line; empty where all are there."""
    absent = [_DISTRIBUTIONS.get(name, name) for name in modules if find_spec(name) is None]
    if not absent:
        return ""
    return f"{' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed: {INSTALL}"


def require(*modules: str) -> None:
    """Nothing, where modules are there.

    Raises:
        NotMeasuredError: One is not.
    """
    if why := lacking(*modules):
        raise NotMeasuredError(why)


def lacking_neighbours(npm: Path, found: list[str]) -> dict[str, str]:
    """Programs that are not there, each with the reason.

    Args:
        npm: Directory whose `node_modules` should have them.
        found: Names of those that are there, with their versions.
    """
    node = "" if shutil.which("node") else ", or there is no node"
    absent = (name for name in _NEIGHBOURS if not any(one.split()[0] == name for one in found))
    return {name: f"not below {npm / 'node_modules'}{'' if name == 'odiff' else node}" for name in absent}
