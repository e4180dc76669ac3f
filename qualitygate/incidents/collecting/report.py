"""The metric report as evidence, and the heat maps that it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.masking import mask
from qualitygate.incidents.collecting.opening import Digest
from qualitygate.incidents.evidence import file_name

NAME = "report.json"
MAX_BYTES = 20_000_000
MAX_STORED_BYTES = 2_000_000
_SCHEMAS = ("qualitygate.check/", "qualitygate.compare/", "qualitygate.lut/")


def gather_report(content: bytes | Digest, subject: str) -> tuple[Gathered, dict[str, str]]:
    """The report, and for each subject of it the path of its heat map, as the report gives it.

    Args:
        content: Bytes of the file, or only its digest where it has more than `MAX_BYTES`.
        subject: Its path.

    Raises:
        ConfigError: QG-1793, it is no report of this gate.
    """
    if isinstance(content, Digest):
        left_out = f"larger than {MAX_BYTES:,} bytes, not read"
        return Gathered("metric_report", NAME, None, *content, subject=subject, left_out=left_out), {}
    value = _decoded(content, subject)
    sha256, size = hashlib.sha256(content).hexdigest(), len(content)
    pairs = value.get("pairs")
    heat_maps = {
        str(pair["id"]): str(pair["heat_map"])
        for pair in (pairs if isinstance(pairs, list) else ())
        if isinstance(pair, dict) and pair.get("id") and pair.get("heat_map")
    }
    masked = mask(content.decode("utf-8-sig"))
    if size > MAX_STORED_BYTES or not _is_json(masked.text):
        left_out = f"larger than {MAX_STORED_BYTES:,} bytes, not stored" if size > MAX_STORED_BYTES else "not stored"
        return Gathered("metric_report", NAME, None, sha256, size, subject, masked.counts, left_out), heat_maps
    stored = masked.text.encode()
    return Gathered("metric_report", NAME, stored, sha256, size, subject, masked.counts), heat_maps


def gather_heat_map(subject: str, content: bytes) -> Gathered:
    """One heat map, under the name that `check` gives it."""
    return Gathered("heat_map", file_name(subject), content, hashlib.sha256(content).hexdigest(), len(content), subject)


def _decoded(content: bytes, where: str) -> Mapping[str, object]:
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        value = None
    schema = value.get("schema") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not str(schema).startswith(_SCHEMAS):
        raise ConfigError(
            "is no report of this gate",
            code="QG-1793",
            where=where,
            hint="write one by `qualitygate check --format json -o FILE`",
        )
    return value


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
