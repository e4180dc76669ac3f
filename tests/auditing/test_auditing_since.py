"""What adds up since an older commit, and how much of each limit is used up."""

from __future__ import annotations

import io
from datetime import date

import pytest
from audit_repository import BRAND, CONFIG, Shop, picture
from PIL import Image

from qualitygate.core.errors import ConfigError

FAR, STEP = 3, 1


def clear(alpha: int) -> bytes:
    """A PNG in white, which on white looks the same whatever its alpha is."""
    out = io.BytesIO()
    Image.new("RGBA", (32, 32), (255, 255, 255, alpha)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def drifted(made: Shop) -> Shop:
    """Five steps, each of which is within the limits of its set."""
    made.git("tag", "v1")
    made.write("thresholds/brand.toml", BRAND.replace("9.0", "9.5"))
    for step in range(1, 6):
        made.write("approved/coffee.png", picture(2 * step))
        made.merge()
    return made


def test_steps_that_are_small_add_up(drifted: Shop) -> None:
    drifted.write("approved/coffee.png", picture(12))
    found = drifted.audit(measure=True)
    assert "delta_e_2000" in found.answers[0].entry.details[0]  # the last step alone keeps the limits
    assert found.since is None
    found = drifted.audit(measure=True, anchor="v1")
    entry = next(one.entry for one in found.answers if one.entry.kind == "drift")
    assert entry.change == "set landing: drift of coffee.png"
    assert (entry.code, entry.severity, entry.born_of, entry.where) == (
        "QG-1808", "S1", "PM-2025-09-27-01", "approved/coffee.png",
    )  # fmt: skip
    assert entry.percent is not None
    assert entry.percent > 100
    assert "DeltaE00" in entry.details[0]
    assert found.since is not None
    (drift,) = found.since.drifts
    assert drift.worst > 1
    assert drift.shares[0].used == drift.worst


def test_within_the_limits_it_passes_and_is_told(made: Shop) -> None:
    made.git("tag", "v1")
    made.write("approved/coffee.png", picture(1))
    made.merge()
    found = made.audit(measure=True, anchor="v1")
    assert found.passed
    assert found.since is not None
    (drift,) = found.since.drifts
    assert 0 < drift.worst <= 1


def test_a_reference_that_was_flattened_drifted_though_its_colours_did_not(made: Shop) -> None:
    made.write(
        "thresholds/brand.toml", BRAND.replace("[rules]", '[rules]\nalpha = { allow = "same", severity = "S2" }')
    )
    made.write("approved/coffee.png", clear(0))
    made.merge()
    made.git("tag", "v1")
    made.write("approved/coffee.png", clear(255))
    (replaced,) = made.audit(measure=True).answers
    assert "regenerated, alpha difference 255/255 exceeds 2/255" in replaced.entry.details[0]
    made.merge()
    entry = next(one.entry for one in made.audit(measure=True, anchor="v1").answers if one.entry.kind == "drift")
    assert (entry.severity, entry.percent, entry.after) == ("S2", None, "alpha difference 255/255 exceeds 2/255")


def test_limits_then_and_now(drifted: Shop) -> None:
    found = drifted.audit(anchor="v1")
    assert found.since is not None
    assert [(one.change, one.before, one.after) for one in found.since.loosened] == [
        ("profile brand: delta_e_2000.max", "fail 9", "fail 9.5")
    ]
    assert not found.since.measured
    assert found.passed


def test_drift_is_waived_by_the_content(drifted: Shop) -> None:
    entry = next(one.entry for one in drifted.audit(measure=True, anchor="v1").answers)
    drifted.write(
        "thresholds/waivers.toml",
        f'[[waiver]]\nchange = "{entry.change}"\nto = "{entry.to}"\nreason = "r"\nowner = "a"\napproved_by = "b"\n'
        "expires = 2025-11-15\n",
    )
    assert drifted.audit(measure=True, anchor="v1").passed
    without = drifted.audit()  # without an anchor the waiver is not stale
    assert [one.standing for one in without.remarks] == ["running"]
    assert not drifted.audit(today=date(2025, 11, 16)).passed
    drifted.write("approved/coffee.png", picture(11))
    assert not drifted.audit(measure=True, anchor="v1").passed


def test_a_reference_that_was_renamed_or_has_another_format_is_followed(drifted: Shop) -> None:
    drifted.git("mv", "approved/coffee.png", "approved/hot/coffee.png") if False else None
    (drifted.top / "approved/hot").mkdir()
    drifted.git("mv", "approved/coffee.png", "approved/hot/coffee.png")
    drifted.write("build/hot/coffee.png", picture(10))
    drifted.git("rm", "-q", "build/coffee.png")
    drifted.commit()
    found = drifted.audit(measure=True, anchor="v1")
    assert [one.reference.old for one in found.since.drifts] == ["approved/coffee.png"]
    assert found.since.drifts[0].broken


def test_another_size_cannot_be_measured_and_fails(made: Shop) -> None:
    made.git("tag", "v1")
    made.write("approved/coffee.png", picture(0, (40, 40)))
    made.merge()
    found = made.audit(measure=True, anchor="v1")
    assert not found.passed
    assert "sizes differ" in found.since.drifts[0].problem


def test_a_lost_lfs_object_cannot_be_measured_and_fails(made: Shop) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n"
    made.write("approved/coffee.png", pointer)
    made.merge()
    made.git("tag", "v1")
    made.write("approved/coffee.png", picture())
    made.merge()
    found = made.audit(measure=True, anchor="v1")
    assert not found.passed
    assert "LFS" in found.since.drifts[0].problem


def test_what_is_ignored_does_not_drift(made: Shop) -> None:
    made.git("tag", "v1")
    made.write("qualitygate.toml", f"{CONFIG}[[sets.ignore]]\nrectangles = [[0, 0, 32, 31]]\n")
    made.write("approved/coffee.png", picture(60))
    made.merge()
    assert not made.audit(measure=True, anchor="v1").passed
    made.write("qualitygate.toml", f'{CONFIG}[[sets.ignore]]\npairs = "rocket*"\nrectangles = [[0, 0, 32, 31]]\n')
    made.merge()
    assert not made.audit(measure=True, anchor="v1").passed


def test_sets_compared_with_git_drift_too(made: Shop) -> None:
    made.write("qualitygate.toml", CONFIG.replace('reference = "approved"\n', ""))
    made.merge()
    made.git("tag", "v1")
    for step in range(1, 7):
        made.write("build/coffee.png", picture(2 * step))
        made.merge()
    found = made.audit(measure=True, anchor="v1")
    assert [one.entry.change for one in found.answers] == ["set landing: drift of coffee.png"]


def test_an_anchor_from_before_there_was_a_configuration(made: Shop) -> None:
    made.git("checkout", "-q", "main")
    made.git("rm", "-q", "qualitygate.toml")
    made.commit()
    made.git("tag", "v0")
    made.write("qualitygate.toml", CONFIG)
    made.write("approved/coffee.png", picture(60))
    made.commit()
    found = made.audit(measure=True, anchor="v0")
    assert [one.reference.new for one in found.since.drifts] == ["approved/coffee.png"]


def test_an_unknown_anchor(made: Shop) -> None:
    with pytest.raises(ConfigError) as caught:
        made.audit(anchor="v9")
    assert caught.value.code == "QG-1761"
    assert "the anchor 'v9'" in str(caught.value)


def test_how_much_is_used_up(made: Shop) -> None:
    made.write("build/coffee.png", picture(2))
    region = ('[[sets.regions]]\nname = "logo"\nrectangles = [[0, 0, 10, 10]]\n'
              "[sets.regions.limits.delta_e_2000]\nmean = 4.0\n")  # fmt: skip
    made.write("qualitygate.toml", CONFIG + region)
    rows = made.audit(measure=True).consumed
    assert [one.share for one in rows] == sorted((one.share for one in rows), reverse=True)
    found = {(one.name, one.region): one for one in rows}
    assert set(found) == {("delta_e_2000.p50", None), ("delta_e_2000.max", None), ("ssim.mean", None),
                          ("budget.mean_kb", None), ("delta_e_2000.mean", "logo")}  # fmt: skip
    p50 = found["delta_e_2000.p50", None]
    assert p50.subject == "coffee.png"
    assert p50.share == pytest.approx(p50.value / 2.0)
    likeness = found["ssim.mean", None]
    assert likeness.share == pytest.approx((1 - likeness.value) / 0.1)
    size = sum((made.top / f"build/{name}.png").stat().st_size for name in ("coffee", "rocket")) / 2
    assert found["budget.mean_kb", None].share == pytest.approx(size / 50_000)


def test_what_cannot_be_measured_is_told_and_fails_the_check_only(made: Shop) -> None:
    made.git("rm", "-rq", "build")
    found = made.audit(measure=True)
    assert found.passed
    assert found.consumed == ()
    assert "build" in (found.unmeasured or "")
