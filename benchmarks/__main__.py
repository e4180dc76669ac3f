"""`python -m benchmarks [--quick]`: one table of our times beside those of colour-science and scikit-image."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import warnings
from pathlib import Path

import numpy as np

from benchmarks.cases import Case, cases
from benchmarks.pictures import photographs, recompressed
from benchmarks.timing import Timing, alternate

HEADER = (
    "| metric | peer | ours ms | peer ms | times faster | target | our mean | peer mean |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|"
)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 when the two sides of a case do not measure the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small picture and one repetition: does it run at all")
    parser.add_argument("--repetitions", type=int, default=15, metavar="N", help="timed runs of each side (15)")
    options = parser.parse_args(arguments)
    side, repetitions = (128, 1) if options.quick else (1000, max(options.repetitions, 1))

    reference = photographs(side)
    candidate = recompressed(reference)
    differing = (reference != candidate).any(axis=-1).mean()
    print(f"{side}x{side} pixels, {differing:.0%} differ; medians of {repetitions} alternating repetitions.")
    print(f"{_machine()}; Python {platform.python_version()}, numpy {np.__version__}, one thread.\n")
    print(HEADER)
    agree = True
    for case in cases(reference, candidate):
        timing = alternate(case.ours, case.theirs, repetitions)
        agree = agree and abs(timing.our_value - timing.their_value) <= case.tolerance
        print(_row(case, timing), flush=True)
    if not agree:
        print("the two sides of a case do not measure the same", file=sys.stderr)
    return 0 if agree else 1


def _row(case: Case, timing: Timing) -> str:
    return (
        f"| {case.metric} | {case.peer} | {timing.ours * 1e3:.1f} | {timing.theirs * 1e3:.1f} | {timing.ratio:.1f} "
        f"| {case.target:.0f} | {timing.our_value:.6f} | {timing.their_value:.6f} |"
    )


def _machine() -> str:
    """Processor name, where the system tells, and number of cores."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else [])
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    # colour-science warns at import of every optional package that it misses.
    warnings.simplefilter("ignore")
    sys.exit(main())
