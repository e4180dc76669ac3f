"""Paths from the top level of the repository."""

from __future__ import annotations

import pytest
from reporters_samples import limit_finding, pair

from qualitygate.core.verdict import Finding, Level
from qualitygate.reporters.placing import place_of, placed


@pytest.mark.parametrize(
    ("path", "prefix", "expected"),
    [
        ("a.png", "", "a.png"),
        ("./a.png", "", "./a.png"),
        ("a.png", "shop/images", "shop/images/a.png"),
        ("../a.png", "shop/images", "shop/a.png"),
        ("/mnt/a.png", "shop", "/mnt/a.png"),
        ("D:\\a.png", "shop", "D:\\a.png"),
        ("D:/a.png", "shop", "D:/a.png"),
        ("\\\\server\\a.png", "shop", "\\\\server\\a.png"),
    ],
)
def test_paths_are_placed(path: str, prefix: str, expected: str) -> None:
    assert placed(path, prefix) == expected


def test_a_further_check_names_its_files_from_the_top_level_already() -> None:
    of_step = Finding("QG-1783", Level.ERROR, "no brand owner", path="luts/brand.cube")
    assert place_of(of_step, None, "shop") == "luts/brand.cube"
    of_set = Finding("QG-1669", Level.WARNING, "duplicate LUT", path="luts/brand.cube", set_name="luts")
    assert place_of(of_set, None, "shop") == "shop/luts/brand.cube"


def test_a_finding_of_a_subject_is_shown_at_its_candidate() -> None:
    finding = limit_finding("a.png", 9.0, 2.0)
    assert place_of(finding, pair("a.png"), "shop") == "shop/candidate/a.png"
    assert place_of(finding, None, "shop") is None
