import pytest

from qualitygate.core.glob import matches, matches_any


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("**", "a/b/c.png", True),
        ("**/*.png", "top.png", True),
        ("**/*.png", "a/b/c.png", True),
        ("**/*.png", "a/b/c.PNG", False),
        ("*.png", "a/c.png", False),
        ("*.png", "c.png", True),
        ("a/**/c.png", "a/c.png", True),
        ("a/**/c.png", "a/x/y/c.png", True),
        ("a/**/c.png", "ab/c.png", False),
        ("a/**", "a/b", True),
        ("a/", "a/b/c.png", True),
        ("./a/*.png", "a/b.png", True),
        ("img?.png", "img1.png", True),
        ("img?.png", "img/.png", False),
        ("banner[1].png", "banner[1].png", True),
        ("banner[1].png", "banner1.png", False),
        ("a.b", "axb", False),
        ("caf\u00e9/*", "cafe\u0301/x.png", True),
        ("*.png", "line\nend.png", True),
        ("*.png", "x.png\n", False),
    ],
)
def test_glob(pattern, path, expected):
    assert matches(pattern, path) is expected


def test_any_of_none_is_no_match():
    assert not matches_any((), "a.png")
    assert matches_any(("*.jpg", "*.png"), "a.png")
