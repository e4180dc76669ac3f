"""The table of formats: which reader takes which name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from qualitygate.luts import csp, cube, hald, ocio, spi1d, spi3d, spimtx, three_dl
from qualitygate.luts.result import Parsed


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: Short name, as in reports.
        title: What it is called.
        extensions: Lower case, with the dot.
        text: Whether it is text, so that binary bytes are refused at the first look.
        peek: Rows and columns its header promises, from the first bytes of a file; refuses what cannot be read, and
            allocates nothing. Columns are 0 where a row is not a line of text.
        parse: Reads a whole file.
        extra: Extra the reader needs, None for the readers of our own.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    text: bool
    peek: Callable[[bytes], tuple[int, int]]
    parse: Callable[[bytes], Parsed]
    extra: str | None = None


FORMATS: tuple[Format, ...] = (
    Format("cube", "Adobe and Resolve cube", (".cube",), True, cube.peek, cube.parse),
    Format("spi1d", "Imageworks 1D LUT", (".spi1d",), True, spi1d.peek, spi1d.parse),
    Format("spi3d", "Imageworks 3D LUT", (".spi3d",), True, spi3d.peek, spi3d.parse),
    Format("spimtx", "Imageworks matrix", (".spimtx",), True, spimtx.peek, spimtx.parse),
    Format("csp", "cineSpace", (".csp",), True, csp.peek, csp.parse),
    Format("3dl", "Flame and Lustre", (".3dl",), True, three_dl.peek, three_dl.parse),
    Format("hald", "Hald CLUT", (".png",), False, hald.peek, hald.parse),
    Format("clf", "Common LUT Format (SMPTE ST 2136-1)", (".clf",), True, ocio.peek, ocio.clf, "luts"),
    Format("ctf", "Autodesk Color Transform Format", (".ctf",), True, ocio.peek, ocio.ctf, "luts"),
    Format("itx", "Iridas itx", (".itx",), True, ocio.peek, ocio.itx, "luts"),
    Format("look", "Iridas look", (".look",), True, ocio.peek, ocio.look, "luts"),
    Format("vf", "Nuke vector field", (".vf",), True, ocio.peek, ocio.vf, "luts"),
    Format("m3d", "Pandora", (".m3d",), True, ocio.peek, ocio.m3d, "luts"),
    Format("cub", "Truelight", (".cub",), True, ocio.peek, ocio.cub, "luts"),
    Format("lut", "Discreet 1D and Houdini", (".lut",), True, ocio.peek, ocio.lut, "luts"),
    Format("icc", "ICC profile", (".icc", ".icm", ".pf"), False, ocio.peek_icc, ocio.icc, "luts"),
)

_BY_EXTENSION = {extension: entry for entry in FORMATS for extension in entry.extensions}


def format_of(name: str) -> Format | None:
    """The format a file name promises, by its extension in any case; None where it promises none."""
    return _BY_EXTENSION.get(PurePosixPath(name.replace("\\", "/")).suffix.lower())
