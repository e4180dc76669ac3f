"""Ignored areas and regions, as sets of pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from audit_repository import CONFIG, Shop
from PIL import Image

FILE = "qualitygate.toml"


def ignoring(*tables: str) -> str:
    return CONFIG + "".join(f"[[sets.ignore]]\n{table}\n" for table in tables)


def mask(*rectangles: tuple[int, int, int, int], size: int = 32) -> bytes:
    made = np.zeros((size, size), np.uint8)
    for x, y, width, height in rectangles:
        made[y : y + height, x : x + width] = 255
    out = io.BytesIO()
    Image.fromarray(made).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def ignored(made: Shop) -> Shop:
    made.write(FILE, ignoring("rectangles = [[0, 0, 10, 10]]"))
    made.merge()
    return made


@pytest.mark.parametrize(
    ("after", "more"),
    [
        (["rectangles = [[0, 0, 10, 11]]"], 10),
        (["rectangles = [[0, 0, 10, 10], [5, 5, 10, 10]]"], 75),
        (["rectangles = [[0, 0, 10, 10]]", 'pairs = "coffee.png"\nrectangles = [[20, 20, 2, 2]]'], 4),
        (["rectangles = [[1, 1, 10, 10]]"], 19),
        (["rectangles = [[0, 0, 5, 10], [5, 0, 5, 10]]"], None),
        (["rectangles = [[0, 0, 9, 9]]"], None),
        ([], None),
    ],
)
def test_rectangles(ignored: Shop, after: list[str], more: int | None) -> None:
    ignored.write(FILE, ignoring(*after))
    found = [one.entry for one in ignored.audit().answers]
    assert [(one.change, one.amount, one.unit) for one in found] == (
        [("set landing: ignore", float(more), "px more")] if more else []
    )


def test_the_glob_of_an_area_that_is_wider(made: Shop) -> None:
    made.write(FILE, ignoring('pairs = "coffee.png"\nrectangles = [[0, 0, 4, 4]]'))
    made.merge()
    made.write(FILE, ignoring('pairs = "*.png"\nrectangles = [[0, 0, 4, 4]]'))
    (one,) = made.audit().answers
    assert one.entry.details == ("rocket.png: 16 px more, 0 to 16",)
    assert (one.entry.before, one.entry.after, one.entry.percent) == ("none", "16 px", None)
    made.write(FILE, ignoring('pairs = "c*.png"\nrectangles = [[0, 0, 4, 4]]'))
    assert made.listed() == []  # the same pictures


def test_a_glob_about_pictures_that_are_not_built_yet(made: Shop) -> None:
    made.write(FILE, ignoring('pairs = "banner-*.webp"\nrectangles = [[0, 0, 4, 4]]'))
    (one,) = made.audit().answers
    assert one.entry.amount == 16.0


def test_masks_are_compared_by_what_they_cover(made: Shop) -> None:
    made.write("mask.png", mask((0, 0, 8, 8)))
    made.write(FILE, ignoring('mask = "mask.png"'))
    made.merge()
    made.write("mask.png", mask((0, 0, 8, 9)))
    (one,) = made.audit().answers
    assert (one.entry.amount, one.entry.before, one.entry.after) == (8.0, "64 px", "72 px")
    bound = one.entry.to
    made.write("mask.png", mask((0, 0, 8, 10)))
    assert made.audit().answers[0].entry.to != bound
    made.write("mask.png", mask((0, 0, 8, 7)))
    assert made.listed() == []
    made.write(FILE, ignoring("rectangles = [[0, 0, 8, 8]]"))
    assert made.listed() == []


def test_a_mask_that_becomes_a_rectangle_that_is_larger(made: Shop) -> None:
    made.write("mask.png", mask((0, 0, 8, 8)))
    made.write(FILE, ignoring('mask = "mask.png"'))
    made.merge()
    made.write(FILE, ignoring("rectangles = [[0, 0, 8, 1000]]"))
    (one,) = made.audit().answers
    assert one.entry.amount == 8 * 992


REGION = """[[sets.regions]]
name = "logo"
rectangles = [[0, 0, 10, 10]]
[sets.regions.limits.delta_e_2000]
%s = { fail = 3.0, severity = "S1" }
"""


@pytest.mark.parametrize(
    ("statistic", "old", "new", "entry"),
    [
        ("max", "3.0", "4.0", ("limit", "set landing: region logo: delta_e_2000.max", "fail 4")),
        ("max", '"S1"', '"S2"', ("severity", "set landing: region logo: delta_e_2000.max severity", "S2")),
        ("max", "10, 10", "10, 9", ("area", "set landing: region logo", None)),
        ("max", "10, 10", "10, 20", None),  # no pixel more makes the worst one better
        ("mean", "10, 10", "10, 20", ("area", "set landing: region logo", None)),
        ("max", '"logo"', '"sign"', ("area", "set landing: region logo", "none")),
    ],
)
def test_regions(made: Shop, statistic: str, old: str, new: str, entry: tuple[str, str, str | None] | None) -> None:
    made.write(FILE, CONFIG + REGION % statistic)
    made.merge()
    made.edit(FILE, old, new)
    found = made.listed()
    assert [one[:2] for one in found] == ([entry[:2]] if entry else [])
    assert entry is None or entry[2] is None or found[0][2] == entry[2]
