"""Which vanished picture a new one shows."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image as Pillow

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import encoded

from qualitygate.core.limits import DecodeLimits
from qualitygate.planning.picture_lineage import Sketch, sketch, successors


def drawn(content: bytes, name: str = "a.png") -> Sketch:
    found = sketch(content, name, DecodeLimits())
    assert found is not None
    return found


def test_a_look_a_size_and_an_encoding_do_not_matter(photos: list[Path]) -> None:
    old = {str(number): drawn(encoded(photo)) for number, photo in enumerate(photos)}
    new = {f"new {number}": drawn(encoded(photo, "WEBP", gain=1.4, side=200), "a.webp")
           for number, photo in enumerate(photos)}  # fmt: skip
    assert successors(new, old) == {f"new {number}": str(number) for number in range(len(photos))}


def test_other_pictures_are_not_taken_for_it(photos: list[Path]) -> None:
    assert successors({"new": drawn(encoded(photos[0]))}, {"old": drawn(encoded(photos[1]))}) == {}


def test_copies_of_several_sizes_are_told_by_their_size(photos: list[Path]) -> None:
    sides = (64, 96, 128)
    old = {f"old {side}": drawn(encoded(photos[0], side=side)) for side in sides}
    new = {f"new {side}": drawn(encoded(photos[0], side=side, gain=1.2)) for side in sides}
    assert successors(new, old) == {f"new {side}": f"old {side}" for side in sides}


def test_where_there_is_doubt_each_is_compared_with_what_it_may_be(photos: list[Path]) -> None:
    one, small = drawn(encoded(photos[0])), drawn(encoded(photos[0], side=64))
    assert successors({"new": one}, {"news": one, "copy": one}) == {"new": "news"}, "names tell among equals"
    assert successors({"new": one, "copy": one}, {"old": one}) == {"new": "old", "copy": "old"}
    assert successors({"new": one, "thumbnail": small}, {"old": one}) == {"new": "old"}, "another size is a new one"


def test_look_alikes_are_told_apart_one_by_one(photos: list[Path]) -> None:
    looks = {gain: drawn(encoded(photos[0], gain=gain)) for gain in (0.5, 0.8, 1.0)}
    old = {f"old {gain}": look for gain, look in looks.items()}
    new = {f"{gain}": drawn(encoded(photos[0], "WEBP", gain=gain), "a.webp") for gain in looks}
    assert successors(new, old) == {f"{gain}": f"old {gain}" for gain in looks}


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_picture_of_one_tone_shows_nothing(mode: str) -> None:
    out = io.BytesIO()
    Pillow.new(mode, (40, 30), 255 if mode == "L" else (200,) * len(mode)).save(out, "PNG")
    assert sketch(out.getvalue(), "a.png", DecodeLimits()) is None


def test_what_cannot_be_decoded_shows_nothing(photos: list[Path]) -> None:
    assert sketch(b"no picture", "a.png", DecodeLimits()) is None
    assert sketch(encoded(photos[0]), "a.png", DecodeLimits(max_pixels=10)) is None


@pytest.mark.parametrize("size", [(1, 200), (200, 1), (3, 3), (31, 33)])
def test_small_and_narrow_pictures(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    picture = Pillow.new("L", size)
    picture.putdata([(7 * number) % 256 for number in range(size[0] * size[1])])
    picture.save(out, "PNG")
    one = drawn(out.getvalue())
    assert one[1].shape == (32, 32)
    assert successors({"new": one}, {"old": one}) == {"new": "old"}
