"""The manifests of the corpora, at the time tests are collected."""

from __future__ import annotations

import csv
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def rows(kind: str) -> list[dict[str, str]]:
    """Rows of `image/<kind>/manifest.tsv`; none where the corpora are absent."""
    root = Path(os.environ.get("QUALITYGATE_CORPORA", ROOT.parent / "shared" / "corpora"))
    path = root / "image" / kind / "manifest.tsv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))
