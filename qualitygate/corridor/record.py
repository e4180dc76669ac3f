"""The numbers of a pair as a small JSON document, and back, which is checked as if a stranger had written it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, fields
from math import isfinite
from typing import Any, get_args

from qualitygate.core.finding_level import Level
from qualitygate.core.image import Source, Subsampling
from qualitygate.core.measurement import Measurement, MetricResult, Setting
from qualitygate.core.transparency import Transparency
from qualitygate.corridor.decoding_note import Note
from qualitygate.corridor.measured import Measured, regions
from qualitygate.corridor.task import PairTask

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "bool | None": (bool, type(None)),
    "Subsampling | None": (str, type(None)),
}


def written(measured: Measured) -> bytes:
    """A document that holds everything but the names of the files.

    Raises:
        ValueError: A number in it is not finite, or a metric gave none.
    """
    document = {
        "reference": _source(measured.reference),
        "candidate": _source(measured.candidate),
        "results": {name: _result(result) for name, result in measured.results.items()},
        "regions": measured.regions,
        "notes": [{**asdict(note), "level": note.level.value} for note in measured.notes],
        "moved": measured.moved,
        "alpha": astuple(measured.alpha),
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def read(document: bytes, task: PairTask) -> Measured | None:
    """What a document says of a pair; None where it is not what `written` gives for such a task."""
    try:
        return _measured(json.loads(document), task)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _measured(data: Any, task: PairTask) -> Measured:
    ours, theirs = task.names
    results = data["results"]
    _require(list(results) == [metric.spec.name for metric in task.metrics])
    within = tuple(
        {_text(name): _numbers(values) for name, values in region.items()} for region in _list(data["regions"])
    )
    _require(len(within) == len(regions(task)))
    moved = data["moved"]
    return Measured(
        _read_source(data["reference"], ours),
        _read_source(data["candidate"], theirs),
        {name: _read_result(name, result) for name, result in results.items()},
        within,
        tuple(_read_note(note) for note in _list(data["notes"])),
        None if moved is None else _text(moved),
        _read_alpha(data["alpha"]),
    )


def _source(source: Source) -> dict[str, object]:
    return {field.name: getattr(source, field.name) for field in fields(Source) if field.name != "name"}


def _read_source(data: Any, name: str) -> Source:
    expected = {field.name: str(field.type) for field in fields(Source) if field.name != "name"}
    _require(data.keys() == expected.keys())
    for key, kind in expected.items():
        if key != "settings":
            _require(type(data[key]) in _TYPES[kind])
    _require(data["subsampling"] is None or data["subsampling"] in get_args(Subsampling))
    return Source(**{**data, "name": name, "settings": _settings(data["settings"])})


def _result(result: MetricResult) -> dict[str, object]:
    if not isinstance(result, Measurement):
        raise ValueError("no number")
    values = {name: float(value) for name, value in result.values.items()}
    return {"values": values, "unit": result.unit, "settings": dict(result.settings), "origin": result.origin}


def _read_result(name: str, data: Any) -> Measurement:
    row, column = data["origin"]
    _require(type(row) is int and type(column) is int)
    values, settings = _numbers(data["values"]), _settings(data["settings"])
    return Measurement(name, values, _text(data["unit"]), settings, None, (row, column))


def _read_note(data: Any) -> Note:
    value = data["value"]
    return Note(
        _text(data["code"]),
        Level(data["level"]),
        _text(data["what"]),
        _text(data["detail"]),
        None if value is None else _number(value),
    )


def _read_alpha(data: Any) -> Transparency:
    largest, mean, missing = (_number(value) for value in _list(data))
    return Transparency(largest, mean, missing)


def _settings(data: Any) -> dict[str, Setting]:
    _require(all(value is None or type(value) in (str, int, float, bool) for value in data.values()))
    return {_text(key): value for key, value in data.items()}


def _numbers(data: Mapping[str, Any]) -> dict[str, float]:
    return {_text(name): _number(value) for name, value in data.items()}


def _number(value: Any) -> float:
    _require(type(value) is float and isfinite(value))
    return float(value)


def _text(value: Any) -> str:
    _require(type(value) is str)
    return str(value)


def _list(value: Any) -> list[Any]:
    _require(type(value) is list)
    return list(value)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not a document of ours")
