"""Where the time of a folder goes: shares of the processor time of the ordinary command, by what the code does.

The command is timed as it is. Then it runs once more in a single process, in which a clock of processor time interrupts
a thousand times a second: what passed since the last interrupt belongs to the innermost function on the stack that has
a place in `PLACES`. What a compiled function does is its caller's. Inflating and unfiltering are one such function; how
much of decoding is inflating is seen by decoding the same files with their data stored in place of compressed. The
difference to the whole command is what starting Python, importing, processes and their company cost.

`python -m benchmarks.shares FOLDER` prints what one process found, as JSON; `shares` starts it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import median
from time import process_time
from types import FrameType

from benchmarks.corridor_cases import cold, gate

READING = "reading and hashing"
DECODING = "decoding"
INFLATING = "inflating"
UNFILTERING = "unfiltering and other decoding"
DELTA_E = "DeltaE00"
SSIM = "SSIM"
STATISTICS = "statistics of the maps"
REST = "judging, cache and report"
STARTING = "starting, imports and processes"
# A file below the package with or without a function of it, or a folder; the longest entry that fits is taken.
PLACES: dict[str, str] = {
    "decode/extra.py": READING,
    "decode/__init__.py": READING,  # beside reading, SHA-256
    "decode/digests.py": READING,
    "decode/": DECODING,
    "corridor/decoding.py": DECODING,
    "corridor/side_by_side.py": DECODING,
    "core/colour/view.py": DECODING,
    "core/image.py": DECODING,
    "core/colour/ciede2000_fast.py": DELTA_E,
    "metrics/native/delta_e_2000.py": DELTA_E,
    "metrics/delta_e_2000.py": DELTA_E,
    "metrics/native/ssim.py": SSIM,
    "metrics/ssim_map.py": SSIM,
    "metrics/ssim.py": SSIM,
    "core/statistics.py": STATISTICS,
    "core/mask.py": STATISTICS,
    "core/cell_sums.py": STATISTICS,
}
_TIMES = 10
ORDER = (READING, INFLATING, UNFILTERING, DELTA_E, SSIM, STATISTICS, REST, STARTING)


@dataclass(frozen=True, slots=True)
class Share:
    """One part.

    Attributes:
        name: What is done.
        milliseconds: Processor time for each pair.
        share: Of the whole command, 0 to 1.
    """

    name: str
    milliseconds: float
    share: float


def shares(root: Path, repeats: int = 3) -> list[Share]:
    """The parts of the command over a folder of pairs, in the order in which they happen."""
    pairs = len(list((root / "reference").iterdir()))
    whole = median(cold(root).cpu for _ in range(repeats))
    command = [sys.executable, "-m", "benchmarks.shares", str(root)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    inside, inflating = json.loads(done.stdout)
    return split(inside, whole, pairs, inflating)


def split(inside: Mapping[str, float], whole: float, pairs: int, inflating: float) -> list[Share]:
    """Shares of the whole command; what one process did not take is starting and the company of processes.

    Args:
        inside: Part to seconds in one process that had everything imported.
        whole: Seconds of the whole command.
        pairs: How many there were.
        inflating: How much of decoding that is, 0 to 1.
    """
    parts = {**inside, STARTING: max(0.0, whole - sum(inside.values()))}
    decoding = parts.pop(DECODING, 0.0)
    parts |= {INFLATING: inflating * decoding, UNFILTERING: (1 - inflating) * decoding}
    total = sum(parts.values())
    names = [*ORDER, *sorted(set(parts) - set(ORDER))]
    return [Share(name, 1e3 * parts.get(name, 0.0) / pairs, parts.get(name, 0.0) / total) for name in names]


def table(found: list[Share]) -> str:
    """Markdown."""
    rows = ["| part | for each pair | share |", "|---|---:|---:|"]
    rows += [f"| {one.name} | {one.milliseconds:.2f} ms | {one.share:.0%} |" for one in found]
    whole = sum(one.milliseconds for one in found)
    return "\n".join([*rows, f"| the whole command | {whole:.2f} ms | 100% |"])


def place(frame: FrameType | None) -> str:
    """What the innermost function with a place does; the rest where there is none."""
    while frame is not None:
        _, found, inside = frame.f_code.co_filename.replace(os.sep, "/").rpartition("/qualitygate/")
        if found:
            folder = inside.rpartition("/")[0] + "/"
            for key in (f"{inside}:{frame.f_code.co_name}", inside, folder):
                if key in PLACES:
                    return PLACES[key]
        frame = frame.f_back
    return REST


def inflating(files: list[Path]) -> float:
    """How much of decoding PNG files is inflating, 0 to 1: without it, what is left of the time."""
    from qualitygate.decode import decode

    def spent(data: bytes) -> float:
        """Added up, since the clock of a process may be a coarse one."""
        begun = process_time()
        for _ in range(_TIMES):
            decode(data, "a.png")
        read = process_time()
        for _ in range(_TIMES):
            hashlib.sha256(data).digest()  # decoding does that, too, and stored data are longer
        return read - begun - (process_time() - read)

    compressed = [path.read_bytes() for path in files]
    with_inflating, without = (sum(map(spent, each)) for each in (compressed, map(_stored, compressed)))
    return min(1.0, max(0.0, 1 - without / with_inflating)) if with_inflating > 0 else 0.0


def _stored(data: bytes) -> bytes:
    """A PNG of the same filtered rows, not compressed (RFC 1951, 3.2.4)."""
    chunks, place = [], 8
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        chunks.append((kind, data[place + 8 : place + 8 + length]))
        place += length + 12
    rows = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    before = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
    written = [*before, (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b"")]
    return data[:8] + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in written
    )


class _Clock:
    """Adds up processor time by where the main thread is."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._last = 0.0

    def __enter__(self) -> _Clock:
        self._last = process_time()
        signal.signal(signal.SIGPROF, self._tick)
        signal.setitimer(signal.ITIMER_PROF, 1e-3, 1e-3)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        self._tick(0, None)

    def _tick(self, _: int, frame: FrameType | None) -> None:
        now = process_time()
        self.spent[place(frame)] += now - self._last
        self._last = now


def main() -> None:
    """Run the command in this process, once to import and once with the clock on."""
    from qualitygate.cli import root, run
    from qualitygate.core import threads
    from qualitygate.executors.allocating import keep_memory

    # As in a worker.
    threads.allow(1)
    keep_memory()
    command = gate(Path(sys.argv[1]), "--workers", "1", "--cache")
    clock = _Clock()
    for watch in (nullcontext(), clock):
        # What it prints is part of the work, and in nobody's way.
        with tempfile.TemporaryDirectory() as cache, redirect_stdout(StringIO()), watch:
            code = run(root, [*command[command.index("check") :], cache], "qualitygate")
        if code not in (0, 1):
            sys.exit(code)
    print(json.dumps((clock.spent, inflating(sorted((Path(sys.argv[1]) / "reference").iterdir())[:12]))))


if __name__ == "__main__":
    main()
