"""Thresholds that were born of an incident, each with its line, and where the threshold of a check stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualitygate.policy.document import dotted, read
from qualitygate.policy.find import FILE, PYPROJECT
from qualitygate.policy.load import load_profile
from qualitygate.policy.lut_policy import METRIC, load_lut_policy
from qualitygate.policy.model import Region
from qualitygate.policy.shipped import FOLDER
from qualitygate.policy.toml_lines import KeyPath
from qualitygate.policy.waivers import FILE as WAIVERS
from qualitygate.proofs.case import Check
from qualitygate.proving.rules import Rules


@dataclass(frozen=True, slots=True)
class Born:
    """A threshold that names an incident.

    Attributes:
        incident: The incident.
        key: Key path, such as `limits.delta_e_2000.p50`.
        file: Path relative to the root, with `/`.
        where: `file.toml:LINE`.
    """

    incident: str
    key: str
    file: str
    where: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as it stands.

    Attributes:
        fail: Its value; None where there is none.
        where: `file.toml:LINE` of it, or the file it would stand in.
    """

    fail: float | None
    where: str


def born_thresholds(root: Path, configurations: Iterable[str] = ()) -> tuple[Born, ...]:
    """Every threshold of a repository that names an incident: in `thresholds/`, the configuration, its regions.

    What only shipped profiles say is not the user's incident.

    Args:
        root: Top level of the working tree.
        configurations: Further configurations, as paths relative to it.

    Raises:
        ConfigError: A file is not valid TOML.
    """
    found: list[Born] = []
    for path in _files(root, configurations):
        document = read(path)
        name = path.relative_to(root).as_posix()
        for key, incident in _named(document.data, ()):
            line = document.where((*key, "born_of")).rpartition(":")[2]
            found.append(Born(incident, _shown(key, path.name), name, f"{name}:{line}"))
    return tuple(found)


def limit_of(check: Check, rules: Rules) -> Limit:
    """The limit that a check rests on, by the thresholds of a working tree.

    Raises:
        ConfigError: The thresholds are wrong.
    """
    if check.of_luts:
        return _drift(check, rules)
    name: str | None = check.profile
    regions: tuple[Region, ...] = ()
    if check.set is not None:
        made = next((one for one in rules.config.pair_sets if one.name == check.set), None)
        if made is None:
            return Limit(None, f"{rules.label}: no set {check.set!r}")
        name, regions = made.profile, made.regions
    profile = load_profile(name or "", rules.root)
    lines: Mapping[str, str] = profile.lines
    thresholds = profile.thresholds
    for region in regions:
        if region.name == check.region:
            thresholds, lines = region.thresholds, region.lines
    for one in thresholds:
        if (one.metric, one.statistic, one.region) == (check.metric, check.statistic, check.region):
            return Limit(one.fail, rules.shown(lines.get(f"{one.metric}.{one.statistic}", profile.origin)))
    return Limit(None, rules.shown(profile.origin))


def _drift(check: Check, rules: Rules) -> Limit:
    name = check.profile or "lut"
    policy = load_lut_policy(rules.root, name)
    use = policy.use_of(check.lut or "")
    path = rules.root / (name if name.endswith(".toml") else f"{FOLDER}/{name}.toml")
    origin = rules.shown(use.origin)
    if check.metric == METRIC and check.statistic is not None:
        population, _, statistic = check.statistic.rpartition("_")
        fail = next((one.fail for one in use.thresholds if one.statistic == check.statistic), None)
        where = rules.shown(read(path).where(("drift", population, statistic))) if path.is_file() else origin
        return Limit(fail, where)
    return Limit(None, origin)


def _files(root: Path, configurations: Iterable[str]) -> list[Path]:
    files = [root / name for name in (FILE, PYPROJECT, *configurations)]
    folders = dict.fromkeys(path.parent / FOLDER for path in files)
    found = dict.fromkeys([*(path for folder in folders for path in sorted(folder.rglob("*.toml"))), *files])
    return [path for path in found if path.is_file() and path.relative_to(root).as_posix() != WAIVERS]


def _named(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Tables that have `born_of`, wherever they are."""
    if isinstance(value, dict):
        incident = value.get("born_of")
        if isinstance(incident, str):
            yield path, incident
        for key, below in value.items():
            yield from _named(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _named(below, (*path, index))


def _shown(key: KeyPath, file: str) -> str:
    return dotted(key[2:] if file == PYPROJECT and key[:2] == ("tool", "qualitygate") else key)
