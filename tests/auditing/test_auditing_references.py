"""References that a change replaces, and what other records it adds or takes away."""

from __future__ import annotations

import hashlib
import json

import pytest
from audit_repository import CONFIG, Shop, picture

from qualitygate.core.finding_level import Level

REFERENCES = "set landing: references"


def sidecar(content: bytes, **other: object) -> str:
    said = {
        "schema": "qualitygate.reference/1", "file": "coffee.png", "sha256": hashlib.sha256(content).hexdigest(),
        "previous_sha256": None, "approved": "2025-09-30T08:00:00Z", "approved_by": "Brand board",
        "reason": "the new camera", "stack": {"gpu": "h100"}, "seed": "7", "incident": None,
    }  # fmt: skip
    return json.dumps({**said, **other})


def test_a_regenerated_reference(made: Shop) -> None:
    new = picture(3)
    made.write("approved/coffee.png", new)
    (one,) = made.audit().answers
    digest = f"sha256:{hashlib.sha256(new).hexdigest()}"
    assert (one.entry.kind, one.entry.change, one.entry.to) == ("reference", REFERENCES, digest)
    assert one.entry.details == ("approved/coffee.png regenerated; no provenance",)
    assert (one.entry.where, one.entry.born_of) == ("approved/coffee.png", "PM-2025-09-27-01")


def test_its_provenance_and_how_far_it_lies(made: Shop) -> None:
    new = picture(3)
    made.write("approved/coffee.png", new)
    made.write("approved/coffee.png.provenance.json", sidecar(new))
    (detail,) = made.audit(measure=True).answers[0].entry.details
    assert detail.startswith("approved/coffee.png regenerated, delta_e_2000.p50 ")
    assert detail.endswith("approved 2025-09-30 by Brand board, gpu h100, seed 7: the new camera")
    made.write("approved/coffee.png.provenance.json", sidecar(b"other"))
    assert "its provenance is about another content" in made.audit().answers[0].entry.details[0]
    made.write("approved/coffee.png.provenance.json", "{}")
    assert "unreadable provenance" in made.audit().answers[0].entry.details[0]


def test_a_waiver_is_bound_to_every_content(made: Shop) -> None:
    made.write("approved/coffee.png", picture(3))
    first = made.listed()[0][2]
    made.write("approved/rocket.png", picture(3))
    assert made.listed()[0][2] != first
    assert made.listed()[0][1] == REFERENCES


def test_deleted_renamed_and_added(made: Shop) -> None:
    made.git("rm", "-q", "approved/coffee.png")
    (one,) = made.audit().answers
    assert (one.entry.after, one.open) == ("1 deleted", True)
    made.git("reset", "-q", "--hard")
    made.git("mv", "approved/coffee.png", "approved/cup.png")
    (one,) = made.audit().answers
    assert (one.entry.after, one.entry.level, one.open) == ("1 renamed", Level.NOTE, False)
    made.git("reset", "-q", "--hard")
    made.write("approved/new.png", picture(9))
    (one,) = made.audit().answers
    assert (one.entry.after, one.entry.level) == ("1 added", Level.NOTE)


def test_swapped_names_are_no_rename(made: Shop) -> None:
    made.write("approved/rocket.png", picture(5))
    made.merge()
    (made.top / "approved/coffee.png").rename(made.top / "approved/x.png")
    (made.top / "approved/rocket.png").rename(made.top / "approved/coffee.png")
    (made.top / "approved/x.png").rename(made.top / "approved/rocket.png")
    (one,) = made.audit().answers
    assert (one.entry.after, one.open) == ("2 regenerated", True)


def test_another_format_is_regenerated(made: Shop) -> None:
    made.git("rm", "-q", "approved/coffee.png")
    made.write("approved/coffee.webp", picture(4))
    (one,) = made.audit().answers
    assert (one.entry.after, one.open) == ("1 regenerated", True)


def test_accepted_besides(made: Shop) -> None:
    made.write("approved/coffee.png.accepted/h100.png", picture(4))
    (one,) = made.audit().answers
    assert (one.entry.after, one.open) == ("1 accepted besides", True)
    made.merge()
    made.write("approved/coffee.png.accepted/h100.png", picture(5))
    assert made.audit().answers[0].entry.after == "1 regenerated"
    made.git("rm", "-rqf", "approved/coffee.png.accepted")
    assert made.audit().answers == ()  # accepts less


def test_what_is_no_reference(made: Shop) -> None:
    made.write("qualitygate.toml", f'{CONFIG}exclude = ["drafts/**"]\n')
    made.write("approved/drafts/a.png", picture())
    made.merge()
    made.write("approved/drafts/a.png", picture(9))
    made.write("approved/README.md", "x")
    made.write("build/coffee.png", picture(9))
    (made.top / "approved/coffee.png").chmod(0o755)
    assert made.audit().answers == ()


def test_lfs_pointers_are_what_they_point_to(made: Shop) -> None:
    """In CI without LFS a pointer lies there; on another machine the picture."""
    content = picture(2)
    pointer = "version https://git-lfs.github.com/spec/v1\n" + f"oid sha256:{hashlib.sha256(content).hexdigest()}\n"
    made.write("approved/coffee.png", pointer + f"size {len(content)}\n")
    made.merge()
    made.write("approved/coffee.png", content)
    assert made.audit().answers == ()
    made.merge()
    made.write("approved/coffee.png", pointer + f"size {len(content)}\n")
    assert made.audit().answers == ()
    made.write("approved/coffee.png", pointer.replace("oid sha256:", "oid sha256:0")[:-2] + "\nsize 1\n")
    assert [change for _, change, _ in made.listed()] == [REFERENCES]


@pytest.mark.parametrize("name", ["Kaffee – größe.png", 'it\'s "so".png', "日本.png", "tab\there.png"])
def test_names_of_any_kind(made: Shop, name: str) -> None:
    made.write(f"approved/{name}", picture())
    made.write(f"build/{name}", picture())
    made.merge()
    made.write(f"approved/{name}", picture(3))
    assert made.audit().answers[0].entry.where == f"approved/{name}"


def test_an_approved_lut(made: Shop) -> None:
    record = {"schema": "qualitygate.lut-approval/1", "file": "luts/look.cube", "new_sha256": "a" * 64,
              "old_sha256": "b" * 64, "reason": "the new look", "approved": "2025-09-30T08:00:00Z"}  # fmt: skip
    made.write("approvals/luts/a.json", json.dumps(record))
    assert made.listed() == [("approval", "approval approvals/luts/a.json", f"sha256:{'a' * 64}")]
    assert made.audit().answers[0].entry.details == ("luts/look.cube, approved 2025-09-30: the new look",)
    made.merge()
    assert made.listed() == []


def test_a_test_of_thresholds_that_is_gone(made: Shop) -> None:
    made.write("thresholds/tests/brand.toml", "x = 1\n")
    made.merge()
    made.git("mv", "thresholds/tests/brand.toml", "thresholds/tests/shop.toml")
    assert made.listed() == []
    made.git("rm", "-qf", "thresholds/tests/shop.toml")
    assert made.listed() == [("check", "test thresholds/tests/brand.toml", "deleted")]


def test_a_case_of_a_test_that_is_gone(made: Shop) -> None:
    made.write("thresholds/tests/brand.toml", '[[case]]\nname = "cast"\n[[case]]\nname = "blur"\n')
    made.merge()
    made.write("thresholds/tests/brand.toml", '[[case]]\nname = "cast"\n')
    assert made.listed() == [("check", "test blur", "deleted")]
    made.write("thresholds/tests/more.toml", '[[case]]\nname = "blur"\n')
    assert made.listed() == []  # it stands in another file
    (made.top / "thresholds/tests/brand.toml").unlink()
    assert made.listed() == [("check", "test cast", "deleted")]


def test_a_waiver_of_a_case_is_told(made: Shop) -> None:
    made.write(
        "thresholds/waivers.toml",
        '[[waiver]]\nincident = "PM-2025-09-27-01"\ncheck = "QG-1001"\nreason = "r"\nowner = "a"\n'
        'approved_by = "b"\nexpires = 2025-11-01\n',
    )
    (one,) = made.audit().answers
    assert (one.entry.change, one.entry.level) == ("waiver PM-2025-09-27-01 QG-1001", Level.NOTE)
    assert one.entry.where == "thresholds/waivers.toml:1"


def test_a_picture_compared_with_git_that_is_approved(made: Shop) -> None:
    made.write("qualitygate.toml", CONFIG.replace('reference = "approved"\n', ""))
    made.merge()
    new = picture(3)
    made.write("build/coffee.png", new)
    assert made.listed() == []  # the check compares it with what it was
    made.write("build/coffee.png.provenance.json", sidecar(new))
    digest = hashlib.sha256(new).hexdigest()
    assert made.listed() == [("approval", "approval build/coffee.png.provenance.json", f"sha256:{digest}")]


def test_another_background_is_a_note(made: Shop) -> None:
    made.write("qualitygate.toml", f'{CONFIG}background = "#000000"\n')
    (one,) = made.audit().answers
    assert (one.entry.change, one.entry.to, one.entry.level) == ("set landing: background", "#000000", Level.NOTE)


def test_a_configuration_named_through_a_link(made: Shop, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(made.top)
    monkeypatch.chdir(tmp_path / "link")
    made.write("approved/coffee.png", picture(3))
    found = made.audit(config=tmp_path / "link/qualitygate.toml").answers
    assert [one.entry.where for one in found] == ["approved/coffee.png"]
