"""Drift: against colour-science, against the table of measured changes, and at its edges."""

from __future__ import annotations

import numpy as np
import pytest
from lut_looks import broken, look, nodes

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.lut import Chain, Curves, Lut1D, Lut3D, Matrix, unit_domain
from qualitygate.core.lut_use import LutUse, Swatch
from qualitygate.luts import colours
from qualitygate.luts.apply import apply
from qualitygate.luts.drift import POPULATIONS, SPEC, drift, flat, grid, worst_nodes
from qualitygate.luts.encodings import encoding
from qualitygate.luts.nodes import nodes as nodes_of

PALETTE = (Swatch("red", (208, 2, 27)), Swatch("navy", (20, 33, 61)), Swatch("grey", (107, 114, 128)))
USE = LutUse(palette=PALETTE, input="sRGB", output="sRGB")


def test_identical_luts_have_no_drift() -> None:
    found = drift(look(), look(), USE)
    assert tuple(found) == POPULATIONS
    assert set(flat(found)) == set(SPEC.statistics)
    assert set(flat(found).values()) == {0.0}


def test_one_broken_node_shows_in_the_maximum_of_the_grid_only() -> None:
    new, old = look(change=broken), look()
    found = drift(new, old, USE)
    assert found["grid"]["max"] > 10
    assert found["grid"]["p95"] == 0
    assert found["brand"]["max"] < 1
    worst = worst_nodes(new, old, USE)
    assert worst[0].delta_e == found["grid"]["max"]
    assert worst[0].input == pytest.approx([16 / 32, 1 / 32, 31 / 32])
    assert worst[0].after[0] - worst[0].before[0] == pytest.approx(0.5)
    assert [node.delta_e for node in worst[1:]] == [0.0] * 7


@pytest.mark.parametrize("sizes", [(17, 33), (33, 17), (20, 33)])
def test_sizes_may_differ_and_every_node_of_both_counts(sizes: tuple[int, int]) -> None:
    new, old = look(sizes[0]), look(sizes[1], broken)
    assert drift(new, old, USE)["grid"]["max"] > 5
    assert drift(old, new, USE)["grid"]["max"] > 5
    assert drift(look(sizes[0]), look(sizes[1]), USE)["grid"]["max"] < 0.5


def test_a_broken_entry_of_a_long_curve_and_of_a_shaper_is_found() -> None:
    ramp = np.repeat(np.linspace(0, 1, 4096)[:, None], 3, axis=1)
    dent = ramp.copy()
    dent[1235] += 0.2
    good, bad = Lut1D(ramp, unit_domain()), Lut1D(dent, unit_domain())
    assert drift(bad, good, USE)["grid"]["max"] > 5
    shaped = [Chain((curve, look())) for curve in (bad, good)]
    assert drift(*shaped, USE)["grid"]["max"] > 5


def test_a_node_behind_a_shaper_is_found() -> None:
    curve = np.repeat((np.linspace(0, 1, 1024) ** 0.45)[:, None], 3, axis=1)
    shaper = Lut1D(curve, unit_domain())
    new, old = Chain((shaper, look(change=broken))), Chain((shaper, look()))
    assert drift(new, old, USE)["grid"]["max"] > 10


def test_charts_go_in_by_the_input_encoding_and_come_out_by_the_output_encoding() -> None:
    """A LUT from log to display: what happens to dark codes only is not seen by charts that lie above them in log."""
    use = LutUse(palette=PALETTE, input="log", output="sRGB")
    inputs = nodes(33)
    dark = look(change=lambda v: np.where(inputs.max(axis=-1, keepdims=True) < 0.12, v + 0.1, v))
    found = drift(dark, look(), use)
    assert found["grid"]["max"] > 1
    assert found["colorchecker"]["max"] == 0  # its black is 0.31 in ACEScct, and 0.2 in sRGB
    bright = look(change=lambda v: np.where(inputs.max(axis=-1, keepdims=True) > 0.7, v + 0.1, v))
    assert drift(bright, look(), use)["colorchecker"]["max"] == 0  # its white is 0.54 in ACEScct, and 0.96 in sRGB
    assert drift(bright, look(), LutUse(palette=PALETTE, input="sRGB", output="sRGB"))["colorchecker"]["max"] > 1
    # What comes out is judged by the output encoding.
    lifted = look(change=lambda v: v + 0.02)
    chart = encoding("log").codes(colours.colorchecker())
    for output in ("sRGB", "linear"):
        after, before = (encoding(output).lab(apply(lut, chart)) for lut in (lifted, look()))
        told = drift(lifted, look(), LutUse(input="log", output=output))["colorchecker"]["max"]
        assert told == pytest.approx(ciede2000(after, before).max(), abs=1e-3)


def test_skin_is_the_first_two_patches_of_the_chart() -> None:
    chart = encoding("sRGB").codes(colours.colorchecker())
    after, before = (encoding("sRGB").lab(apply(lut, chart[:2])) for lut in (look(change=lambda v: v**1.1), look()))
    moved = ciede2000(after, before)
    found = drift(look(change=lambda v: v**1.1), look(), USE)["skin"]
    assert (found["mean"], found["max"]) == pytest.approx((moved.mean(), moved.max()), abs=1e-3)


def test_equal_tables_over_other_domains_are_other_luts() -> None:
    """The same nodes for inputs up to 2: nothing in the table changed, and every colour did."""
    wider = Lut3D(look().table, np.array([[0.0] * 3, [2.0] * 3]))
    assert drift(wider, look(), USE)["grid"]["max"] > 5
    assert drift(wider, look(), USE)["colorchecker"]["mean"] > 5
    assert drift(wider, Lut3D(look().table, wider.domain), USE)["grid"]["max"] == 0


def test_matrices_and_curves_are_compared_on_a_lattice() -> None:
    one, other = Matrix(np.eye(3), np.zeros(3)), Matrix(np.eye(3) * 0.97, np.zeros(3))
    assert drift(other, one, USE)["grid"]["max"] > 0.5
    assert len(nodes_of(one)) == 33**3
    ragged = Curves(
        tuple(np.array(points) for points in ([0.0, 0.4, 1.0], [0.0, 1.0], [0.0, 1.0])),
        tuple(np.array(points) for points in ([0.0, 0.4, 1.0], [0.0, 1.0], [0.0, 1.0])),
    )
    assert drift(ragged, one, USE)["grid"]["max"] == pytest.approx(0, abs=1e-6)


def test_without_meaning_as_colour_only_the_grid_is_compared() -> None:
    assert set(drift(look(), look(change=broken), LutUse(input="none", palette=PALETTE))) == {"grid"}
    assert "brand" not in drift(look(), look(), LutUse())


def test_wild_values_stay_finite() -> None:
    wild = look(change=lambda v: v * 1e250)
    for output in ("sRGB", "BT.1886", "P3", "log", "linear", None):
        found = flat(drift(wild, look(change=lambda v: -v * 1e200), LutUse(palette=PALETTE, output=output)))
        assert np.isfinite(list(found.values())).all()
        assert found["grid_max"] > 4


@pytest.mark.parametrize("name", ["sRGB", "BT.1886", "P3", "log", "linear"])
def test_charts_survive_the_way_into_an_encoding_and_back(name) -> None:
    meaning = encoding(name)
    inside = np.linspace(0.001, 0.999, 7)[:, None] * np.array([[0.9, 1.0, 0.6]])
    assert meaning.decode(meaning.encode(inside)) == pytest.approx(inside, abs=1e-9)
    grey = meaning.lab(meaning.codes(np.array([[0.9504559, 1.0, 1.0890578]]) * 0.18))
    assert grey[0] == pytest.approx([49.496, 0, 0], abs=0.05)


def test_the_table_of_measured_changes_in_the_docs() -> None:
    """Small rewrites stay below the defaults, real changes do not: the same order as the looks that were measured."""
    limits = {"grid_p95": 1.5, "grid_max": 4.0, "colorchecker_mean": 0.5, "colorchecker_max": 1.5, "natural_p95": 1.0}

    def fails(change) -> bool:
        values = flat(drift(look(change=change), look(), USE))
        return any(values[name] > limit for name, limit in {**limits, "brand_max": 1.0}.items())

    assert not fails(lambda v: np.rint(v * 1023) / 1023)
    assert not fails(lambda v: np.rint(v * 255) / 255)
    assert fails(lambda v: np.clip(v, 0, 1) ** 1.05)
    assert fails(lambda v: 16 / 255 + v * 219 / 255)
    assert fails(lambda v: v[..., ::-1])
    assert fails(broken)


def test_the_colorchecker_is_neutral_where_it_should_be() -> None:
    lab = encoding("sRGB").lab(encoding("sRGB").codes(colours.colorchecker()))
    assert lab.shape == (24, 3)
    assert lab[19:, 1:] == pytest.approx(np.zeros((5, 2)), abs=1.0)


def test_the_natural_sample_is_what_the_tool_makes(monkeypatch) -> None:
    from pathlib import Path

    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2])
    from tools.natural_sample import SAMPLE, sample
    from tools.natural_sample import colours as of_photo

    made, kept = sample().splitlines(), SAMPLE.read_text(encoding="ascii").splitlines()
    assert made[:3] == kept[:3]
    assert callable(of_photo)
    # Decoders of JPEG may differ by a step.
    numbers = [np.array([line.split() for line in lines[3:]], dtype=int) for lines in (made, kept)]
    assert np.abs(numbers[0] - numbers[1]).max() <= 1
    assert 1_000 <= len(colours.natural()) <= 2_000


@pytest.mark.oracle
@pytest.mark.parametrize("change", [lambda v: v**1.05, lambda v: v * 0.99, broken, lambda v: v[..., ::-1]])
def test_drift_agrees_with_colour_science(change) -> None:
    colour = pytest.importorskip("colour")
    new, old = look(change=change), look()
    space = colour.RGB_COLOURSPACES["sRGB"]
    white = space.whitepoint

    def lab(codes: np.ndarray) -> np.ndarray:
        xyz = colour.RGB_to_XYZ(codes, space, apply_cctf_decoding=True, chromatic_adaptation_transform=None)
        return colour.XYZ_to_Lab(xyz, white)

    def summary(inputs: np.ndarray) -> dict[str, float]:
        outputs = [
            colour.LUT3D(lut.table, domain=lut.domain).apply(
                inputs, interpolator=colour.algebra.table_interpolation_tetrahedral
            )
            for lut in (new, old)
        ]
        moved = colour.delta_E(lab(outputs[0]), lab(outputs[1]), method="CIE 2000")
        return {"mean": moved.mean(), "p95": np.percentile(moved, 95), "max": moved.max()}

    checker = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"]
    xyz = colour.xyY_to_XYZ(list(checker.data.values()))
    chart = encoding("sRGB").codes(colours.colorchecker())
    # The library keeps the published L*a*b* as rounded xyY, so the charts agree to half an 8-bit step only.
    published = colour.XYZ_to_RGB(xyz, space, checker.illuminant, "Bradford", apply_cctf_encoding=True)
    np.testing.assert_allclose(chart, np.clip(published, 0, 1), atol=0.5 / 255)
    charts = {
        "grid": nodes(33).reshape(-1, 3),
        "colorchecker": chart,
        "brand": np.array([swatch.srgb for swatch in PALETTE]) / 255,
        "natural": encoding("sRGB").codes(colours.natural()),
    }
    found = drift(new, old, USE)
    for name, inputs in charts.items():
        assert found[name] == pytest.approx(summary(inputs), abs=1e-3), name


@pytest.mark.oracle
def test_colorchecker_agrees_with_colour_science_to_a_thousandth() -> None:
    colour = pytest.importorskip("colour")
    checker = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"]
    theirs = colour.XYZ_to_Lab(colour.xyY_to_XYZ(list(checker.data.values())), checker.illuminant)
    assert pytest.approx(theirs, abs=0.01) == colours.COLORCHECKER_LAB
    assert apply(look(), np.array([[0.0, 0.0, 0.0]]))[0] == pytest.approx([0, 0, 0], abs=1e-12)


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "theirs"), [("P3", "Display P3"), ("log", "ACEScct"), ("linear", "sRGB")])
def test_encodings_agree_with_colour_science(name, theirs) -> None:
    colour = pytest.importorskip("colour")
    space = colour.RGB_COLOURSPACES[theirs]
    codes = np.random.default_rng(0).random((200, 3)) * (0.55 if name == "log" else 1.0)
    d65 = colour.RGB_COLOURSPACES["sRGB"].whitepoint
    xyz = colour.RGB_to_XYZ(
        codes, space, d65, chromatic_adaptation_transform="Bradford", apply_cctf_decoding=name != "linear"
    )
    lab = colour.XYZ_to_Lab(xyz, d65)
    assert colour.delta_E(encoding(name).lab(codes), lab, method="CIE 2000").max() < 0.01
    assert isinstance(look(), Lut3D)


def test_a_node_that_both_have_counts_once() -> None:
    """Of 9 and 17 nodes along an axis, all of the 9 are among the 17."""
    new, old = look(17, broken), look(9)
    inputs, moved = grid(new, old, USE)
    assert len(moved) == 17**3
    assert len(np.unique(inputs().round(9), axis=0)) == 17**3
    assert len(grid(look(14), look(9), USE)[1]) == 14**3 + 9**3 - 2**3
