"""The directory of the demo: approved pictures, good and drifted candidates, both LUTs and a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from PIL import Image

from qualitygate.core.errors import ConfigError
from qualitygate.demo.looks import Look, approved, drifted, grade, to_cube

# Stands in every directory the demo made, so that it never writes over somebody's files.
MARK = ".qualitygate-demo"

PROFILE = "hero"
"""Profile the photographs are judged by."""

# Of the WebP candidates. Well above the q85 that every profile allows, so that only the look is in question.
_QUALITY = 90

CONFIG = f"""\
# `qualitygate check` in this directory gates both sets: the first passes, the second fails.
[[sets]]
name = "good"
reference = "reference"
candidate = "candidate-good"
profile = "{PROFILE}"
pipeline = "brand-look-v1"

[[sets]]
name = "drifted"
reference = "reference"
candidate = "candidate-drifted"
profile = "{PROFILE}"
pipeline = "brand-look-v2"
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where everything of the demo stands.

    Attributes:
        directory: The directory itself.
        reference: Approved pictures, PNG.
        good: Candidates through the approved look, WebP.
        drifted: Candidates through the look that drifted, WebP.
        looks: The two `.cube` files, version 1 first.
        names: Stems of the pictures, sorted.
    """

    directory: Path
    reference: Path
    good: Path
    drifted: Path
    looks: tuple[Path, Path]
    names: tuple[str, ...]


def photographs() -> dict[str, Image.Image]:
    """The photographs that ship in the package, by name: 8-bit sRGB, loaded."""
    found = {}
    for entry in sorted(resources.files("qualitygate.demo").joinpath("photos").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".jpg"):
            with entry.open("rb") as stream, Image.open(stream, formats=["JPEG"]) as picture:
                found[entry.name.removesuffix(".jpg")] = picture.convert("RGB")
    return found


def write_scene(directory: Path, *, force: bool = False) -> Scene:
    """Write the scene. Files of an earlier demo are replaced; other files in the directory are left alone.

    Args:
        directory: Where to write; made when absent.
        force: Write into a directory that is neither empty nor the work of an earlier demo.

    Raises:
        ConfigError: The directory is not empty and not the demo's own, is a file, or cannot be written.
    """
    _claim(directory, force)
    photos = photographs()
    cubes = (directory / "brand-look-v1.cube", directory / "brand-look-v2.cube")
    scene = Scene(
        directory=directory,
        reference=directory / "reference",
        good=directory / "candidate-good",
        drifted=directory / "candidate-drifted",
        looks=cubes,
        names=tuple(photos),
    )
    try:
        for folder in (scene.reference, scene.good, scene.drifted):
            folder.mkdir(exist_ok=True)
        cubes[0].write_text(to_cube(approved, "brand look 1"), encoding="ascii")
        cubes[1].write_text(to_cube(drifted, "brand look 2"), encoding="ascii")
        for name, photo in photos.items():
            grade(photo, approved).save(scene.reference / f"{name}.png")
            _export(photo, approved, scene.good / f"{name}.webp")
            _export(photo, drifted, scene.drifted / f"{name}.webp")
        (directory / "qualitygate.toml").write_text(CONFIG, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=str(error.filename)) from error
    return scene


def _export(photo: Image.Image, look: Look, target: Path) -> None:
    grade(photo, look).save(target, quality=_QUALITY, method=4)


def _claim(directory: Path, force: bool) -> None:
    if directory.exists() and not directory.is_dir():
        raise ConfigError("is a file", code="QG-1407", where=str(directory), hint="name a directory")
    mark = directory / MARK
    if directory.is_dir() and any(directory.iterdir()) and not mark.is_file() and not force:
        raise ConfigError(
            "directory is not empty, and the demo did not make it",
            code="QG-1412",
            where=str(directory),
            hint="name another directory, or write into this one with --force",
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        mark.write_text("Made by `qualitygate demo`; may be deleted.\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}", code="QG-1412", where=str(directory)) from error
