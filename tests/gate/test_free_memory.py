"""What memory a run is planned by, unless somebody says: what the system has, and what its groups allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.running.machine import free_memory

MB = 1_000_000


def system(root: Path, files: dict[str, str]) -> Path:
    """A system with 8 GB free, and these files."""
    for name, text in {"proc/meminfo": f"MemTotal: 1 kB\nMemAvailable: {8000 * MB // 1000} kB\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def group(place: str, most: str, used: int, spare: int, version: int = 2) -> dict[str, str]:
    if version == 1:
        named = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        place = f"memory/{place}"
    else:
        named = ("memory.max", "memory.current", "inactive_file")
    stat = f"anon 12\n{named[2]} {spare}\n"
    texts = {named[0]: f"{most}\n", named[1]: f"{used}\n", "memory.stat": stat}
    return {f"sys/fs/cgroup/{place}/{name}": text for name, text in texts.items()}


def test_without_groups_it_is_what_the_system_says(tmp_path: Path) -> None:
    expected = 8000 * MB // 1000 * 1024
    assert free_memory(system(tmp_path, {})) == expected
    assert free_memory(system(tmp_path, group("", "max", 5 * MB, 0))) == expected


@pytest.mark.parametrize("version", [1, 2])
def test_files_that_were_read_once_take_nothing_from_a_container(tmp_path: Path, version: int) -> None:
    """A container that has unpacked its image is full of them."""
    files = group("", str(2000 * MB), 1990 * MB, 1500 * MB, version)
    assert free_memory(system(tmp_path, files)) == 1510 * MB


@pytest.mark.parametrize("version", [1, 2])
def test_the_narrowest_of_the_groups_around_this_process_counts(tmp_path: Path, version: int) -> None:
    line = "0::/ci.slice/job.service" if version == 2 else "9:name=systemd:/\n4:memory:/ci.slice/job.service"
    files = {"proc/self/cgroup": f"{line}\n"}
    files |= group("ci.slice", str(1000 * MB), 300 * MB, 0, version)
    files |= group("ci.slice/job.service", "max" if version == 2 else str(2**63 - 4096), 200 * MB, 0, version)
    files |= group("ci.slice/other.service", str(10 * MB), 10 * MB, 0, version)
    assert free_memory(system(tmp_path, files)) == 700 * MB


def test_within_a_container_the_path_of_its_host_is_not_there(tmp_path: Path) -> None:
    files = {"proc/self/cgroup": "0::/docker/0123\nnonsense\n", **group("", str(500 * MB), 600 * MB, 20 * MB)}
    assert free_memory(system(tmp_path, files)) == 0
    (tmp_path / "sys/fs/cgroup/memory.stat").unlink()
    (tmp_path / "sys/fs/cgroup/memory.current").write_text(f"{100 * MB}\n")
    assert free_memory(tmp_path) == 400 * MB
