from __future__ import annotations

import sys
from pathlib import Path

import pytest
from reporters_samples import passed_report, view

from qualitygate import reporters
from qualitygate.core.errors import ConfigError
from qualitygate.core.plugins import provided


@pytest.mark.parametrize("name", sorted(reporters.TABLE))
def test_every_reporter_renders(name: str) -> None:
    assert reporters.reporter(name).render(passed_report(), view()).text


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="known formats: text, json, github"):
        reporters.reporter("yaml")


def test_a_plugin_is_found_and_a_collision_refused(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    def provide(name: str) -> None:
        written = tmp_path / name / "plug_in-1.0.dist-info"
        written.mkdir(parents=True)
        (written / "METADATA").write_text("Metadata-Version: 2.1\nName: plug-in\nVersion: 1.0\n")
        (written / "entry_points.txt").write_text(
            f"[qualitygate.reporters]\n{name} = qualitygate.reporters.text:Text\n"
        )
        monkeypatch.setattr(sys, "path", [str(tmp_path / name), *before])
        provided.cache_clear()

    before = list(sys.path)
    request.addfinalizer(provided.cache_clear)
    provide("plain")
    assert type(reporters.reporter("plain")).__name__ == "Text"
    provide("json")
    with pytest.raises(ConfigError) as caught:
        reporters.names()
    assert caught.value.code == "QG-1411"
