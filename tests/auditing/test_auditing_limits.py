"""What a change of threshold files and of the configuration loosens, by effective limits."""

from __future__ import annotations

import pytest
from audit_repository import BRAND, CONFIG, Shop

BRAND_FILE, CONFIG_FILE = "thresholds/brand.toml", "qualitygate.toml"


def test_nothing_is_looser(made: Shop) -> None:
    found = made.audit()
    assert found.answers == ()
    assert found.passed
    assert found.base.startswith("main at ")


def test_a_loosened_limit_with_its_line_and_its_incident(made: Shop) -> None:
    made.edit(BRAND_FILE, "fail = 2.0", "fail = 3.0")
    (one,) = made.audit().answers
    entry = one.entry
    assert (entry.kind, entry.change, entry.to) == ("limit", "profile brand: delta_e_2000.p50", "fail 3, warn 1")
    assert (entry.where, entry.born_of, entry.severity) == ("thresholds/brand.toml:3", "PM-2025-09-27-01", "S1")
    assert (entry.amount, entry.percent, entry.sets) == (1.0, 50.0, ("landing",))


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        ("fail = 2.0, warn = 1.0", "fail = 2.0", ("limit", "profile brand: delta_e_2000.p50", "fail 2")),
        ('"S1"', '"S2"', ("severity", "profile brand: delta_e_2000.p50 severity", "S2")),
        ("max = { fail = 9.0 }\n", "", ("limit", "profile brand: delta_e_2000.max", "none")),
        ("mean = { fail = 0.9 }", "mean = { fail = 0.89 }", ("limit", "profile brand: ssim.mean", "fail 0.89")),
        ('"png", "webp"', '"png", "webp", "jpeg"', ("rule", "profile brand: formats", "jpeg, png, webp")),
        ('[rules]\nformats = ["png", "webp"]\n', "", ("rule", "profile brand: formats", "none")),
        ("mean_kb = 50", "mean_kb = 60", ("limit", "profile brand: budget.mean_kb", "fail 60 KB")),
    ],
)
def test_every_kind_of_limit(made: Shop, old: str, new: str, entry: tuple[str, str, str]) -> None:
    made.edit(BRAND_FILE, old, new)
    assert made.listed() == [entry]
    made.commit()
    assert made.listed() == [entry]  # committed or not
    made.edit(BRAND_FILE, new, old) if new else made.write(BRAND_FILE, BRAND)
    assert made.listed() == []


@pytest.mark.parametrize(
    ("old", "new"), [("fail = 2.0", "fail = 1.5"), ('"png", "webp"', '"png"'), ("kb = 50", "kb = 40")]
)
def test_tighter_is_not_looser(made: Shop, old: str, new: str) -> None:
    made.edit(BRAND_FILE, old, new)
    assert made.listed() == []


def test_looser_on_transparency(made: Shop) -> None:
    made.edit(BRAND_FILE, "[rules]\n", '[rules]\nalpha = { allow = "same", tolerance = 3, severity = "S1" }\n')
    assert made.listed() == []
    made.merge()
    made.edit(BRAND_FILE, "tolerance = 3", "tolerance = 30")
    (one,) = made.audit().answers
    entry = one.entry
    assert (entry.kind, entry.change, entry.to) == ("rule", "profile brand: alpha", "same within 30/255")
    assert (entry.before, entry.severity, entry.details) == (
        "same within 3/255",
        "S1",
        ("alpha may be off by 27/255 more",),
    )
    line = (made.top / BRAND_FILE).read_text().splitlines().index("[rules]") + 2
    assert entry.where == f"{BRAND_FILE}:{line}"
    made.edit(BRAND_FILE, '"same", tolerance = 30', '"any"')
    assert made.listed() == [("rule", "profile brand: alpha", "any")]


def test_the_line_of_a_limit_that_was_dropped(made: Shop) -> None:
    made.write("thresholds/mine.toml", BRAND)
    made.write(BRAND_FILE, 'extends = "mine"\n')
    assert made.listed() == []
    made.edit(BRAND_FILE, '"mine"\n', '"mine"\n[limits.delta_e_2000]\nmax = false\n')
    (one,) = made.audit().answers
    assert (one.entry.change, one.entry.where) == ("profile brand: delta_e_2000.max", "thresholds/brand.toml:3")


def test_extends_counts_by_its_effect(made: Shop) -> None:
    made.write("thresholds/mine.toml", BRAND.replace("2.0", "5.0"))
    made.write(BRAND_FILE, 'extends = "mine"\n')
    assert [change for _, change, _ in made.listed()] == ["profile brand: delta_e_2000.p50"]


def test_a_profile_that_fell_back_to_the_shipped_one(made: Shop) -> None:
    made.write("thresholds/hero.toml", 'extends = "hero"\n[limits.delta_e_2000]\np50 = { fail = 1.0 }\n')
    made.merge()
    made.git("rm", "-q", "thresholds/hero.toml")
    (one,) = made.audit().answers
    assert (one.entry.change, one.entry.before) == ("profile hero: delta_e_2000.p50", "fail 1")


def test_another_profile_of_a_set(made: Shop) -> None:
    made.write("thresholds/loose.toml", BRAND.replace("fail = 2.0", "fail = 20.0").replace("9.0", "90.0"))
    made.edit(CONFIG_FILE, '"brand"', '"loose"')
    assert [change for _, change, _ in made.listed()] == [
        "set landing: delta_e_2000.p50", "set landing: delta_e_2000.max",
    ]  # fmt: skip
    assert made.audit().answers[0].entry.where == "qualitygate.toml:5"


def test_a_renamed_profile_is_no_deleted_one(made: Shop) -> None:
    made.git("mv", BRAND_FILE, "thresholds/shop.toml")
    made.edit(CONFIG_FILE, '"brand"', '"shop"')
    assert made.listed() == []
    made.edit("thresholds/shop.toml", "fail = 2.0", "fail = 2.1")
    assert [change for _, change, _ in made.listed()] == ["set landing: delta_e_2000.p50"]


def test_a_profile_nobody_names_counts_too(made: Shop) -> None:
    """Command lines and tests name profiles as well."""
    made.write("thresholds/extra.toml", BRAND)
    made.merge()
    made.edit("thresholds/extra.toml", "9.0", "9.5")
    assert made.listed() == [("limit", "profile extra: delta_e_2000.max", "fail 9.5")]
    made.git("rm", "-qf", "thresholds/extra.toml")
    assert made.listed() == []  # all of it stands in another one still
    made.edit(BRAND_FILE, "9.0", "9.5")
    assert sorted(change for _, change, _ in made.listed()) == ["profile brand: delta_e_2000.max", "profile extra"]


@pytest.mark.parametrize(
    ("more", "change", "to"),
    [
        ('metrics = ["delta_e_2000"]', "set landing: metrics", "delta_e_2000"),
        ('exclude = ["coff*"]', "set landing: pictures", "**, not coff*"),
        ('include = ["rocket.png"]', "set landing: pictures", "rocket.png"),
        ('resize = "bilinear"', "set landing: resize", "bilinear"),
    ],
)
def test_options_of_a_set(made: Shop, more: str, change: str, to: str) -> None:
    made.write(CONFIG_FILE, f"{CONFIG}{more}\n")
    assert made.listed() == [("pictures", change, to)]
    assert made.audit().answers[0].entry.where == "qualitygate.toml:6"


def test_globs_that_leave_out_nothing_that_exists(made: Shop) -> None:
    made.write(CONFIG_FILE, f'{CONFIG}exclude = ["drafts/**"]\ninclude = ["*.png"]\n')
    assert made.listed() == []


@pytest.mark.parametrize(("key", "value"), [("candidate", "build"), ("reference", "approved")])
def test_other_directories(made: Shop, key: str, value: str) -> None:
    made.edit(CONFIG_FILE, f'{key} = "{value}"', f'{key} = "elsewhere"')
    assert ("pictures", f"set landing: {key}", "elsewhere") in made.listed()


def test_references_that_moved_are_the_same(made: Shop) -> None:
    made.git("mv", "approved", "golden")
    made.edit(CONFIG_FILE, "approved", "golden")
    assert made.listed() == []
    made.write("golden/coffee.png", (made.top / "golden/coffee.png").read_bytes() + b"x")
    assert "set landing: reference" in [change for _, change, _ in made.listed()]


def test_a_set_that_is_gone(made: Shop) -> None:
    two = CONFIG + CONFIG.replace("landing", "cart").replace("candidate", 'include = ["rocket*"]\ncandidate')
    made.write(CONFIG_FILE, two)
    made.merge()
    made.write(CONFIG_FILE, CONFIG)
    assert made.listed() == []  # landing judges its picture as well
    made.write(CONFIG_FILE, two.replace(CONFIG, ""))
    assert made.listed() == [("pictures", "set landing", "deleted")]
    assert made.audit().answers[0].entry.details == ("coffee.png",)


def test_pictures_that_another_set_takes_by_looser_limits(made: Shop) -> None:
    made.write("thresholds/loose.toml", BRAND.replace("9.0", "90.0"))
    other = CONFIG.replace("landing", "cart").replace("brand", "loose").replace("build", "./build/../build")
    rest = 'exclude = ["coff*"]\n'
    made.write(CONFIG_FILE, f"{CONFIG}{rest}{other}")
    assert made.listed() == [("pictures", "set landing: pictures", "**, not coff*")]
    made.edit("thresholds/loose.toml", "90.0", "8.0")
    assert made.listed() == []


def test_a_set_that_has_another_name(made: Shop) -> None:
    made.edit(CONFIG_FILE, "landing", "home")
    assert made.listed() == []
    made.edit(CONFIG_FILE, "[[sets]]", '[[sets]]\nresize = "nearest"')
    assert made.listed() == [("pictures", "set home: resize", "nearest")]


def test_settings_beside_the_sets(made: Shop) -> None:
    made.write(CONFIG_FILE, f'{CONFIG}[check]\nalso = ["audit", "prove"]\n[limits]\nmax_pixels = 1000\n')
    made.merge()
    made.write(CONFIG_FILE, f'{CONFIG}[check]\nalso = ["prove"]\n[limits]\nmax_pixels = 2000\n')
    assert made.listed() == [("check", "check: also", "prove"), ("limit", "limits: max_pixels", "2000")]
    assert made.audit().answers[0].entry.where == "qualitygate.toml:7"
    made.write(CONFIG_FILE, f'{CONFIG}[check]\nalso = ["audit", "prove", "thresholds"]\n[limits]\nmax_pixels = 10\n')
    assert made.listed() == []


def test_a_board_that_is_gone(made: Shop) -> None:
    made.write(CONFIG_FILE, f'{CONFIG}[incident]\ncontrol_board = ["lead", "brand"]\n')
    made.merge()
    made.write(CONFIG_FILE, CONFIG)
    assert made.listed() == [("check", "incident: control_board", "none")]


@pytest.mark.parametrize(
    "path", ["thresholds/brand.toml", "./thresholds/brand.toml", "thresholds/../thresholds/brand.toml"]
)
def test_a_profile_that_a_set_names_by_its_path_is_loosened_once(made: Shop, path: str) -> None:
    made.edit(CONFIG_FILE, '"brand"', f'"{path}"')
    assert made.listed() == []  # the same file, called otherwise
    made.merge()
    made.edit(BRAND_FILE, "fail = 2.0", "fail = 3.0")
    (one,) = made.audit().answers
    assert (one.entry.change, one.entry.sets) == ("profile brand: delta_e_2000.p50", ("landing",))


def test_a_profile_elsewhere_keeps_its_path_as_its_name(made: Shop) -> None:
    made.write("config/brand.toml", BRAND)
    made.edit(CONFIG_FILE, '"brand"', '"config/brand.toml"')
    made.merge()
    made.edit("config/brand.toml", "fail = 2.0", "fail = 3.0")
    assert [change for _, change, _ in made.listed()] == ["profile config/brand.toml: delta_e_2000.p50"]


@pytest.mark.parametrize(
    ("stated", "listed"),
    [
        ('p50 = { fail = 0.8, why = "byte for byte" }', []),  # tighter: without its incident it is no looser
        ('p50 = { fail = 9.0, why = "byte for byte" }', [("profile mine: delta_e_2000.p50", "PM-2025-09-27-01")]),
    ],
)
def test_another_why_loosens_nothing_and_hides_no_incident(
    made: Shop, stated: str, listed: list[tuple[str, str]]
) -> None:
    made.write("thresholds/mine.toml", 'extends = "hero"\n')
    made.write(CONFIG_FILE, CONFIG.replace('"brand"', '"mine"'))
    made.merge()
    made.write("thresholds/mine.toml", f'extends = "hero"\n[limits.delta_e_2000]\n{stated}\n')
    found = made.audit().answers
    assert [(one.entry.change, one.entry.born_of) for one in found if one.entry.kind == "limit"] == listed
    assert all(one.entry.severity == "S1" for one in found)
