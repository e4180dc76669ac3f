"""The sets that judge what a case is about: one that is loosened, narrowed or deleted lets the incident pass."""

from __future__ import annotations

import io
from datetime import date

import pytest
from proofs_repository import CHECK, CONFIG, GOOD, ID, LOOSE, TIGHT, Scratch

from qualitygate.proving import Standing, prove_all

TODAY = date(2025, 10, 1)
WAIVER = f"""
[[waiver]]
incident = "{ID}"
check = "QG-1001/delta_e_2000/p50"
reason = "the new camera"
owner = "brand"
approved_by = "board"
expires = 2025-10-02
"""
OTHER = CONFIG.replace('"hero"', '"thumbs"').replace('"build"', '"thumbs"')


@pytest.fixture
def repository(scratch: Scratch) -> Scratch:
    """The story with a case that names a profile, on main; a looser profile lies beside it."""
    scratch.case()
    scratch.commit("Case", **{"thresholds/loose.toml": LOOSE})
    scratch.git("checkout", "-qb", "feature")
    return scratch


def standing(scratch: Scratch, base: str | None = "main", today: date = TODAY) -> Standing:
    return prove_all(scratch.top, today=today, environ={}, base=base)


def told(found: Standing) -> list[str]:
    return [one.code for one in found.findings]


@pytest.mark.parametrize("base", [None, "main"])
def test_a_set_that_is_given_a_looser_profile(repository: Scratch, base: str | None) -> None:
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"loose"'))
    found = standing(repository, base)
    assert told(found) == ["QG-1764"]
    (one,) = found.findings
    assert (one.path, one.line, one.born_of) == ("qualitygate.toml", 6, ID)
    was = ", by 'mine' at main" if base else ""
    assert f"qualitygate.toml:6: set 'hero' judges it by profile 'loose'{was}; thresholds/loose.toml:3: " in one.message
    assert "the limit on delta_e_2000/p50 is 40.0" in one.message
    assert "judged by set 'hero' passes with 19.1" in one.message
    assert not found.cases[0].holds


def test_it_fails_after_the_merge_and_after_its_waiver(repository: Scratch) -> None:
    config = CONFIG.replace('"mine"', '"loose"')
    repository.commit("Loosen", **{"qualitygate.toml": config, "thresholds/waivers.toml": WAIVER})
    repository.git("branch", "-f", "main", "HEAD")
    assert told(standing(repository)) == ["QG-1768"]
    assert told(standing(repository, today=date(2025, 10, 3))) == ["QG-1764", "QG-1767"]


def test_a_profile_without_the_limit(repository: Scratch) -> None:
    repository.write("thresholds/loose.toml", "schema = 1\n[limits.delta_e_2000]\nmax = 90.0\n")
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"loose"'))
    (one,) = standing(repository).findings
    assert (one.code, one.path, one.line) == ("QG-1764", "qualitygate.toml", 6)
    assert "thresholds/loose.toml: there is no limit on delta_e_2000/p50 any more" in one.message


def test_metrics_without_the_metric_of_the_check(repository: Scratch) -> None:
    repository.write("thresholds/mine.toml", TIGHT + "[limits.ssim]\nmean = 0.1\n")
    repository.write("qualitygate.toml", CONFIG + 'metrics = ["ssim"]\n')
    (one,) = standing(repository).findings
    assert (one.code, one.path, one.line) == ("QG-1764", "qualitygate.toml", 8)
    assert "judged by set 'hero' does not measure delta_e_2000" in one.message


@pytest.mark.parametrize(
    ("config", "line"),
    [
        (CONFIG + 'exclude = ["a.*"]\n', 8),
        (CONFIG + 'include = ["b/**"]\n', 8),
        (CONFIG + 'include = ["*.png"]\nexclude = ["*"]\n', 9),
        (OTHER, None),
        ("", None),
    ],
)
def test_a_picture_that_no_set_takes_any_more(repository: Scratch, config: str, line: int | None) -> None:
    repository.write("qualitygate.toml", config)
    repository.write("thresholds/waivers.toml", WAIVER)  # of no use: the base of the next change has no such set
    found = standing(repository)
    assert told(found)[0] == "QG-1765"
    one = found.findings[0]
    assert (one.path, one.line, one.born_of) == ("qualitygate.toml", line, ID)
    assert "set 'hero' took build/a.png at main, and no set takes it now" in one.message
    assert standing(repository, None).passed  # which is why CI names its base


def test_a_configuration_that_is_gone(repository: Scratch) -> None:
    (repository.top / "qualitygate.toml").unlink()
    found = standing(repository)
    assert told(found) == ["QG-1765"]
    assert (found.findings[0].path, found.findings[0].line) == ("qualitygate.toml", None)


def test_what_was_never_judged_by_a_set_need_not_be(repository: Scratch) -> None:
    repository.commit("Other", **{"qualitygate.toml": OTHER})
    repository.git("branch", "-f", "main", "HEAD")
    for config in (OTHER, "", OTHER.replace('"mine"', '"loose"')):
        repository.write("qualitygate.toml", config)
        assert standing(repository).findings == ()


def test_a_set_that_was_split_or_is_stricter_is_well(repository: Scratch) -> None:
    parts = CONFIG.replace('"hero"', '"a"') + 'include = ["a*"]\n' + CONFIG + 'exclude = ["a*"]\n'
    repository.write("qualitygate.toml", parts)
    assert standing(repository).findings == ()
    repository.write("thresholds/strict.toml", TIGHT.replace("fail = 2.0", "fail = 1.0"))
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"strict"'))
    assert standing(repository).findings == ()
    # One of two sets that take it catches it.
    loose = CONFIG.replace('"hero"', '"b"').replace('"mine"', '"loose"')
    repository.write("qualitygate.toml", loose + CONFIG.replace('"mine"', '"strict"'))
    assert standing(repository).findings == ()


def test_a_set_that_moved_must_catch_it_there(repository: Scratch) -> None:
    repository.write("qualitygate.toml", CONFIG.replace('"build"', '"dist"'))
    assert standing(repository).findings == ()
    repository.write("qualitygate.toml", CONFIG.replace('"build"', '"dist"').replace('"mine"', '"loose"'))
    found = standing(repository)
    assert told(found) == ["QG-1764"]
    assert "set 'hero' judges it by profile 'loose', by 'mine' at main" in found.findings[0].message


def test_a_directory_is_about_what_the_bad_commit_changed(repository: Scratch) -> None:
    body = f'bad_commit = "{repository.bad}"\nfixed_commit = "{repository.fixed}"\n'
    repository.case(body + 'reference = "approved"\ncandidate = "build"\n')
    repository.commit("Directories", **{"build/b.png": GOOD, "approved/b.png": GOOD})
    repository.git("branch", "-f", "main", "HEAD")
    repository.write("qualitygate.toml", CONFIG + 'exclude = ["b.png"]\n')
    assert standing(repository).findings == ()
    repository.write("qualitygate.toml", CONFIG + 'exclude = ["a.png"]\n')
    found = standing(repository)
    assert told(found) == ["QG-1765"]
    assert "took build/a.png at main" in found.findings[0].message
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"loose"'))
    assert told(standing(repository)) == ["QG-1764"]


def test_a_case_that_names_a_set_is_left_out_by_it(repository: Scratch) -> None:
    body = f'bad_commit = "{repository.bad}"\nfixed_commit = "{repository.fixed}"\n'
    repository.case(body, CHECK.replace('profile = "mine"', 'set = "hero"'))
    repository.commit("Set")
    repository.git("branch", "-f", "main", "HEAD")
    assert standing(repository).findings == ()
    repository.write("qualitygate.toml", CONFIG + 'exclude = ["a.png"]\n')
    assert told(standing(repository)) == ["QG-1765"]


def test_an_area_that_hides_the_damage(repository: Scratch) -> None:
    """Areas are held against the picture's own name in the set, not that of the stored file."""
    area = '[[sets.ignore]]\npairs = "a.png"\nrectangles = [[0, 0, 16, 15]]\n'
    repository.write("thresholds/mine.toml", TIGHT.replace("p50", "max"))
    repository.case(check=CHECK.replace("p50", "max"))
    from PIL import Image
    from proofs_repository import picture

    part = Image.open(io.BytesIO(GOOD))
    part.paste(Image.open(io.BytesIO(picture(60))).crop((0, 0, 8, 8)), (0, 0))
    out = io.BytesIO()
    part.save(out, "PNG")
    repository.write(f"fixtures/incidents/{ID}/bad.png", out.getvalue())
    assert standing(repository, None).passed
    repository.write("qualitygate.toml", CONFIG + area)
    (one,) = standing(repository, None).findings
    assert (one.code, one.path, one.line) == ("QG-1764", "qualitygate.toml", 6)
    repository.write("qualitygate.toml", CONFIG + area.replace("a.png", "bad.png"))
    assert standing(repository, None).findings == ()


def test_a_mask_that_a_stored_crop_does_not_fit_is_left_out(repository: Scratch) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (64, 64), 0).save(out, "PNG")
    repository.write("masks/sky.png", out.getvalue())
    repository.write("qualitygate.toml", CONFIG + '[[sets.ignore]]\nmask = "masks/sky.png"\n')
    assert standing(repository).findings == ()


def test_a_case_that_keeps_no_files(repository: Scratch) -> None:
    repository.case(top="\n")
    repository.commit("No files")
    repository.git("branch", "-f", "main", "HEAD")
    assert standing(repository).findings == ()
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"loose"'))
    assert told(standing(repository)) == ["QG-1764"]


def test_pytest_sees_it_too(repository: Scratch, qg) -> None:
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"loose"'))
    done = qg("prove", ID, "--cases", "--runs", "1")
    assert done.code == 1
    assert "judged by set 'hero' passes" in done.out


def test_a_set_of_luts(scratch: Scratch) -> None:
    def cube(gain: float) -> str:
        steps = [0.0, 0.5, 1.0]
        rows = "\n".join(f"{r * gain:.6f} {g:.6f} {b:.6f}" for b in steps for g in steps for r in steps)
        return f"LUT_3D_SIZE 3\n{rows}\n"

    loose = 'extends = "lut"\n[drift.grid]\nmax = 90.0\np95 = 90.0\n[drift.colorchecker]\nmax = 90\nmean = 90\n'
    loose += "[drift.brand]\nmax = 90\n[drift.natural]\np95 = 90\n[quality.look]\n"
    loose += "neutral_change = 90\nblack_white_change = 90\nroughness_ratio = 90\nfold_change = 1\n"
    config = '[[luts]]\nname = "looks"\nfiles = ["luts/**"]\n'
    folder = f"fixtures/incidents/{ID}"
    case = (f'incident = "{ID}"\nkind = "real"\nreference = "old.cube"\nbad = "bad.cube"\nfixed = "old.cube"\n[check]\n'
            'code = "QG-1680"\nmetric = "lut_drift"\nstatistic = "grid_p95"\nlut = "luts/a.cube"\n')  # fmt: skip
    scratch.commit("LUT", **{
        "luts/a.cube": cube(1.0), "thresholds/lut.toml": loose.replace("p95 = 90.0", "p95 = 1.0", 1),
        "thresholds/free.toml": loose, "qualitygate.toml": config, f"{folder}/old.cube": cube(1.0),
        f"{folder}/bad.cube": cube(0.8), f"{folder}/case.toml": case})  # fmt: skip
    assert [one for one in standing(scratch).findings if one.level.value == "error"] == []
    scratch.write("qualitygate.toml", config + 'thresholds = "free"\n')
    one = standing(scratch).findings[0]
    assert (one.code, one.path, one.line) == ("QG-1764", "qualitygate.toml", 1)
    assert "set 'looks' judges it by profile 'free', by 'lut' at main" in one.message
    scratch.write("qualitygate.toml", config + 'exclude = ["luts/a.cube"]\n')
    one = standing(scratch).findings[0]
    assert (one.code, one.path, one.line) == ("QG-1765", "qualitygate.toml", 1)
