"""`thresholds/lut.toml`: strict reading, assignments, drift limits, approvals."""

from __future__ import annotations

import json

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.lut_use import LutUse, Swatch
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction, Severity
from qualitygate.core.verdict import Level
from qualitygate.policy.approvals import FOLDER, Approval, find_approval, write_approval
from qualitygate.policy.lut_judge import judge_drift
from qualitygate.policy.lut_policy import load_lut_policy

SPEC = MetricSpec("lut_drift", "DeltaE00", "", Direction.LOWER_IS_BETTER, ("grid_max",), 2)


def put(root, text):
    path = root / "thresholds" / "lut.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_lut_policy(root)


def limits(use: LutUse) -> dict[str, tuple]:
    return {one.statistic: (one.warn, one.fail) for one in use.thresholds}


def test_the_shipped_file_holds_the_measured_defaults(tmp_path):
    use = load_lut_policy(tmp_path).default
    assert limits(use) == {
        "grid_p95": (0.75, 1.5),
        "grid_max": (2.0, 4.0),
        "colorchecker_mean": (0.25, 0.5),
        "colorchecker_max": (0.75, 1.5),
        "brand_max": (0.5, 1.0),
        "natural_p95": (0.5, 1.0),
    }
    assert all(one.born_of == "PM-2025-09-27-01" and one.why for one in use.thresholds)
    assert (use.profile, use.input, use.output) == ("look", None, None)
    assert len(use.palette) == 12
    assert use.limits.neutral_chroma == 1.0


def test_an_assignment_says_what_a_path_is(tmp_path):
    policy = put(
        tmp_path,
        """extends = "lut"
[palette]
ours = "#0057b8"
[[assign]]
files = ["luts/display/**", "luts/one.cube"]
profile = "technical"
input = "log"
output = "BT.1886"
drift.grid.max = { fail = 6.0, warn = 3.0 }
drift.brand = false
[[assign]]
files = ["**"]
output = "P3"
palette.other = "#000000"
""",
    )
    use = policy.use_of("luts/display/a/b.cube")
    assert (use.profile, use.input, use.output) == ("technical", "log", "BT.1886")
    assert limits(use)["grid_max"] == (3.0, 6.0)
    assert "brand_max" not in limits(use)
    assert next(one for one in use.thresholds if one.statistic == "grid_max").born_of == "PM-2025-09-27-01"
    assert use.palette == (Swatch("ours", (0, 87, 184)),)
    rest = policy.use_of("other.cube")
    assert (rest.output, rest.palette) == ("P3", (Swatch("other", (0, 0, 0)),))
    assert [name for name, _ in policy.named()] == ["luts/one.cube"]
    assert policy.named()[0][1].endswith("lut.toml:4")


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("[drift.grid]\nmaximum = 1\n", "QG-1404", 2, "did you mean 'max'"),
        ("[drift.grids]\nmax = 1\n", "QG-1404", 1, "did you mean 'grid'"),
        ("\n[drift.grid]\nmax = -1\n", "QG-1405", 2, "below zero"),
        ("[drift.grid]\nmax = { fail = 1, warn = 2 }\n", "QG-1405", 1, "beyond"),
        ("[drift.grid]\nmax = nan\n", "QG-1405", 2, "finite"),
        ("[drift.grid]\nmax = { warn = false }\n", "QG-1405", 2, "neither"),
        ("[quality.look]\nneutral_chroma = 1\n", "QG-1404", 2, "neutral_change"),
        ("[quality.technical]\nfold_share = -0.1\n", "QG-1405", 2, "at least 0"),
        ("[palette]\nred = 'red'\n", "QG-1405", 2, "#rrggbb"),
        ("[drift.grid]\nmax = 1\n[[assign]]\nfiles = ['a']\noutput = 'srgb'\n", "QG-1405", 5, "not one of sRGB"),
        ("[drift.grid]\nmax = 1\n[[assign]]\nprofile = 'look'\n", "QG-1405", 3, "`files` is missing"),
        ("[drift.grid]\nmax = 1\n[[assign]]\nfiles = ['../a']\n", "QG-1405", 4, "relative"),
        ("schema = 2\n", "QG-1405", 1, "schema"),
        ("schema = 1\n", "QG-1405", 1, "any change would pass"),
        ("extends = 'hero'\n", "QG-1405", 1, 'extends = "lut"'),
        ("extends = 'other.toml'\n", "QG-1401", 1, "no such file"),
        ("extends = 'lut.toml'\n", "QG-1410", 1, "itself"),
        ("[drift.grid]\nmax = 1\n[drift.skin]\nmax = false\n", "QG-1405", 4, "drops nothing"),
    ],
)
def test_every_mistake_names_its_line(tmp_path, text, code, line, says):
    with pytest.raises(ConfigError) as caught:
        put(tmp_path, text)
    assert caught.value.code == code
    assert caught.value.where.endswith(f"lut.toml:{line}")
    assert says in str(caught.value)


def test_a_local_file_may_stand_on_its_own_or_extend_another(tmp_path):
    assert limits(put(tmp_path, "[drift.grid]\nmax = 9\n").default) == {"grid_max": (None, 9.0)}
    (tmp_path / "thresholds" / "base.toml").write_text('extends = "lut"\n[drift.grid]\nmax = 7\n')
    found = limits(put(tmp_path, 'extends = "base.toml"\n[drift.grid]\np95 = 2\n').default)
    assert (found["grid_max"], found["grid_p95"]) == ((None, 7.0), (None, 2.0))
    assert found["brand_max"] == (0.5, 1.0)


def test_drift_is_judged_and_never_passes_for_want_of_a_number(tmp_path):
    use = load_lut_policy(tmp_path).default
    values = {"grid_max": 5.311, "grid_p95": 0.8, "brand_max": 1.0, "natural_p95": float("nan")}
    found = judge_drift("a.cube", values, SPEC, use)
    assert [(f.statistic, f.level) for f in found] == [
        ("grid_max", Level.ERROR),
        ("natural_p95", Level.ERROR),
        ("grid_p95", Level.WARNING),
        ("brand_max", Level.WARNING),
    ]
    assert found[0].message.startswith(
        "DeltaE00 5.31 exceeds 4.0: a.cube, grid_max, profile look, severity S1, born of PM"
    )
    assert (found[0].severity, found[2].severity) == (Severity.S1, None)


NEW, OLD = "a" * 64, "b" * 64


def approve(root) -> Approval:
    made = Approval("luts/a.cube", NEW, OLD, "New grade", "2026-01-02T03:04:05Z")
    write_approval(root, made)
    return made


def test_an_approval_is_bound_to_both_contents(tmp_path):
    approve(tmp_path)
    found = find_approval(tmp_path, NEW, OLD)
    assert found is not None
    assert (found.reason, found.path) == ("New grade", f"{FOLDER}/{NEW[:16]}-{OLD[:16]}.json")
    assert find_approval(tmp_path, OLD, NEW) is None
    assert find_approval(tmp_path, NEW, NEW) is None


def test_a_record_under_the_name_of_another_change_approves_nothing(tmp_path):
    """Copied and renamed by hand, it still says which two contents it is about."""
    made = approve(tmp_path)
    folder = tmp_path / FOLDER
    for new, old in ((NEW, "c" * 64), ("c" * 64, OLD)):
        (folder / f"{new[:16]}-{old[:16]}.json").write_bytes((folder / made.name).read_bytes())
        with pytest.raises(ConfigError, match="approves another change than its name says") as caught:
            find_approval(tmp_path, new, old)
        assert caught.value.code == "QG-1692"


def test_an_approval_is_not_written_twice(tmp_path):
    approve(tmp_path)
    with pytest.raises(ConfigError, match="approved already"):
        approve(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"new_sha256": "c" * 64},
        {"reason": " "},
        {"old_sha256": OLD[:20]},
        {"schema": "other/1"},
        {"more": "x"},
        {"approved": 5},
    ],
)
def test_a_damaged_approval_blocks(tmp_path, change):
    made = approve(tmp_path)
    path = tmp_path / FOLDER / made.name
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ConfigError) as caught:
        find_approval(tmp_path, NEW, OLD)
    assert caught.value.code == "QG-1692"


def test_an_approval_that_is_no_json_blocks(tmp_path):
    made = approve(tmp_path)
    (tmp_path / FOLDER / made.name).write_bytes(b"\xff<<<<<<< HEAD")
    with pytest.raises(ConfigError, match="unreadable approval"):
        find_approval(tmp_path, NEW, OLD)
