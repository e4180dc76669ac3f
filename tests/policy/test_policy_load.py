import textwrap

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction, Severity
from qualitygate.policy.check import check_against
from qualitygate.policy.load import load_profile, shipped_names

SPECS = {
    "delta_e_2000": MetricSpec(
        "delta_e_2000", "DeltaE00", "", Direction.LOWER_IS_BETTER, ("mean", "p50", "p95", "p99", "max", "worst_tile"), 2
    ),
    "ssim": MetricSpec("ssim", "SSIM", "", Direction.HIGHER_IS_BETTER, ("mean", "worst_tile"), 4),
    "lpips": MetricSpec("lpips", "LPIPS", "", Direction.LOWER_IS_BETTER, ("value", "worst_tile"), 3),
}


@pytest.fixture
def write(tmp_path):
    def put(name, text):
        path = tmp_path / "thresholds" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return put


def refused(name, root=None):
    with pytest.raises(ConfigError) as caught:
        check_against(load_profile(name, root), SPECS)
    assert "\n" not in str(caught.value)
    return caught.value


def limits(profile):
    return {f"{t.metric}.{t.statistic}": (t.fail, t.warn) for t in profile.thresholds}


def test_every_shipped_profile_is_valid():
    assert {"hero", "product", "thumbnail", "ui"} <= set(shipped_names())
    for name in ("hero", "product", "thumbnail", "ui"):
        profile = load_profile(name)
        check_against(profile, SPECS)
        assert profile.name == name
        assert profile.description
        assert {"delta_e_2000", "ssim", "lpips"} <= set(profile.metrics)


def test_full_entry(write):
    root = write(
        "mine",
        """\
        schema = 1
        description = "Two
        lines" # not TOML
        """.replace('"Two\n', '"""Two\n').replace('lines"', 'lines"""')
        + """
        [limits.delta_e_2000]
        mean = { fail = 2.0, warn = 1.6, severity = "S1", born_of = "PM-2025-09-27-01", why = "LUT", runbook = "r" }
        p95 = 4
        [limits.lpips]
        net = "vgg"
        dtype = "bfloat16"
        value = 0.1
        [rules]
        formats = ["jpeg"]
        colour_spaces = { allow = ["sRGB"], severity = "S1", why = "print shop" }
        [budget]
        mean_kb = { fail = 180, warn = 150 }
        total_kb = 9000
        """,
    )
    profile = load_profile("mine", root)
    assert profile.description == "Two lines"
    first, second, third = profile.thresholds
    assert (first.fail, first.warn, first.severity, first.born_of) == (2.0, 1.6, Severity.S1, "PM-2025-09-27-01")
    assert (first.why, first.runbook) == ("LUT", "r")
    assert (second.statistic, second.fail, second.warn, second.severity) == ("p95", 4.0, None, Severity.S2)
    assert (third.metric, profile.lpips_net, profile.lpips_dtype) == ("lpips", "vgg", "bfloat16")
    assert [(rule.kind, rule.allowed, rule.severity) for rule in profile.rules] == [
        ("formats", ("jpeg",), Severity.S3),
        ("colour_spaces", ("sRGB",), Severity.S1),
    ]
    assert [(b.statistic, b.fail, b.warn) for b in profile.budgets] == [
        ("mean", 180_000, 150_000),
        ("total", 9_000_000, None),
    ]


def test_local_goes_before_shipped_and_may_extend_its_namesake(write):
    root = write("hero", 'extends = "hero"\n[limits.delta_e_2000]\nmean = { fail = 3.5, warn = 3.0 }\n')
    shipped, local = load_profile("hero"), load_profile("hero", root)
    assert limits(local)["delta_e_2000.mean"] == (3.5, 3.0)
    assert {**limits(local), "delta_e_2000.mean": None} == {**limits(shipped), "delta_e_2000.mean": None}
    assert local.thresholds[0].born_of == shipped.thresholds[0].born_of == "PM-2025-09-27-01"
    assert local.budgets == shipped.budgets
    assert (local.description, local.extends, shipped.extends) == ("", "hero", None)


def test_extends_overrides_key_by_key_and_drops(write):
    write("base", """\
        [limits.delta_e_2000]
        mean = { fail = 2.0, warn = 1.0, why = "kept" }
        p99 = 9.0
        [limits.ssim]
        mean = 0.9
        worst_tile = 0.5
        [limits.lpips]
        net = "vgg"
        value = 0.1
        [rules]
        formats = ["png"]
        [budget]
        mean_kb = 10
        """)  # fmt: skip
    root = write("child", """\
        extends = "base"
        [limits]
        ssim = false
        [limits.delta_e_2000]
        p99 = false
        mean = { warn = false, fail = 1.5 }
        max = 30
        [rules]
        formats = false
        [budget]
        mean_kb = { severity = "S2" }
        """)  # fmt: skip
    child = load_profile("child", root)
    assert limits(child) == {
        "delta_e_2000.mean": (1.5, None),
        "lpips.value": (0.1, None),
        "delta_e_2000.max": (30, None),
    }
    assert child.thresholds[0].why == "kept"
    assert (child.lpips_net, child.lpips_dtype) == ("vgg", "float32")
    assert child.rules == ()
    assert (child.budgets[0].fail, child.budgets[0].severity) == (10_000, Severity.S2)


def test_extends_by_path(write, tmp_path):
    (tmp_path / "elsewhere.toml").write_text("[limits.ssim]\nmean = 0.5\n")
    root = write("child", 'extends = "../elsewhere.toml"\n')
    assert limits(load_profile("child", root)) == {"ssim.mean": (0.5, None)}


def test_a_profile_may_be_a_path(tmp_path, monkeypatch):
    (tmp_path / "strict.toml").write_text("[limits.ssim]\nmean = 0.5\n")
    monkeypatch.chdir(tmp_path)
    assert load_profile("strict.toml").name == "strict"
    assert load_profile("strict.toml", tmp_path).origin == "strict.toml"
    assert load_profile(str(tmp_path / "strict.toml"), tmp_path / "no").origin == "strict.toml"
    assert refused("gone.toml", tmp_path).code == "QG-1401"


def test_circles_are_named(write):
    write("a", 'extends = "b"\n')
    root = write("b", '\nextends = "a"\n')
    error = refused("a", root)
    assert (error.code, error.where.endswith("b.toml:2")) == ("QG-1410", True)
    assert "a.toml -> " in error.message
    write("own", 'extends = "own"\n')
    assert refused("own", root).code == "QG-1410"


def test_unknown_profile_lists_all_and_suggests(write):
    error = refused("thumbnial", write("mine", ""))
    assert error.code == "QG-1402"
    assert "did you mean 'thumbnail'?" in error.hint
    assert all(name in error.hint for name in ("hero", "product", "ui", "mine"))
    assert refused("../thresholds/hero").code == "QG-1402"


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("schema = 2\n", "QG-1405", 1, "schema = 1"),
        ("\nlimit = 1\n", "QG-1404", 2, "did you mean 'limits'?"),
        ("[limits.ssim]\nmean = 0.9\nmean = 1\n", "QG-1403", 3, "malformed"),
        ("x = \n", "QG-1403", 1, "column"),
        ("[limits.ssim]\nmean = {\n", "QG-1403", 2, "malformed"),
        ("[limits.ssim]\nmean = { fial = 0.9 }\n", "QG-1404", 2, "did you mean 'fail'?"),
        ("[limits.ssim]\n\nmeen = 0.9\n", "QG-1405", 3, "did you mean 'mean'?"),
        ("[limits.psnr]\nmean = 9\n", "QG-1408", 2, "psnr"),
        ("[limits.sim]\nmean = 9\n", "QG-1408", 2, "did you mean 'ssim'?"),
        ("[limits.ssim]\nmean = nan\n", "QG-1405", 2, "finite"),
        ("[limits.ssim]\nmean = { fail = inf }\n", "QG-1405", 2, "finite"),
        ("[limits.ssim]\nmean = true\n", "QG-1405", 2, "a boolean"),
        ("[limits.ssim]\nmean = '0.9'\n", "QG-1405", 2, "a string"),
        ("[limits.ssim]\nmean = 1979-05-27\n", "QG-1405", 2, "a date"),
        ("[limits.ssim]\nmean = {}\n", "QG-1405", 2, "neither fail nor warn"),
        ("[limits.ssim]\nmean = false\n", "QG-1405", 2, "drops nothing"),
        ("[limits.ssim]\nmean = { fail = 0.9, warn = 0.8 }\n", "QG-1405", 2, "above 0.9"),
        ("[limits.delta_e_2000]\np95 = 1\nmean = { fail = 2, warn = 2.5 }\n", "QG-1405", 3, "below 2.0"),
        ("[limits.ssim]\nmean = { fail = 0.9, severity = 'S4' }\n", "QG-1405", 2, "S0, S1, S2, S3"),
        ("[limits.ssim]\nmean = { fail = 0.9, born_of = 'PM-1' }\n", "QG-1405", 2, "PM-YYYY-MM-DD-NN"),
        ("[limits.ssim]\nmean = { fail = 0.9, why = '' }\n", "QG-1405", 2, "empty"),
        ("[limits.lpips]\nnet = 'squeeze'\nvalue = 1\n", "QG-1405", 2, "alex, vgg"),
        ("[limits.lpips]\ndtype = 'float16'\nvalue = 1\n", "QG-1405", 2, "float32, bfloat16"),
        ("limits = 3\n", "QG-1405", 1, "a table is expected"),
        ("[rules]\nformats = ['png', 'jpg']\n", "QG-1405", 2, "did you mean 'jpeg'?"),
        ("[rules]\nformats = []\n", "QG-1405", 2, "allows nothing"),
        ("[rules]\nformats = { severity = 'S1' }\n", "QG-1405", 2, "allow"),
        ("[rules]\nchroma_subsampling = ['444']\n", "QG-1405", 2, "'4:4:4'"),
        ("[rules]\nformat = ['png']\n", "QG-1404", 2, "did you mean 'formats'?"),
        ("[budget]\nmean_mb = 1\n", "QG-1404", 2, "mean_kb"),
        ("[budget]\nmean_kb = 0\n", "QG-1405", 2, "above 0"),
        ("[budget]\nmean_kb = { fail = 10, warn = 20 }\n", "QG-1405", 2, "below 10.0"),
        ("extends = 'nowhere'\n", "QG-1402", 1, "profiles:"),
        ("extends = 'nowhere.toml'\n", "QG-1401", 1, "nowhere.toml"),
    ],
)
def test_every_mistake_names_its_line(write, text, code, line, said):
    root = write("mine", text)
    error = refused("mine", root)
    assert error.code == code
    assert error.where.endswith(f"mine.toml:{line}")
    assert said in str(error)


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        ("0.97", (0.97, None)),
        ("{ fail = 0.97, why = 'contract' }", (0.97, None)),
        ("{ fail = 0.97, warn = 0.98 }", (0.97, 0.98)),
        ("{ severity = 'S1' }", (0.9, 0.95)),
        ("{ warn = 0.96 }", (0.9, 0.96)),
        ("{ fail = false }", (None, 0.95)),
    ],
)
def test_a_fail_of_its_own_drops_the_inherited_warn(write, child, expected):
    write("base", "[limits.ssim]\nmean = { fail = 0.9, warn = 0.95 }\n")
    profile = load_profile("child", write("child", f'extends = "base"\n[limits.ssim]\nmean = {child}\n'))
    check_against(profile, SPECS)
    assert limits(profile) == {"ssim.mean": expected}


def test_a_budget_of_its_own_drops_the_inherited_warn(write):
    root = write("hero", 'extends = "hero"\n[budget]\nmean_kb = 100\n')
    assert [(budget.fail, budget.warn) for budget in load_profile("hero", root).budgets] == [(100_000, None)]


def test_an_inherited_fail_still_refuses_a_warn_beyond_it(write):
    write("base", "[limits.ssim]\nmean = { fail = 0.9, warn = 0.95 }\n")
    error = refused("child", write("child", 'extends = "base"\n\n[limits.ssim]\nmean = { warn = 0.8 }\n'))
    assert (error.code, error.where.endswith("child.toml:4")) == ("QG-1405", True)


def test_encoding(write, tmp_path):
    write("bom", "\ufeff[limits.ssim]\nmean = 0.9\n")
    assert limits(load_profile("bom", tmp_path)) == {"ssim.mean": (0.9, None)}
    (tmp_path / "thresholds" / "latin.toml").write_bytes(b"schema = 1\ndescription = '\xe9'\n")
    error = refused("latin", tmp_path)
    assert (error.code, error.where.endswith("latin.toml:2")) == ("QG-1403", True)
    write("deep", "x = " + "[" * 5000 + "]" * 5000)
    assert refused("deep", tmp_path).code == "QG-1403"


def test_another_why_does_not_keep_the_incident_of_the_extended_file(write):
    root = write(
        "mine",
        """
        extends = "hero"
        [limits.delta_e_2000]
        p50 = { fail = 0.8, why = "the pipeline repeats byte for byte" }
        mean = { fail = 2.5 }
        p95 = { why = "another", born_of = "PM-2026-01-02-03" }
        """,
    )
    found = {one.statistic: one for one in load_profile("mine", root).thresholds if one.metric == "delta_e_2000"}
    assert (found["p50"].born_of, found["p50"].why) == (None, "the pipeline repeats byte for byte")
    assert found["p50"].severity is Severity.S1  # how serious it is has nothing to do with where it comes from
    assert (found["mean"].born_of, found["mean"].why[:12]) == ("PM-2025-09-27-01", "a LUT update")
    assert found["p95"].born_of == "PM-2026-01-02-03"
    same = found["worst_tile"].why
    root = write("same", f'extends = "hero"\n[limits.delta_e_2000]\np50 = {{ fail = 1.0, why = "{same}" }}\n')
    kept = next(one for one in load_profile("same", root).thresholds if one.statistic == "p50")
    assert kept.born_of == "PM-2025-09-27-01"  # the same reason is no other one
