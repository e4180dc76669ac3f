"""One state of the configuration and its threshold files, read from a tree."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from qualitygate.auditing.past import Past
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.mask import Mask
from qualitygate.decode import decode, load_mask, read_file
from qualitygate.policy.config import load_config
from qualitygate.policy.load import OTHERS, load_profile, shipped_names
from qualitygate.policy.lut_policy import NAME as LUT
from qualitygate.policy.lut_policy import LutPolicy, load_lut_policy
from qualitygate.policy.model import Config, Profile
from qualitygate.policy.ratchet.state import State
from qualitygate.policy.shipped import FOLDER


def state_now(top: Path, source: Path | None, directory: Path) -> State:
    """The state of the working tree.

    Args:
        top: Top level of the working tree.
        source: Its configuration.
        directory: Where `thresholds/` lies without one.

    Raises:
        ConfigError: A file is wrong.
    """
    config = _by_name(load_config(source)) if source is not None else None
    root = config.root if config is not None else directory
    profiles: dict[str, Profile] = {}
    for one in config.pair_sets if config is not None else ():
        profiles[one.profile] = load_profile(one.profile, root, one.place.lines.get("profile"))
    own = _add_local(root, profiles)
    names = dict.fromkeys((LUT, *(one.thresholds for one in config.lut_sets))) if config is not None else (LUT,)
    luts = {name: load_lut_policy(root, name) for name in names}
    masks, digests = _masks(config)
    return State(top, config, profiles, own, luts, masks, digests, {}, _name(top, source))


def state_before(past: Past, source: Path | None, directory: Path) -> State:
    """An earlier state. What cannot be read is told in `unreadable` and not compared.

    Args:
        past: The commit.
        source: Its configuration, below `past.root`.
        directory: Where `thresholds/` lies without one.
    """
    unreadable: dict[str, str] = {}
    config: Config | None = None
    name = _name(past.root, source)
    if source is not None:
        try:
            config = _by_name(load_config(source))
        except ConfigError as error:
            unreadable[name] = _told(past, error)
    root = config.root if config is not None else source.parent if source is not None else directory
    if config is not None:
        past.bring(_name(past.root, path) for path in _mask_files(config))
    profiles: dict[str, Profile] = {}
    for one in config.pair_sets if config is not None else ():
        try:
            profiles[one.profile] = load_profile(one.profile, root)
        except ConfigError as error:
            unreadable[f"profile {one.profile}"] = _told(past, error)
    own = _add_local(root, profiles)
    luts: dict[str, LutPolicy] = {}
    names = dict.fromkeys((LUT, *(one.thresholds for one in config.lut_sets))) if config is not None else (LUT,)
    for each in names:
        try:
            luts[each] = load_lut_policy(root, each)
        except ConfigError as error:
            unreadable[f"luts {each}"] = _told(past, error)
    masks, digests = _masks(config)
    return State(past.root, config, profiles, own, luts, masks, digests, unreadable, name)


def alike(before: State, after: State) -> tuple[State, State]:
    """Both states with the shipped profiles of those names that are a local one in the other: they take its place."""
    names = set(shipped_names())
    return _with_shipped(before, after.own & names), _with_shipped(after, before.own & names)


def _by_name(config: Config) -> Config:
    """The configuration with profiles called by name that sets name by path: one file is one profile, loosened once."""
    folder = config.root / FOLDER

    def called(profile: str) -> str:
        path = Path(os.path.normpath(config.root / profile))
        local = path.suffix == ".toml" and path.parent == folder and path.stem not in OTHERS and path.is_file()
        return path.stem if local else profile

    return replace(config, pair_sets=tuple(replace(one, profile=called(one.profile)) for one in config.pair_sets))


def _with_shipped(state: State, names: Iterable[str]) -> State:
    more = {name: load_profile(name) for name in names if name not in state.profiles}
    return replace(state, profiles={**state.profiles, **more}) if more else state


def _add_local(root: Path, profiles: dict[str, Profile]) -> frozenset[str]:
    """Add the local profiles that no set names, which a command line or a test may; names of all local ones."""
    own = set()
    for path in sorted((root / FOLDER).glob("*.toml")):
        if path.stem in OTHERS:
            continue
        own.add(path.stem)
        if path.stem not in profiles:
            try:
                profiles[path.stem] = load_profile(path.stem, root)
            except ConfigError:
                own.discard(path.stem)  # a palette, say, or what nobody uses: what uses it will tell
    return frozenset(own | {name for name in profiles if name.endswith(".toml")})


def _masks(config: Config | None) -> tuple[dict[Path, Mask], dict[Path, str]]:
    """Masks and their digests. One that is missing is an error of the check, and covers nothing here."""
    masks: dict[Path, Mask] = {}
    digests: dict[Path, str] = {}
    limits = DecodeLimits()
    for path in _mask_files(config):
        try:
            data = read_file(path, str(path), limits)
            masks[path] = load_mask(path, decode(data, str(path), limits).size)
            digests[path] = hashlib.sha256(data).hexdigest()
        except (ConfigError, DecodeError):
            continue
    return masks, digests


def _mask_files(config: Config | None) -> set[Path]:
    if config is None:
        return set()
    areas = [area for one in config.pair_sets for area in one.areas]
    areas += [area for one in config.palettes for area in (*one.ignore, *one.regions)]
    return {area.mask for area in areas if area.mask is not None}


def _told(past: Past, error: ConfigError) -> str:
    where = f"{past.shown(error.where)}: " if error.where else ""
    return f"{where}{past.shown(error.message)}"


def _name(top: Path, path: Path | None) -> str:
    if path is None:
        return ""
    plain = Path(os.path.normpath(path))
    return plain.relative_to(top).as_posix() if plain.is_relative_to(top) else plain.as_posix()
