"""`python -m benchmarks [--quick] [--npm DIR]`: one table of our times beside those of others, taken in one run."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.cases import cases
from benchmarks.pictures import photographs, recompressed
from benchmarks.row import HEADER, Row
from benchmarks.timing import alternate
from qualitygate.core.native import kernel_name

Section = Callable[[argparse.Namespace], Iterator[Row]]


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 when the two sides of a case do not measure the same, 3 when a ratio misses its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small pictures, one repetition: does it run at all")
    parser.add_argument("--repetitions", type=int, default=7, metavar="N", help="timed runs of each side (7)")
    parser.add_argument("--npm", type=Path, metavar="DIR", help="directory whose node_modules has odiff-bin and others")
    parser.add_argument("--only", choices=sorted(SECTIONS), action="append", help="these sections only")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw how cost grows")
    parser.add_argument("--warn", action="store_true", help="as in CI: a missed target is a warning, not an exit code")
    options = parser.parse_args(arguments)

    print(f"{_machine()}; Python {platform.python_version()}, numpy {np.__version__}, kernels {kernel_name()}.\n")
    print(HEADER)
    rows: list[Row] = []
    for name in options.only or SECTIONS:
        for row in SECTIONS[name](options):
            rows.append(row)
            print(row.text, flush=True)
    unlike = [row for row in rows if not row.agrees]
    missed = [row for row in rows if row.missed and not options.quick]
    for row in unlike:
        print(f"the two sides do not measure the same: {row.what} beside {row.peer}", file=sys.stderr)
    for row in missed:
        said = f"{row.what} beside {row.peer}: {row.ratio:.2f}, promised {row.promise}"
        print(f"::warning title=Benchmark::{said}" if options.warn else f"missed: {said}", file=sys.stderr)
    return 1 if unlike else 3 if missed and not options.warn else 0


def metrics(options: argparse.Namespace) -> Iterator[Row]:
    """One pair in memory, by our kernels and by our NumPy path, beside colour-science, scikit-image and others."""
    for side, large in ((128, False),) if options.quick else ((1000, False), (3464, True)):
        reference = photographs(side)
        candidate = recompressed(reference)
        repetitions = 1 if options.quick else 3 if large else options.repetitions
        for case in cases(reference, candidate, large=large):
            timing = alternate(case.ours, case.theirs, repetitions)
            agrees = abs(timing.our_value - timing.their_value) <= case.tolerance
            what = f"{case.metric}, {side * side / 1e6:.2g} MP"
            yield Row.faster(what, case.peer, timing.ours, timing.theirs, timing.ratio, case.target, agrees)


def lpips(options: argparse.Namespace) -> Iterator[Row]:
    """LPIPS beside the plain forward pass of the package of that name, same weights, both warm."""
    from benchmarks.lpips_cases import lpips_cases, timings

    found = lpips_cases(400, (640, 480)) if options.quick else lpips_cases()
    for case, timing in timings(found, 1 if options.quick else 5):
        what = f"LPIPS, {case.name}, {case.pixels / 1e6:.2g} MP"
        yield Row.faster(what, "plain forward", timing.ours, timing.theirs, timing.ratio, case.target, True)


def folder(options: argparse.Namespace) -> Iterator[Row]:
    """Whole processes over 100 pairs that all differ: processor time beside decoding, wall time beside others."""
    from benchmarks.corridor_cases import write_folder
    from benchmarks.neighbours import decoding, neighbours, our_folder

    pairs, side = (4, 128) if options.quick else (100, 1000)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "pairs"
        write_folder(root, identical=0, near=pairs, side=side)
        others = list(neighbours(options.npm)) if options.npm else []
        runs = [
            (our_folder(root), decoding(root), [other.over(root) for other in others])
            for _ in range(1 if options.quick else 3)
        ]
        ours, pillow = [one for one, _, _ in runs], [one for _, one, _ in runs]
        ratio = median(a.cpu / b.cpu for a, b in zip(ours, pillow, strict=True))
        what = f"check of {pairs} pairs, DeltaE00 + SSIM"
        yield Row.at_most(f"{what}, processor", "Pillow decoding them", ours, pillow, ratio, 1.1, wall=False)
        for place, other in enumerate(others):
            theirs = [one[place] for _, _, one in runs]
            ratio = median(a.wall / b.wall for a, b in zip(ours, theirs, strict=True))
            promise = 1.0 if other.name.startswith("odiff") else None
            yield Row.at_most(f"{what}, wall", other.name, ours, theirs, ratio, promise, wall=True)


def again(options: argparse.Namespace) -> Iterator[Row]:
    """Nothing twice: 80 identical and 20 near pairs, cold and once more."""
    from benchmarks.corridor_cases import folder_times, write_folder

    identical, near, side = (4, 1, 128) if options.quick else (80, 20, 1000)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "pairs"
        write_folder(root, identical=identical, near=near, side=side)
        times = folder_times(root, repeats=1 if options.quick else 3)
    what = f"check of {identical} identical + {near} near pairs"
    for name, spent, ratio, promise in (
        ("cold", times.cold, times.cold_ratio, 0.45),
        ("second run", times.again, times.again_ratio, 0.1),
    ):
        yield Row.at_most(
            f"{what}, {name}, processor", "Pillow decoding them", [spent], [times.pillow], ratio, promise, wall=False
        )


def growth(options: argparse.Namespace) -> Iterator[Row]:
    """How cost grows with pixels and with pairs; 1 is linear."""
    from benchmarks.scaling import plot, with_pairs, with_pixels

    if options.quick:
        found = [*with_pixels((128, 256), 1), with_pairs((3, 6), 64, 1)]
    else:
        found = [*with_pixels(), with_pairs()]
    for one in found:
        yield Row.slope(f"{one.name}, slope over {one.unit}", one.sizes, one.seconds, one.slope)
    if options.plot:
        options.plot.write_bytes(plot(found))


def start(options: argparse.Namespace) -> Iterator[Row]:
    """Start-up, as processor time of whole processes."""
    from benchmarks.startup_cases import start_ups

    pixels = photographs(128 if options.quick else 1000)
    with tempfile.TemporaryDirectory() as scratch:
        for case in start_ups(Path(scratch), pixels, 1 if options.quick else 9):
            ours, theirs = case.milliseconds / 1e3, case.milliseconds / case.ratio / 1e3
            yield Row.of(case.name, case.against, ours, theirs, case.ratio, case.target)


def decoding(options: argparse.Namespace) -> Iterator[Row]:
    """Decoding, beside bare Pillow on the same file."""
    from benchmarks.decoding_cases import decodings

    for case in decodings(photographs(128 if options.quick else 1000), 1 if options.quick else options.repetitions):
        ours, theirs = case.milliseconds / 1e3, case.milliseconds / case.ratio / 1e3
        yield Row.of(f"decoding {case.form}, 1 MP, {case.decoder}", "Pillow, bare", ours, theirs, case.ratio, None)


SECTIONS: dict[str, Section] = {
    "metrics": metrics,
    "lpips": lpips,
    "decoding": decoding,
    "folder": folder,
    "again": again,
    "start": start,
    "growth": growth,
}


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
