"""How much memory a process and everything it starts take together, as Linux shares it out among them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import ordinary_environment
from benchmarks.pictures import Pixels

_PAUSE_SECONDS = 0.02


def peak_memory(command: Sequence[str], environ: dict[str, str] | None = None) -> int:
    """Run a command and watch the proportional set size of its tree; the highest sum, in bytes.

    Raises:
        RuntimeError: It could not do its work; that the gate fails is no trouble.
    """
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environ or ordinary_environment()
    ) as process:
        highest = 0
        while process.poll() is None:
            highest = max(highest, sum(_proportional(each) for each in tree(process.pid)))
            time.sleep(_PAUSE_SECONDS)
        told = process.stderr.read() if process.stderr is not None else ""
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit code {process.returncode}\n{told}")
    return highest


def tree(root: int) -> list[int]:
    """A process and all that descend from it, by number."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name of the command stands in brackets and may hold anything.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for each in found:
        found += parents.get(each, [])
    return found


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


# Both pictures lie in files, so that nothing but them has been in memory before. `ru_maxrss` would not do: it starts
# with the peak of the process that started this one.
_LPIPS = """
import sys
from pathlib import Path
import numpy as np
from benchmarks.pictures import image
from qualitygate.metrics.lpips import Lpips

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

pair = [image(np.load(path)) for path in sys.argv[1:]]
metric = Lpips(device="cpu")
metric.measure(*(image(np.ascontiguousarray(one.pixels[:64, :64])) for one in pair))
before = peak()
metric.measure(*pair)
print(peak() - before)
"""


def lpips_growth(reference: Pixels, candidate: Pixels) -> int:
    """Bytes by which LPIPS of one pair raises the peak of a process that holds both pictures decoded. Linux."""
    with tempfile.TemporaryDirectory() as scratch:
        files = [f"{scratch}/{name}.npy" for name in ("reference", "candidate")]
        for file, pixels in zip(files, (reference, candidate), strict=True):
            np.save(file, pixels)
        command = [sys.executable, "-c", _LPIPS, *files]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=ordinary_environment())
    return int(done.stdout)
