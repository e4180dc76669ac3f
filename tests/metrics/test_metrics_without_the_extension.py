"""The absence of the compiled extension changes no verdict: the gate over every pair there is, with it and without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qualitygate.core.native import kernels

HERE = Path(__file__).parent
FIXTURES = HERE.parent.parent / "fixtures"


def judged(tmp_path: Path, others: list[Path], **environment: str) -> dict[str, Any]:
    """What `judged_everywhere` decides in a process of its own."""
    demo = tmp_path / (environment.get("QUALITYGATE_KERNELS") or "native")
    demo.mkdir()
    known = {key: value for key, value in os.environ.items() if key != "QUALITYGATE_KERNELS"}
    told = subprocess.run(
        [sys.executable, str(HERE / "judged_everywhere.py"), str(FIXTURES), str(demo), *map(str, others)],
        env=known | environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def undecided(with_it: dict[str, Any], without: dict[str, Any]) -> list[str]:
    """What both decided differently without having marked it borderline; nothing may be on this list."""
    ours, theirs = ({tuple(one[:-1]): one[-1] for one in found["findings"]} for found in (with_it, without))
    apart = {one: (ours | theirs)[one] for one in ours.keys() ^ theirs.keys()}
    clear = [repr(one) for one, borderline in apart.items() if not borderline]
    if with_it["status"] != without["status"] and not apart:
        clear.append(f"{with_it['status']}, {without['status']}")
    return clear


@pytest.mark.slow
@pytest.mark.skipif(kernels() is None, reason="the extension is not built, or not wanted")
@pytest.mark.parametrize("pictures", ["fixtures", "odd"])
def test_no_verdict_depends_on_the_extension(pictures: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    others: list[Path] = []
    if pictures == "odd":
        corpora: Path = request.getfixturevalue("corpora")
        others = sorted(one for one in (corpora / "image" / "odd").iterdir() if one.suffix not in (".tsv", ".md"))
    native, plain = judged(tmp_path, others), judged(tmp_path, others, QUALITYGATE_KERNELS="numpy")
    assert native["kernel"].startswith("native")
    assert plain["kernel"] == "numpy"
    assert native["judged"].keys() == plain["judged"].keys()
    apart = 0.0
    for name, ours in native["judged"].items():
        theirs = plain["judged"][name]
        assert undecided(ours, theirs) == [], name
        assert ours["values"].keys() == theirs["values"].keys(), name
        for statistic, value in ours["values"].items():
            assert value == pytest.approx(theirs["values"][statistic], rel=0, abs=1e-3), (name, statistic)
            apart = max(apart, abs(value - theirs["values"][statistic]))
    # Both really ran: of so many numbers, the last digits of some differ.
    assert apart > 0
    statuses = {one["status"] for one in native["judged"].values()}
    assert statuses >= {"passed", "failed", "unmeasurable"}
    used = {kernel for one in native["judged"].values() for kernel in one["kernels"]}
    assert used == {native["kernel"]}
    assert {kernel for one in plain["judged"].values() for kernel in one["kernels"]} == {"numpy"}


def test_a_difference_would_be_noticed_unless_it_is_borderline() -> None:
    broken = {"status": "failed", "findings": [["QG-1001", "error", "ssim", "mean", 0.95, False]]}
    near = {"status": "failed", "findings": [["QG-1001", "error", "ssim", "mean", 0.95, True]]}
    held = {"status": "passed", "findings": [["QG-1005", "note", "ssim", "mean", 0.95, True]]}
    silent: dict[str, Any] = {"status": "passed", "findings": []}
    assert undecided(broken, broken) == undecided(silent, silent) == []
    assert undecided(near, held) == undecided(near, broken) == []
    assert undecided(broken, silent)
    assert undecided({"status": "failed", "findings": []}, silent)
