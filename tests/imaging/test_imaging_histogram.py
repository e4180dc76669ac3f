from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from qualitygate.imaging.histogram import BINS, histogram


def test_the_bins_go_in_equal_steps_of_the_logarithm_from_what_nobody_sees_to_black_against_white() -> None:
    assert BINS[:2] == (0.0, 0.1)
    assert BINS[-1] == 100.0
    steps = np.diff(np.log10(BINS[1:]))
    assert np.allclose(steps, 0.125, atol=4e-4)


def test_a_border_belongs_to_the_bin_above_it() -> None:
    counts = histogram(np.array([0.0, 0.0999, 0.1, 99.9, 100.0, 250.0], dtype=np.float32))
    assert counts[0] == 2
    assert counts[1] == 1
    assert counts[-1] == 3


@given(arrays.arrays(np.float32, st.integers(0, 400), elements=st.floats(0, 300, width=32)))
def test_it_counts_as_numpy_does(values: np.ndarray) -> None:
    borders = np.array([*BINS[:-1], np.inf], dtype=np.float32)
    assert histogram(values) == tuple(np.histogram(values, borders)[0])
    assert sum(histogram(values)) == values.size
