"""Protected paths without an owner of the brand, and the lines that close the gaps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.governance import DEFAULTS, find_gaps, gaps, parse
from qualitygate.governance.codeowners import CodeOwners
from qualitygate.governance.proposal import from_glob, literal, propose
from qualitygate.governance.protected import protected

BRAND = ("@org/brand",)


@pytest.mark.parametrize(
    "path",
    [
        "luts/a.cube", "GRADE.CUBE", "x/y/z.3dl", "a.spi1d", "a.clf", "a.icc", "palettes/brand.json", "app/palettes/x",
        "palette.toml", "brand.ase", "thresholds/hero.toml", "svc/thresholds/a.toml", "qualitygate.toml",
        "site/qualitygate.toml", "approvals/luts/x.json", "waivers/PM-1.toml", "prompts/hero.txt", "a/prompts/b/c.md",
        "hero.prompt", "hero.prompt.yml", "approved/a.png.provenance.json", "approved/a.png.accepted/h100.png",
    ],
)  # fmt: skip
def test_protected_by_default(path: str) -> None:
    assert path in protected([path], DEFAULTS)


@pytest.mark.parametrize("path", ["src/a.cc", "a.dat", "cube", "a.cube.md", "README.md", "palettes", "prompt.py"])
def test_not_protected(path: str) -> None:
    assert protected([path], DEFAULTS) == {}


def test_gaps() -> None:
    rules = parse("* @dev\n/thresholds/ @ORG/Brand @dev\n*.cube @org/brand\n/old/*.cube\n")
    paths = ["a.cube", "old/b.cube", "prompts/x", "src/x.py", "thresholds/hero.toml"]
    found = find_gaps(rules, paths, globs=DEFAULTS, brand=BRAND, itself=".github/CODEOWNERS")
    assert [(gap.path, gap.owners, gap.line) for gap in found.gaps] == [
        ("old/b.cube", (), 4),
        ("prompts/x", ("@dev",), 1),
    ]
    assert found.shared == ("thresholds/hero.toml",)
    assert gaps(rules, paths, globs=DEFAULTS) == ("old/b.cube",)
    assert gaps(None, paths, globs=DEFAULTS, brand=BRAND) == tuple(path for path in paths if path != "src/x.py")


def test_codeowners_must_own_itself() -> None:
    rules = parse("*.cube @org/brand\n")
    assert gaps(rules, ["a.cube"], globs=DEFAULTS, brand=BRAND, itself="CODEOWNERS") == ("CODEOWNERS",)
    assert gaps(parse("* @dev\n*.cube @org/brand"), ["a.cube"], globs=DEFAULTS, brand=BRAND, itself="CODEOWNERS") == ()


@pytest.mark.parametrize(
    ("glob", "pattern"),
    [
        ("**/*.cube", "*.cube"),
        ("thresholds/**", "/thresholds/"),
        ("**/thresholds/**", "thresholds/"),
        ("luts/*.cube", "/luts/*.cube"),
        ("luts/**/*.cube", "/luts/**/*.cube"),
        ("**/a/b.cube", "**/a/b.cube"),
        ("a/", "/a/"),
        ("./a.toml", "/a.toml"),
        ("a**b", None),
        ("**", None),
        ("a[1]/**", None),
    ],
)
def test_globs_as_patterns(glob: str, pattern: str | None) -> None:
    assert from_glob(glob) == pattern


def proposed(text: str, paths: list[str], globs: tuple[str, ...] = DEFAULTS) -> tuple[str, ...]:
    rules = parse(text)
    coverage = find_gaps(rules, paths, globs=globs, brand=BRAND, itself=None)
    return propose(rules, coverage, paths, BRAND)


def test_broad_where_it_harms_nobody_and_narrow_elsewhere() -> None:
    assert proposed("", ["a.cube", "x/b.cube", "src/c.py"]) == ("*.cube @org/brand",)
    # Somebody shares a.cube with the brand: a line for all LUTs would take that away.
    assert proposed("/a.cube @org/brand @colour\n", ["a.cube", "x/b.cube"]) == ("/x/b.cube @org/brand",)
    assert proposed("", ["GRADE.CUBE", "a b.cube"]) == ("*.cube @org/brand", "/GRADE.CUBE @org/brand")
    assert proposed("", ["prompts/a b.txt"], ("prompts/a b*",)) == ("/prompts/a\\ b* @org/brand",)


def test_names_that_codeowners_cannot_write() -> None:
    assert literal("a[1]\\*.cube") == "/a?1???.cube"
    assert literal("a\tb\u2028c") == "/a?b*c"


_NAME = st.text(alphabet="ab[]* #!\\é", min_size=1, max_size=4).filter(lambda s: s not in (".", ".."))
_PATH = st.tuples(st.lists(_NAME, max_size=2), _NAME, st.sampled_from([".cube", ".CUBE", ".toml", ".py"])).map(
    lambda parts: "/".join([*parts[0], parts[1] + parts[2]])
)
_LINE = st.tuples(
    st.sampled_from(["*", "*.cube", "/a/", "b", "/a/*.cube", "*.toml"]),
    st.sampled_from(["", "@dev", "@org/brand", "@org/brand @dev"]),
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(_LINE, max_size=4),
    paths=st.lists(_PATH, unique=True, max_size=6),
    globs=st.sampled_from([("**/*.cube",), ("a/**", "**/*.toml"), ("*.cube", "b*/**"), DEFAULTS]),
)
def test_what_is_proposed_closes_every_gap_and_changes_nobody_else(
    lines: list[str], paths: list[str], globs: tuple[str, ...]
) -> None:
    text = "\n".join(lines)
    before: CodeOwners = parse(text)
    coverage = find_gaps(before, paths, globs=globs, brand=BRAND, itself=None)
    added = propose(before, coverage, paths, BRAND)
    after = parse("\n".join([text, *added]))
    assert after.skipped == before.skipped
    assert find_gaps(after, paths, globs=globs, brand=BRAND, itself=None).gaps == ()
    open_paths = {gap.path for gap in coverage.gaps}
    for path in paths:
        if path not in open_paths:
            assert after.owners(path) == before.owners(path)
