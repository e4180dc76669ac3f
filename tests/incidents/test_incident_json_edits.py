"""A JSON that is broken names the file and the line."""

from __future__ import annotations

import pytest
from ledger_cases import record

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.json_edits import read_edited
from qualitygate.incidents.postmortem import to_json

SOUND = to_json(record())
COUNT = SOUND[: SOUND.index(b'"count"')].count(b"\n") + 1


@pytest.mark.parametrize(
    ("content", "code", "where", "said"),
    [
        (b"\xef\xbb\xbf" + SOUND, "QG-1759", "x.json:1", "begins with a byte order mark; save it as UTF-8 without one"),
        (SOUND.replace(b'"count": 0', b'"count": NaN'), "QG-1759", f"x.json:{COUNT}", "'NaN' is no JSON"),
        (SOUND.replace(b'"count": 0', b'"count": Infinity'), "QG-1759", f"x.json:{COUNT}", "'Infinity' is no JSON"),
        (SOUND.decode().encode("utf-16"), "QG-1750", "x.json:1", "not UTF-8"),
        (
            SOUND.replace(b'"count": 0', b'"count": 0 0'),
            "QG-1759",
            f"x.json:{COUNT}",
            "see `qualitygate postmortem schema`",
        ),
        (
            SOUND.replace(b'"count": 0', b'"count": "0"'),
            "QG-1759",
            "x.json: $.impact.count",
            "expected `int`, got `str`",
        ),
    ],
)
def test_where_it_is_broken(content: bytes, code: str, where: str, said: str) -> None:
    assert content != SOUND
    with pytest.raises(ConfigError) as caught:
        read_edited(content, where="x.json")
    assert (caught.value.code, caught.value.where) == (code, where)
    assert said in str(caught.value)


def test_a_sound_one_is_read_whatever_its_line_ends() -> None:
    assert read_edited(SOUND, where="x.json") == read_edited(SOUND.replace(b"\n", b"\r\n"), where="x.json") == record()
