"""Evaluation: identities, nodes, linear functions, and the two interpolations against each other."""

from __future__ import annotations

import numpy as np
import pytest

from qualitygate.core.lut import Chain, Curves, Lut1D, Lut3D, Matrix, kind_of, size_of, unit_domain
from qualitygate.luts.apply import apply, tetrahedral, trilinear

RNG = np.random.default_rng(11)
COLOURS = RNG.uniform(-0.2, 1.2, (5000, 3))


def lattice(*sizes: int) -> np.ndarray:
    axes = [np.linspace(0, 1, size) for size in sizes]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


@pytest.mark.parametrize("method", [tetrahedral, trilinear])
@pytest.mark.parametrize("sizes", [(2, 2, 2), (5, 5, 5), (2, 3, 4)])
def test_both_reproduce_a_linear_function(method, sizes) -> None:  # type: ignore[no-untyped-def]
    matrix = np.array([[0.5, 0.2, 0.1], [0.1, 0.7, -0.2], [0.0, 0.3, 0.6]])
    for table in (lattice(*sizes) @ matrix.T, (lattice(*sizes[::-1]).transpose(2, 1, 0, 3)[..., ::-1]) @ matrix.T):
        lut = Lut3D(table, unit_domain())
        assert np.allclose(method(lut, COLOURS), np.clip(COLOURS, 0, 1) @ matrix.T, atol=1e-14)


@pytest.mark.parametrize("method", [tetrahedral, trilinear])
def test_nodes_are_met_exactly(method) -> None:  # type: ignore[no-untyped-def]
    table = RNG.uniform(0, 1, (5, 5, 5, 3))
    domain = np.array([[-1.0, 0.0, 0.0], [1.0, 2.0, 4.0]])
    nodes = domain[0] + lattice(5, 5, 5).reshape(-1, 3) * (domain[1] - domain[0])
    assert np.allclose(method(Lut3D(table.copy(), domain), nodes), table.reshape(-1, 3), atol=1e-15)


def test_tetrahedral_uses_only_the_neutral_diagonal_for_neutrals() -> None:
    table = RNG.uniform(0, 1, (2, 2, 2, 3))
    grey = np.linspace(0, 1, 11)[:, None]
    expected = table[0, 0, 0] * (1 - grey) + table[1, 1, 1] * grey
    lut = Lut3D(table, unit_domain())
    assert np.allclose(tetrahedral(lut, np.repeat(grey, 3, axis=1)), expected, atol=1e-15)
    assert not np.allclose(trilinear(lut, np.repeat(grey, 3, axis=1)), expected, atol=1e-3)


def test_tetrahedral_is_continuous_across_its_faces() -> None:
    lut = Lut3D(RNG.uniform(0, 1, (2, 2, 2, 3)), unit_domain())
    a, b = RNG.uniform(0, 1, (2, 500))
    for order in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        on_face = np.stack([a, a, b], axis=1)[:, order]
        beside = on_face.copy()
        beside[:, order.index(0)] += 1e-9
        assert np.abs(tetrahedral(lut, on_face) - tetrahedral(lut, np.minimum(beside, 1))).max() < 1e-8


def test_one_dimensional_tables_curves_and_matrices() -> None:
    table = np.sort(RNG.uniform(0, 1, (9, 3)), axis=0)
    domain = np.array([[-0.1, 0.0, 0.0], [1.0, 1.0, 2.0]])
    knots = tuple(np.linspace(domain[0, c], domain[1, c], 9) for c in range(3))
    curves = Curves(knots, tuple(table[:, c].copy() for c in range(3)))
    assert np.allclose(apply(Lut1D(table, domain), COLOURS), apply(curves, COLOURS), atol=1e-14)
    matrix = Matrix(np.diag([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3]))
    assert np.allclose(apply(matrix, COLOURS), COLOURS * [1, 2, 3] + [0.1, 0.2, 0.3])


def test_a_chain_is_applied_in_order_and_in_blocks() -> None:
    halve = Matrix(np.eye(3) * 0.5, np.zeros(3))
    cube = Lut3D(RNG.uniform(0, 1, (3, 3, 3, 3)), unit_domain())
    many = RNG.uniform(0, 1, (150_001, 3))
    chain = Chain((halve, cube))
    assert np.array_equal(
        apply(chain, many), np.concatenate([tetrahedral(cube, part) for part in np.array_split(many * 0.5, 7)])
    )
    assert (kind_of(chain), size_of(chain)) == ("3d", 3)
    assert kind_of(Chain((Lut1D(np.zeros((2, 3)), unit_domain()), cube))) == "1d+3d"


def test_a_broken_lut_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="first < last"):
        Lut3D(np.zeros((2, 2, 2, 3)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="increase"):
        Curves((np.zeros(2),) * 3, (np.zeros(2),) * 3)
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        Lut1D(np.zeros((3, 2)), unit_domain())
