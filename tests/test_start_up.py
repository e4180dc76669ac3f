"""What the commands that are called most load, and what they must not: a machine of CI starts cold every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core.native import kernels
from qualitygate.metrics.lpips_net.without_torch import surely_cpu

# Runs a command in a fresh interpreter and prints, after it, every module that was loaded.
PROBE = """
import atexit, json, os, sys
program, *arguments = json.loads(sys.argv[1])
sys.argv = [program, *arguments]
def told(code=0):
    sys.stdout.flush()
    print("\\nLOADED " + json.dumps(sorted(sys.modules)), flush=True)
    assert code in (0, None), code
os._exit = told
from qualitygate import __main__ as programs
try:
    getattr(programs, {"qualitygate": "main", "validate-lut": "validate_lut"}[program])()
except SystemExit as stop:
    told(stop.code)
"""

FRAMEWORKS = {
    "torch",
    "skimage",
    "scipy",
    "colour",
    "imagecodecs",
    "pillow_heif",
    "pillow_jxl",
    "httpx",
    "PyOpenColorIO",
}
# Documents, postmortems and styled text, whose libraries take as long to load as a picture takes to decode.
DOCUMENTS = {"rich", "jinja2", "markdown_it", "msgspec", "rfc8785", "filelock"}
# What the standard library has that takes as long as decoding a thumbnail, each, and that a run of one pair needs none
# of: reading metadata of packages, logging, processes, temporary files.
SLOW = {
    "importlib.metadata", "importlib.resources", "email", "zipfile", "logging", "concurrent.futures", "multiprocessing",
    "subprocess", "tempfile", "socket", "difflib", "decimal", "filecmp", "traceback", "safetensors",
}  # fmt: skip
# Rooms and porches of other runs.
OTHERS = {
    "qualitygate.luts", "qualitygate.palette", "qualitygate.core.palette", "qualitygate.core.lut_use",
    "qualitygate.corridor.batch", "qualitygate.corridor.palette", "qualitygate.corridor.lut_task",
    "qualitygate.policy.palette_model", "qualitygate.policy.lut_sets", "qualitygate.vcs.history",
    "qualitygate.planning.picture_changes", "qualitygate.core.geometry", "qualitygate.core.exhibit",
    "qualitygate.decode.icc",
    "qualitygate.decode.jpeg", "qualitygate.decode.tiff", "qualitygate.decode.heif", "qualitygate.decode.extent",
    "qualitygate.executors.process_pool", "qualitygate.metrics.lpips_net.forward",
    "qualitygate.metrics.lpips_net.regions", "qualitygate.steps.audit", "qualitygate.proving", "qualitygate.exhibiting",
}  # fmt: skip
FAILURE = {
    "qualitygate.incident_opening",
    "qualitygate.incidents.ledger",
    "qualitygate.imaging",
    "qualitygate.notifiers",
}


def loaded_by(directory: Path, *command: str, colour: bool = False) -> set[str]:
    """Names of the modules that are loaded after a command, their packages included."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("QUALITYGATE_", "GITHUB_"))}
    environ |= {"NO_COLOR": "" if colour else "1", "QUALITYGATE_CACHE": str(directory / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(command)],
        capture_output=True, text=True, check=False, cwd=directory, env=environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[:2000] + done.stderr
    return set(json.loads(done.stdout.rpartition("LOADED ")[2]))


def pictures(directory: Path) -> tuple[Path, Path]:
    """Two directories with one and the same picture."""
    slope = np.add.outer(np.arange(96), np.arange(128)).astype(np.uint8)
    for name in ("reference", "candidate"):
        (directory / name).mkdir()
        Pillow.fromarray(np.dstack([slope] * 3)).save(directory / name / "a.png")
    return directory / "reference", directory / "candidate"


def test_help_loads_no_numbers(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "qualitygate", "--help")
    assert loaded & (FRAMEWORKS | DOCUMENTS | {"numpy", "PIL", "importlib.metadata"}) == set()
    ours = {name for name in loaded if name.startswith("qualitygate")}
    assert ours <= {
        "qualitygate", "qualitygate.__main__", "qualitygate.cli", "qualitygate.cli.verbs", "qualitygate.cli.table",
        "qualitygate.core", "qualitygate.core.errors",
    }  # fmt: skip


def test_a_lut_is_validated_without_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [f"{value / 2}" for value in range(3)]
    nodes = "\n".join(f"{red} {green} {blue}" for blue in steps for green in steps for red in steps)
    (tmp_path / "a.cube").write_text(f"LUT_3D_SIZE 3\n{nodes}\n", encoding="utf-8")
    loaded = loaded_by(tmp_path, "validate-lut", "a.cube")
    assert "qualitygate.luts.cube" in loaded
    never = FRAMEWORKS | DOCUMENTS | FAILURE | {"PIL", "qualitygate.decode", "qualitygate.metrics", "qualitygate.gate"}
    assert loaded & never == set()
    # Colours and a verdict with findings cost no library for styled text, nor the texts of all codes.
    monkeypatch.setenv("FORCE_COLOR", "1")
    loaded = loaded_by(tmp_path, "validate-lut", "a.cube", colour=True)
    assert "qualitygate.reporters.terminal" in loaded
    assert loaded & (never | {"qualitygate.core.codes", "qualitygate.core.verdict"}) == set()


@pytest.mark.parametrize("profile", [(), ("--profile", "ui")])
def test_two_equal_pictures_are_compared_without_a_network_and_without_luts(
    tmp_path: Path, profile: tuple[str, ...]
) -> None:
    one, other = pictures(tmp_path)
    loaded = loaded_by(tmp_path, "qualitygate", "compare", str(one / "a.png"), str(other / "a.png"), *profile)
    assert "qualitygate.metrics.lpips" in loaded
    never = (FRAMEWORKS - _torch()) | DOCUMENTS | FAILURE | SLOW | OTHERS
    assert loaded & never == set()
    if kernels() is not None:
        assert "PIL" not in loaded, "the kernels decode it"
    assert loaded & {"qualitygate.gate", "qualitygate.luts", "qualitygate.palette", "qualitygate.vcs"} == set()


def test_a_run_that_passes_loads_nothing_for_failures(tmp_path: Path) -> None:
    one, other = pictures(tmp_path)
    loaded = loaded_by(tmp_path, "qualitygate", "check", one.name, other.name, "--profile", "ui")
    assert "qualitygate.gate" in loaded
    never = (FRAMEWORKS - _torch()) | DOCUMENTS | FAILURE | SLOW | OTHERS
    assert loaded & never == set()
    if kernels() is not None:
        assert "PIL" not in loaded, "neither for decoding nor to tell its version"


def _torch() -> set[str]:
    """torch may be loaded to find an accelerator, where there can be one."""
    loaded = sys.modules.pop("torch", None)
    try:
        return set() if surely_cpu() else {"torch"}
    finally:
        if loaded is not None:
            sys.modules["torch"] = loaded
