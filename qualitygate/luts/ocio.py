"""Formats read by OpenColorIO, from the extra `luts`: what it loaded must be what the name says, and finite.

OpenColorIO tries every format it knows until one loads, whatever the extension, reads `0,5` as 0 and takes NaN. So
`ocio_guard` looks at the text first, the format that was really loaded is taken from the library's log, and the
result is evaluated on a lattice before the file is accepted.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from qualitygate.core.finding_level import Level
from qualitygate.core.lut import Array, Evaluated, combined_kind
from qualitygate.luts import ocio_guard
from qualitygate.luts.finding import Refusal, Remark
from qualitygate.luts.result import Parsed
from qualitygate.luts.sniff import refuse_pointer

_INSTALL = "pip install 'image-qualitygate[luts]'"
_LOADED = re.compile(r"Loaded (?:primary|alt) format (.+?)\s*$", re.M)
_WARNING = re.compile(r"\[OpenColorIO Warning\]: (.*)", re.S)
_AT_LINE = re.compile(r"(?:At line \(|on line |line |\.\w+\()(\d+)\)?", re.I)
_KINDS = {"Lut1DTransform": "1d", "Lut3DTransform": "3d", "MatrixTransform": "matrix", "CDLTransform": "1d+matrix"}


def peek(_: bytes) -> tuple[int, int]:
    """Nothing is promised before the whole file is looked at; only the extra must be there.

    Raises:
        Refusal: QG-1613.
    """
    _library()
    return 0, 0


def peek_icc(head: bytes) -> tuple[int, int]:
    """The signature of an ICC profile (ICC.1, section 7.2.12), and the extra.

    Raises:
        Refusal: QG-1613, QG-1614.
    """
    refuse_pointer(head)
    if len(head) < 132 or head[36:40] != b"acsp":
        raise Refusal("QG-1614", "no signature of an ICC profile", "'acsp' at byte 36")
    return peek(head)


def clf(data: bytes) -> Parsed:
    """Read CLF.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.xml(data)
    return _load(data, "clf", ".clf", ("Academy/ASC Common LUT Format",))


def ctf(data: bytes) -> Parsed:
    """Read CTF; a file it refers to is not followed.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.xml(data)
    return _load(data, "ctf", ".ctf", ("Academy/ASC Common LUT Format", "Color Transform Format"))


def itx(data: bytes) -> Parsed:
    """Read Iridas itx.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.rows(data, {b"LUT_3D_SIZE": 1}, 3)
    return _load(data, "itx", ".itx", ("iridas_itx",))


def look(data: bytes) -> Parsed:
    """Read Iridas look.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.xml(data)
    return _load(data, "look", ".look", ("iridas_look",))


def vf(data: bytes) -> Parsed:
    """Read a Nuke vector field.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.rows(data, {b"grid_size": 3, b"global_transform": 16, b"element_size": 1, b"data": 0}, 3)
    return _load(data, "vf", ".vf", ("nukevf",))


def m3d(data: bytes) -> Parsed:
    """Read Pandora m3d.

    Raises:
        Refusal: As `_load`.
    """
    words = {b"channel": None, b"in": 1, b"out": 1, b"format": None, b"values": None}
    ocio_guard.rows(data, words, 4)
    return _load(data, "m3d", ".m3d", ("pandora_m3d", "pandora_mga"))


def cub(data: bytes) -> Parsed:
    """Read Truelight cub.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.truelight(data)
    ocio_guard.rows(data, {}, 3)
    return _load(data, "cub", ".cub", ("truelight",))


def lut(data: bytes) -> Parsed:
    """Read a `.lut`, of Discreet or of Houdini.

    Raises:
        Refusal: As `_load`.
    """
    ocio_guard.tokens(data)
    return _load(data, "lut", ".lut", ("Discreet 1D LUT", "houdini"))


def icc(data: bytes) -> Parsed:
    """Read an ICC profile.

    Raises:
        Refusal: As `_load`.
    """
    names = ("International Color Consortium profile", "Image Color Matching profile", "ICC profile")
    return _load(data, "icc", ".icc", names)


def _library() -> Any:
    try:
        import PyOpenColorIO
    except ImportError:
        raise Refusal("QG-1613", "the format needs OpenColorIO, which is not installed", _INSTALL) from None
    return PyOpenColorIO


def _load(data: bytes, name: str, suffix: str, formats: tuple[str, ...]) -> Parsed:
    """Load through a private copy, so that the file cannot refer to its neighbours.

    Raises:
        Refusal: QG-1613 without the extra, QG-1614 when another format was loaded, QG-1635 for values that are not
            finite, QG-1639 with OpenColorIO's own words when it refuses.
    """
    import tempfile

    library = _library()
    with tempfile.TemporaryDirectory(prefix="qualitygate-lut-") as folder:
        copy = Path(folder) / f"lut{suffix}"
        copy.write_bytes(data)
        processor, log = _processor(library, copy)
    loaded = _LOADED.findall(log)
    if not loaded or loaded[0] not in formats:
        found = f"OpenColorIO read the file as {loaded[0] if loaded else 'no format it names'}"
        raise Refusal("QG-1614", found, f"{' or '.join(formats)}")
    operators = list(processor.createGroupTransform())
    kinds = {_KINDS.get(type(operator).__name__, "1d") for operator in operators}
    names = ", ".join(type(operator).__name__.removesuffix("Transform") for operator in operators) or "identity"
    for operator in operators:
        _refuse_not_finite(operator)
    lut = Evaluated(_evaluator(processor), combined_kind(kinds) or "1d", _size(operators), names)
    _refuse_nan(lut)
    warnings = (
        match.group(1).strip() for line in log.split("\n[") if (match := _WARNING.match("[" + line.lstrip("[")))
    )
    remarks = tuple(Remark("QG-1654", Level.WARNING, _clean(text, copy), None, _line(text)) for text in warnings)
    return Parsed(lut, name, remarks)


def _processor(library: Any, path: Path) -> tuple[Any, str]:
    """A processor and what the library logged while it loaded. The log is global state: it is put back."""
    log: list[str] = []
    level = library.GetLoggingLevel()
    library.ClearAllCaches()
    library.SetLoggingFunction(log.append)
    library.SetLoggingLevel(library.LOGGING_LEVEL_DEBUG)
    try:
        processor = library.Config.CreateRaw().getProcessor(library.FileTransform(str(path)))
        return processor, "".join(log)
    except (library.Exception, UnicodeDecodeError, ValueError, RuntimeError) as error:
        failed = next((line for line in log if "Failed primary format" in line), str(error))
        text = _clean(failed.partition("Failed primary format")[2] or str(error), path)
        raise Refusal("QG-1639", f"OpenColorIO refuses it: {text}", "a file of its format", _line(text)) from None
    finally:
        library.SetLoggingLevel(level)
        library.ResetToDefaultLoggingFunction()
        library.ClearAllCaches()


def _evaluator(processor: Any) -> Any:
    cpu = processor.getDefaultCPUProcessor()

    def evaluate(colours: Array) -> Array:
        pixels = np.ascontiguousarray(colours, np.float32)
        if pixels is colours:
            pixels = pixels.copy()
        cpu.applyRGB(pixels)
        return pixels.astype(np.float64)

    return evaluate


def _refuse_not_finite(operator: Any) -> None:
    data = getattr(operator, "getData", None)
    if data is not None and not np.isfinite(np.asarray(data(), np.float64)).all():
        raise Refusal("QG-1635", "the table holds NaN or infinity", "finite values")


def _refuse_nan(lut: Evaluated) -> None:
    axis = np.linspace(0.0, 1.0, 9)
    lattice = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    if not np.isfinite(lut.function(lattice)).all():
        raise Refusal("QG-1635", "the transform gives NaN or infinity for inputs from 0 to 1", "finite values")


def _size(operators: list[Any]) -> int | None:
    for wanted in ("Lut3DTransform", "Lut1DTransform"):
        for operator in operators:
            if type(operator).__name__ == wanted:
                return int(operator.getGridSize() if wanted == "Lut3DTransform" else operator.getLength())
    return None


def _clean(text: str, path: Path) -> str:
    text = text.replace(str(path), path.name)
    return " ".join(text.split())[:300]


def _line(text: str) -> int | None:
    found = _AT_LINE.search(text)
    return int(found.group(1)) if found and int(found.group(1)) > 0 else None
