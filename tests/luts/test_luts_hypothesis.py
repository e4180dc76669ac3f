"""Whatever the bytes, the readers give a verdict: never an exception, never a table that is not finite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lut_samples import SAMPLES, png

from qualitygate import luts
from qualitygate.luts.apply import apply

OWN = sorted({f".{name.rpartition('.')[2]}" for name in SAMPLES} | {".png"})
WORDS = (
    'LUT_3D_SIZE 2|LUT_1D_SIZE 2|DOMAIN_MIN|LUT_1D_INPUT_RANGE 0 1|TITLE|"|Version 1|From 0 1|Length 2|Components 3|{|}'
    "|SPILUT 1.0|3 3|2 2 2|CSPLUTV100|3D|1D|2|3DMESH|Mesh 2 10|0 0 0|1 1 1|0 1|nan|1e999|-|0,5|#| "
)
PIECES = [*WORDS.split("|"), "\t", "\n", "\r\n", "\r", "\x00"]
QUICK = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def check(data: bytes, name: str) -> None:
    result = luts.parse(data, name)
    assert result.accepted == (result.lut is not None)
    if result.lut is None:
        assert result.findings[0].code.startswith("QG-16")
        assert result.findings[0].message.isprintable()
        line = result.findings[0].line
        assert line is None or 1 <= line <= data.count(b"\n") + data.count(b"\r") + 1
    else:
        assert np.isfinite(apply(result.lut, np.array([[0.0, 0.5, 1.0], [-1.0, 2.0, 0.25]]))).all()


@pytest.mark.parametrize("extension", OWN)
@QUICK
@given(data=st.binary(max_size=300))
def test_any_bytes(extension: str, data: bytes) -> None:
    check(data, f"a{extension}")


@pytest.mark.parametrize("extension", [e for e in OWN if e != ".png"])
@QUICK
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40), joint=st.sampled_from(["\n", " ", ""]))
def test_any_words_of_the_formats(extension: str, pieces: list[str], joint: str) -> None:
    check(joint.join(pieces).encode(), f"a{extension}")


@pytest.mark.parametrize("name", SAMPLES)
@QUICK
@given(
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 2), st.binary(min_size=1, max_size=3)), min_size=1, max_size=4
    )
)
def test_samples_with_bytes_changed(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = SAMPLES[name].encode()
    for place, removed, inserted in edits:
        at = int(place * len(data))
        data = data[:at] + inserted + data[at + removed :]
    check(data, name)


@QUICK
@given(place=st.floats(0, 1), byte=st.binary(min_size=1, max_size=2), depth=st.sampled_from([np.uint8, np.uint16]))
def test_pictures_with_bytes_changed(place: float, byte: bytes, depth: type) -> None:
    data = png(np.arange(192).astype(depth).reshape(8, 8, 3))
    at = int(place * (len(data) - 1))
    check(data[:at] + byte + data[at + 1 :], "a.png")


@QUICK
@given(data=st.data())
def test_numbers_are_those_of_float(data: st.DataObject) -> None:
    number = st.floats(-1e9, 1e9).map(
        lambda v: data.draw(st.sampled_from(["{:.6f}", "{:.12g}", "{!r}", "{:+.3e}", "{:8.4f}"])).format(v)
    )
    tokens = data.draw(st.lists(number, min_size=6, max_size=6))
    text = f"LUT_1D_SIZE 2\n{' '.join(tokens[:3])}\n{' '.join(tokens[3:])}\n"
    lut = luts.parse(text.encode(), "a.cube").lut
    assert lut is not None
    assert lut.table.ravel().tolist() == [float(token) for token in tokens]
