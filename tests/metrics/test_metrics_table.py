"""The table of metrics, and what plugins may add to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from qualitygate import metrics
from qualitygate.core.errors import ConfigError
from qualitygate.core.plugins import provided


def test_every_metric_of_the_table_bears_its_name() -> None:
    assert all(metrics.metric_class(name).spec.name == name for name in metrics.TABLE)


def test_a_plugin_is_found_and_a_collision_refused(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    def provide(name: str) -> None:
        written = tmp_path / name / "plug_in-1.0.dist-info"
        written.mkdir(parents=True)
        (written / "METADATA").write_text("Metadata-Version: 2.1\nName: plug-in\nVersion: 1.0\n")
        (written / "entry_points.txt").write_text(f"[qualitygate.metrics]\n{name} = qualitygate.metrics.ssim:Ssim\n")
        monkeypatch.setattr(sys, "path", [str(tmp_path / name), *before])
        provided.cache_clear()

    before = list(sys.path)
    request.addfinalizer(provided.cache_clear)
    provide("other")
    assert metrics.metric_class("other").__name__ == "Ssim"
    provide("lpips")
    with pytest.raises(ConfigError, match="metric 'lpips' is provided twice") as caught:
        metrics.names()
    assert caught.value.code == "QG-1411"


def test_an_unknown_metric_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="unknown metric 'psnr'") as caught:
        metrics.metric_class("psnr")
    assert caught.value.code == "QG-1408"
