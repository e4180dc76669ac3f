"""What makes two results the same, and what does not."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from reporters_samples import WHY, failed_report, limit_finding, stepped_report

from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Finding, Level
from qualitygate.reporters import order
from qualitygate.reporters.fingerprint import fingerprint_of_unmeasured, fingerprints

BASE = limit_finding("hero/a.jpg", 5.0, 2.0)


def mark(finding: Finding) -> str:
    return fingerprints([finding])[0]


def test_this_very_digest_is_for_ever() -> None:
    """Another one would open every alert anew; count the name of the fingerprint up if it has to change."""
    assert mark(BASE) == "60fd70fa78a6e57c8ab01e0a0d438a47"


def test_what_was_measured_does_not_matter() -> None:
    other = limit_finding("hero/a.jpg", 7.25, 2.0, why=WHY, born_of="PM-2025-09-27-01", runbook="https://example.com")
    moved = replace(other, path="/home/runner/work/candidate/hero/a.jpg", message="said otherwise, postmortem x.md")
    assert mark(BASE) == mark(other) == mark(moved)


def test_what_it_is_about_does() -> None:
    others = [
        replace(BASE, subject="hero/b.jpg"),
        replace(BASE, statistic="mean"),
        replace(BASE, metric="ssim"),
        replace(BASE, limit=3.0),
        replace(BASE, set_name="shop"),
        replace(BASE, profile="product"),
        replace(BASE, region="logo"),
        replace(BASE, code="QG-1002"),
    ]
    assert len({mark(finding) for finding in (BASE, *others)}) == len(others) + 1


def test_numbers_within_a_sentence_do_not_matter() -> None:
    def shifted(by: str) -> Finding:
        return Finding("QG-1106", Level.NOTE, f"candidate is the reference shifted by {by} px: a.png", subject="a.png")

    assert mark(shifted("3")) == mark(shifted("12.5"))
    run = [Finding("QG-1420", Level.NOTE, f"log of PM-2026-01-0{day}-01 at 9f86d08{day}884c7d") for day in (1, 2)]
    assert mark(run[0]) == mark(run[1])
    assert mark(run[0]) != mark(replace(run[0], message="another sentence"))


def test_findings_of_one_file_are_told_apart() -> None:
    unowned = stepped_report().findings
    assert len(set(fingerprints(unowned))) == len(unowned)
    lines = [Finding("QG-1601", Level.ERROR, f"not a number: {n}", subject="a.cube", line=n) for n in (3, 9)]
    first, second = fingerprints(lines)
    assert first != second
    # The second mistake is fixed: the first is still the same.
    assert fingerprints(lines[:1]) == [first]


def test_a_checkout_elsewhere_does_not_matter() -> None:
    here, there = (Finding("QG-1783", Level.ERROR, "x", path=f"/{root}/hero.toml") for root in ("home/a", "srv/b"))
    assert mark(here) == mark(there)
    assert mark(Finding("QG-1783", Level.ERROR, "x", path="a/../hero.toml")) == mark(
        Finding("QG-1783", Level.ERROR, "x", path="hero.toml")
    )


@given(st.randoms(use_true_random=False))
def test_the_order_does_not_matter(shuffle: random.Random) -> None:
    report = order.without_postmortem(failed_report())
    twins = [Finding("QG-1601", Level.ERROR, f"not a number: {n}", subject="a.cube", line=n % 3) for n in range(5)]
    findings = [*report.all_findings, *twins]
    expected = dict(zip(map(repr, findings), fingerprints(findings), strict=True))
    shuffle.shuffle(findings)
    assert dict(zip(map(repr, findings), fingerprints(findings), strict=True)) == expected
    assert len(set(expected.values())) == len(findings)


def test_parts_do_not_run_into_each_other() -> None:
    one = Finding("QG-1783", Level.ERROR, "x", subject="ab", set_name="c")
    assert mark(one) != mark(replace(one, subject="b", set_name="ca"))


def test_unmeasured_subjects_have_their_own() -> None:
    one, other = (Subject("pair", name, "hero") for name in ("a.png", "b.png"))
    assert fingerprint_of_unmeasured(one, "QG-1203") != fingerprint_of_unmeasured(other, "QG-1203")
    assert fingerprint_of_unmeasured(one, "QG-1203") != fingerprint_of_unmeasured(one, "QG-1208")
    moved = replace(one, candidate="/tmp/x/a.png")
    assert fingerprint_of_unmeasured(one, "QG-1203") == fingerprint_of_unmeasured(moved, "QG-1203")
