"""Waivers of changes: in the change, after its merge, and after their last day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from audit_repository import BRAND, CONFIG, Shop

from qualitygate.core.errors import ConfigError

WAIVER = """[[waiver]]
change = "profile brand: delta_e_2000.max"
to = "fail 12"
reason = "the new camera"
owner = "Imaging team"
approved_by = "Brand board"
expires = 2025-11-15
"""
FILE = "thresholds/waivers.toml"
LATER = date(2025, 11, 16)


@pytest.fixture
def loosened(made: Shop) -> Shop:
    made.write("thresholds/brand.toml", BRAND.replace("9.0", "12.0"))
    made.write(FILE, WAIVER)
    return made


def codes(found: Any) -> list[tuple[str, str]]:
    return [(one.code, one.level.value) for one in found.findings]


def test_a_waiver_covers_it(loosened: Shop) -> None:
    found = loosened.audit()
    assert found.passed
    assert codes(found) == [("QG-1811", "warning")]
    assert "waived until 2025-11-15, approved by Brand board: the new camera" in found.findings[0].message


def test_it_cannot_cover_a_later_loosening(loosened: Shop) -> None:
    loosened.merge()
    loosened.write("thresholds/brand.toml", BRAND.replace("9.0", "20.0"))
    found = loosened.audit()
    assert codes(found) == [("QG-1800", "error"), ("QG-1810", "error")]
    assert "bound to fail 12, and this change makes it fail 20" in found.findings[1].message


def test_after_the_merge_it_runs_and_then_it_fails(loosened: Shop) -> None:
    loosened.merge()
    assert codes(loosened.audit()) == [("QG-1811", "note")]
    found = loosened.audit(today=LATER)
    assert codes(found) == [("QG-1812", "error")]
    said = "was waived until 2025-11-15, still loosened: profile brand: delta_e_2000.max is fail 12"
    assert said in found.findings[0].message
    assert (found.findings[0].path, found.findings[0].line) == (FILE, 1)
    loosened.write("thresholds/brand.toml", BRAND)
    assert codes(loosened.audit(today=LATER)) == [("QG-1813", "warning")]
    loosened.edit(FILE, "2025-11-15", "2026-01-15")
    loosened.write("thresholds/brand.toml", BRAND.replace("9.0", "12.0"))
    assert codes(loosened.audit(today=LATER)) == [("QG-1811", "note")]  # renewed


def test_deleting_the_waiver_makes_it_last_and_is_told(loosened: Shop) -> None:
    loosened.merge()
    (loosened.top / FILE).unlink()
    found = loosened.audit(today=LATER)
    assert found.passed
    assert codes(found) == [("QG-1814", "warning")]
    loosened.merge()
    assert codes(loosened.audit(today=LATER)) == []


def test_what_is_gone_is_waived_and_missed(made: Shop) -> None:
    made.write("thresholds/brand.toml", BRAND.replace("max = { fail = 9.0 }\n", ""))
    made.write(FILE, WAIVER.replace("fail 12", "none"))
    assert made.audit().passed
    made.merge()
    assert codes(made.audit(today=LATER)) == [("QG-1812", "error")]


BOARD = '\n[incident]\ncontrol_board = ["@Lead"]\n'


@pytest.mark.parametrize(("name", "holds"), [("Brand board", False), ("lead", True)])
def test_the_board_of_the_base_approves(made: Shop, name: str, holds: bool) -> None:
    made.write("qualitygate.toml", CONFIG + BOARD)
    made.merge()
    made.write("thresholds/brand.toml", BRAND.replace("9.0", "12.0"))
    made.write(FILE, WAIVER.replace("Brand board", name))
    assert made.audit().passed is holds
    for config in (CONFIG, CONFIG + BOARD.replace("@Lead", "Brand board")):  # no change names its own board
        made.write("qualitygate.toml", config)
        covered = [one.waiver is not None for one in made.audit().answers if one.entry.kind == "limit"]
        assert covered == [holds and config == CONFIG]


def test_a_waiver_of_another_day_in_a_nested_configuration(made: Shop) -> None:
    """Waivers of changes stand beside the configuration that they are about."""
    for name in ("approved/a.png", "build/a.png"):
        made.write(f"site/{name}", (made.top / "approved/coffee.png").read_bytes())
    made.write("site/qualitygate.toml", CONFIG)
    made.write("site/thresholds/brand.toml", BRAND)
    made.merge()
    made.write("site/thresholds/brand.toml", BRAND.replace("9.0", "12.0"))
    made.write(FILE, WAIVER)
    assert not made.audit(below="site").passed
    made.write(f"site/{FILE}", WAIVER)
    assert made.audit(below="site").passed
    assert made.audit(below="site").waivers == "site/thresholds/waivers.toml"


def test_the_printed_block_is_what_is_needed(made: Shop, command_line: Callable[..., Any]) -> None:
    """Paste it, be refused; fill it in, be let through."""
    made.write("thresholds/brand.toml", BRAND.replace("9.0", "12.0"))
    done = command_line("audit", "--base", "main", "--no-measure")
    assert done.code == 1
    block = done.out[done.out.index("[[waiver]]") : done.out.index("\n\n1 looser")]
    made.write(FILE, block)
    done = command_line("audit", "--base", "main", "--no-measure")
    assert (done.code, done.out) == (2, "")
    assert "`reason`, `owner`, `approved_by` and `expires` are empty" in done.err
    with pytest.raises(ConfigError):
        made.audit()
    for key, value in (("reason", "r"), ("owner", "a"), ("approved_by", "b")):
        block = block.replace(f'{key} = ""', f'{key} = "{value}"')
    made.write(FILE, block.replace('expires = ""', "expires = 2025-12-01"))
    done = command_line("audit", "--base", "main", "--no-measure")
    assert (done.code, done.err) == (0, "")
    assert "waived until 2025-12-01, approved by b: r" in done.out
    assert done.out.endswith("1 waived: passes\n")


def test_waivers_of_cases_are_left_to_prove(made: Shop) -> None:
    made.write(FILE, WAIVER.replace('change = "profile brand: delta_e_2000.max"\nto = "fail 12"',
                                    'incident = "PM-2025-09-27-01"\ncheck = "QG-1001/delta_e_2000/p50"'))  # fmt: skip
    assert codes(made.audit()) == [("QG-1807", "note")]
    made.merge()
    assert codes(made.audit(today=LATER)) == []


@pytest.mark.parametrize("day", ['"soon"', '"15.11.2025"', "12"])
def test_what_is_no_day_says_how_a_day_is_written(loosened: Shop, day: str) -> None:
    loosened.edit(FILE, "2025-11-15", day)
    with pytest.raises(ConfigError) as caught:
        loosened.audit()
    assert caught.value.where == f"{FILE}:7"
    # A day of the past as an example would be copied, and refused.
    assert caught.value.hint == "write expires = YYYY-MM-DD, the last day it holds, at most 90 days from today"
