import os
import unicodedata

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.decode.sniff import EXTENSIONS
from qualitygate.pairing.match import match_trees


@pytest.fixture
def trees(tmp_path):
    def make(references, candidates):
        for side, names in (("ref", references), ("cand", candidates)):
            (tmp_path / side).mkdir(exist_ok=True)
            for name in names:
                path = tmp_path / side / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"x")
        return tmp_path / "ref", tmp_path / "cand"

    return make


def summary(matches):
    return [(match.id, match.problem) for match in matches]


def test_relative_path_first_then_stem(trees):
    reference, candidate = trees(["a/one.png", "two.png", "b/one.png"], ["a/one.png", "two.webp", "b/one.jpg"])
    matches = match_trees(reference, candidate)
    assert summary(matches) == [("a/one.png", None), ("b/one.jpg", None), ("two.webp", None)]
    assert matches[2].reference == reference / "two.png"
    assert matches[2].candidate == candidate / "two.webp"


def test_a_stem_in_another_directory_is_no_partner(trees):
    matches = match_trees(*trees(["a/one.png"], ["b/one.png"]))
    assert summary(matches) == [("a/one.png", "candidate_missing"), ("b/one.png", "reference_missing")]


def test_several_files_of_one_stem_are_ambiguous(trees):
    matches = match_trees(*trees(["one.png"], ["one.webp", "one.avif"]))
    assert summary(matches) == [("one.avif", "ambiguous"), ("one.webp", "ambiguous")]
    assert "one.png" in matches[0].detail
    assert "one.avif, one.webp" in matches[0].detail
    matches = match_trees(*trees(["two.png", "two.tif"], ["two.webp"]))
    assert ("two.webp", "ambiguous") in summary(matches)


def test_equal_paths_are_not_ambiguous_and_the_rest_is_told_why(trees):
    matches = match_trees(*trees(["one.png", "one.jpg"], ["one.png", "one.jpg", "one.webp"]))
    assert summary(matches) == [("one.jpg", None), ("one.png", None), ("one.webp", "reference_missing")]
    assert "one.jpg, one.png" in matches[2].detail


def test_extension_case_is_an_extension(trees):
    assert summary(match_trees(*trees(["one.JPG"], ["one.jpg"]))) == [("one.jpg", None)]


def test_other_files_do_not_count(trees):
    names = ["a.png", "README.md", "Thumbs.db", ".DS_Store", "._a.png", ".git/x.png", "a.json", "LICENSE"]
    assert summary(match_trees(*trees(names, names))) == [("a.png", None)]


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ("**/*.jp2", ["b.jp2"]),
        ("b.jp2", ["b.jp2"]),
        ("**/.hidden/*.png", [".hidden/h.png"]),
        ("LICENSE", ["LICENSE"]),
        ("docs/", ["docs/p.png"]),
        ("*", ["a.png"]),
    ],
)
def test_an_include_may_name_others_explicitly(trees, include, expected):
    names = ["a.png", "b.jp2", ".hidden/h.png", "LICENSE", "docs/p.png", "docs/r.docs.txt", "x.db"]
    assert [match.id for match in match_trees(*trees(names, names), include=(include,))] == expected


def test_exclude_wins(trees):
    names = ["a.png", "drafts/b.png"]
    assert summary(match_trees(*trees(names, names), exclude=("drafts/",))) == [("a.png", None)]


def test_names_are_compared_in_nfc(trees):
    composed, decomposed = "caf\u00e9.png", unicodedata.normalize("NFD", "caf\u00e9.png")
    matches = match_trees(*trees([composed], [decomposed]))
    assert summary(matches) == [(composed, None)]
    assert matches[0].candidate.name in (composed, decomposed)


def test_two_spellings_of_one_name_are_ambiguous(trees):
    names = ["caf\u00e9.png", "cafe\u0301.png"]
    reference, candidate = trees(names[:1], names)
    if len(list(candidate.iterdir())) < 2:
        pytest.skip("this file system takes both spellings for one name")
    matches = match_trees(reference, candidate)
    assert summary(matches) == [("caf\u00e9.png", "ambiguous")]
    assert "2 candidates" in matches[0].detail


def test_links_are_followed_but_not_in_circles(trees, tmp_path):
    reference, candidate = trees(["a/x.png"], ["a/x.png"])
    (candidate / "a" / "loop").symlink_to(candidate, target_is_directory=True)
    (candidate / "b").symlink_to(reference / "a", target_is_directory=True)
    (candidate / "gone.png").symlink_to(tmp_path / "nowhere.png")
    assert summary(match_trees(reference, candidate)) == [
        ("a/x.png", None),
        ("b/x.png", "reference_missing"),
        ("gone.png", "reference_missing"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_are_never_read(trees):
    reference, candidate = trees(["a.png"], ["a.png"])
    os.mkfifo(candidate / "pipe.png")
    assert summary(match_trees(reference, candidate)) == [("a.png", None)]


def test_names_that_are_not_utf8_get_a_printable_id(trees):
    reference, candidate = trees([], [])
    try:
        for side in (reference, candidate):
            (side / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system wants UTF-8")
    matches = match_trees(reference, candidate)
    assert summary(matches) == [("\\xff.png", None)]
    assert matches[0].candidate.exists()


def test_two_files_are_one_pair(trees):
    reference, candidate = trees(["a.png"], ["b.txt"])
    (match,) = match_trees(reference / "a.png", candidate / "b.txt")
    assert (match.id, match.problem) == ("b.txt", None)


@pytest.mark.parametrize(
    ("reference", "candidate", "code"),
    [("ref", "nowhere", "QG-1401"), ("ref", "cand/a.png", "QG-1407"), ("ref/a.png", "cand", "QG-1407")],
)
def test_wrong_paths_are_one_line(trees, tmp_path, reference, candidate, code):
    trees(["a.png"], ["a.png"])
    with pytest.raises(ConfigError) as caught:
        match_trees(tmp_path / reference, tmp_path / candidate)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_a_directory_that_cannot_be_read_is_an_error(trees):
    reference, candidate = trees(["a/x.png"], ["a/x.png"])
    (candidate / "a").chmod(0)
    try:
        if os.access(candidate / "a", os.R_OK):
            pytest.skip("this user may read everything")
        with pytest.raises(ConfigError, match="cannot be read") as caught:
            match_trees(reference, candidate)
        assert caught.value.code == "QG-1401"
    finally:
        (candidate / "a").chmod(0o755)


def test_every_extension_that_a_format_has_counts(trees):
    """What is passed over is judged by nobody: a format that can be decoded must not be missing here."""
    known = [extension for extension, formats in EXTENSIONS.items() if formats]
    assert {".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff", ".gif", ".bmp", ".heic", ".jxl"} <= {*known}
    names = [f"one{extension}" for extension in (*known, ".PNG", ".Jpeg")]
    passed_over = ["one.txt", "one.json", "one.png.bak", "one"]
    found = match_trees(*trees(names + passed_over, names + passed_over))
    assert summary(found) == [(name, None) for name in sorted(names)]
