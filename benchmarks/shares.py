"""Where the time of a pair goes: decoding, DeltaE00, SSIM, and everything else of the command."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.corridor_cases import gate, run, write_folder
from qualitygate import gate as porch
from qualitygate.corridor.decoding import decode_pair
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.ssim import Ssim


def shares(pairs: int = 40, side: int = 1000) -> dict[str, float]:
    """Milliseconds of processor time a pair: of the whole command, and of its parts measured one by one."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "pairs"
        write_folder(root, identical=0, near=pairs, side=side)
        whole = median(run(gate(root, "--no-cache")).cpu for _ in range(3)) / pairs
        decoding, delta_e, ssim = [], [], []
        for reference in sorted((root / "reference").iterdir())[:12]:
            task = porch.pair_task(reference, root / "candidate" / reference.name, metrics=["ssim"])
            begun = process_time()
            decoded = decode_pair(task)
            decoding.append(process_time() - begun)
            for metric, times in ((DeltaE2000(), delta_e), (Ssim(), ssim)):
                begun = process_time()
                metric.measure(decoded.reference, decoded.candidate)
                times.append(process_time() - begun)
    parts = {"decoding": median(decoding), "DeltaE00": median(delta_e), "SSIM": median(ssim)}
    parts["start, processes, judging, report"] = max(0.0, whole - sum(parts.values()))
    return {name: 1e3 * seconds for name, seconds in {"whole check": whole, **parts}.items()}
