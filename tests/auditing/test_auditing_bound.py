"""What is loosened and can be restored is bound to a value that the present state says of itself: else nobody would
notice that its waiver has ended."""

from __future__ import annotations

from audit_repository import BATCH, CONFIG, CUBE, LUT, LUT_SET, PALETTE, Shop

from qualitygate.auditing.states import state_now
from qualitygate.planning.metrics import all_specs
from qualitygate.policy.ratchet.compare import present_values

AREAS = """[[sets.ignore]]
rectangles = [[0, 0, 4, 4]]
[[sets.regions]]
name = "logo"
rectangles = [[0, 0, 10, 10]]
[sets.regions.limits.delta_e_2000]
mean = { fail = 3.0, severity = "S1" }
"""
REST = '[check]\nalso = ["audit", "prove"]\n[incident]\ncontrol_board = ["lead"]\n'
METRICS = 'profile = "brand"\nmetrics = ["delta_e_2000"]\nresize = "nearest"\nexclude = ["coff*"]\n'
EDITS = {
    "thresholds/brand.toml": {
        "fail = 2.0": "fail = 4.0",
        '"S1"': '"S3"',
        "max = { fail = 9.0 }\n": "",
        '"png", "webp"': '"png", "gif"',
        "mean_kb = 50": "mean_kb = 60",
    },
    "thresholds/lut.toml": {
        "fail = 4.0": "fail = 5.0",
        "1.25": "1.5",
        "6.0": "7.0",
        '"technical"': '"look"',
        'red = "#d0021b"\n': "",
    },
    "qualitygate.toml": {
        'profile = "brand"\n': METRICS,
        "[[0, 0, 4, 4]]": "[[0, 0, 4, 5]]",
        "10, 10": "9, 9",
        "mean = { fail = 3.0": "mean = { fail = 4.0",
        'files = ["luts/**"]': 'files = ["luts/**"]\nexclude = ["luts/b*"]\nbase = "HEAD"',
        "tolerance = 2.0": "tolerance = 3.0",
        "fail = 1.0": "fail = 2.0",
        'baseline = ["approved/**"]': 'baseline = ["build/**"]',
        '["audit", "prove"]': '["prove"]',
        'control_board = ["lead"]': "",
    },
}


def test_every_value_is_found_again(made: Shop) -> None:
    made.write("thresholds/lut.toml", LUT)
    for name in ("a", "b", "display/p3"):
        made.write(f"luts/{name}.cube", CUBE)
    made.write("qualitygate.toml", CONFIG + AREAS + LUT_SET + PALETTE + BATCH + REST)
    made.merge()
    assert made.listed() == []
    for name, edits in EDITS.items():
        for old, new in edits.items():
            made.edit(name, old, new)
    found = made.listed()
    assert len(found) >= 21, [change for _, change, _ in found]
    luts = ("luts/a.cube", "luts/b.cube", "luts/display/p3.cube")
    values = present_values(state_now(made.top, made.top / "qualitygate.toml", made.top), all_specs(), luts)
    assert {change: values.get(change, "none") for _, change, _ in found} == {change: to for _, change, to in found}


def test_nothing_is_left_once_it_is_merged(made: Shop) -> None:
    """The new state is the next base."""
    made.write("qualitygate.toml", CONFIG + AREAS + LUT_SET + PALETTE + BATCH + REST)
    made.write("luts/a.cube", CUBE)
    made.merge()
    for old, new in EDITS["qualitygate.toml"].items():
        made.edit("qualitygate.toml", old, new)
    made.merge()
    assert made.audit().answers == ()
