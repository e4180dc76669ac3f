"""The numbers of a pair as a document: what is written comes back whole, what a stranger wrote does not come in."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.finding_level import Level
from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.transparency import Transparency
from qualitygate.corridor.decoding_note import Note
from qualitygate.corridor.measured import Measured
from qualitygate.corridor.record import read, written
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.ssim import Ssim
from qualitygate.policy.model import Area, Region

TASK = PairTask(
    Subject("pair", "a.png", "", "r/a.png", "c/ä.png"),
    "a",
    Path("r/a.png"),
    Path("c/ä.png"),
    (Ssim(),),
    regions=(Region("logo", Area(), ()),),
)
SOURCE = Source("r/a.png", "0" * 64, 10, "jpeg", 4, 3, 8, "Display P3", True, "4:2:0", False, {"decoder": "x", "n": 1})
MEASURED = Measured(
    SOURCE,
    replace(SOURCE, name="c/ä.png", subsampling=None, lossless=None, settings={"z": None, "ü": 0.1, "flag": True}),
    {"ssim": Measurement("ssim", {"mean": 0.1 + 0.2, "worst_tile": -1e-300}, "", {"sigma": 1.5}, None, (5, 5))},
    ({"ssim": {"mean": 1.0}},),
    (Note("QG-1107", Level.WARNING, "reference resized", "from 4x3", 0.3),),
    "",
    Transparency(255.0, 0.1 + 0.2, 1 / 257),
)


def plain(measured: Measured | None) -> tuple[object, ...]:
    """Everything of it, comparable: measurements are not, since they may hold maps."""
    assert measured is not None
    results = {
        name: (one.metric, dict(one.values), one.unit, dict(one.settings), one.origin)
        for name, one in measured.results.items()
        if isinstance(one, Measurement)
    }
    notes, regions = measured.notes, measured.regions
    return measured.reference, measured.candidate, results, regions, notes, measured.moved, measured.alpha


def test_what_is_written_comes_back_to_the_last_digit() -> None:
    assert plain(read(written(MEASURED), TASK)) == plain(MEASURED)


@given(st.floats(allow_nan=False, allow_infinity=False), st.one_of(st.none(), st.text()))
def test_any_number_and_any_text_comes_back(number: float, moved: str | None) -> None:
    one = Measurement("ssim", {"mean": number})
    measured = replace(MEASURED, results={"ssim": one}, moved=moved)
    try:
        document = written(measured)
    except UnicodeEncodeError:  # half a character is no text of ours
        return
    assert plain(read(document, TASK)) == plain(measured)


def test_names_are_those_of_the_pair_that_asks() -> None:
    renamed = replace(TASK, subject=Subject("pair", "b", "", "x/b.png", "y/b.png"))
    found = read(written(MEASURED), renamed)
    assert found is not None
    assert (found.reference.name, found.candidate.name) == ("x/b.png", "y/b.png")


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_what_is_no_number_is_not_written(number: float) -> None:
    measured = replace(MEASURED, results={"ssim": Measurement("ssim", {"mean": number})})
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(measured)
    with pytest.raises(ValueError, match="no number"):
        written(replace(MEASURED, results={"ssim": Unmeasurable("QG-1303", "nothing is left")}))


def changed(path: tuple[str | int, ...], value: Any) -> bytes:
    document = json.loads(written(MEASURED))
    part = document
    for step in path[:-1]:
        part = part[step]
    if value is KeyError:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("results", "ssim", "values", "mean"), nan),
        (("results", "ssim", "values", "mean"), inf),
        (("results", "ssim", "values", "mean"), "1.0"),
        (("results", "ssim", "values", "mean"), True),
        (("results", "ssim", "values", "mean"), None),
        (("results", "ssim", "values"), []),
        (("results", "ssim", "origin"), [5]),
        (("alpha",), KeyError),
        (("alpha",), [255.0, 1.0]),
        (("alpha",), [255.0, 1.0, nan]),
        (("alpha", 0), 255),
        (("results", "ssim", "settings", "sigma"), {}),
        (("results", "ssim"), KeyError),
        (("results", "lpips"), {}),
        (("results",), []),
        (("regions",), []),
        (("regions", 0, "ssim", "mean"), nan),
        (("notes",), {}),
        (("notes", 0, "level"), "fatal"),
        (("notes", 0, "what"), 7),
        (("moved",), 7),
        (("reference", "width"), "4"),
        (("reference", "subsampling"), "4:9:9"),
        (("reference", "sha256"), KeyError),
        (("reference", "name"), "smuggled"),
        (("candidate",), None),
    ],
)
def test_a_document_that_is_not_ours_is_none(path: tuple[str | int, ...], value: Any) -> None:
    assert read(changed(path, value), TASK) is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"7", b"\xff", b"[" * 100_000, b'{"reference":1}'])
def test_bytes_that_are_no_document_are_none(text: bytes) -> None:
    assert read(text, TASK) is None


def test_another_set_of_metrics_or_regions_is_not_answered() -> None:
    assert read(written(MEASURED), replace(TASK, regions=())) is None
    assert read(written(MEASURED), replace(TASK, metrics=(Ssim(), Ssim()))) is None
