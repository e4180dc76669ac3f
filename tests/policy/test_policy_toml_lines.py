"""The scanner must find what tomllib parsed: every key path, on the line it stands on."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.policy.toml_lines import key_lines

SAMPLE = '''\
# a comment = 1
title = "x # no comment"   # comment
a.b."c d" = 1

[limits.delta_e_2000]
mean = { fail = 2.0, why = "a [bracket] } in text", nested = { deep = [1, 2] } }
p95 = 3
long = """
[not.a.table]
key = 1 \\""" still
four quotes """"
after = 1
literal = \'\'\'
x = 2\'\'\'
[[sets]]
name = "one"
rectangles = [
  [1, 2, 3, 4],  # first
  # [0, 0, 0, 0],
  [5, 6, 7, 8],
]
[[sets.regions]]
name = "r"
[sets.regions.limits.ssim]
mean = 1
[[sets]]
name = "two"
when = 1979-05-27 07:32:00
[[sets.regions]]
name = "s"
[["q.r"]]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("a", "b", "c d"), 3),
        (("limits", "delta_e_2000"), 5),
        (("limits", "delta_e_2000", "mean", "nested", "deep", 1), 6),
        (("limits", "delta_e_2000", "p95"), 7),
        (("limits", "delta_e_2000", "after"), 12),
        (("limits", "delta_e_2000", "literal"), 13),
        (("sets", 0, "name"), 16),
        (("sets", 0, "rectangles", 0), 18),
        (("sets", 0, "rectangles", 1, 0), 20),
        (("sets", 0, "regions", 0, "limits", "ssim", "mean"), 25),
        (("sets", 1, "name"), 27),
        (("sets", 1, "when"), 28),
        (("sets", 1, "regions", 0, "name"), 30),
        (("q.r", 0, "x"), 32),
    ],
)
def test_key_stands_where_it_was_written(path, line):
    assert key_lines(SAMPLE)[path] == line


def paths(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index)
            yield from paths(item, (*path, index))


def test_every_parsed_path_has_a_line():
    lines = key_lines(SAMPLE)
    assert [path for path in paths(tomllib.loads(SAMPLE)) if path not in lines] == []


_strings = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


def written(value):
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[\n" + ",  # ] }\n".join(map(written, value)) + "\n]"
    return str(value)


@given(st.lists(st.recursive(st.integers() | _strings, lambda inner: st.lists(inner, max_size=3), max_leaves=6)))
def test_lines_agree_with_the_text_of_any_document(values):
    text = "".join(f"[t{index}]\nkey = {written(value)}\n" for index, value in enumerate(values))
    data, lines = tomllib.loads(text), key_lines(text)
    assert all(path in lines for path in paths(data))
    for index in range(len(values)):
        assert text.split("\n")[lines[f"t{index}", "key"] - 1].startswith("key = ")
        assert text.split("\n")[lines[f"t{index}",] - 1] == f"[t{index}]"
