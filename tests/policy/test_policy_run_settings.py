"""`[run]`: sizes as people write them, a cache that may be switched off, and clear errors for the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.policy.config import load_config
from qualitygate.policy.run_settings import RunSettings, size_of


def settings(tmp_path: Path, text: str) -> RunSettings:
    (tmp_path / "qualitygate.toml").write_text(f"[run]\n{text}\n", encoding="utf-8")
    return load_config(tmp_path / "qualitygate.toml").run


def test_defaults_and_values(tmp_path: Path) -> None:
    assert settings(tmp_path, "workers = 2") == RunSettings()
    found = settings(tmp_path, 'memory = "1.5 GiB"\ncache = "mein Übermut"\ncache_size = "20 MB"')
    assert found == RunSettings(1536 * 1024**2, tmp_path / "mein Übermut", True, 20_000_000)
    assert settings(tmp_path, "cache = false").cached is False
    assert settings(tmp_path, "cache = true") == RunSettings()


@pytest.mark.parametrize(
    ("text", "size"),
    [("1.5 GiB", 1610612736), ("800MB", 800_000_000), ("2 gb", 2_000_000_000), (100_000_000, 100_000_000),
     ("90000 kib", 92160000), ("64 MiB", 67108864)],
)  # fmt: skip
def test_sizes(text: object, size: int) -> None:
    assert size_of(text, 1) == size


@pytest.mark.parametrize(
    "text", ["", "much", "1.5", "-1 GB", "1 GiBi", "1e3 MB", "1,5 GB", "12 MB", 0, True, 1.5, [], "٣ GB"]
)
def test_what_is_no_size_or_too_small_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"size|small"):
        size_of(text, 64 * 1024**2)


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ('memory = "much"', "QG-1405", "1.5 GiB"),
        ('memory = "1 MB"', "QG-1405", "too small"),
        ("memory = true", "QG-1405", "no size"),
        ('cache_size = "1 KB"', "QG-1405", "too small"),
        ("cache = 3", "QG-1405", "string"),
        ('cache = ""', "QG-1405", "empty"),
        ('cache = "~nobody-of-this-name/x"', "QG-1405", "no home directory is known for ~nobody-of-this-name"),
        ('memroy = "1 GB"', "QG-1404", "memory"),
    ],
)
def test_wrong_values_are_one_clear_error(tmp_path: Path, text: str, code: str, word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text)
    assert caught.value.code == code
    assert word in str(caught.value)
    assert "qualitygate.toml:2" in str(caught.value)
