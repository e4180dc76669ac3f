import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, MetricSpec, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Direction, Severity, Threshold
from qualitygate.core.verdict import Level
from qualitygate.policy.judge import judge_pair, judge_set
from qualitygate.policy.load import load_profile
from qualitygate.policy.message import limit_text, value_text
from qualitygate.policy.model import Budget, Profile, Rule

SPECS = {
    "delta_e_2000": MetricSpec("delta_e_2000", "DeltaE00", "", Direction.LOWER_IS_BETTER, ("mean", "p95"), 2),
    "ssim": MetricSpec("ssim", "SSIM", "", Direction.HIGHER_IS_BETTER, ("mean",), 3),
}
SUBJECT = Subject("pair", "hero/landing.jpg", "hero", "reference/hero/landing.jpg", "build/hero/landing.jpg")
SOURCE = Source("landing.jpg", "0" * 64, 1000, "jpeg", 8, 8, 8, "sRGB", subsampling="4:2:0", lossless=False)


def judged(thresholds, values, **options):
    """Judge `{"delta_e_2000": {"p95": 5.31}}` against limits."""
    results = {
        name: each if isinstance(each, Unmeasurable) else Measurement(name, each) for name, each in values.items()
    }
    profile = Profile("hero", "hero.toml", thresholds=tuple(thresholds))
    return judge_pair(profile, SUBJECT, SOURCE, results, SPECS, **options)


def test_the_message_tells_the_whole_story():
    limit = Threshold("delta_e_2000", "p95", fail=2.0, warn=1.0, severity=Severity.S1, born_of="PM-2025-09-27-01",
                      why="LUT update past a git hook", runbook="https://wiki/colour")  # fmt: skip
    (finding,), reasons = judged([limit], {"delta_e_2000": {"p95": 5.3123}})
    assert reasons == ()
    assert finding.message == (
        "DeltaE00 5.31 exceeds 2.0: hero/landing.jpg, p95, profile hero, severity S1, "
        "born of PM-2025-09-27-01 (LUT update past a git hook), runbook https://wiki/colour"
    )
    assert (finding.code, finding.level, finding.value, finding.limit) == ("QG-1001", Level.ERROR, 5.3123, 2.0)
    assert (finding.subject, finding.set_name, finding.path) == ("hero/landing.jpg", "hero", "build/hero/landing.jpg")
    assert (finding.severity, finding.born_of, finding.profile) == (Severity.S1, "PM-2025-09-27-01", "hero")


def test_higher_is_better():
    limit = Threshold("ssim", "mean", fail=0.98)
    (finding,), _ = judged([limit], {"ssim": {"mean": 0.912}})
    assert finding.message == "SSIM 0.912 is below 0.98: hero/landing.jpg, mean, profile hero, severity S2"
    assert judged([limit], {"ssim": {"mean": 0.982}}) == ((), ())


def test_exactly_at_the_limit_passes():
    limit = Threshold("delta_e_2000", "mean", fail=2.0)
    (at,), _ = judged([limit], {"delta_e_2000": {"mean": 2.0}})
    (beyond,), _ = judged([limit], {"delta_e_2000": {"mean": math.nextafter(2.0, 3)}})
    assert (at.level, beyond.level) == (Level.NOTE, Level.ERROR)


def test_a_warning_blocks_nothing_and_stands_after_errors():
    limits = [Threshold("delta_e_2000", "mean", fail=2.0, warn=1.6), Threshold("ssim", "mean", fail=0.98)]
    findings, _ = judged(limits, {"delta_e_2000": {"mean": 1.7}, "ssim": {"mean": 0.9}})
    assert [(f.code, f.level, f.limit) for f in findings] == [
        ("QG-1001", Level.ERROR, 0.98),
        ("QG-1002", Level.WARNING, 1.6),
    ]
    assert findings[1].message == "DeltaE00 1.70 exceeds 1.6: hero/landing.jpg, mean, profile hero"
    assert findings[1].severity is None


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ({"p95": math.nan}, "QG-1302"),
        ({"p95": math.inf}, "QG-1302"),
        ({"p95": -math.inf}, "QG-1302"),
        ({"mean": 0.0}, "QG-1303"),
        (Unmeasurable("QG-1301", "too small"), "QG-1301"),
        (None, "QG-1307"),
    ],
)
def test_no_number_is_no_pass(result, code):
    limits = [Threshold("delta_e_2000", "p95", fail=2.0)]
    findings, reasons = judged(limits, {} if result is None else {"delta_e_2000": result})
    assert findings == ()
    assert [reason.code for reason in reasons] == [code]


def test_one_reason_is_told_once():
    limits = [Threshold("delta_e_2000", "p95", fail=2.0), Threshold("delta_e_2000", "mean", fail=2.0)]
    _, reasons = judged(limits, {"delta_e_2000": Unmeasurable("QG-1301", "too small")})
    assert reasons == (Unmeasurable("QG-1301", "too small"),)


def test_a_metric_left_out_is_not_judged():
    limits = [Threshold("delta_e_2000", "p95", fail=2.0), Threshold("ssim", "mean", fail=0.98)]
    findings, reasons = judged(limits, {"ssim": {"mean": 0.5}}, metrics=("ssim",))
    assert [f.metric for f in findings] == ["ssim"]
    assert reasons == ()


def test_regions():
    limit = Threshold("delta_e_2000", "mean", fail=1.0, region="logo")
    values = {"delta_e_2000": {"mean": 0.1}}
    measured = {"logo": {"delta_e_2000": {"mean": 1.25}}}
    (finding,), _ = judged([], values, regions=measured, region_thresholds=(limit,))
    assert (finding.code, finding.region) == ("QG-1003", "logo")
    assert finding.message == (
        "DeltaE00 1.25 exceeds 1.0: hero/landing.jpg, mean, region logo, profile hero, severity S2"
    )
    findings, reasons = judged([], values, regions={"logo": {}}, region_thresholds=(limit,))
    assert findings == ()
    assert reasons[0].code == "QG-1303"


@pytest.mark.parametrize(
    ("rule", "source", "code", "said"),
    [
        (Rule("formats", ("png",)), {}, "QG-1011", "format jpeg is not allowed (png): hero/landing.jpg, profile hero"),
        (Rule("formats", ("png", "jpeg")), {}, None, ""),
        (Rule("chroma_subsampling", ("4:4:4", "lossless")), {}, "QG-1012", "chroma subsampling 4:2:0 is not allowed"),
        (Rule("chroma_subsampling", ("4:4:4", "lossless")), {"subsampling": "4:4:4"}, None, ""),
        (Rule("chroma_subsampling", ("4:4:4", "lossless")), {"subsampling": "other"}, "QG-1012", "other"),
        (Rule("chroma_subsampling", ("4:4:4", "lossless")), {"lossless": True}, None, ""),
        (Rule("chroma_subsampling", ("4:4:4",)), {"subsampling": None, "format": "png"}, None, ""),
        (Rule("chroma_subsampling", ("4:4:4",)), {"lossless": True}, "QG-1012", "4:2:0 is not allowed"),
        (Rule("colour_spaces", ("sRGB",)), {"colour_space": "Display P3"}, "QG-1013", "colour space Display P3"),
        (Rule("colour_spaces", ("srgb",)), {}, None, ""),
    ],
)
def test_rules(rule, source, code, said):
    from dataclasses import replace

    profile = Profile("hero", "hero.toml", rules=(rule,))
    findings, _ = judge_pair(profile, SUBJECT, replace(SOURCE, **source), {}, SPECS)
    assert [f.code for f in findings] == ([code] if code else [])
    assert all(said in f.message for f in findings)


def test_budgets():
    profile = Profile("thumbnail", "t.toml", budgets=(
        Budget("mean", fail=25_000), Budget("max", 90_000, 50_000, why="slow on phones"), Budget("total", 1e9),
    ))  # fmt: skip
    mean, largest = judge_set(profile, "thumbs", {"a.jpg": 10_000, "b.jpg": 60_000, "c.jpg": 23_610})
    assert mean.message == (
        "mean file size 31.2 KB exceeds 25 KB: set thumbs, 3 files, "
        "largest b.jpg 60 KB, c.jpg 23.6 KB, a.jpg 10 KB, profile thumbnail, severity S3"
    )
    assert (mean.code, mean.level, mean.subject, mean.set_name) == ("QG-1010", Level.ERROR, None, "thumbs")
    assert (largest.level, largest.limit, largest.severity) == (Level.WARNING, 50_000, None)
    assert "max file size 60.0 KB exceeds 50 KB" in largest.message
    assert largest.message.endswith("because slow on phones")
    assert judge_set(profile, "thumbs", {}) == ()
    assert judge_set(profile, "thumbs", {"a.jpg": 25_000}) == ()
    (barely,) = judge_set(profile, "thumbs", {"a.jpg": 25_001})
    assert barely.message.startswith("mean file size 25.001 KB exceeds 25 KB")


def test_a_broken_budget_names_the_key_and_the_file_to_change(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = {"a.jpg": 10**9}
    (mean, *_) = judge_set(load_profile("product", tmp_path), "images", sizes)
    assert ', limit [budget] mean_kb in a new thresholds/product.toml that extends "product", profile' in mean.message
    (tmp_path / "thresholds").mkdir()
    own = tmp_path / "thresholds" / "product.toml"
    own.write_text('extends = "product"\n[budget]\nmean_kb = { fail = 1 }\nmax_kb = { warn = 1 }\n')
    found = {one.statistic: one.message for one in judge_set(load_profile("product", tmp_path), "images", sizes)}
    assert "limit [budget] mean_kb in thresholds/product.toml, profile product" in found["mean"]
    assert "limit [budget] max_kb in thresholds/product.toml, profile product" in found["max"]
    monkeypatch.chdir("/")
    (mean, *_) = judge_set(load_profile("product", tmp_path / "elsewhere" / ".."), "images", sizes)
    assert str(tmp_path) not in mean.message, "a proof judges checkouts in temporary directories"


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(0, 4))
def test_rounding_never_hides_nor_turns_a_difference(value, limit, decimals):
    if value == limit:
        return
    shown = float(value_text(value, limit, decimals))
    assert shown != limit
    assert (shown > limit) == (value > limit)


@pytest.mark.parametrize(("limit", "text"), [(2.0, "2.0"), (2, "2.0"), (0.95, "0.95"), (1e-5, "0.00001")])
def test_limits_print_as_written(limit, text):
    assert limit_text(limit) == text


def test_a_name_cannot_break_the_line():
    limit = Threshold("ssim", "mean", fail=0.98)
    profile = Profile("hero", "hero.toml", thresholds=(limit,))
    subject = Subject("pair", "a\nb\x1b[31m.png")
    (finding,), _ = judge_pair(profile, subject, SOURCE, {"ssim": Measurement("ssim", {"mean": 0.1})}, SPECS)
    assert finding.message.isprintable()
