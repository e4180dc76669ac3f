"""How transparent a pair is: exact in every depth, without what is ignored, and seen on the opposite background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.colour.view import composite
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.image import Image, Source
from qualitygate.core.subject import Subject
from qualitygate.core.transparency import OPAQUE_PAIR
from qualitygate.core.verdict import Failed, SubjectResult
from qualitygate.corridor.task import PairTask
from qualitygate.corridor.transparency import laid_bare, transparency
from qualitygate.policy.model import Area

SUBJECT = Subject("pair", "logo.png", "", "r/logo.png", "c/logo.png")


def task(**changes: object) -> PairTask:
    return PairTask(SUBJECT, "logo.png", Path("r"), Path("c"), (), **changes)  # type: ignore[arg-type]


def picture(alpha: NDArray[np.integer] | None, size: tuple[int, int] = (8, 8)) -> Image:
    height, width = size if alpha is None else alpha.shape
    dtype = np.uint8 if alpha is None else alpha.dtype
    source = Source("a", "0", 1, "png", width, height, 8, "sRGB")
    return Image(np.zeros((height, width, 3), dtype), SRGB, source, alpha)  # type: ignore[arg-type]


@st.composite
def pictures(draw: st.DrawFn, height: int, width: int) -> Image:
    kind = draw(st.sampled_from(["opaque", "uint8", "uint16"]))
    if kind == "opaque":
        return picture(None, (height, width))
    most = np.iinfo(kind).max
    edges = st.sampled_from([0, 1, most - 1, most]) | st.integers(0, most)
    values = draw(st.lists(edges, min_size=height * width, max_size=height * width))
    return picture(np.array(values, dtype=kind).reshape(height, width))


def levels(image: Image) -> NDArray[np.float64]:
    if image.alpha is None:
        return np.full(image.pixels.shape[:2], 255.0)
    return image.alpha.astype(np.float64) * 255.0 / image.full_scale


@given(st.data(), st.integers(1, 5), st.integers(1, 5))
def test_it_is_the_plain_difference_of_what_counts(data: st.DataObject, height: int, width: int) -> None:
    reference, candidate = data.draw(pictures(height, width)), data.draw(pictures(height, width))
    cut = data.draw(st.integers(0, width))
    found = transparency(task(ignore=(Area(rectangles=((0, 0, cut, height),)),) if cut else ()), reference, candidate)
    ours, theirs = levels(reference)[:, cut:], levels(candidate)[:, cut:]
    difference = np.abs(ours - theirs)
    assert found.largest == pytest.approx(difference.max(initial=0.0), abs=1e-9)
    assert found.mean == pytest.approx(difference.mean() if difference.size else 0.0, abs=1e-9)
    assert found.missing == pytest.approx(255 - theirs.min(initial=255.0), abs=1e-9)


@given(st.integers(0, 255), st.integers(0, 255))
def test_whole_levels_are_whole_in_every_depth(ours: int, theirs: int) -> None:
    """A tolerance of whole levels must hold for files of 8 and of 16 bits alike, to the last bit."""
    shallow, deep = np.full((2, 2), ours, np.uint8), np.full((2, 2), theirs * 257, np.uint16)
    assert transparency(task(), picture(shallow), picture(deep)).largest == abs(ours - theirs)


def test_opaque_pictures_and_those_of_other_sizes_say_nothing() -> None:
    assert transparency(task(), picture(None), picture(None)) is OPAQUE_PAIR
    assert transparency(task(), picture(np.zeros((8, 8), np.uint8)), picture(None, (4, 4))) is OPAQUE_PAIR


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("kind", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_alpha_is_resized_with_its_picture(kind: str, dtype: str) -> None:
    alpha = np.zeros((8, 8), dtype)
    alpha[:, 4:] = np.iinfo(dtype).max
    lost = transparency(task(resize=kind), picture(alpha), picture(None, (4, 4)))
    assert lost.largest == pytest.approx(255, abs=1)
    assert lost.mean == pytest.approx(127.5, abs=2)
    kept = transparency(task(resize="nearest"), picture(alpha), picture(alpha[::2, ::2]))
    assert (kept.largest, kept.missing) == (0, 255)


def result(code: str, level: Level = Level.ERROR) -> SubjectResult:
    return SubjectResult(SUBJECT, Failed(), {}, (Finding(code, level, "said"), Finding("QG-1016", Level.ERROR, "too")))


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 250), st.tuples(*[st.integers(0, 255)] * 3))
def test_what_was_flattened_shows_on_the_opposite_background(
    background: tuple[int, int, int], opacity: int, colour: tuple[int, int, int]
) -> None:
    veiled = picture(np.full((1, 1), opacity, np.uint8))
    veiled.pixels[:] = colour
    judged = task(background=background)
    flat = composite(veiled, background)
    shown = laid_bare(judged, result("QG-1016"))
    assert all(abs(ours - theirs) >= 127 for ours, theirs in zip(shown.background, background, strict=True))
    away = np.abs(composite(veiled, shown.background).pixels.astype(float) - flat.pixels).max() / 257
    assert away >= 127 * (255 - opacity) / 255 - 1


@pytest.mark.parametrize(("code", "changed"), [("QG-1016", True), ("QG-1017", True), ("QG-1001", False)])
def test_it_is_laid_bare_where_it_is_the_worst(code: str, changed: bool) -> None:
    judged = task()
    assert laid_bare(judged, result(code)).background == ((0, 0, 0) if changed else (255, 255, 255))
    passed = SubjectResult(SUBJECT, Failed(), {}, (Finding("QG-1004", Level.WARNING, "said"),))
    assert laid_bare(judged, passed) is judged
