"""Reading LUTs and the whole hook, side by side with colour-science in one run: `python -m benchmarks.lut`.

Each case runs in a process of its own: the best time of five reads, and how far the peak of resident memory rises
over what was there after a first small file. The hook is timed from the start of a process to its verdict: both
versions of a 65^3 look read, and DeltaE00 between all of their nodes; ours with every other check too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIZE = 65

PROBE = """
import json, sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
path, small = Path(sys.argv[2]), Path(sys.argv[3])
if sys.argv[1] == "ours":
    from qualitygate.luts import read
else:
    import colour
    def read(path): return colour.read_LUT(str(path))
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
read(small)
before, times = peak(), []
for _ in range(5):
    start = time.perf_counter()
    result = read(path)
    times.append(time.perf_counter() - start)
    if len(times) == 1:
        growth = peak() - before
print(json.dumps({"ms": min(times) * 1e3, "mib": growth}))
"""


HOOK = """
import sys, warnings
warnings.simplefilter("ignore")
if sys.argv[1] == "ours":
    from qualitygate.cli.validate_lut import command
    from qualitygate.cli import run
    import os
    code = run(command, [sys.argv[2], "--against", sys.argv[3], "--no-incident"], "validate-lut")
    sys.stdout.flush()
    os._exit(0 if code in (0, 1) else code)
import colour
space = colour.RGB_COLOURSPACES["sRGB"]
def lab(path):
    table = colour.read_LUT(path).table.reshape(-1, 3)
    xyz = colour.RGB_to_XYZ(table, space, apply_cctf_decoding=True, chromatic_adaptation_transform=None)
    return colour.XYZ_to_Lab(xyz, space.whitepoint)
moved = colour.delta_E(lab(sys.argv[2]), lab(sys.argv[3]), method="CIE 2000")
print(f"grid  mean {moved.mean():.2f}  max {moved.max():.2f}")
"""
REPETITIONS = 5


def hook(new: Path, old: Path) -> dict[str, float]:
    """Best wall time of the hook and of the same with colour-science, in turn, and what both measured."""
    best = {"ours": float("inf"), "colour": float("inf")}
    found: dict[str, str] = {}
    for _ in range(REPETITIONS):
        for who in best:
            start = time.perf_counter()
            command = [sys.executable, "-c", HOOK, who, str(new), str(old)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            best[who] = min(best[who], time.perf_counter() - start)
            found[who] = next(line for line in done.stdout.splitlines() if line.split()[:1] == ["grid"])
    maxima = [float(line.split()[-1]) for line in found.values()]
    if abs(maxima[0] - maxima[1]) > 0.011:
        raise SystemExit(f"the two sides do not measure the same: {found}")
    return {
        "ours_ms": best["ours"] * 1e3,
        "colour_ms": best["colour"] * 1e3,
        "times_faster": best["colour"] / best["ours"],
        "grid_max": maxima[0],
    }


def case(reader: str, path: Path, small: Path) -> dict[str, float]:
    """Milliseconds and MiB of one reader on one file."""
    command = [sys.executable, "-c", PROBE, reader, str(path), str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def write_files(folder: Path) -> dict[str, Path]:
    """A small file, and a look of 65^3 nodes with rows of equal and of varying width."""
    axis = np.linspace(0, 1, SIZE)
    nodes = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).transpose(2, 1, 0, 3).reshape(-1, 3)
    values = np.clip(0.02 + 0.93 * nodes**1.08 + np.random.default_rng(0).normal(0, 1e-3, nodes.shape), 0, 0.999999)
    rows = values.tolist()
    texts = {
        "small": "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n",
        "fixed": f"LUT_3D_SIZE {SIZE}\n" + "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in rows),
        "changed": f"LUT_3D_SIZE {SIZE}\n" + "".join(f"{r * 0.99:.6f} {g:.6f} {b:.6f}\n" for r, g, b in rows),
        "variable": f"LUT_3D_SIZE {SIZE}\n" + "".join(f"{r:.7g} {g:.7g} {b:.7g}\n" for r, g, b in rows),
        "hostile": "LUT_3D_SIZE 4096\n" + "0.5 0.5 0.5\n" * 1_000_000,
    }
    paths = {name: folder / f"{name}.cube" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="ascii")
    return paths


def main() -> None:
    """Print a table, or with `--json` the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = write_files(Path(folder))
        for name in ("fixed", "variable"):
            ours, colour = (case(reader, paths[name], paths["small"]) for reader in ("ours", "colour"))
            results[name] = {
                "ours_ms": ours["ms"],
                "colour_ms": colour["ms"],
                "times_faster": colour["ms"] / ours["ms"],
                "ours_mib": ours["mib"],
                "colour_mib": colour["mib"],
                "memory_ratio": ours["mib"] / colour["mib"],
            }
        hostile = case("ours", paths["hostile"], paths["small"])
        results["whole hook"] = hook(paths["changed"], paths["fixed"])
        results["hostile header"] = {"ours_ms": hostile["ms"], "ours_mib": hostile["mib"]}
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    for name, numbers in results.items():
        print(f"{name:15}", "  ".join(f"{key} {value:.2f}" for key, value in numbers.items()))


if __name__ == "__main__":
    main()
