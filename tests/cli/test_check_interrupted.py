"""Ctrl-C during `qualitygate check`: exit code 130, one line, no process and no half-written file left."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow


@pytest.mark.parametrize("program", ["main", "validate_lut"])
def test_an_interrupt_while_modules_are_loaded_ends_in_one_line(tmp_path: Path, program: str) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")
    script = f"from qualitygate.__main__ import {program}; {program}()"
    done = subprocess.run(
        [sys.executable, "-c", script, "--help"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    name = {"main": "qualitygate", "validate_lut": "validate-lut"}[program]
    assert (done.returncode, done.stdout, done.stderr) == (130, "", f"\n{name}: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="signals of a process group")
def test_an_interrupted_check_leaves_nothing_behind(tmp_path: Path) -> None:
    generator = np.random.default_rng(5)
    pixels = generator.integers(0, 256, (1200, 1200, 3), dtype=np.uint8)
    for side, content in (("ref", pixels), ("cand", pixels ^ 1)):
        (tmp_path / side).mkdir()
        Pillow.fromarray(content).save(tmp_path / side / "000.png", compress_level=1)
        for number in range(1, 150):
            os.link(tmp_path / side / "000.png", tmp_path / side / f"{number:03}.png")
    cache = tmp_path / "cache"
    command = [sys.executable, "-m", "qualitygate", "check", "ref", "cand", "--profile", "hero", "--workers", "2"]
    command += ["--metric", "delta_e_2000", "--metric", "ssim", "--cache", str(cache), "--format", "json"]
    # No two pairs are alike to the cache, so that every one is measured.
    for number in range(150):
        path = tmp_path / "cand" / f"{number:03}.png"
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data[:-12] + text_chunk(number) + data[-12:])
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 120
        while not any(cache.rglob("?" * 62)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    # click ends the line in which a terminal shows ^C
    assert (process.returncode, out, err) == (130, "", "\nqualitygate: interrupted\n")
    assert left(process.pid) == []
    assert not list(cache.rglob("*.part"))
    assert {path.name for path in tmp_path.iterdir()} == {"ref", "cand", "cache"}


def left(group: int) -> list[int]:
    """Processes of a group that are still there after a while."""
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return []
        time.sleep(0.02)
    return [group]


def text_chunk(number: int) -> bytes:
    body = b"tEXtnumber\x00%d" % number
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
