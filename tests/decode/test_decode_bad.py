"""Every broken or hostile file of the corpus ends in one named refusal, soon and in little memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from decode_corpus import ROOT, rows

from qualitygate.core.errors import DecodeError
from qualitygate.decode import decode, read_file

# None: it decodes. The metadata of these is broken or hostile, their pixels and colour are not.
EXPECTED: dict[str, str | None] = {
    "avif_gainmap_gamma0.avif": "QG-1204",
    "avif_poc_506387278.avif": "QG-1207",
    "bomb_jpeg_giant.jpg": "QG-1205",
    "bomb_pillow.gif": "QG-1204",
    "bomb_pillow.ico": "QG-1201",
    "bomb_pillow_extents.gif": "QG-1207",
    "bomb_png_65536.png": "QG-1205",
    "bomb_png_iccp_64m.png": "QG-1206",
    "bomb_png_text_dos.png": None,
    "c2pa_tiff_poc.tiff": "QG-1207",
    "exif_invalid_image01713.jpg": None,
    "exifr_broken1.jpg": None,
    "exifreader_dos.jpg": "QG-1203",
    "exiv2_crash_001.tiff": "QG-1203",
    "exiv2_ghsa_5p8g.webp": "QG-1207",
    "exiv2_ghsa_mvc4.jpg": "QG-1203",
    "exiv2_heap_oob.tiff": "QG-1203",
    "exiv2_issue_1845.jp2": "QG-1201",
    "exiv2_issue_1881_coverage.jpg": "QG-1203",
    "exiv2_issue_2352.jpg": "QG-1202",
    "exiv2_issue_428_poc1.png": "QG-1204",
    "exiv2_recursion.tif": "QG-1203",
    "icc_garbage.jpg": "QG-1214",
    "icc_missing_chunk.jpg": "QG-1214",
    "icc_truncated.jpg": "QG-1214",
    "icc_wrong_space.jpg": "QG-1214",
    "pil_broken.png": "QG-1204",
    "pil_broken_data_stream.png": "QG-1204",
    "pil_crash_0da0.tif": None,
    "pil_crash_4f08.tif": "QG-1203",
    "pil_crash_64834.sgi": "QG-1201",
    "pil_crash_74d2.tif": "QG-1204",
    "pil_crash_7d4c.j2k": "QG-1201",
    "pil_crash_8621.tif": "QG-1203",
    "pil_invalid_header_length.jp2": "QG-1201",
    "pil_not_enough_data.jp2": "QG-1201",
    "pil_oom.icns": "QG-1201",
    "pil_oom.tif": "QG-1203",
    "pil_timeout.dds": "QG-1201",
    "pil_timeout.psd": "QG-1201",
    "pil_timeout_0607.blp": "QG-1201",
    "pil_truncated_end_chunk.png": "QG-1203",
    "pil_truncated_image.png": "QG-1203",
    "pil_truncated_jpeg.jpg": "QG-1203",
    "pil_ultrahdr_cut.jpg": "QG-1203",
    "pil_zero_width.gif": "QG-1204",
    "sharp_corrupt_header.jpg": "QG-1203",
    "sharp_truncated.jpg": "QG-1203",
    "sharp_truncated.png": "QG-1203",
    "suite_xc1n0g08.png": "QG-1204",
    "suite_xc9n2c08.png": "QG-1204",
    "suite_xcrn0g04.png": "QG-1204",
    "suite_xcsn0g01.png": "QG-1204",
    "suite_xd0n2c08.png": "QG-1204",
    "suite_xd9n2c08.png": "QG-1204",
    "suite_xdtn0g01.png": "QG-1204",
    "suite_xhdn0g08.png": "QG-1204",
    "suite_xlfn0g04.png": "QG-1204",
    "suite_xs1n0g01.png": "QG-1204",
    "suite_xs7n0g01.png": "QG-1204",
}
SECONDS = 3.0
MEBIBYTES = 500


@pytest.mark.parametrize("row", rows("bad"), ids=lambda row: row["file"])
def test_bad_file(row: dict[str, str], corpora: Path, bounded: Callable[[float], AbstractContextManager[None]]) -> None:
    name = row["file"]
    data = read_file(corpora / "image" / "bad" / name, name)
    error: DecodeError | None = None
    with bounded(SECONDS):
        try:
            decode(data, name)
        except DecodeError as refused:
            error = refused
    found = error.code if error else None
    if row["layer"] in ("pixels", "colour") and row["expected_outcome"] in ("error", "finding"):
        assert found is not None
    assert found == EXPECTED[name]
    if error:
        assert error.where == name
        assert "\n" not in str(error)
        assert " at 0x" not in str(error)  # messages are the same in every run


def test_table_is_about_files_that_exist(corpora: Path) -> None:
    assert set(EXPECTED) == {row["file"] for row in rows("bad")}


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_memory_is_bounded(corpora: Path) -> None:
    """All of them one after the other in a fresh process.

    Not `ru_maxrss`: on Linux it starts at what the parent held when it forked, and this parent may have loaded torch.
    """
    program = """
import re, sys
from pathlib import Path
from qualitygate.core.errors import DecodeError
from qualitygate.decode import decode
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        decode(path.read_bytes(), path.name)
    except DecodeError:
        pass
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(corpora / "image" / "bad")],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert int(done.stdout.split()[-1]) * 1024 < MEBIBYTES * 2**20
