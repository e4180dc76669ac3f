"""When a cell holds: pure judgement over what the gate said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.incident import IncidentKind
from qualitygate.proofs.cells import CAUGHT, FIXED, GAP, PARENT, Observation, cells_of, outcome, reproduced

CHECK = "QG-1001/delta_e_2000/p50"
OTHER = "QG-1001/ssim/mean"
PASSED = Observation("passed", values={"a.png": 0.5}, inputs={"a.png": "1"})
CAUGHT_RUN = Observation("failed", (CHECK,), {"a.png": 5.0}, 2.0, {"a.png": "1"}, ("DeltaE00 5.0 exceeds 2.0",))
MISSED = Observation("failed", (OTHER,), {"a.png": 0.5})
BROKEN = Observation("unmeasurable", messages=("half a file",))
SILENT = Observation("not_judged", note="no gate there")


def test_real_incidents_owe_four_cells_and_what_was_caught_three() -> None:
    assert cells_of(IncidentKind.REAL) == (GAP, CAUGHT, FIXED, PARENT)
    assert cells_of(IncidentKind.NEAR_MISS) == cells_of(IncidentKind.DRILL) == (CAUGHT, FIXED, PARENT)


@pytest.mark.parametrize(
    ("cell", "run", "holds"),
    [
        (GAP, PASSED, True),
        (GAP, SILENT, True),
        (GAP, CAUGHT_RUN, False),
        (GAP, MISSED, False),
        (GAP, BROKEN, False),
        (CAUGHT, CAUGHT_RUN, True),
        (CAUGHT, replace(CAUGHT_RUN, checks=(CHECK, OTHER)), True),
        (CAUGHT, MISSED, False),
        (CAUGHT, PASSED, False),
        (CAUGHT, BROKEN, False),
        (CAUGHT, SILENT, False),
        (FIXED, PASSED, True),
        (FIXED, SILENT, False),
        (FIXED, BROKEN, False),
        (FIXED, MISSED, False),
        (PARENT, PASSED, True),
        (PARENT, CAUGHT_RUN, False),
    ],
)
def test_a_cell_holds_only_as_it_must(cell, run, holds) -> None:
    assert outcome(cell, [run], CHECK).holds is holds
    assert outcome(cell, [run, run, run], CHECK).holds is holds


@pytest.mark.parametrize(
    "other",
    [PASSED, MISSED, BROKEN, replace(CAUGHT_RUN, values={"a.png": 5.1}), replace(CAUGHT_RUN, values={"b.png": 5.0})],
)
def test_any_difference_between_runs_is_flaky(other) -> None:
    found = outcome(CAUGHT, [CAUGHT_RUN, CAUGHT_RUN, other], CHECK)
    assert found.flaky
    assert not found.holds
    assert found.why.startswith("flaky: 3 runs differ")


def test_a_generator_need_not_repeat_itself_to_the_bit() -> None:
    again = replace(CAUGHT_RUN, values={"a.png": 5.2}, inputs={"a.png": "2"})
    assert outcome(CAUGHT, [CAUGHT_RUN, again], CHECK).holds


def test_a_reproduction_fails_where_the_bad_files_do_not_behave_as_they_did() -> None:
    good = [outcome(GAP, [PASSED], CHECK), outcome(CAUGHT, [CAUGHT_RUN], CHECK)]
    assert reproduced(good)
    assert reproduced([*good, outcome(FIXED, [CAUGHT_RUN], CHECK)])
    assert not reproduced([good[0], outcome(CAUGHT, [PASSED], CHECK)])
    assert not reproduced([outcome(GAP, [CAUGHT_RUN], CHECK), good[1]])
    assert not reproduced([good[0], outcome(CAUGHT, [MISSED], CHECK)])
    assert reproduced([good[0], outcome(CAUGHT, [BROKEN], CHECK)])  # what cannot be measured is no answer


RUNS = st.sampled_from([PASSED, CAUGHT_RUN, MISSED, BROKEN, SILENT])


@given(st.sampled_from([GAP, CAUGHT, FIXED, PARENT]), st.lists(RUNS, min_size=1, max_size=5))
def test_a_cell_holds_exactly_when_every_run_alone_holds_and_all_agree(cell, runs) -> None:
    found = outcome(cell, runs, CHECK)
    assert found.holds == (all(outcome(cell, [run], CHECK).holds for run in runs) and len(set(map(id, runs))) == 1)
    assert found.why
