"""Files of cases are read strictly: every mistake has its line."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Severity
from qualitygate.rehearsing.cases import read_cases
from qualitygate.rehearsing.encoding import Encode

GOOD = '[[case]]\nname = "a"\nprofile = "hero"\nreference = "demo:coffee"\nexpect = "fail"\n'


def cases(directory: Path, text: str):
    path = directory / "my cases.toml"
    path.write_text(text, encoding="utf-8")
    return read_cases(path)


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    (case,) = cases(
        tmp_path,
        'schema = 1\n[[case]]\nname = "turned"\nprofile = "hero"\nreference = "pictures/a.png"\nsize = 300\n'
        'defect = { hue_rotation = 4, wrong_lut = 0.5 }\nlut = "../old.cube"\n'
        'encode = { jpeg = 90, subsampling = "4:4:4", colour_space = "Display P3" }\nfiles = 3\nseed = 7\n'
        'expect = "fail"\nby = ["delta_e_2000.p50", "delta_e_2000.p50"]\nonly = true\nseverity = "S1"\n'
        'incident = "PM-2025-09-27-01"\n',
    )
    assert case.defects == (("hue_rotation", 4.0), ("wrong_lut", 0.5))
    assert case.encode == Encode("jpeg", 90, "4:4:4", "Display P3")
    assert case.lut == tmp_path / "../old.cube"
    assert case.by == ("delta_e_2000.p50",)
    assert (case.size, case.files, case.seed, case.only, case.severity) == (300, 3, 7, True, Severity.S1)
    assert case.line == 2


def test_what_is_left_out(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, GOOD)
    assert (case.encode, case.files, case.seed, case.only, case.defects) == (Encode("png"), 1, 0, False, ())


def test_windows_line_ends_and_any_script(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, GOOD.replace('"a"', '"色が赤い – \\"x\\""').replace("\n", "\r\n"))
    assert case.name == '色が赤い – "x"'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", None, "holds no case"),
        ("case = 3\n", 1, "an array of tables is expected"),
        ("schema = 2\n" + GOOD, 1, "2 is not known"),
        (GOOD + "severty = 'S1'\n", 6, "did you mean 'severity'"),
        ("[other]\n" + GOOD, 1, "unknown key 'other'"),
        (GOOD.replace('name = "a"\n', ""), 1, "`name` is missing"),
        (GOOD.replace('expect = "fail"\n', ""), 1, "`expect` is missing"),
        (GOOD.replace("fail", "explode"), 5, "'explode' is not one of pass, warn, fail"),
        (GOOD + "defect = { blurr = 1 }\n", 6, "did you mean 'blur'"),
        (GOOD + "defect = { blur = -1 }\n", 6, "blur takes"),
        (GOOD + "defect = { blur = true }\n", 6, "a number is expected"),
        (GOOD + "defect = 3\n", 6, "a table is expected"),
        (GOOD + 'lut = "a.cube"\n', 6, "used by the defect wrong_lut only"),
        (GOOD + "encode = { webp = 101 }\n", 6, "at most 100"),
        (GOOD + "encode = { webp = 0 }\n", 6, "at least 1"),
        (GOOD + "encode = { png = 90 }\n", 6, "png has no quality"),
        (GOOD + "encode = { webp = 90, jpeg = 80 }\n", 6, "names no format, or several"),
        (GOOD + 'encode = { webp = 90, subsampling = "4:4:4" }\n', 6, "goes with a quality of jpeg or avif"),
        (GOOD + 'encode = { png = true, colour_space = "P3" }\n', 6, "is not one of sRGB, Display P3"),
        (GOOD + 'encode = "pgn"\n', 6, "did you mean 'png'"),
        (GOOD + "encode = { jpeg = 90, opacity = 128 }\n", 6, "jpeg keeps no alpha"),
        (GOOD + "encode = { png = true, opacity = 256 }\n", 6, "an integer from 0 to 255"),
        (GOOD + "encode = { png = true, opacity = true }\n", 6, "an integer from 0 to 255"),
        (GOOD + "size = 100000\n", 6, "is more than 4096"),
        (GOOD + "files = 1000000000\n", 6, "is more than 100000"),
        (GOOD + "seed = -1\n", 6, "at least 0"),
        (GOOD + 'only = "yes"\n', 6, "true or false"),
        (GOOD + 'incident = "PM-1"\n', 6, "is no incident id"),
        (GOOD.replace("fail", "pass") + 'by = ["ssim.mean"]\n', 6, "a case that passes fires nothing"),
        (GOOD.replace("fail", "warn") + 'severity = "S1"\n', 6, 'goes with expect = "fail"'),
        (GOOD + GOOD, 7, "taken twice"),
        (GOOD + "x = \n", 6, "malformed TOML"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, text: str, line: int | None, says: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(says)) as error:
        cases(tmp_path, text)
    where = f"my cases.toml:{line}" if line else "my cases.toml"
    assert where in str(error.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_cases(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="is a directory"):
        read_cases(tmp_path)
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match="is no regular file"):
        read_cases(tmp_path / "pipe.toml")
