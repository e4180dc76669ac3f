"""What is no LUT at all is refused by name, whichever format the file name promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from lut_samples import SAMPLES, png

from qualitygate import luts
from qualitygate.core.codes import CODES
from qualitygate.luts.formats import FORMATS

CUBE = SAMPLES["adobe.cube"]
NOT_LUTS = {
    "QG-1603": b"",
    "QG-1604": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 7000000\n",
    "QG-1605": CUBE.replace("# a look\n", "<<<<<<< HEAD\n# a look\n=======\n# another\n>>>>>>> look\n").encode(),
    "QG-1606": b"\n<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n",
    "QG-1607": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "QG-1608": CUBE.encode("utf-16"),
    "QG-1609": b"LUT_3D_SIZE 2\n\x00\x00",
    "QG-1610": b"\xef\xbb\xbf" + CUBE.encode(),
}
TEXT = [entry for entry in FORMATS if entry.text]


@pytest.mark.parametrize("code", NOT_LUTS)
@pytest.mark.parametrize("entry", TEXT, ids=lambda entry: entry.name)
def test_refused_by_name(entry: luts.Format, code: str) -> None:
    result = luts.parse(NOT_LUTS[code], f"look{entry.extensions[0]}")
    assert [finding.code for finding in result.findings] == [code]
    assert result.format == entry.name
    assert result.lut is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_without_a_mark(encoding: str) -> None:
    [finding] = luts.parse(CUBE.encode(encoding), "a.cube").findings
    assert finding.code == "QG-1608"


def test_a_conflict_deep_in_the_table_is_refused_with_its_line() -> None:
    rows = "0.5 0.5 0.5\n" * 32**3
    at = 30_000
    text = "LUT_3D_SIZE 32\n" + rows[: 12 * at] + "<<<<<<< HEAD\n" + rows[12 * at :]
    [finding] = luts.parse(text.encode(), "a.cube").findings
    assert (finding.code, finding.line) == ("QG-1630", at + 2)


def test_a_picture_under_another_name_and_the_reverse() -> None:
    import numpy as np

    picture = png(np.zeros((8, 8, 3), np.uint8))
    assert luts.parse(picture, "a.cube").findings[0].code == "QG-1607"
    assert luts.parse(CUBE.encode(), "a.png").findings[0].code == "QG-1614"


@pytest.mark.parametrize("name", ["a.txt", "cube", "a.cube.bak", ""])
def test_a_name_that_promises_nothing(name: str) -> None:
    result = luts.parse(CUBE.encode(), name)
    assert result.findings[0].code == "QG-1601"
    assert ".cube" in str(result.findings[0].expected)


def test_the_extension_counts_in_any_case() -> None:
    assert luts.parse(CUBE.encode(), "LOOKS\\A.CUBE").accepted


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert luts.read(tmp_path / "none.cube").findings[0].code == "QG-1616"
    (tmp_path / "folder.cube").mkdir()
    assert luts.read(tmp_path / "folder.cube").findings[0].code == "QG-1616"
    (tmp_path / "a.cube").write_text(CUBE)
    assert luts.read(tmp_path / "a.cube").accepted
    assert luts.read(tmp_path / "a.cube", max_bytes=10).findings[0].code == "QG-1602"


def test_latin_1_in_a_title_is_a_note() -> None:
    result = luts.parse(CUBE.encode().replace(b'"look"', b'"caf\xe9"'), "a.cube")
    assert result.accepted
    assert any("UTF-8" in finding.message for finding in result.findings)


def test_every_code_of_the_room_is_explained() -> None:
    import re

    package = Path(luts.__file__).parent
    used = {code for path in package.glob("*.py") for code in re.findall(r'"(QG-\d{4})"', path.read_text())}
    assert used <= set(CODES)
    assert {code for code in CODES if code < "QG-1660" and code.startswith("QG-16")} <= used
