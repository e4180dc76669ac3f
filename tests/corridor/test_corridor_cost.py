"""What a pair is expected to take in memory: never less than it does, and not absurdly more."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.corridor.cost import working_memory
from qualitygate.decode.extent import Extent, extent

METRICS = ("delta_e_2000", "ssim")
MOST = 100_000_000


def picture(mode: str = "RGB", size: tuple[int, int] = (123, 77)) -> Pillow.Image:
    generator = np.random.default_rng(3)
    channels = len(Pillow.new(mode, (1, 1)).getbands())
    noise = generator.integers(0, 256, (size[1], size[0], channels), dtype=np.uint8)
    return Pillow.fromarray(noise[..., 0] if channels == 1 else noise, mode)


@pytest.mark.parametrize(
    ("form", "mode", "alpha"),
    [
        ("PNG", "RGB", False),
        ("PNG", "RGBA", True),
        ("PNG", "L", False),
        ("JPEG", "RGB", False),
        ("JPEG", "L", False),
        ("WEBP", "RGB", False),
        ("WEBP", "RGBA", True),
        ("BMP", "RGB", False),
        ("GIF", "L", True),
        ("TIFF", "RGB", False),
        ("TIFF", "RGBA", True),
    ],
)
def test_the_size_is_read_from_the_head_of_the_file(tmp_path: Path, form: str, mode: str, alpha: bool) -> None:
    path = tmp_path / "picture"
    for options in ({}, {"lossless": True}) if form == "WEBP" else ({},):
        picture(mode).save(path, form, **options)
        assert extent(path, MOST) == Extent(123 * 77, 1, alpha, path.stat().st_size)


def test_a_jpeg_behind_long_profiles_and_thumbnails(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    picture().save(path, icc_profile=bytes(300_000), comment=b"x" * 60_000)
    assert extent(path, MOST).pixels == 123 * 77


def test_16_bits_and_avif_and_what_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "a"
    Pillow.fromarray(np.zeros((20, 30), np.uint16)).save(path, "PNG")
    assert (extent(path, MOST).pixels, extent(path, MOST).depth) == (600, 2)
    picture().save(path, "AVIF")
    assert extent(path, MOST).pixels == 123 * 77
    path.write_bytes(b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(1000))
    assert extent(path, MOST).pixels > 1000


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_no_bytes_make_it_fail_and_no_claim_makes_it_wait(tmp_path: Path, form: str) -> None:
    stream = io.BytesIO()
    picture(size=(32, 32)).save(stream, form)
    whole, path = stream.getvalue(), tmp_path / "a"
    generator = np.random.default_rng(1)
    for length in [*range(0, 64), len(whole) // 2]:
        path.write_bytes(whole[:length])
        assert 0 <= extent(path, MOST).pixels <= MOST
    for _ in range(100):
        data = np.frombuffer(whole, np.uint8).copy()
        data[generator.integers(0, min(len(data), 80), 4)] = generator.integers(0, 256, 4)
        path.write_bytes(data.tobytes())
        assert 0 <= extent(path, MOST).pixels <= MOST
    assert extent(tmp_path, MOST) == extent(tmp_path / "none", MOST) == Extent(0)


def test_a_larger_picture_is_expected_to_take_more(tmp_path: Path) -> None:
    costs = []
    for side in (100, 1000, 3000):
        for name in ("a", "b"):
            Pillow.new("RGB", (side, side)).save(tmp_path / f"{name}.png")
        costs.append(working_memory(gate.pair_task(tmp_path / "a.png", tmp_path / "b.png", metrics=METRICS)))
    assert costs[0] < costs[1] < costs[2]
    assert 9_000_000 * 10 < costs[2] < 9_000_000 * 40


_MEASURE = """
import json, sys
from qualitygate import gate
from qualitygate.core import threads
from qualitygate.corridor.cost import working_memory
from qualitygate.corridor.judging import judge_task

def told(name):
    line, = (line for line in open("/proc/self/status") if line.startswith(name))
    return 1024 * int(line.split()[1])

threads.allow(1)
metrics = ("delta_e_2000", "ssim")
judge_task(gate.pair_task(*sys.argv[1:3], metrics=metrics, profile="hero"))
task = gate.pair_task(*sys.argv[3:5], metrics=metrics, profile="hero", resize=sys.argv[5])
before = told("VmRSS:")
judge_task(task)
print(json.dumps([told("VmHWM:") - before, working_memory(task)]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "alpha", "moved", "resized", "wide"])
def test_the_peak_stays_below_what_was_expected(tmp_path: Path, kind: str) -> None:
    generator = np.random.default_rng(2)
    height, width = (96, 60_000) if kind == "wide" else (2400, 2400)
    even = np.linspace(0, 200, width).astype(np.uint8)
    pixels = generator.integers(0, 40, (height, width, 3), dtype=np.uint8) + even[:, None]
    near = pixels ^ 1
    if kind == "moved":
        near = np.roll(pixels, (5, 5), (0, 1))
    if kind == "alpha":
        pixels, near = (np.dstack([one, np.tile(even, (height, 1))]) for one in (pixels, near))
    if kind == "resized":
        pixels = np.ascontiguousarray(pixels[::2, ::2])
    form, suffix = {"jpeg": ("JPEG", "jpg"), "webp": ("WEBP", "webp")}.get(kind, ("PNG", "png"))
    files = [tmp_path / f"{name}.{suffix}" for name in ("small1", "small2", "a", "b")]
    for path, content in zip(files, (pixels[:64, :64], near[:64, :64], pixels, near), strict=True):
        Pillow.fromarray(content).save(path, form, **({"compress_level": 1} if form == "PNG" else {}))
    arguments = [*map(str, files), "lanczos" if kind == "resized" else "off"]
    done = subprocess.run([sys.executable, "-c", _MEASURE, *arguments], capture_output=True, text=True, check=True)
    grown, expected = json.loads(done.stdout)
    assert grown <= expected <= 4 * grown


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads /proc")
def test_a_whole_run_with_lpips_stays_within_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("safetensors")
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2])
    from benchmarks.memory import peak_memory

    generator = np.random.default_rng(4)
    for folder in ("ref", "cand"):
        (tmp_path / folder).mkdir()
    for index in range(4):
        pixels = generator.integers(0, 40, (1500, 2000, 3), dtype=np.uint8)
        Pillow.fromarray(pixels).save(tmp_path / "ref" / f"{index}.png", compress_level=1)
        Pillow.fromarray(pixels ^ 1).save(tmp_path / "cand" / f"{index}.png", compress_level=1)
    options = ["--profile", "hero", "--device", "cpu", "--workers", "2", "--no-incident", "--no-cache"]
    command = [sys.executable, "-m", "qualitygate", "check", str(tmp_path / "ref"), str(tmp_path / "cand"), *options]
    # Room for two processes with torch, and pictures beside.
    assert peak_memory([*command, "--memory", "1900MB"]) < 1_900_000_000
