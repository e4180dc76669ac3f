"""Codes of how a run uses the machine: devices, QG-1440; cache, processes, memory, QG-1445 to QG-1447."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1440", "no such numbers on this device", "The profile lets LPIPS compute in bfloat16, and the graphics processor of this machine does not.",
         'Take `dtype` out of `[limits.lpips]`, or measure with `--device cpu`.'),
    Code("QG-1445", "no cache directory", "The place for the results of earlier runs is taken by something that is no directory; or pictures of the run lie there; or the path begins with `~NAME`, whose home directory is unknown.",
         "Name a directory of its own, which need not be there yet, with `--cache` or `[run] cache`; or use `--no-cache`."),
    Code("QG-1446", "processes do not start", "One process after another ended before it had measured anything.",
         'In a script, call the gate below `if __name__ == "__main__":`, since each process imports the script again; or use one worker.'),
    Code("QG-1447", "results not kept", "Numbers of this run could not be written to the cache that was asked for; the next run measures them again. What may be read there was used: the message says whether. The verdict does not change.",
         "Check the permissions and the space of the directory; to empty it, delete it, at any time. Or use `--no-cache`. Without `--cache` it is the one that `qualitygate doctor` names: `~/.cache/qualitygate/results`, on macOS `~/Library/Caches/qualitygate/results`, on Windows `%LOCALAPPDATA%\\qualitygate\\Cache\\results`."),
)  # fmt: skip
