"""How many pixels are worked on at once."""

from __future__ import annotations

# About thirty float32 planes of so many pixels are alive at once: half a gigabyte on a GPU, which smaller chunks would
# leave waiting for their next operation. On a CPU they are in the caches, and what an allocator makes of many large
# planes, which differs from run to run, stays small beside the pictures.
ON_GPU = 1 << 22
ON_CPU = 1 << 18


def pixels_at_once(device: str) -> int:
    """Pixels of a chunk on a device as torch names it, such as `cpu` or `cuda:1`."""
    return ON_CPU if device.partition(":")[0] == "cpu" else ON_GPU
