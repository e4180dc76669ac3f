"""The table of formats: which reader takes which name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from qualitygate.luts.result import Parsed


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: Short name, as in reports.
        title: What it is called.
        extensions: Lower case, with the dot.
        text: Whether it is text, so that binary bytes are refused at the first look.
        module: Module of this room that reads it; loaded when a file of the format is read.
        extra: Extra the reader needs, None for the readers of our own.
        parser: Function of the module that reads a whole file.
        peeker: Function of the module that reads the header.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    text: bool
    module: str
    extra: str | None = None
    parser: str = "parse"
    peeker: str = "peek"

    def peek(self, head: bytes) -> tuple[int, int]:
        """Rows and columns the header promises; columns are 0 where a row is not a line of text.

        Args:
            head: The first bytes of a file. Nothing is allocated for what they promise.

        Raises:
            Refusal: For a header that cannot be read.
        """
        return cast(tuple[int, int], getattr(import_module(f"qualitygate.luts.{self.module}"), self.peeker)(head))

    def parse(self, data: bytes) -> Parsed:
        """Read a whole file.

        Raises:
            Refusal: For a file that is rejected.
        """
        return cast(Parsed, getattr(import_module(f"qualitygate.luts.{self.module}"), self.parser)(data))


FORMATS: tuple[Format, ...] = (
    Format("cube", "Adobe and Resolve cube", (".cube",), True, "cube"),
    Format("spi1d", "Imageworks 1D LUT", (".spi1d",), True, "spi1d"),
    Format("spi3d", "Imageworks 3D LUT", (".spi3d",), True, "spi3d"),
    Format("spimtx", "Imageworks matrix", (".spimtx",), True, "spimtx"),
    Format("csp", "cineSpace", (".csp",), True, "csp"),
    Format("3dl", "Flame and Lustre", (".3dl",), True, "three_dl"),
    Format("hald", "Hald CLUT", (".png",), False, "hald"),
    Format("clf", "Common LUT Format (SMPTE ST 2136-1)", (".clf",), True, "ocio", "luts", "clf"),
    Format("ctf", "Autodesk Color Transform Format", (".ctf",), True, "ocio", "luts", "ctf"),
    Format("itx", "Iridas itx", (".itx",), True, "ocio", "luts", "itx"),
    Format("look", "Iridas look", (".look",), True, "ocio", "luts", "look"),
    Format("vf", "Nuke vector field", (".vf",), True, "ocio", "luts", "vf"),
    Format("m3d", "Pandora", (".m3d",), True, "ocio", "luts", "m3d"),
    Format("cub", "Truelight", (".cub",), True, "ocio", "luts", "cub"),
    Format("lut", "Discreet 1D and Houdini", (".lut",), True, "ocio", "luts", "lut"),
    Format("icc", "ICC profile", (".icc", ".icm", ".pf"), False, "ocio", "luts", "icc", "peek_icc"),
)

_BY_EXTENSION = {extension: entry for entry in FORMATS for extension in entry.extensions}


def format_of(name: str) -> Format | None:
    """The format a file name promises, by its extension in any case; None where it promises none."""
    return _BY_EXTENSION.get(PurePosixPath(name.replace("\\", "/")).suffix.lower())
