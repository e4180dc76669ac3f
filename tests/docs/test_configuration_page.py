"""The page of the configuration has every key that is read, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.policy.config import load_config

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
SET = '[[sets]]\nreference = "r"\ncandidate = "c"\nprofile = "hero"\n'
PALETTE = '[[palettes]]\nfiles = ["f"]\ncolours = [{ name = "n", value = "#fff" }]\n'
SECTIONS = {
    "[[sets]]": "[[sets]]\n",
    "[[sets.ignore]]": f"{SET}[[sets.ignore]]\n",
    "[[sets.regions]]": f"{SET}[[sets.regions]]\n",
    "[[luts]]": "[[luts]]\n",
    "[references]": "[references]\n",
    "[[palettes]]": "[[palettes]]\n",
    "[[palettes.colours]]": "[[palettes]]\n[[palettes.colours]]\n",
    "[[palettes.regions]]": f"{PALETTE}[[palettes.regions]]\n",
    "[[palettes.ignore]]": f"{PALETTE}[[palettes.ignore]]\n",
    "[[batches]]": "[[batches]]\n",
    "[batches.limits]": '[[batches]]\ncandidate = ["c"]\nbaseline = ["b"]\n[batches.limits]\n',
    "[limits]": "[limits]\n",
    "[run]": "[run]\n",
    "[incident]": "[incident]\n",
    "[codeowners]": "[codeowners]\n",
    "[check]": "[check]\n",
}


def documented(section: str) -> dict[str, str]:
    """Key to default, as the table under a heading gives them."""
    text = PAGE.read_text(encoding="utf-8").partition(f"# `{section}`\n")[2]
    table = text.partition("\n#")[0]
    return {row[1]: row[2] for row in re.finditer(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", table, re.MULTILINE)}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_and_no_other(section: str, tmp_path: Path) -> None:
    """The reader lists the keys it knows when it meets one that resembles none of them."""
    (tmp_path / "qualitygate.toml").write_text(f"{SECTIONS[section]}zzzzzz = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "qualitygate.toml")
    assert caught.value.code == "QG-1404"
    known = str(caught.value.hint).removeprefix("known here: ").split(", ")
    assert sorted(documented(section)) == sorted(known)


def test_every_section_has_a_heading(tmp_path: Path) -> None:
    (tmp_path / "qualitygate.toml").write_text("zzzzzz = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "qualitygate.toml")
    tables = str(caught.value.hint).removeprefix("known here: ").split(", ")
    assert {section.strip("[]") for section in SECTIONS if "." not in section} == set(tables)


def test_defaults_of_the_limits_are_those_of_the_code() -> None:
    shown = {key: int(default.strip("`")) for key, default in documented("[limits]").items()}
    assert shown == {field.name: field.default for field in fields(DecodeLimits)}
