from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.imaging.lettering import shortened, width_of, wrapped

TITLE = "campaign/summer/tall.webp: DeltaE00 7.67 exceeds 2.45"


def test_a_title_wraps_between_words_and_loses_nothing() -> None:
    lines = wrapped(TITLE, 22, 300, 3)
    assert 1 < len(lines) <= 3
    assert " ".join(lines) == TITLE


def test_a_path_wraps_after_its_slashes() -> None:
    assert wrapped("photographs/of/the/summer/campaign.webp", 22, 240, 3)[0].endswith("/")


def test_what_is_longer_still_loses_its_middle() -> None:
    lines = wrapped("start/" + "directory/" * 100 + "x.webp: SSIM 0.5 is below 0.9", 22, 500, 3)
    assert len(lines) == 3
    assert lines[0].startswith("start/")
    assert "..." in "".join(lines)
    assert lines[-1].endswith("is below 0.9")


@given(st.text(max_size=300), st.integers(60, 900), st.integers(1, 4))
def test_every_line_fits(text: str, width: int, most: int) -> None:
    lines = wrapped(text, 22, width, most)
    assert len(lines) <= most
    assert all(width_of(line, 22) <= width for line in lines)
    assert bool(lines) == bool("".join(char if char.isprintable() else "?" for char in text).strip())


@pytest.mark.parametrize("width", [1, 30, 120])
def test_a_single_line_keeps_start_and_end(width: int) -> None:
    text = shortened("difference, CIEDE2000", 16, width)
    assert text.startswith("d")
    if len(text) > 1:
        assert text.endswith("0")
        assert width_of(text, 16) <= width
