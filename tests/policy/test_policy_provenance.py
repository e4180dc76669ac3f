"""Provenance sidecars: read back as written, and read strictly."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.errors import ConfigError
from qualitygate.policy.provenance import Provenance, parse_provenance, read_provenance, sidecar_of

SCHEMA = json.loads(files("qualitygate").joinpath("schemas/reference.schema.json").read_text(encoding="utf-8"))
GOOD = Provenance("coffee.png", "a" * 64, "b" * 64, "2026-11-20T09:30:00Z", "brand owner", "spring look",
                  {"model": "sdxl 1.0", "gpu": "H100"}, "1234", "PM-2025-09-27-01")  # fmt: skip

_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


@given(
    st.builds(
        Provenance,
        file=_text,
        sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        previous_sha256=st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        approved=st.sampled_from(["2026-11-20T09:30:00Z", "2026-11-20T09:30:00.25+02:00"]),
        approved_by=_text,
        reason=_text,
        stack=st.dictionaries(_text, _text, max_size=4),
        seed=st.none() | _text,
        incident=st.none() | st.just("PM-2025-09-27-01"),
    )
)
def test_it_is_read_back_as_written_and_agrees_with_its_schema(known: Provenance) -> None:
    text = known.to_json()
    assert parse_provenance(text.encode(), "x") == known
    jsonschema.validate(json.loads(text), SCHEMA)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": "qualitygate.reference/2"}, "schema"),
        ({"sha256": "A" * 64}, "`sha256`"),
        ({"sha256": None}, "`sha256`"),
        ({"previous_sha256": "b" * 63}, "`previous_sha256`"),
        ({"approved": "2026-11-20"}, "`approved`"),
        ({"approved": "2026-13-20T09:30:00Z"}, "`approved`"),
        ({"approved": "2026-11-20T09:30:00"}, "`approved`"),
        ({"approved_by": " "}, "`approved_by`"),
        ({"reason": 3}, "`reason`"),
        ({"stack": ["gpu"]}, "`stack`"),
        ({"stack": {"gpu": 100}}, "`stack`"),
        ({"seed": 1234}, "`seed`"),
        ({"incident": "PM-1"}, "`incident`"),
        ({"extra": "x"}, "`extra` is not a key"),
        ({"reason": ...}, "`reason` is missing"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], says: str) -> None:
    values = json.loads(GOOD.to_json()) | change
    values = {key: value for key, value in values.items() if value is not ...}
    with pytest.raises(ConfigError) as caught:
        parse_provenance(json.dumps(values).encode(), "a.png.provenance.json")
    assert (caught.value.code, caught.value.where) == ("QG-1922", "a.png.provenance.json")
    assert says in caught.value.message
    if "approved" not in change:  # a schema says little of calendars
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(values, SCHEMA)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"\xff\xfe{", b"[" * 100_000, b'{"schema": 1, "schema": 2}', b"{}" + b" " * 300_000],
    ids=["empty", "array", "null", "binary", "deep", "twice", "huge"],
)
def test_hostile_content_is_one_clear_error(content: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_provenance(content, "x")
    assert caught.value.code == "QG-1922"


def test_it_lies_beside_its_picture(tmp_path: Path) -> None:
    picture = tmp_path / "coffee.png"
    assert read_provenance(picture) is None
    sidecar_of(picture).write_text(GOOD.to_json(), encoding="utf-8")
    assert sidecar_of(picture).name == "coffee.png.provenance.json"
    assert read_provenance(picture) == GOOD


def test_line_ends_of_another_system_change_nothing(tmp_path: Path) -> None:
    assert parse_provenance(GOOD.to_json().replace("\n", "\r\n").encode(), "x") == GOOD


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    os.mkfifo(sidecar_of(picture))
    with pytest.raises(ConfigError) as caught:
        read_provenance(picture)
    assert caught.value.code == "QG-1922"
    sidecar_of(picture).unlink()
    sidecar_of(picture).symlink_to("nowhere")
    with pytest.raises(ConfigError):
        read_provenance(picture)
