"""Both pictures of a pair are decoded at once where there are threads for it, and nothing else changes."""

from __future__ import annotations

import io
import warnings
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core import threads
from qualitygate.core.errors import DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.corridor import decoding
from qualitygate.corridor.decoding import decode_pair
from qualitygate.corridor.side_by_side import side_by_side
from qualitygate.corridor.task import PairTask
from qualitygate.decode import pillow
from qualitygate.decode.strict import strict
from qualitygate.planning import two_files


@pytest.fixture
def several() -> object:
    threads.allow(2)
    yield
    threads.allow(None)


def files(directory: Path, kind: str) -> tuple[Path, Path]:
    """Two noisy pictures of 400 by 300, large enough as files."""
    random = np.random.default_rng(5)
    paths = directory / f"reference.{kind}", directory / f"candidate.{kind}"
    for path in paths:
        Pillow.fromarray(random.integers(0, 256, (300, 400, 3), dtype=np.uint8)).save(path, quality=95)
    return paths


def task(paths: tuple[Path, Path]) -> PairTask:
    return two_files.pair_task(*paths, metrics=["ssim"])


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_what_comes_out_is_the_same(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = files(tmp_path, kind)
    calls: list[object] = []
    monkeypatch.setattr(decoding, "side_by_side", lambda *both: calls.append(both) or side_by_side(*both))
    together = decode_pair(task(paths))
    assert len(calls) == 1
    threads.allow(1)
    alone = decode_pair(task(paths))
    assert len(calls) == 1, "one after the other where one thread is allowed"
    for ours, theirs in ((together.reference, alone.reference), (together.candidate, alone.candidate)):
        assert np.array_equal(ours.pixels, theirs.pixels)
        assert ours.source == theirs.source


@pytest.mark.usefixtures("several")
def test_two_jpegs_are_decoded_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both, real = Barrier(2, timeout=30), pillow._raster

    def met(*arguments: Any) -> Any:
        both.wait()  # breaks, and refuses the picture, where one waits for the other to be done
        return real(*arguments)

    paths = files(tmp_path, "jpg")
    monkeypatch.setattr(pillow, "_raster", met)
    assert decode_pair(task(paths)).comparable


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("broken", [("reference",), ("candidate",), ("reference", "candidate")])
def test_the_same_file_is_refused_as_one_after_the_other(tmp_path: Path, broken: tuple[str, ...]) -> None:
    paths = files(tmp_path, "png")
    for path in paths:
        if path.stem in broken:
            path.write_bytes(path.read_bytes()[:-5_000] + path.stem.encode())
    refused = []
    for count in (2, 1):
        threads.allow(count)
        with pytest.raises(DecodeError) as caught:
            decode_pair(task(paths))
        refused.append((caught.value.code, str(caught.value)))
    assert refused[0] == refused[1]
    assert broken[-1] in refused[0][1], "the candidate, where both are broken"


def test_what_the_second_raises_is_raised_here_and_the_first_goes_before() -> None:
    def fail(error: BaseException) -> None:
        raise error

    with pytest.raises(KeyError):
        side_by_side(lambda: 1, lambda: fail(KeyError("second")))
    with pytest.raises(ValueError, match="first"):
        side_by_side(lambda: fail(ValueError("first")), lambda: fail(KeyError("second")))
    assert side_by_side(lambda: 1, lambda: "two") == (1, "two")


def test_a_warning_of_somebody_else_is_no_error_while_pillow_decodes() -> None:
    """Numbers are computed in one thread while Pillow is strict in another."""
    stored = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(stored, "BMP")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with strict(DecodeLimits()):
            np.float64(1.0) / np.zeros(1)
            with pytest.raises(UserWarning, match="odd"):
                warnings.warn_explicit("odd", UserWarning, "x.py", 1, module="PIL.TiffImagePlugin")
    assert [str(one.message) for one in seen] == ["divide by zero encountered in divide"]


def test_pillow_is_strict_until_the_last_thread_is_done_and_then_as_it_was() -> None:
    def state() -> tuple[object, ...]:
        return Pillow.MAX_IMAGE_PIXELS, list(warnings.filters)

    def warn() -> None:
        warnings.warn_explicit("odd", UserWarning, "x.py", 1, module="PIL.TiffImagePlugin")

    most = Pillow.MAX_IMAGE_PIXELS
    assert most is not None
    before = state()
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(strict(DecodeLimits(max_pixels=3 * most)))
        second.enter_context(strict(DecodeLimits()))
        first.close()
        assert 3 * most == Pillow.MAX_IMAGE_PIXELS
        with pytest.raises(UserWarning, match="odd"):
            warn()
    assert state() == before
    with pytest.raises(UserWarning, match="odd"), strict(DecodeLimits()):
        warn()
    assert state() == before, "after an error as well"
