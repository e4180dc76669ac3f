"""The table `[codeowners]`, read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.policy.config import load_config
from qualitygate.policy.settings import OwnershipSettings


def load(tmp_path: Path, text: str) -> OwnershipSettings:
    (tmp_path / "qualitygate.toml").write_text(text, encoding="utf-8")
    return load_config(tmp_path / "qualitygate.toml").codeowners


def test_read(tmp_path: Path) -> None:
    assert load(tmp_path, "") == OwnershipSettings()
    text = '[codeowners]\nprotected = ["luts/**"]\nowners = ["@org/brand", "@me", "me@example.org"]\n'
    assert load(tmp_path, text) == OwnershipSettings(("luts/**",), ("@org/brand", "@me", "me@example.org"))


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("owner = []", "QG-1404", "did you mean 'owners'"),
        ("protected = []", "QG-1405", "names no path"),
        ('protected = ["/luts"]', "QG-1405", "no path relative"),
        ('protected = ["a", "../luts"]', "QG-1405", "codeowners.protected[1]"),
        ('protected = ["a\\\\b"]', "QG-1405", "no path relative"),
        ('owners = ["brand"]', "QG-1405", "'brand' is no owner"),
        ('owners = ["@org/brand @x"]', "QG-1405", "is no owner"),
        ("owners = 1", "QG-1405", "array of strings"),
    ],
)
def test_refused(tmp_path: Path, line: str, code: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"[codeowners]\n{line}\n")
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "qualitygate.toml:2" in str(caught.value)
