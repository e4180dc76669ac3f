"""Percentiles and their kin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from qualitygate.core.statistics import distribution


@given(arrays.arrays(np.float32, st.integers(1, 300), elements=st.floats(0, 128, width=32)))
def test_percentiles_are_those_of_numpy(values: np.ndarray) -> None:
    found = distribution(values)
    exact = values.astype(np.float64)
    for name, quantile in (("p50", 50), ("p95", 95), ("p99", 99)):
        assert found[name] == pytest.approx(np.percentile(exact, quantile), abs=1e-9)
    assert found["mean"] == pytest.approx(exact.mean(), abs=1e-9)
    assert found["max"] == exact.max()
    assert found["p50"] <= found["p95"] <= found["p99"] <= found["max"]


def test_names_and_order() -> None:
    assert list(distribution(np.ones(3, dtype=np.float32))) == ["mean", "p50", "p95", "p99", "max"]


def test_one_value_is_every_statistic() -> None:
    assert set(distribution(np.array([2.5], dtype=np.float32)).values()) == {2.5}


def test_input_is_left_as_it_was() -> None:
    values = np.array([3, 1, 2], dtype=np.float32)
    distribution(values)
    assert values.tolist() == [3, 1, 2]


def test_no_values() -> None:
    with pytest.raises(ValueError, match="no values"):
        distribution(np.empty(0, dtype=np.float32))
