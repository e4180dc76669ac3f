"""What a run here would work on: the nearest configuration, its sets, the repository, where incidents would go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.text import Text

from qualitygate.core.errors import ConfigError
from qualitygate.incident_root import incident_root
from qualitygate.pairing.match import Match
from qualitygate.planning.luts import Ground, ground, planned_luts
from qualitygate.planning.matching import check_areas, matches_of, pictures_of
from qualitygate.planning.reference_free import planned
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.document import shown
from qualitygate.policy.hidden import hidden_profile
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Config, LutSet, PairSet
from qualitygate.vcs import top_level


def workplace(directory: Path) -> dict[str, Any]:
    """What was found, as plain data. Lists directories, decodes nothing, writes nothing, never fails."""
    top, root = top_level(directory), incident_root(directory)
    return {
        "configuration": _configuration(directory),
        "git_top_level": str(top) if top is not None else None,
        "incidents": {"postmortems": shown(root / "run/_/postmortems"), "evidence": shown(root / "evidence")},
    }


def rows(found: dict[str, Any]) -> list[tuple[str, Text]]:
    """The same as a name and a line each, for a terminal."""
    configuration, incidents = found["configuration"], found["incidents"]
    file = configuration["file"] or "none here or above; give two directories, or run `qualitygate init`"
    lines = [("configuration", Text(file))]
    if configuration["error"]:
        lines.append(("", Text.assemble(("cannot be used", "red"), f": {configuration['error']}")))
    for one in configuration["sets"]:
        lines.append((f"set {one['name']}", _judged(one)))
        if one["warning"]:
            lines.append(("", Text.assemble(("warning", "yellow"), f": {one['warning']}")))
    lines += [(f"LUTs {one['name']}", _counted(one, "file")) for one in configuration["luts"]]
    lines += [(f"palette {one['name']}", _counted(one, "file")) for one in configuration["palettes"]]
    lines += [(f"batch {one['name']}", _counted(one, "file")) for one in configuration["batches"]]
    lines.append(("git top level", Text(found["git_top_level"] or "none: not in a git repository")))
    lines.append(("incidents", Text(f"{incidents['postmortems']}/ and {incidents['evidence']}/")))
    return lines


def _configuration(directory: Path) -> dict[str, Any]:
    path = find_config(directory)
    kinds: dict[str, Any] = {"sets": [], "luts": [], "palettes": [], "batches": []}
    found: dict[str, Any] = {"file": shown(path) if path is not None else None, "error": None, **kinds}
    if path is None:
        return found
    try:
        config = load_config(path)
        found["sets"] = [_set(one, config.root) for one in config.pair_sets]
        if config.lut_sets:
            where = ground(directory, path)
            found["luts"] = [_luts(one, where) for one in config.lut_sets]
        found["palettes"] = [_free(replace(config, palettes=(one,), batches=()), one.name) for one in config.palettes]
        found["batches"] = [_free(replace(config, palettes=(), batches=(one,)), one.name) for one in config.batches]
    except ConfigError as error:
        found["error"] = str(error)
    return found


def _free(config: Config, name: str) -> dict[str, Any]:
    """A palette or batch, alone in its configuration."""
    found: dict[str, Any] = {"name": name, "files": None, "problem": None}
    try:
        found["files"] = planned(config, many=False).pictures
    except ConfigError as error:
        found["problem"] = str(error)
    return found


def _set(one: PairSet, root: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": one.name,
        "profile": one.profile,
        "reference": {"path": _git(one) or one.reference_label, "exists": one.reference.exists()},
        "candidate": {"path": one.candidate_label, "exists": one.candidate.exists()},
        "pairs": None,
        "unpaired": None,
        "problem": None,
        "warning": None,
    }
    try:
        matches = matches_of(one) if not one.from_git else _in_git(one)
        found["unpaired"] = sum(match.problem is not None for match in matches)
        found["pairs"] = len(matches) - found["unpaired"]
        check_areas(one, matches)
        profile = load_profile(one.profile, root, one.place.lines.get("profile"))
        found["warning"] = next((f"{warned.message} [{warned.code}]" for warned in hidden_profile(profile)), None)
    except ConfigError as error:
        found["problem"] = str(error)
    return found


def _git(one: PairSet) -> str | None:
    return f"git {one.base or '(the base of the run)'}" if one.from_git else None


def _in_git(one: PairSet) -> tuple[Match, ...]:
    """The pictures of a set that is compared with git, as if each were its own reference."""
    return tuple(Match(key, paths[0], paths[0]) for key, paths in sorted(pictures_of(one).items()))


def _luts(one: LutSet, where: Ground) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "files": None, "problem": None}
    try:
        found["files"] = len(planned_luts(one, where, None, many=False).tasks)
    except ConfigError as error:
        found["problem"] = str(error)
    return found


def _judged(one: dict[str, Any]) -> Text:
    if one["problem"]:
        return _counted(one, "pair")
    unpaired = f", {one['unpaired']} without a partner" if one["unpaired"] else ""
    sides = f"{one['reference']['path']} and {one['candidate']['path']}, profile {one['profile']}"
    return Text.assemble(_counted(one, "pair"), f"{unpaired}: {sides}")


def _counted(one: dict[str, Any], noun: str) -> Text:
    if one["problem"]:
        return Text.assemble(("cannot be judged", "red"), f": {one['problem']}")
    number = one[f"{noun}s"]
    return Text(f"{number} {noun}{'' if number == 1 else 's'}", "green" if number else "yellow")
