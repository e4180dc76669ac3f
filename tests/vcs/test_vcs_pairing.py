"""Which new LUT is taken for the successor of which vanished one."""

from __future__ import annotations

import pytest

from qualitygate.vcs.blobs import Change
from qualitygate.vcs.pairing import NAMES, paired


def is_lut(path: str) -> bool:
    return path.lower().endswith((".cube", ".spi3d"))


def pairs(*changes: tuple[str | None, str | None]) -> dict[str | None, tuple[str | None, tuple[str, ...]]]:
    found = paired([Change(new, old) for new, old in changes], is_lut)
    return {one.path: (one.old_path, one.candidates) for one in found}


@pytest.mark.parametrize(
    ("old", "new"),
    [("a/x.cube", "b/x.cube"), ("a/x.cube", "a/x.spi3d"), ("a/x.cube", "a/X.CUBE"), ("a/x.cube", "b/y.spi3d")],
)
def test_one_that_vanished_and_one_that_appeared(old, new):
    assert pairs((None, old), (new, None), ("note.txt", None)) == {new: (old, ()), "note.txt": (None, ())}


def test_names_tell_among_several():
    found = pairs((None, "a/x.cube"), (None, "a/y.cube"), ("a/x.spi3d", None), ("b/y.cube", None))
    assert found == {"a/x.spi3d": ("a/x.cube", ()), "b/y.cube": ("a/y.cube", ())}


def test_what_names_do_not_tell_is_left_to_the_colours():
    found = pairs((None, "x.cube"), (None, "y.cube"), ("p.cube", None), ("q.cube", None))
    assert found == {
        None: ("y.cube", ()),
        "p.cube": (None, ("x.cube", "y.cube")),
        "q.cube": (None, ("x.cube", "y.cube")),
    }
    assert pairs((None, "x.cube"), ("p.cube", None), ("q.cube", None))["q.cube"] == (None, ("x.cube",))


def test_a_rename_into_something_else_is_none():
    """Else a backup of the old file would take the place of its successor."""
    found = pairs(("a.cube.bak", "a.cube"), ("c.cube", None))
    assert found == {"a.cube.bak": (None, ()), "c.cube": ("a.cube", ())}
    assert pairs(("a.cube", "a.txt")) == {None: ("a.txt", ()), "a.cube": (None, ())}


def test_what_git_calls_a_rename_stays_one():
    assert pairs(("b.cube", "a.cube"), ("c.txt", "d.txt")) == {"b.cube": ("a.cube", ()), "c.txt": ("d.txt", ())}
    assert pairs((None, "a.cube")) == {None: ("a.cube", ())}


def test_by_names_alone_the_last_one_left_is_no_successor():
    """A picture that appears need not show the one that vanished; of LUTs it is taken for it."""
    changes = [Change(None, "a/x.png"), Change("b/y.webp", None), Change(None, "c/z.png"), Change("c/z.webp", None)]
    found = paired(changes, lambda path: path.endswith((".png", ".webp")), NAMES)
    assert {one.path: (one.old_path, one.candidates) for one in found} == {
        None: ("a/x.png", ()),
        "b/y.webp": (None, ("a/x.png",)),
        "c/z.webp": ("c/z.png", ()),
    }
