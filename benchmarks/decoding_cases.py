"""What decoding costs: ours with and without the extra `fast`, against Pillow alone. Processor time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from time import process_time
from unittest.mock import patch

import numpy as np
from PIL import Image as Pillow

from benchmarks.pictures import Pixels
from qualitygate.decode import decode, inflate


@dataclass(frozen=True, slots=True)
class Decoding:
    """One way to decode one file.

    Attributes:
        form: Format of the file.
        decoder: What decodes, with versions, as `Source.settings` tells it.
        milliseconds: Processor time per million pixels, median.
        ratio: That through Pillow's bare decoding of the same file in the same run; less is faster.
    """

    form: str
    decoder: str
    milliseconds: float
    ratio: float


def stored(pixels: Pixels, form: str) -> tuple[bytes, str]:
    """The pixels as a file of a format, and its name."""
    kind = form.partition(" ")[0].rstrip(",")
    buffer = BytesIO()
    options = {"quality": 92, "subsampling": 2} if kind == "jpeg" else {"lossless": True} if kind == "webp" else {}
    Pillow.fromarray(pixels).save(buffer, kind.upper(), **options)
    return buffer.getvalue(), f"a.{kind}"


def decodings(pixels: Pixels, repetitions: int = 7) -> list[Decoding]:
    """Pillow alone, ours without the extra `fast`, and ours with what is installed, taken in turn.

    Args:
        pixels: A picture, uint8 `(H, W, 3)`; noise and detail decide how long it takes, so take a photograph.
        repetitions: How often each is run.
    """
    found: list[Decoding] = []
    for form in ("png", "jpeg", "webp"):
        data, name = stored(pixels, form)
        ways: dict[str, Callable[[], str]] = {
            "Pillow alone": partial(_bare, data),
            "without fast": partial(_slow, data, name),
            "installed": partial(_ours, data, name),
        }
        names = {way: run() for way, run in ways.items()}
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(repetitions):
            for way, run in ways.items():
                times[way].append(_seconds(run))
        scale = 1e3 / (pixels.shape[0] * pixels.shape[1] / 1e6)
        for way in ways:
            ratio = float(
                np.median([ours / bare for ours, bare in zip(times[way], times["Pillow alone"], strict=True)])
            )
            found.append(Decoding(form, names[way], float(np.median(times[way])) * scale, ratio))
    return found


def _bare(data: bytes) -> str:
    np.asarray(Pillow.open(BytesIO(data)))
    return "Pillow alone"


def _ours(data: bytes, name: str) -> str:
    return str(decode(data, name).source.settings["decoder"])


def _slow(data: bytes, name: str) -> str:
    """As if the extra `fast` were not installed."""
    with patch.object(inflate, "faster", lambda _: None):
        return _ours(data, name)


def _seconds(work: Callable[[], str]) -> float:
    start = process_time()
    work()
    return process_time() - start
