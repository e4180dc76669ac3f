"""Every quality check finds what it is made for, and says nothing of what is right."""

from __future__ import annotations

import numpy as np
import pytest
from lut_looks import broken, look, nodes

from qualitygate.core.lut import Chain, Evaluated, Lut1D, Lut3D, Matrix, unit_domain
from qualitygate.core.lut_use import LutUse
from qualitygate.core.verdict import Level
from qualitygate.luts.checks import Case, quality
from qualitygate.luts.checks.smoothness import fold_share

TECHNICAL = LutUse(profile="technical", input="sRGB", output="sRGB")
LOOK = LutUse(profile="look", input="sRGB", output="sRGB")


def judged(lut, previous=None, use=LOOK, form="cube"):
    return {finding.code: finding for finding in quality(Case("a.cube", lut, previous, use, form))}


def gamma(power: float, size: int = 33) -> Lut3D:
    return Lut3D(nodes(size) ** power, unit_domain())


def test_a_clean_transform_and_a_clean_look_pass() -> None:
    assert not [f for f in judged(gamma(1.1), use=TECHNICAL).values() if f.level is not Level.NOTE]
    assert judged(look(), look()) == {}


def test_every_message_begins_with_what_was_found_and_names_the_file() -> None:
    bad = look(change=lambda v: 1.9 - 3 * v[::-1, ::-1])
    for use in (TECHNICAL, LOOK):
        found = judged(bad, look(), use)
        assert found
        for finding in found.values():
            assert finding.message.partition(": ")[2].startswith("a.cube")
            assert (finding.severity is not None) == (finding.level is Level.ERROR)


def test_a_film_look_breaks_absolute_rules_and_is_no_more_than_remarked_on() -> None:
    tinted = look(change=lambda v: v + np.array([0.04, 0.0, -0.04]))
    assert judged(tinted, use=TECHNICAL)["QG-1662"].level is Level.ERROR
    assert judged(tinted)["QG-1662"].level is Level.NOTE
    assert "QG-1662" not in judged(tinted, tinted)


@pytest.mark.parametrize(("shift", "fails"), [(0.001, False), (0.01, True)])
def test_neutral_tint_against_the_previous_version(shift: float, fails: bool) -> None:
    found = judged(look(change=lambda v: v + np.array([shift, 0, 0])), look())
    assert ("QG-1662" in found) == fails
    if fails:
        assert found["QG-1662"].level is Level.ERROR
        assert found["QG-1662"].value > found["QG-1662"].limit == 0.5


def dented(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    values[20, 20, 20] -= 0.1
    return values


def test_a_dent_in_the_neutral_axis() -> None:
    dent = look(change=dented)
    assert judged(dent, use=TECHNICAL)["QG-1661"].level is Level.ERROR
    assert judged(dent, look())["QG-1661"].level is Level.ERROR
    assert judged(dent)["QG-1661"].level is Level.NOTE
    assert "QG-1661" not in judged(dent, dent)


def test_one_channel_that_falls_while_lightness_rises() -> None:
    curve = np.repeat(np.linspace(0, 1, 64)[:, None], 3, axis=1)
    curve[40, 2] -= 0.03
    found = judged(Lut1D(curve, unit_domain()), use=TECHNICAL)
    assert "blue falls" in found["QG-1661"].message


def test_a_glitch_at_one_entry_of_a_long_curve_is_not_missed() -> None:
    curve = np.repeat(np.linspace(0, 1, 4096)[:, None], 3, axis=1)
    curve[1234] -= 0.05
    assert "QG-1661" in judged(Lut1D(curve, unit_domain()), use=TECHNICAL)


def test_black_and_white_point() -> None:
    video = look(change=lambda v: 16 / 255 + v * 219 / 255)
    assert judged(video, use=TECHNICAL)["QG-1663"].level is Level.ERROR
    assert judged(video, look())["QG-1663"].level is Level.WARNING
    log = LutUse(profile="technical", input="log", output="sRGB")
    assert "QG-1663" not in judged(video, use=log)


def test_fold_overs_are_counted_exactly() -> None:
    assert fold_share(gamma(1.0)) == 0
    mirrored = nodes(9)[::-1].copy()
    assert fold_share(Lut3D(mirrored, unit_domain())) == 1
    folded = nodes(9).copy()
    folded[4, 4, 4] += 0.3  # beyond its neighbours along all axes
    share = fold_share(Lut3D(folded, unit_domain()))
    assert 0 < share <= 24 / (6 * 8**3)
    flat = nodes(9).copy()
    flat[..., 0] = 0.5
    assert fold_share(Lut3D(flat, unit_domain())) == 0
    shaper = Lut1D(np.repeat(np.linspace(0, 1, 3)[:, None], 3, axis=1), unit_domain())
    assert fold_share(Chain((shaper, Lut3D(mirrored.copy(), unit_domain())))) == 1


def test_a_matrix_that_mirrors_folds_every_colour() -> None:
    swap = Matrix(np.eye(3)[::-1].copy(), np.zeros(3))
    assert fold_share(Matrix(np.eye(3), np.zeros(3))) == 0
    assert fold_share(swap) == 1
    assert fold_share(Matrix(np.eye(3)[::-1] * 1e-3, np.zeros(3))) == 1
    assert fold_share(Matrix(np.full((3, 3), 1 / 3), np.zeros(3))) == 0, "flat, not folded"
    found = judged(swap, use=TECHNICAL)["QG-1664"]
    assert (found.level, found.value) == (Level.ERROR, 1.0)
    assert judged(swap, Matrix(np.eye(3), np.zeros(3)))["QG-1664"].level is Level.ERROR
    assert "QG-1664" not in judged(swap, swap)


def test_folds_of_a_chain_are_those_of_all_its_stages() -> None:
    swap = Matrix(np.eye(3)[::-1].copy(), np.zeros(3))
    rising = Lut1D(np.repeat(np.linspace(0, 1, 3)[:, None], 3, axis=1), unit_domain())
    falling = Lut1D(rising.table[::-1].copy(), unit_domain())
    assert fold_share(falling) is None
    assert fold_share(Chain((rising, swap))) == 1
    assert fold_share(Chain((falling, swap))) == 0, "mirrored twice"
    assert fold_share(Chain((swap, gamma(1.1, 9)))) == 1
    assert fold_share(Chain((swap, gamma(1.1, 9), swap))) == 0


def test_folds_of_a_transform_known_by_what_it_does() -> None:
    single = np.float32

    def known(function, kind: str = "1d+matrix") -> Evaluated:
        return Evaluated(lambda v: function(v.astype(single)).astype(np.float64), kind, None, "")

    assert fold_share(known(lambda v: v[:, ::-1])) == 1
    assert fold_share(known(lambda v: v[:, ::-1], "1d")) is None
    assert fold_share(known(lambda v: np.exp2(16 * v))) == 0
    assert fold_share(known(lambda v: np.repeat(v.mean(axis=1, keepdims=True), 3, axis=1) * 5e4)) == 0


def test_fold_share_is_that_of_determinants() -> None:
    """The same share by `numpy.linalg.det` over all six tetrahedra of every cell, one by one."""
    import itertools

    size = 5
    table = nodes(size) + np.random.default_rng(3).normal(0, 0.12, (size, size, size, 3))
    folded, total = 0, 0
    for cell in itertools.product(range(size - 1), repeat=3):
        for order in itertools.permutations(range(3)):
            corner, columns = list(cell), []
            for axis in order:
                before = table[tuple(corner)]
                corner[axis] += 1
                columns.append(table[tuple(corner)] - before)
            in_axes = np.empty((3, 3))
            in_axes[:, list(order)] = np.array(columns).T
            folded += np.linalg.det(in_axes) * (size - 1) ** 3 < -1e-3
            total += 1
    assert fold_share(Lut3D(table, unit_domain())) == pytest.approx(folded / total, abs=1e-9)


def test_folds_are_errors_by_profile() -> None:
    folded = look(change=broken)
    assert judged(folded, use=TECHNICAL)["QG-1664"].level is Level.ERROR
    assert judged(folded)["QG-1664"].level is Level.NOTE
    third = look(change=lambda v: np.where(v[..., :1] > 0.6, v[..., ::-1], v))
    assert judged(third, look())["QG-1664"].level is Level.ERROR


def test_banding_after_a_rewrite_with_few_bits() -> None:
    coarse = look(change=lambda v: np.rint(v * 31) / 31)
    assert judged(coarse, look())["QG-1665"].level is Level.ERROR
    assert judged(coarse, look(), TECHNICAL)["QG-1665"].level is Level.WARNING
    assert "QG-1665" not in judged(look(change=lambda v: np.rint(v * 1023) / 1023), look())


def test_value_range_is_an_error_only_where_a_display_was_declared() -> None:
    bright = look(change=lambda v: v * 2)
    assert judged(bright)["QG-1672"].level is Level.ERROR
    assert judged(bright, use=LutUse())["QG-1672"].level is Level.WARNING
    assert judged(bright, use=LutUse(output="linear"))["QG-1672"].level is Level.WARNING
    assert "QG-1672" not in judged(look(change=lambda v: v * 1.4))


def test_integer_code_values() -> None:
    codes = look(change=lambda v: np.rint(np.clip(v, 0, 1) * 1023))
    assert "1023" in judged(codes, use=LutUse())["QG-1671"].message
    assert judged(codes)["QG-1671"].level is Level.ERROR
    assert "QG-1671" not in judged(codes, form="3dl")
    assert "QG-1671" not in judged(look(change=lambda v: v * 700))


def test_code_values_are_not_measured_as_colours() -> None:
    """At 1023 all light is beyond what L*a*b* is bounded to: any tint or white point of it is nonsense."""
    codes = look(change=lambda v: np.rint(np.clip(v, 0, 1) * 1023))
    for table in (codes, Lut3D(nodes(33) * 1023.5, unit_domain())):
        found = judged(table, use=TECHNICAL)
        assert {"QG-1662", "QG-1663"} & set(found) == set()
        assert found["QG-1672"].level is Level.ERROR
    tinted = look(change=lambda v: v * np.array([1.7, 1, 1]))
    assert "QG-1662" in judged(tinted, use=TECHNICAL), "out of range, but a colour"
    tinted = look(change=lambda v: np.where(v > 0.99, 1000.5, v * np.array([1.0, 0.9, 1.0])))
    assert judged(tinted, use=TECHNICAL)["QG-1662"].value < 50, "one white beyond all light hides no tint"


def test_a_number_of_many_digits_is_shortened() -> None:
    message = judged(look(change=lambda v: np.rint(v * 1e30)))["QG-1671"].message
    assert "up to 1e+30:" in message


def test_where_lightness_falls_is_said_once() -> None:
    assert "at at" not in judged(look(change=dented), look())["QG-1661"].message


def test_new_clipping_is_warned_of() -> None:
    clipped = look(change=lambda v: np.clip(v * 1.3, 0, 1))
    assert judged(clipped, look())["QG-1660"].level is Level.WARNING
    assert "QG-1660" not in judged(clipped, clipped)


def test_identity() -> None:
    assert judged(gamma(1.0))["QG-1668"].level is Level.WARNING
    assert "QG-1668" in judged(Matrix(np.eye(3), np.zeros(3)))
    assert "QG-1668" not in judged(gamma(1.001))


@pytest.mark.parametrize(
    ("scale", "form"), [(255, "hald"), (65535, "hald"), (1023, "3dl"), (4095, "3dl"), (10_000, "cube"), (1000, "cube")]
)
def test_identity_to_the_precision_of_the_file(scale: int, form: str) -> None:
    rounded = np.rint(nodes(33) * scale) / scale
    assert "QG-1668" in judged(Lut3D(rounded, unit_domain()), form=form)
    rounded = rounded.copy()
    rounded[16, 16, 16, 0] += 2 / scale
    assert "QG-1668" not in judged(Lut3D(rounded, unit_domain()), form=form)


def test_identity_of_steps_cut_off_as_lustre_writes_them() -> None:
    steps = np.append(np.arange(16) * 64, 1023) / 1023
    table = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    assert "QG-1668" in judged(Lut3D(table, unit_domain()), form="3dl")


def test_a_coarse_grid_depends_on_interpolation_and_does_not_bear_halving() -> None:
    crossed = Lut3D(np.roll(nodes(5) ** 3, 1, axis=-1) * nodes(5), unit_domain())
    found = judged(crossed)
    assert {found["QG-1666"].level, found["QG-1667"].level} == {Level.NOTE}
    assert found["QG-1666"].value > 0.5
    assert not {"QG-1666", "QG-1667"} & set(judged(look(65)))


def test_round_trip() -> None:
    steps = np.repeat((np.linspace(0, 1, 256) ** 1.2)[:, None], 3, axis=1)
    assert "QG-1670" not in judged(Lut1D(steps, unit_domain()))
    flat = steps.copy()
    flat[100:150] = flat[100]
    assert "cannot be inverted" in judged(Lut1D(flat, unit_domain()))["QG-1670"].message
    singular = Matrix(np.array([[1.0, 0, 0], [1.0, 0, 0], [0, 0, 1.0]]), np.zeros(3))
    assert "QG-1670" in judged(singular)
    squeezed = np.repeat((np.linspace(0, 1, 4096) ** 9)[:, None], 3, axis=1)
    assert judged(Lut1D(squeezed, unit_domain()), use=TECHNICAL)["QG-1670"].level is Level.WARNING
