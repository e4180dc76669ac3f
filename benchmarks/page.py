"""The generated parts of `docs/performance.md`, between markers, and what its table said before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.row import HEADER, Row
from benchmarks.surroundings import kind

PARTS = ("table", "growth", "shares", "missed")
# How much worse a ratio may be than it was before somebody is told.
TOLERANCE = 0.3
_VERSION = re.compile(r" \d[\w.]*")


class PageError(Exception):
    """The page lacks a marker."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a page says.

    Attributes:
        machine: On what it was measured; empty where the page does not tell.
        ratios: What and beside what, without versions, to the ratio.
    """

    machine: str
    ratios: Mapping[tuple[str, str], float]


def with_parts(page: str, parts: Mapping[str, str]) -> str:
    """The page with other text between its markers.

    Args:
        page: Markdown with `<!-- benchmarks: NAME -->` and `<!-- end of NAME -->` once for every part.
        parts: Name to Markdown.

    Raises:
        PageError: A marker is missing, or stands more than once.
    """
    for name, text in parts.items():
        begin, end = _markers(name)
        if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
            raise PageError(f"`{begin}` and then `{end}` have to stand in the page once")
        page = page[: page.index(begin) + len(begin)] + f"\n{text.strip()}\n" + page[page.index(end) :]
    return page


def table(rows: Sequence[Row], machine: str, versions: str) -> str:
    """The table with the machine and the versions above it."""
    return "\n".join([f"Measured on: {machine}.\n\nWith {versions}.\n", HEADER, *(row.text for row in rows)])


def missed(rows: Sequence[Row]) -> str:
    """What was promised and is not held, in a list."""
    promised = [row for row in rows if row.promise]
    short = [row for row in promised if row.missed]
    if not short:
        return f"All {len(promised)} promises of the table were held in that run."
    said = f"{len(short)} of {len(promised)} promises of the table were missed in that run:"
    return "\n".join(
        [said, "", *(f"- {row.what}, beside {row.peer}: {row.ratio:.2f}, promised {row.promise}" for row in short)]
    )


def read(page: str) -> Table:
    """The table that stands in a page.

    Raises:
        PageError: There is none.
    """
    begin, end = _markers("table")
    if begin not in page or end not in page:
        raise PageError(f"`{begin}` and `{end}` do not stand in the page")
    text = page[page.index(begin) : page.index(end)]
    told = re.search(r"^Measured on: (.*)\.$", text, re.MULTILINE)
    ratios = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        number = re.match(r"\d+(\.\d+)?", cells[4]) if len(cells) == 6 else None
        if number is not None:
            ratios[_key(cells[0], cells[1])] = float(number[0])
    return Table(told[1] if told else "", ratios)


def elsewhere(before: Table, machine: str) -> str:
    """Why ratios cannot be compared with those of a table; empty where they can."""
    if kind(before.machine) == kind(machine):
        return ""
    return f"not compared with the table: that is of {before.machine or 'an unknown machine'}, this is {machine}"


def worse(rows: Sequence[Row], before: Table) -> list[str]:
    """Rows whose ratio is worse than it was by more than `TOLERANCE`."""
    found = []
    for row in rows:
        was = before.ratios.get(_key(row.what, row.peer))
        if was is None:
            continue
        less, more = (row.ratio, was) if row.more_is_better else (was, row.ratio)
        if less * (1 + TOLERANCE) < more:
            found.append(f"worse: {row.what} beside {row.peer}: {row.ratio:.2f}, in the table {was:.2f}")
    return found


def _key(what: str, peer: str) -> tuple[str, str]:
    return _VERSION.sub("", what) if what.startswith("decoding") else what, _VERSION.sub("", peer)


def _markers(name: str) -> tuple[str, str]:
    return f"<!-- benchmarks: {name} -->", f"<!-- end of {name} -->"
