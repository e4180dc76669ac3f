"""The text of a new `case.toml`: what is known of the incident filled in, every other key explained beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qualitygate.core.toml_text import basic_string
from qualitygate.proofs.case import Check

_COLUMN = 34


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What is known before anybody has written a case.

    Attributes:
        incident, title, kind: As the incident's record says.
        check: What caught it, or showed it; None where only people did.
        commit: The commit that was judged; None when unknown.
        files: `reference`, `bad` and `fixed` to the name of the file beside the case.
        set: Set that the pictures were judged as; None where there was none.
        pictures: Reference and candidate in the commits; None when unknown.
        ignored: Directory of candidates that git ignores, so that no commit holds them; None for none.
    """

    incident: str
    title: str
    kind: str
    check: Check | None = None
    commit: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    set: str | None = None
    pictures: tuple[str, str] | None = None
    ignored: str | None = None


def case_text(known: Skeleton) -> str:
    """A `case.toml` with a line end at the end. Lines that begin with `#` are keys that may be needed."""
    name = known.incident
    lines = [
        f"# What {name} was, so that CI notices when it could come back.",
        f"# `qualitygate prove {name}` proves it over the commits below, `prove --all` replays the files.",
        _key("incident", name),
        _key("title", known.title),
        _key("kind", known.kind, "real, near_miss or drill, as the incident's record says"),
        "",
        "# Files beside this one, small ones: git keeps them, and CI may not have the history.",
        _file(known, "reference", "reference.png", "what was approved"),
        _file(known, "bad", "bad.png", "what went wrong"),
        _file(known, "fixed", "fixed.png", "the same, fixed"),
        "",
        *_check(known),
        "",
        *_proof(known),
        "",
        "# Where a generator makes the pictures; it runs only with --allow-reproduce.",
        "# [reproduce]",
        '# command = ["tools/render", "--prompt", "{prompt}", "--model", "{model_version}", "--out", "{output}"]',
        '# output = "hero.png"',
        '# bad = { prompt = "…", model_version = "…" }',
        '# fixed = { prompt = "…", model_version = "…" }',
        "",
        "# In place of [check] and the files, where no picture shows the incident. The command ends with 0 for a good",
        "# tree and 1 for a bad one; without a command `evidence` names files that show the control.",
        "# [control]",
        '# name = "prompt-review"',
        '# description = "…"',
        '# command = ["python", "tools/check_prompts.py", "{tree}"]',
    ]
    return "\n".join(lines) + "\n"


def _check(known: Skeleton) -> list[str]:
    check = known.check
    head = "# What must catch it from now on. QG-1001: a limit, QG-1003: in a region, QG-1680: the drift of a LUT."
    if check is None:
        return [
            head,
            "# [check]",
            _key("# code", "QG-1001"),
            _key("# metric", "delta_e_2000"),
            _key("# statistic", "p50"),
            _key("# profile", "hero", "thresholds/hero.toml, or a shipped one"),
        ]
    lines = [head, "[check]", _key("code", check.code)]
    lines += [_key(key, value) for key in ("metric", "statistic", "region") if (value := getattr(check, key))]
    if check.of_luts:
        lut = _key("lut", check.lut, "path it is judged as, see [[assign]] of thresholds/lut.toml") if check.lut else ""
        return [*lines, *([lut] if lut else []), _key("# profile", "lut", "thresholds/lut.toml is the default")]
    aside = "set of the configuration: its profile, areas and regions"
    if check.set is not None:
        return [*lines, _key("set", check.set, aside)]
    if check.profile is not None:
        lines.append(_key("profile", check.profile, "name in thresholds/, or a shipped one"))
    else:
        lines.append(_key("# profile", "hero", "needed: name in thresholds/, or a shipped one"))
    lines.append(_key("# set", known.set or "hero", f"in place of `profile`: {aside}"))
    measured = f"# metrics = [{basic_string(check.metric or 'delta_e_2000')}]"
    lines.append(_aside(measured, "what is measured; by default `metric`, for the gap all that is limited"))
    return [*lines, _key("# config", "shop/qualitygate.toml", "by default the configuration nearest to the top")]


def _proof(known: Skeleton) -> list[str]:
    judged = "# What was judged when it was found; is it the commit that broke it?"
    unused = "# " if known.ignored is not None else ""
    broke = [_key("# bad_commit", "…", "what broke it")]
    if known.commit:
        broke = [judged, _key(f"{unused}bad_commit", known.commit)]
    if known.ignored is not None:
        where = basic_string(known.ignored)[1:-1]
        broke.insert(0, f"# git ignores {where}: no commit holds what was judged. Say so in `without_commits`, below.")
    of_luts = known.check is not None and known.check.of_luts
    lines = [
        "[proof]",
        *broke,
        _key("# fixed_commit", "…", "needed for a proof: what fixed it"),
        _key("# parent", "…", "the last good commit; by default the one before bad_commit"),
        _key("# old_thresholds", "…", "whose thresholds let it pass; by default bad_commit's"),
        _key("# new_thresholds", "…", "whose thresholds catch it; by default HEAD's"),
    ]
    if of_luts:
        lines.append(_key("# lut", "luts/brand.cube", "the LUT in these commits; by default `lut` of [check]"))
    else:
        there = known.pictures is not None
        reference, candidate = known.pictures or ("approved", "build")
        mark = unused if there else "# "
        lines.append(_key(f"{mark}reference", reference, "file or directory in these commits"))
        lines.append(
            _key(f"{mark}candidate", candidate, "; ".join(["the same", *([] if there else ["a `set` knows both"])]))
        )
    lines.append(_aside("# runs = 3", "how often each cell is repeated"))
    return [*lines, _key("# without_commits", "…", "in place of commits: why there can be none")]


def _file(known: Skeleton, key: str, example: str, aside: str) -> str:
    return _key(key, known.files[key], aside) if key in known.files else _key(f"# {key}", example, aside)


def _key(key: str, value: str, aside: str = "") -> str:
    return _aside(f"{key} = {basic_string(value)}", aside)


def _aside(line: str, aside: str) -> str:
    return f"{line:<{_COLUMN - 2}}  # {aside}" if aside else line
