"""A postmortem's JSON that somebody edited by hand: read strictly, and held against what only events may change."""

from __future__ import annotations

import codecs
import difflib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.flaws import flaws
from qualitygate.incidents.postmortem import Postmortem, from_json

MAX_BYTES = 5_000_000
_TEXT = frozenset({"lang", "title", "stakeholders", "timeline", "rca", "actions", "lessons", "sections"})
_MARKER = re.compile(rb"^(?:<{7}|>{7})(?: |\r?$)", re.MULTILINE)
_AT = re.compile(r"\(byte (\d+)\)")
_WORD = re.compile(rb"-?\w+|.", re.DOTALL)
_PATH = re.compile(r"(.*?) - at `(.*)`", re.DOTALL)
_HINT = "see `qualitygate postmortem schema`, or restore the file from git"
_INSTEAD = {
    "severity": "use `qualitygate incident escalate {id} --severity … --reason …`",
    "kind": "use `qualitygate incident escalate {id} --kind … --reason …`",
    "state": "see `qualitygate incident next {id}`",
    "times": "a time is set by the step it belongs to: `qualitygate incident … --at TIME`",
    "impact": "use `qualitygate incident impact {id} --count … --source …`",
    "evidence": "use `qualitygate evidence collect {id}`",
    "approvals": "use `qualitygate incident approve {id}`",
    "mitigation": "use `qualitygate incident mitigate {id}`",
    "proof": "use `qualitygate prove {id}`",
    "merged_into": "use `qualitygate incident merge {id}`",
}


def read_edited(content: bytes, *, where: str) -> Postmortem:
    """The record in a JSON file, without tolerance: what a later version may pass over, here is a typing error.

    Raises:
        ConfigError: QG-1750, not UTF-8 or too large; QG-1751, git left a conflict in it; QG-1759, no JSON, a key that
            is unknown or there twice, a value of another type, or a time that no calendar has.
    """
    if len(content) > MAX_BYTES:
        raise ConfigError(
            f"the file has {len(content):,} bytes, more than a postmortem can have",
            code="QG-1750",
            where=where,
            hint="restore it from git",
        )
    if marker := _MARKER.search(content):
        raise ConfigError(
            "an unresolved git conflict",
            code="QG-1751",
            where=f"{where}:{_line(content, marker.start())}",
            hint="keep one side, or both, and remove the markers",
        )
    if content.startswith(codecs.BOM_UTF8):
        raise _broken("the file begins with a byte order mark", f"{where}:1", "save it as UTF-8 without one")
    try:
        raw = json.loads(content.decode(), object_pairs_hook=_unique)
        record = from_json(content)
    except UnicodeDecodeError as error:
        line = _line(content, error.start)
        raise ConfigError(
            "the file is not UTF-8", code="QG-1750", where=f"{where}:{line}", hint="save it as UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        raise _broken(error.msg[:1].lower() + error.msg[1:], f"{where}:{error.lineno}") from error
    except msgspec.ValidationError as error:
        found = _PATH.fullmatch(str(error))
        message, path = (found[1], found[2]) if found else (str(error), "$")
        raise _broken(message[:1].lower() + message[1:], f"{where}: {path}") from error
    except msgspec.DecodeError as error:  # what the strict reader minds, and `json` does not: NaN, Infinity
        found = _AT.search(str(error))
        raise _broken(*(_no_json(content, int(found[1]), where) if found else (str(error), where))) from error
    except RecursionError as error:
        raise _broken("it is nested too deep", where) from error
    except ValueError as error:
        raise _broken(str(error), where) from error
    for path, allowed in _unknown(raw, msgspec.to_builtins(record), "$"):
        near = difflib.get_close_matches(path.rpartition(".")[2], allowed, 1)
        raise _broken("there is no such key", f"{where}: {path}", f"did you mean {near[0]!r}?" if near else _HINT)
    _check_edges(record, where)
    for flaw in flaws(record):
        right = "write 2025-09-27T04:12:00Z" if "T" in flaw.text else "write 2025-10-01"
        raise _broken(f"{flaw.text!r} {flaw.why}", f"{where}: {flaw.path}", right)
    return record


def check_facts(edited: Postmortem, known: Postmortem, *, where: str) -> None:
    """Refuse what only events may change.

    Args:
        edited: The record in the JSON.
        known: What the log said when that JSON was written.

    Raises:
        ConfigError: QG-1758, an id, a time, a state or another fact differs; the message names the command for it.
    """
    now, before = msgspec.to_builtins(edited), msgspec.to_builtins(known)
    for name in before:
        if name in _TEXT:
            continue
        for path, value, was in _differences(now[name], before[name], f"$.{name}"):
            if path == "$.impact.summary":
                continue
            instead = _INSTEAD.get(name, "undo it: this never changes, or is made from the log")
            raise ConfigError(
                f"{_shown(value)} stands where the log says {_shown(was)}, and only events change that",
                code="QG-1758",
                where=f"{where}: {path}",
                hint=instead.format(id=known.id),
            )


def _broken(message: str, where: str, hint: str = _HINT) -> ConfigError:
    return ConfigError(message, code="QG-1759", where=where, hint=hint)


def _no_json(content: bytes, position: int, where: str) -> tuple[str, str]:
    """What stands at a position and is no JSON, and where that is."""
    word = _WORD.match(content, position)
    found = word[0].decode("ascii", "backslashreplace") if word else ""
    return f"{found!r} is no JSON", f"{where}:{_line(content, position)}"


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name in found if [key for key, _ in pairs].count(name) > 1)
        raise ValueError(f"the key {twice!r} stands there twice in one object")
    return found


def _unknown(raw: Any, known: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    """Paths of keys that were read over, each with the keys there are."""
    if isinstance(raw, dict) and isinstance(known, Mapping):
        for name, value in raw.items():
            if name in known:
                yield from _unknown(value, known[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}", list(known)
    elif isinstance(raw, list) and isinstance(known, list | tuple):
        for number, (value, other) in enumerate(zip(raw, known, strict=True)):
            yield from _unknown(value, other, f"{path}[{number}]")


def _differences(now: Any, before: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(now, dict) and isinstance(before, dict):
        for name in before:
            yield from _differences(now.get(name), before[name], f"{path}.{name}")
    elif now != before:
        yield path, now, before


def _shown(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _check_edges(record: Postmortem, where: str) -> None:
    number = len(record.rca.causes)
    for position, edge in enumerate(record.rca.edges):
        if max(edge.from_, edge.to) >= number:
            message = f"the arrow goes from {edge.from_} to {edge.to}, and the causes are 0 to {number - 1}"
            raise _broken(message if number else "there are no causes", f"{where}: $.rca.edges[{position}]")
