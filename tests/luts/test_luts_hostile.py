"""Hostile files cost nothing: a header that promises gigabytes, a huge binary under a LUT's name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Reads a small LUT first, so that what is measured is the hostile file and not the first use of numpy.
PROBE = """
import json, resource, sys, time
from pathlib import Path
from qualitygate import luts
luts.parse(b"LUT_1D_SIZE 2\\n0 0 0\\n1 1 1\\n", "a.cube")
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
before, start = peak(), time.perf_counter()
result = luts.read(Path(sys.argv[1]))
print(json.dumps({"seconds": time.perf_counter() - start, "growth": peak() - before,
                  "code": result.findings[0].code if result.findings else None}))
"""
ROWS = b"0.5 0.5 0.5\n"
HOSTILE = {
    "size.cube": (b"LUT_3D_SIZE 4096\n" + ROWS, "QG-1623"),
    "sizes.cube": (b"LUT_1D_SIZE 65536\nLUT_3D_SIZE 256\n" + ROWS, "QG-1633"),
    "length.spi1d": (b"Version 1\nFrom 0 1\nLength 999999999\nComponents 3\n{\n0 0 0\n}\n", "QG-1623"),
    "size.spi3d": (b"SPILUT 1.0\n3 3\n256 256 256\n0 0 0 0 0 0\n", "QG-1633"),
    "size.csp": (b"CSPLUTV100\n3D\n" + b"2\n0 1\n0 1\n" * 3 + b"256 256 256\n0 0 0\n", "QG-1633"),
    "points.csp": (b"CSPLUTV100\n3D\n999999999\n0 1\n0 1\n", "QG-1623"),
    "mesh.3dl": (b"3DMESH\nMesh 30 12\n0 0 0\n", "QG-1622"),
    "binary.cube": (bytes(range(256)) * 400_000, "QG-1609"),
    "zeros.cube": (b"\x00" * 100_000_000, "QG-1609"),
    "comments.cube": (b"# nothing\n" * 10_000_000, "QG-1628"),
    "flood.cube": (b"# x\n" * 3_000_000, "QG-1628"),
    "flood.spi1d": (b"#\n" * 3_000_000, "QG-1628"),
    "blank.csp": (b"CSPLUTV100\n3D\n" + b"\n" * 3_000_000, "QG-1628"),
    "long.cube": (b"LUT_3D_SIZE 2\n" + ROWS * 8_000_000, "QG-1602"),
    "line.cube": (b"1" * 100_000_000, "QG-1612"),
    "blank.cube": (b"LUT_3D_SIZE 33\n0 0 0\n" + b"\n" * 100_000_000, "QG-1602"),
    "header.png": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x00\x00\x00\x01\x00\x00\x10\x02\x00\x00\x00" + b"\x00" * 50,
        "QG-1642",
    ),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures with /proc")
@pytest.mark.parametrize("name", HOSTILE)
def test_refused_at_once_and_for_nothing(name: str, tmp_path: Path) -> None:
    data, code = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    seen = json.loads(done.stdout)
    assert seen["code"] == code
    assert seen["growth"] < 20_000_000
    # Ten times the aim: this runs on busy machines too. `benchmarks/lut.py` measures it.
    assert seen["seconds"] < 0.5


def test_importing_loads_numpy_alone() -> None:
    probe = "import sys; from qualitygate import luts; import qualitygate.luts.apply; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    heavy = {"torch", "skimage", "scipy", "colour", "PIL", "PyOpenColorIO", "msgspec", "click", "rich"}
    assert loaded & heavy == set()
    assert "numpy" in loaded
