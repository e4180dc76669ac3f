"""`prove --all`: what lets an incident pass again fails the merge, and says which threshold it was."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from proofs_repository import CHECK, CONFIG, GOOD, ID, LOOSE, TIGHT, Scratch, picture

from qualitygate.core.errors import ConfigError
from qualitygate.proving import Standing, prove_all

TODAY = date(2025, 10, 1)
CASE = f"fixtures/incidents/{ID}"
WAIVER = f"""
[[waiver]]
incident = "{ID}"
check = "QG-1001/delta_e_2000/p50"
reason = "the new camera"
owner = "brand"
approved_by = "board"
expires = 2025-11-01
"""


@pytest.fixture
def repository(scratch: Scratch) -> Scratch:
    """The story with its case, on main; a branch is checked out."""
    scratch.case()
    scratch.commit("Case")
    scratch.git("checkout", "-qb", "feature")
    return scratch


def standing(scratch: Scratch, base: str | None = "main", today: date = TODAY) -> Standing:
    return prove_all(scratch.top, today=today, environ={}, base=base)


def told(found: Standing) -> list[tuple[str, str]]:
    return [(one.code, one.level.value) for one in found.findings]


def test_all_is_well(repository: Scratch) -> None:
    for base in (None, "main"):
        found = standing(repository, base)
        assert found.passed
        assert found.findings == ()
        assert [(one.incident, one.holds) for one in found.cases] == [(ID, True)]


def test_a_tighter_threshold_is_well_too(repository: Scratch) -> None:
    repository.write("thresholds/mine.toml", TIGHT.replace("fail = 2.0", "fail = 1.0"))
    assert standing(repository).findings == ()


def test_a_loosened_threshold_is_named_with_file_line_and_incident(repository: Scratch) -> None:
    repository.write("thresholds/mine.toml", "# a comment\n" + TIGHT.replace("fail = 2.0", "fail = 40.0"))
    found = standing(repository)
    assert told(found) == [("QG-1764", "error")]
    (one,) = found.findings
    assert (one.path, one.line, one.born_of) == ("thresholds/mine.toml", 4, ID)
    for part in (ID, "thresholds/mine.toml:4", "delta_e_2000/p50 is 40.0, it was 2.0 at main", "passes with 19.1"):
        assert part in one.message
    assert "it was" not in standing(repository, None).findings[0].message


@pytest.mark.parametrize(
    "text", [TIGHT.replace("p50 =", "p95 ="), TIGHT.replace("fail = 2.0", "warn = 2.0"), 'extends = "hero"\n']
)
def test_a_deleted_threshold_is_named(repository: Scratch, text: str) -> None:
    repository.write("thresholds/mine.toml", text.replace("born_of", "# born_of") if text.startswith("ext") else text)
    if text.startswith("extends"):
        repository.write("thresholds/mine.toml", "schema = 1\n[limits.delta_e_2000]\nmax = 90.0\n")
    found = standing(repository)
    assert ("QG-1764", "error") in told(found)
    one = next(finding for finding in found.findings if finding.code == "QG-1764")
    assert "there is no limit on delta_e_2000/p50 any more, it was 2.0 in thresholds/mine.toml:3 at main" in one.message


def test_a_threshold_that_goes_with_its_file(repository: Scratch) -> None:
    (repository.top / "thresholds/mine.toml").unlink()
    found = standing(repository)
    assert not found.passed
    assert "no profile 'mine'" in found.findings[0].message


def test_a_limit_of_a_region(repository: Scratch) -> None:
    region = '[[sets.regions]]\nname = "logo"\nrectangles = [[0, 0, 8, 8]]\n[sets.regions.limits.delta_e_2000]\n'
    check = (
        CHECK.replace('profile = "mine"', 'set = "hero"\nregion = "logo"').replace("p50", "max").replace("1001", "1003")
    )
    repository.write("qualitygate.toml", CONFIG + region + "max = 1.0\n")
    repository.case(check=check)
    repository.commit("Region")
    repository.git("branch", "-f", "main", "HEAD")
    assert standing(repository).passed, standing(repository).findings
    repository.write("qualitygate.toml", CONFIG + region + "max = 60.0\n")
    found = standing(repository)
    assert told(found) == [("QG-1764", "error")]
    assert (found.findings[0].path, found.findings[0].line) == ("qualitygate.toml", 12)
    assert "delta_e_2000/max/logo is 60.0, it was 1.0 at main" in found.findings[0].message


def test_case_and_threshold_deleted_in_one_change(repository: Scratch) -> None:
    repository.git("rm", "-rq", "fixtures")
    repository.commit("Both", **{"thresholds/mine.toml": LOOSE})
    found = standing(repository)
    assert told(found) == [("QG-1765", "error"), ("QG-1766", "warning")]
    assert "case deleted" in found.findings[0].message
    assert "was deleted, born of" in found.findings[1].message
    assert standing(repository, None).passed  # which is why CI names its base


def test_a_case_weakened_with_its_threshold(repository: Scratch) -> None:
    """The bad picture is made worse so that a looser limit still catches it."""
    repository.write("thresholds/mine.toml", TIGHT.replace("fail = 2.0", "fail = 25.0"))
    repository.write(f"{CASE}/bad.png", picture(120))
    assert standing(repository, None).passed
    found = standing(repository)
    assert told(found) == [("QG-1765", "error")]
    assert "as it was at main" in found.findings[0].message


def test_a_case_that_names_another_check(repository: Scratch) -> None:
    repository.write("thresholds/mine.toml", TIGHT.replace("p50 =", "max ="))
    repository.case(check=CHECK.replace("p50", "max"))
    assert standing(repository, None).passed
    assert told(standing(repository)) == [("QG-1765", "error")]


def test_a_case_that_is_only_rewritten_or_grows_is_well(repository: Scratch) -> None:
    path = repository.top / CASE / "case.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert standing(repository).findings == ()
    repository.write(f"{CASE}/bad.png", picture(90))
    assert standing(repository).findings == ()


def test_a_mended_picture_that_no_longer_passes(repository: Scratch) -> None:
    repository.write(f"{CASE}/fixed.png", picture(40))
    found = standing(repository, None)
    assert told(found) == [("QG-1764", "error")]
    assert "its fixed file does not pass" in found.findings[0].message


def test_one_broken_case_does_not_hide_the_others(repository: Scratch) -> None:
    other = "PM-2025-01-01-01"
    repository.write(f"fixtures/incidents/{other}/case.toml", "incident = 1\n")
    repository.write("thresholds/mine.toml", LOOSE)
    found = standing(repository, None)
    assert {(one.code, one.born_of) for one in found.findings} == {("QG-1405", other), ("QG-1764", ID)}
    assert [one.incident for one in found.cases] == [other, ID]


def test_the_merge_base_counts_and_not_the_tip(repository: Scratch) -> None:
    """A case that came to main after the branch began is not deleted by it."""
    repository.git("checkout", "-q", "main")
    other = "PM-2025-01-01-01"
    text = (repository.top / CASE / "case.toml").read_text().replace(ID, other)
    files = dict.fromkeys(("reference.png", "bad.png", "fixed.png"), GOOD)
    repository.commit("Later", **{f"fixtures/incidents/{other}/{name}": content for name, content in files.items()},
                      **{f"fixtures/incidents/{other}/case.toml": text})  # fmt: skip
    repository.git("checkout", "-q", "feature")
    assert standing(repository).findings == ()


def test_a_base_that_cannot_be_had(repository: Scratch) -> None:
    with pytest.raises(ConfigError, match="the base 'origin/none'"):
        standing(repository, "origin/none")


def test_a_threshold_of_an_incident_without_a_case(scratch: Scratch) -> None:
    found = standing(scratch, None)
    assert told(found) == [("QG-1766", "warning")]
    assert (found.findings[0].path, found.findings[0].line) == ("thresholds/mine.toml", 3)
    assert "limits.delta_e_2000.p50 is born of" in found.findings[0].message


def test_shipped_thresholds_are_not_the_users_incidents(tmp_path: Path) -> None:
    (tmp_path / "thresholds").mkdir()
    (tmp_path / "thresholds" / "hero.toml").write_text('extends = "hero"\n')
    assert prove_all(tmp_path, today=TODAY, environ={}) == Standing((), ())


# Waivers.


@pytest.fixture
def loosened(repository: Scratch) -> Scratch:
    repository.write("thresholds/mine.toml", TIGHT.replace("fail = 2.0", "fail = 40.0"))
    return repository


def test_a_waiver_answers_until_it_expires(loosened: Scratch) -> None:
    loosened.write("thresholds/waivers.toml", WAIVER)
    found = standing(loosened, today=date(2025, 11, 1))
    assert found.passed
    assert told(found) == [("QG-1768", "warning")]
    assert found.cases[0].waived
    for part in (ID, "the new camera", "approved by board", "2025-11-01", "is 40.0"):
        assert part in found.findings[0].message
    late = standing(loosened, today=date(2025, 11, 2))
    assert told(late) == [("QG-1764", "error"), ("QG-1767", "error")]
    assert "expired on 2025-11-01" in late.findings[1].message
    assert (late.findings[1].path, late.findings[1].line) == ("thresholds/waivers.toml", 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('approved_by = "board"', 'approved_by = "Brand"', "approved their own"),
        ("2025-11-01", "2026-03-01", "more than 90 days"),
    ],
)
def test_a_waiver_that_does_not_hold(loosened: Scratch, old: str, new: str, said: str) -> None:
    loosened.write("thresholds/waivers.toml", WAIVER.replace(old, new))
    found = standing(loosened)
    assert told(found) == [("QG-1764", "error"), ("QG-1767", "error")]
    assert said in found.findings[1].message


@pytest.mark.parametrize("other", [ID.replace("27", "28"), "QG-1001/ssim/mean"])
def test_a_waiver_for_something_else_answers_nothing_and_is_stale(loosened: Scratch, other: str) -> None:
    key = ID if other.startswith("PM") else "QG-1001/delta_e_2000/p50"
    loosened.write("thresholds/waivers.toml", WAIVER.replace(key, other))
    stale = ("QG-1767", "error") if other.startswith("PM") else ("QG-1769", "warning")
    assert told(standing(loosened)) == [("QG-1764", "error"), stale]


def test_a_waiver_that_nothing_needs_is_stale(repository: Scratch) -> None:
    repository.write("thresholds/waivers.toml", WAIVER)
    found = standing(repository)
    assert found.passed
    assert told(found) == [("QG-1769", "warning")]


def test_the_command(loosened: Scratch, qg, monkeypatch: pytest.MonkeyPatch) -> None:
    done = qg("prove", "--all", "--base", "main")
    assert done.code == 1
    assert f"FAILS  {ID}" in done.out
    assert "error  no longer caught" in done.out
    assert "thresholds/mine.toml:3: the limit" in done.out
    shown = json.loads(qg("prove", "--all", "--format", "json").out)
    assert shown["verdict"] == "failed"
    (finding,) = shown["findings"]
    assert (finding["code"], finding["level"], finding["incident"]) == ("QG-1764", "error", ID)
    assert (finding["path"], finding["line"]) == ("thresholds/mine.toml", 3)
    annotated = qg("prove", "--all", "--format", "github").out
    assert f"\n::error file=thresholds/mine.toml,line=3,title={ID}%3A incident no longer caught::no longer" in annotated
    loosened.git("checkout", "-q", "thresholds")
    assert qg("prove", "--all").out.endswith("1 case: every incident is still caught\n")
    # In CI the base is the branch that is merged into.
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    done = qg("prove", "--all")
    assert done.code == 2
    assert "origin/main" in done.err
    assert "fetch-depth" in done.err


def test_a_case_and_its_profile_renamed_and_loosened(repository: Scratch) -> None:
    """What the old case needs is gone: that is no way around it."""
    repository.git("mv", "thresholds/mine.toml", "thresholds/yours.toml")
    repository.write("thresholds/yours.toml", TIGHT.replace("fail = 2.0", "fail = 25.0"))
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"yours"'))
    repository.case(check=CHECK.replace('"mine"', '"yours"'))
    repository.write(f"{CASE}/bad.png", picture(120))
    assert standing(repository, None).passed
    found = standing(repository)
    assert {code for code, level in told(found) if level == "error"} == {"QG-1765"}
    assert "no profile 'mine'" in found.findings[0].message


def test_a_case_that_was_of_no_use_may_be_mended(repository: Scratch) -> None:
    repository.case(check=CHECK.replace("p50", "p5000"))
    repository.commit("Broken")
    repository.git("branch", "-f", "main", "HEAD")
    assert not standing(repository).passed
    repository.case()
    assert standing(repository).findings == ()


def test_a_set_with_a_mask_is_held_against_the_merge_base_too(repository: Scratch) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (16, 16), 0).save(out, "PNG")
    config = CONFIG + '[[sets.ignore]]\nmask = "masks/sky.png"\n'
    repository.case(check=CHECK.replace('profile = "mine"', 'set = "hero"'))
    repository.commit("Mask", **{"qualitygate.toml": config, "masks/sky.png": out.getvalue()})
    repository.git("branch", "-f", "main", "HEAD")
    assert standing(repository).passed
    repository.write("thresholds/mine.toml", TIGHT.replace("fail = 2.0", "fail = 25.0"))
    repository.write(f"{CASE}/bad.png", picture(120))
    assert told(standing(repository)) == [("QG-1765", "error")]


def test_a_set_that_is_given_another_profile(repository: Scratch) -> None:
    repository.case(check=CHECK.replace('profile = "mine"', 'set = "hero"'))
    repository.write("thresholds/lax.toml", LOOSE)
    assert standing(repository, None).passed
    repository.write("qualitygate.toml", CONFIG.replace('"mine"', '"lax"'))
    found = standing(repository, None)
    assert told(found) == [("QG-1764", "error")]
    assert "thresholds/lax.toml:3: the limit on delta_e_2000/p50 is 40.0" in found.findings[0].message


def test_thresholds_that_were_malformed_at_the_base_may_be_mended(repository: Scratch) -> None:
    repository.commit("Broken", **{"thresholds/other.toml": "not = [toml"})
    repository.git("branch", "-f", "main", "HEAD")
    (repository.top / "thresholds/other.toml").unlink()
    assert standing(repository).findings == ()
