"""The rule `alpha`: what it reads, what it fails, what it says, and what is looser than it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.transparency import OPAQUE_PAIR, Transparency
from qualitygate.policy.load import load_profile, shipped_names
from qualitygate.policy.model import ALPHA, TOLERANCE, Profile, Rule
from qualitygate.policy.ratchet.entry import Kind
from qualitygate.policy.ratchet.profiles import compare_profiles, present
from qualitygate.policy.transparency import judge_transparency

SUBJECT = Subject("pair", "logo.png", "shop", "r/logo.png", "c/logo.png")
FLATTENED = Transparency(255.0, 100.8, 0.0)
VEILED = Transparency(0.0, 0.0, 128.0)


def rule(allow: str, **other: object) -> Rule:
    return Rule("alpha", (allow,), **other)  # type: ignore[arg-type]


def profile(*rules: Rule) -> Profile:
    return Profile("brand", "brand.toml", rules=rules)


def judged(one: Rule | None, found: Transparency) -> list[tuple[str, Level]]:
    rules = (one,) if one is not None else ()
    return [(said.code, said.level) for said in judge_transparency(profile(*rules), SUBJECT, found)]


@pytest.mark.parametrize(
    ("one", "found", "said"),
    [
        (rule("same"), FLATTENED, [("QG-1016", Level.ERROR)]),
        (rule("same"), VEILED, []),
        (rule("same"), Transparency(2.0, 2.0, 2.0), [("QG-1004", Level.NOTE)]),
        (rule("same"), Transparency(2.0 + 1 / 257, 0.1, 2.0), [("QG-1016", Level.ERROR)]),
        (rule("same", tolerance=0.0), Transparency(1 / 257, 0.0, 0.0), [("QG-1016", Level.ERROR)]),
        (rule("same", tolerance=0.0), OPAQUE_PAIR, []),
        (rule("opaque"), FLATTENED, [("QG-1004", Level.NOTE)]),
        (rule("opaque"), VEILED, [("QG-1017", Level.ERROR)]),
        (rule("opaque"), Transparency(0.0, 0.0, 2.0), []),
        (rule("any"), FLATTENED, [("QG-1004", Level.NOTE)]),
        (rule("any"), VEILED, []),
        (None, FLATTENED, [("QG-1004", Level.WARNING)]),
        (None, VEILED, []),
    ],
)
def test_what_each_allows(one: Rule | None, found: Transparency, said: list[tuple[str, Level]]) -> None:
    assert judged(one, found) == said


def test_rounding_of_one_level_fails_nowhere() -> None:
    for name in shipped_names():
        assert all(
            finding.level is Level.NOTE
            for finding in judge_transparency(load_profile(name), SUBJECT, Transparency(1.0, 0.5, 0.0))
        )


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_profile_fails_what_was_flattened_and_passes_what_avif_does(name: str) -> None:
    shipped = load_profile(name)
    (finding,) = judge_transparency(shipped, SUBJECT, FLATTENED)
    assert (finding.code, finding.severity) == ("QG-1016", Severity.S2)
    assert finding.why
    assert finding.why in finding.message
    (note,) = judge_transparency(shipped, SUBJECT, Transparency(20.0, 0.4, 255.0))
    assert note.level is Level.NOTE


def test_without_a_profile_it_is_a_warning() -> None:
    (finding,) = judge_transparency(None, SUBJECT, FLATTENED)
    assert (finding.code, finding.level) == ("QG-1004", Level.WARNING)
    assert finding.message == (
        "alpha differs: logo.png, by 255/255 at most and 100.8/255 on average, the candidate is opaque"
    )


def test_a_failure_says_what_a_limit_says() -> None:
    one = rule("same", tolerance=24.0, severity=Severity.S1, born_of="PM-2025-09-27-01", why="a logo", runbook="r")
    (finding,) = judge_transparency(profile(one), SUBJECT, FLATTENED)
    assert finding.message == (
        "alpha difference 255/255 exceeds 24/255: logo.png, 100.8/255 on average, the candidate is opaque, "
        "profile brand, severity S1, born of PM-2025-09-27-01 (a logo), runbook r"
    )
    assert (finding.value, finding.limit, finding.severity) == (255.0, 24.0, Severity.S1)
    assert (finding.why, finding.born_of, finding.runbook, finding.profile) == ("a logo", one.born_of, "r", "brand")
    assert (finding.subject, finding.set_name, finding.path) == ("logo.png", "shop", "c/logo.png")
    assert (finding.metric, finding.statistic) == (None, None)
    (other,) = judge_transparency(profile(rule("opaque")), SUBJECT, VEILED)
    assert other.message == (
        "transparency 128/255 exceeds 2/255: logo.png, the candidate must be opaque, profile brand, severity S3"
    )


def test_a_value_that_is_barely_beyond_never_reads_as_the_limit() -> None:
    (finding,) = judge_transparency(profile(rule("same")), SUBJECT, Transparency(2 + 1 / 257, 0.1, 255.0))
    assert finding.message.startswith("alpha difference 2.004/255 exceeds 2/255: ")


_LEVELS = st.integers(0, 65535).map(lambda steps: steps / 257)
_FOUND = st.builds(Transparency, _LEVELS, _LEVELS, _LEVELS)
_RULES = st.none() | st.builds(
    lambda allow, tolerance: rule(allow, tolerance=tolerance),
    st.sampled_from(ALPHA),
    st.sampled_from([0.0, 1.0, 2.0, 24.0, 24.5, 254.0]),
)


@given(_RULES, _FOUND)
def test_it_fails_beyond_the_tolerance_and_nowhere_else(one: Rule | None, found: Transparency) -> None:
    value = {"same": found.largest, "opaque": found.missing}.get(one.allowed[0] if one else "any", 0.0)
    fails = one is not None and value > one.tolerance
    assert any(level is Level.ERROR for _, level in judged(one, found)) == fails


@given(_RULES, _RULES, _FOUND)
def test_what_failed_still_fails_where_nothing_is_listed(
    before: Rule | None, after: Rule | None, found: Transparency
) -> None:
    old, new = (profile(*((one,) if one else ())) for one in (before, after))
    if compare_profiles("p", old, new, {}):
        return
    failed, fails = (any(level is Level.ERROR for _, level in judged(one, found)) for one in (before, after))
    assert fails or not failed


@pytest.mark.parametrize(
    ("before", "after", "to"),
    [
        (rule("same", tolerance=24.0), rule("same", tolerance=25.0), "same within 25/255"),
        (rule("same", tolerance=24.0), rule("same", tolerance=23.0), None),
        (rule("same"), rule("any"), "any"),
        (rule("opaque"), rule("any"), "any"),
        (rule("same"), rule("opaque"), "opaque within 2/255"),
        (rule("opaque"), rule("same"), "same within 2/255"),
        (rule("same"), None, "none"),
        (rule("any"), None, None),
        (rule("any"), rule("same"), None),
        (None, rule("any"), None),
    ],
)
def test_what_is_looser(before: Rule | None, after: Rule | None, to: str | None) -> None:
    old, new = (profile(*((one,) if one else ())) for one in (before, after))
    found = [(one.kind, one.change, one.to) for one in compare_profiles("profile brand", old, new, {})]
    assert found == ([(Kind.RULE, "profile brand: alpha", to)] if to else [])
    if to not in (None, "none"):
        assert present("profile brand", new, {})["profile brand: alpha"] == to, "what a waiver is bound to"


def test_less_serious_is_looser() -> None:
    old = profile(rule("same", severity=Severity.S1))
    new = replace(old, rules=(rule("same", severity=Severity.S2),))
    (one,) = compare_profiles("profile brand", old, new, {})
    assert (one.kind, one.change, one.to) == (Kind.SEVERITY, "profile brand: alpha severity", "S2")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def file(text: str, name: str = "mine") -> Path:
        (tmp_path / "thresholds").mkdir(exist_ok=True)
        (tmp_path / "thresholds" / f"{name}.toml").write_text(text)
        return tmp_path

    return file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('alpha = "same"', rule("same", tolerance=TOLERANCE)),
        ('alpha = "any"', rule("any")),
        ('alpha = { allow = "opaque", tolerance = 0 }', rule("opaque", tolerance=0.0)),
        (
            'alpha = { allow = "same", tolerance = 7.5, severity = "S0", why = "w", runbook = "r" }',
            rule("same", tolerance=7.5, severity=Severity.S0, why="w", runbook="r"),
        ),
    ],
)
def test_it_is_read(write: Callable[..., Path], text: str, expected: Rule) -> None:
    assert load_profile("mine", write(f"[rules]\n{text}\n")).rules == (expected,)


def test_a_local_file_changes_a_part_of_it(write: Callable[..., Path]) -> None:
    (shipped,) = (one for one in load_profile("ui").rules if one.kind == "alpha")

    def inherited(line: str) -> list[Rule]:
        root = write(f'extends = "ui"\n[rules]\n{line}\n', "ui")
        return [one for one in load_profile("ui", root).rules if one.kind == "alpha"]

    assert inherited('alpha = "opaque"') == [replace(shipped, allowed=("opaque",))]
    assert inherited("alpha = { tolerance = 3 }") == [replace(shipped, tolerance=3.0)]
    assert inherited('alpha = { severity = "S1" }') == [replace(shipped, severity=Severity.S1)]
    assert inherited("alpha = false") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alpha = ['same']", "a string is expected"),
        ("alpha = true", "a string is expected"),
        ("alpha = 'sam'", "did you mean 'same'"),
        ("alpha = { tolerance = 2 }", "states no `allow`"),
        ("alpha = { allow = 'same', tolerance = -1 }", "lies outside of 0 to below 255"),
        ("alpha = { allow = 'same', tolerance = 255 }", "lies outside of 0 to below 255"),
        ("alpha = { allow = 'same', tolerance = nan }", "finite"),
        ("alpha = { allow = 'same', tolerance = '2' }", "a number is expected"),
        ("alpha = false", "drops nothing"),
        ("formats = { allow = ['png'], tolerance = 2 }", "tolerance"),
    ],
)
def test_every_mistake_names_its_line(write: Callable[..., Path], text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_profile("mine", write(f"[rules]\n{text}\n"))
    assert caught.value.where is not None
    assert caught.value.where.endswith("mine.toml:2")
    assert said in str(caught.value)
