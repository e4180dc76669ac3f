"""What importing costs: neither the package nor its help loads a framework."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import qualitygate
from qualitygate.cli.verbs import VERBS

HEAVY = ("torch", "skimage", "scipy", "colour", "imagecodecs", "pillow_heif", "pillow_jxl", "safetensors", "httpx")

# Runs the command line in a fresh interpreter and prints, after it, what was loaded.
PROBE = """
import json, sys
arguments = json.loads(sys.argv[1])
if arguments:
    from qualitygate.cli import main
    try:
        main(arguments)
    except SystemExit as stop:
        assert stop.code in (0, None), stop.code
else:
    import qualitygate
print("\\nLOADED " + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(*arguments: str) -> set[str]:
    """Top-level packages in `sys.modules` after running the command line with these arguments."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.rpartition("LOADED ")[2]))


def verbs() -> list[str]:
    """Every command, subcommands included, as `verb` or `verb sub`."""
    import click

    from qualitygate.cli import root

    found: list[str] = []

    def walk(group: click.Group, prefix: str) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            found.append(f"{prefix}{name}")
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                walk(command, f"{prefix}{name} ")

    walk(root, "")
    return found


def test_importing_the_package_loads_no_framework() -> None:
    loaded = loaded_by()
    assert loaded & set(HEAVY) == set()
    assert loaded & {"PIL", "numpy", "click", "rich"} == set(), "the public names are resolved when first used"


def test_help_loads_no_framework() -> None:
    assert loaded_by("--help") & set(HEAVY) == set()


@pytest.mark.parametrize("verb", verbs())
def test_help_of_every_verb_loads_no_framework(verb: str) -> None:
    assert loaded_by(*verb.split(), "--help") & set(HEAVY) == set()


@pytest.mark.parametrize("governing", [False, True])
def test_at_most_ten_verbs_about_pictures_and_ten_about_what_governs_them(governing: bool) -> None:
    """What is asked for around incidents has names of its own; anything else goes under one of the verbs there are."""
    assert len([one for one in VERBS.values() if (one.group in ("Incidents", "Guards")) is governing]) <= 10


def test_public_names_resolve() -> None:
    missing = [name for name in qualitygate.__all__ if getattr(qualitygate, name, None) is None]
    assert missing == []
    assert {"check", "compare", "Report", "ThresholdExceeded", "QualityGateError"} <= set(qualitygate.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = qualitygate.no_such_name


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(qualitygate.__file__).parent / "py.typed").is_file()
