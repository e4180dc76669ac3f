"""The sections of the table, one after the other; each yields rows as it measures them.

One that cannot be measured here raises `NotMeasuredError`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cases import cases
from benchmarks.effort import Effort
from benchmarks.needed import NotMeasuredError, lacking, require
from benchmarks.pictures import photographs, recompressed
from benchmarks.row import Row
from benchmarks.scaling import Growth
from benchmarks.shares import Share
from benchmarks.timing import alternate

GB = 1_000_000_000


@dataclass(slots=True)
class Run:
    """One run: how much of it, and what it found beside rows.

    Attributes:
        effort: Sizes and repetitions.
        npm: Directory with the `node_modules` of the neighbours, or None.
        growths: How cost grew.
        shares: Where the time went.
        unmeasured: What of a section is not measured here, to the reason.
    """

    effort: Effort
    npm: Path | None = None
    growths: list[Growth] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    unmeasured: dict[str, str] = field(default_factory=dict)

    def promised(self, target: float | None) -> float | None:
        """A promise is one for large pictures."""
        return target if self.effort.promises else None


def metrics(run: Run) -> Iterator[Row]:
    """One pair in memory, by our kernels and by our NumPy path, beside colour-science, scikit-image and others."""
    require("colour")
    if why := lacking("pytorch_msssim", "torch"):
        run.unmeasured["SSIM beside pytorch-msssim"] = why
    for side in run.effort.sides:
        large = side > 1000
        reference = photographs(side)
        candidate = recompressed(reference)
        for case in cases(reference, candidate, large=large):
            timing = alternate(case.ours, case.theirs, run.effort.large_times if large else run.effort.times)
            agrees = abs(timing.our_value - timing.their_value) <= case.tolerance
            what = f"{case.metric}, {side * side / 1e6:.2g} MP"
            target = run.promised(case.target)
            yield Row.faster(what, case.peer, timing.ours, timing.theirs, timing.ratio, target, agrees)


def lpips(run: Run) -> Iterator[Row]:
    """LPIPS beside the plain forward pass of the package of that name, same weights, both warm and on one thread."""
    require("lpips", "torch", "safetensors")
    import torch

    from benchmarks.lpips_cases import lpips_cases, timings
    from benchmarks.lpips_peer import peer

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for case in lpips_cases(run.effort.lpips_side, run.effort.lpips_large):
            ((_, timing),) = timings([case], run.effort.large_times)
            what = f"LPIPS, {case.name}, {case.pixels / 1e6:.2g} MP"
            target = run.promised(case.target)
            beside = peer() if case.target or case.tolerance > 1e-5 else "one call each"
            yield Row.faster(what, beside, timing.ours, timing.theirs, timing.ratio, target, True)
    finally:
        torch.set_num_threads(threads)


def device(run: Run) -> Iterator[Row]:
    """On a GPU beside the CPU."""
    require("torch", "safetensors")
    import torch

    if not torch.cuda.is_available():
        raise NotMeasuredError("torch finds no CUDA device")
    from benchmarks.device_cases import device_cases
    from benchmarks.lpips_cases import timings

    for case, timing in timings(device_cases("cuda", run.effort.lpips_side), run.effort.times):
        what = f"{case.name.removesuffix(' beside the CPU')}, {case.pixels / 1e6:.2g} MP"
        yield Row.faster(
            what, f"CPU ({torch.cuda.get_device_name()})", timing.ours, timing.theirs, timing.ratio, None, True
        )


def decoding(run: Run) -> Iterator[Row]:
    """Decoding, beside bare Pillow on the same file."""
    from benchmarks.decoding_cases import decodings

    side = run.effort.folder_side
    shown = {"Pillow alone"}  # a decoder that the extra `fast` changes nothing about is shown once
    for case in decodings(photographs(side), run.effort.times):
        if case.decoder not in shown:
            shown.add(case.decoder)
            ours, theirs = case.milliseconds / 1e3, case.milliseconds / case.ratio / 1e3
            what = f"decoding {case.form}, {side * side / 1e6:.2g} MP, {case.decoder}"
            yield Row.of(what, "Pillow, bare", ours, theirs, case.ratio, None)


def folder(run: Run) -> Iterator[Row]:
    """Whole processes over a folder of pairs that all differ: ours, mere decoding, and neighbours, in turn.

    A small folder goes first, so that programs and byte code are in memory for everybody; who begins changes from
    repetition to repetition.
    """
    from benchmarks.corridor_cases import Spent, cold, write_folder
    from benchmarks.corridor_cases import decoding as pillow
    from benchmarks.neighbours import neighbours
    from benchmarks.shares import shares

    others = [] if run.npm is None else list(neighbours(run.npm))
    sides: dict[str, Callable[[Path], Spent]] = {
        "ours": cold,
        "Pillow": pillow,
        **{one.name: one.over for one in others},
    }
    with tempfile.TemporaryDirectory() as scratch:
        root, small = Path(scratch) / "pairs", Path(scratch) / "small"
        write_folder(root, identical=0, near=run.effort.pairs, side=run.effort.folder_side)
        write_folder(small, identical=0, near=4, side=64)
        for over in sides.values():
            over(small)
        spent: dict[str, list[Spent]] = {name: [] for name in sides}
        for repetition in range(run.effort.large_times):
            names = list(sides)
            for name in names[repetition % len(names) :] + names[: repetition % len(names)]:
                spent[name].append(sides[name](root))
        run.shares = shares(root, run.effort.large_times)
    ours, what = spent["ours"], f"check of {run.effort.pairs} pairs, DeltaE00 + SSIM"
    yield Row.at_most(what, "Pillow decoding them", ours, spent["Pillow"], run.promised(1.1), wall=False)
    for other in others:
        yield Row.at_most(what, other.name, ours, spent[other.name], run.promised(other.promise), wall=True)
    for other in others:
        if other.counted and "at a time" not in other.name:
            yield Row.at_most(what, other.name, ours, spent[other.name], None, wall=False)


def again(run: Run) -> Iterator[Row]:
    """Nothing twice: identical and near pairs, cold and once more."""
    from benchmarks.corridor_cases import folder_times, write_folder

    effort = run.effort
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "pairs"
        write_folder(root, identical=effort.identical, near=effort.near, side=effort.folder_side)
        times = folder_times(root, repeats=effort.large_times)
    what = f"check of {effort.identical} identical + {effort.near} near pairs"
    for name, spent, ratio, promise in (
        ("cold", times.cold, times.cold_ratio, 0.45),
        ("second run", times.again, times.again_ratio, 0.1),
    ):
        most = run.promised(promise)
        said = f"{what}, {name}, processor"
        yield Row.of(said, "Pillow decoding them", spent.cpu, times.pillow.cpu, ratio, most)


def start(run: Run) -> Iterator[Row]:
    """Start-up, as processor time of whole processes."""
    from benchmarks.startup_cases import start_ups

    pixels = photographs(run.effort.folder_side)
    with tempfile.TemporaryDirectory() as scratch:
        for case in start_ups(Path(scratch), pixels, 2 * run.effort.times - 1):
            ours, theirs = case.milliseconds / 1e3, case.milliseconds / case.ratio / 1e3
            beside = {"python": "python -c pass", "numpy": "python -c 'import numpy'"}[case.against]
            yield Row.of(case.name, beside, ours, theirs, case.ratio, run.promised(case.target))


def growth(run: Run) -> Iterator[Row]:
    """How cost grows with pixels and with pairs; 1 is linear."""
    from benchmarks.scaling import with_pairs, with_pixels

    effort = run.effort
    if not effort.growth_sides:
        raise NotMeasuredError("--quick leaves it out")
    run.growths += with_pixels(effort.growth_sides, effort.times)
    run.growths.append(with_pairs(effort.growth_pairs, effort.growth_side, effort.large_times))
    for one in run.growths:
        row = Row.slope(f"{one.name}, slope over {one.unit}", one.sizes, one.seconds, one.slope)
        yield row if effort.promises else Row(row.what, row.peer, row.ours, row.theirs, row.ratio)


def memory(run: Run) -> Iterator[Row]:
    """How much memory large pictures take, where the system can tell."""
    from benchmarks.corridor_cases import linked_folder, peak_pss
    from benchmarks.lpips_cases import enlarged
    from benchmarks.memory import lpips_growth

    if not run.effort.memory:
        raise NotMeasuredError("--quick and --tiny leave it out")
    if not Path("/proc/self/smaps_rollup").exists():
        raise NotMeasuredError("the system does not tell how much memory processes share")
    if why := lacking("torch", "safetensors"):
        run.unmeasured["memory of LPIPS"] = why
    else:
        large = enlarged(photographs(1000), 4000, 3000)
        grown = lpips_growth(large, recompressed(large))
        yield Row.memory("LPIPS, 12 MP, memory beyond the decoded pictures", grown, 7 * GB // 10)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "large"
        linked_folder(root, pairs=200, side=3464)
        yield Row.memory("check of 200 pairs of 12 MP, memory of all processes", peak_pss(root), 3 * 2**30 // 2)


SECTIONS: dict[str, Callable[[Run], Iterator[Row]]] = {
    "metrics": metrics,
    "lpips": lpips,
    "device": device,
    "decoding": decoding,
    "folder": folder,
    "again": again,
    "start": start,
    "growth": growth,
    "memory": memory,
}
