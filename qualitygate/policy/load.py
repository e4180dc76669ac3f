"""Find, read and merge threshold files. A local file goes before a shipped one of the same name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.policy.document import read, shown, suggestion
from qualitygate.policy.entries import Entries, merged, read_budget, read_limits, read_rules
from qualitygate.policy.model import Profile
from qualitygate.policy.shipped import FOLDER, SCHEMA, shipped_directory
from qualitygate.policy.table import Table
from qualitygate.policy.thresholds import budgets, rules, thresholds

OTHERS = frozenset({"lut", "waivers"})
"""Files beside the profiles of pictures that are none themselves; each has a loader of its own."""


def shipped_names() -> tuple[str, ...]:
    """Names of the shipped profiles, sorted."""
    return _names(shipped_directory())


def load_profile(name: str, root: Path | None = None, where: str | None = None) -> Profile:
    """Load a profile and everything it extends.

    Args:
        name: `hero`, or the path of a threshold file ending in `.toml`, looked up from `root` and then from the
            working directory.
        root: Directory that holds the local `thresholds/`; None for shipped profiles only.
        where: `file.toml:LINE` that names the profile, None where no file does.

    Raises:
        ConfigError: Unknown profile (QG-1402), missing file (QG-1401), malformed TOML (QG-1403), unknown key
            (QG-1404), wrong value (QG-1405), files that extend each other in a circle (QG-1410).
    """
    if name.endswith(".toml"):
        path = Path(name) if root is None or not (root / name).exists() else root / name
        if where is not None and not path.exists():
            raise ConfigError(f"no such threshold file: {name}", code="QG-1401", where=where)
        found = _load(path, path.stem, root, ())
        return replace(found, file=ThresholdFile(found.name, found.origin))
    path = _find(name, root, where)
    found = _load(path, name, root, ())
    own = (root or Path()) / FOLDER / f"{name}.toml"
    ships = path != own
    hides = not ships and name in shipped_names() and _hides(found)
    return replace(found, file=ThresholdFile(name, shown(own), ships, hides))


def _hides(found: Profile) -> bool:
    """Whether a local namesake of a shipped profile takes nothing of it in; a copy word for word loses nothing."""
    ours = shipped_directory() / f"{found.name}.toml"
    if ours.resolve() in {path.resolve() for path in found.read}:
        return False
    return found.read[0].read_bytes() != ours.read_bytes()


def _names(directory: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in directory.glob("*.toml") if path.stem not in OTHERS))


def _find(name: str, root: Path | None, where: str | None) -> Path:
    local = _names(root / FOLDER) if root is not None else ()
    if root is not None and name in local:
        return root / FOLDER / f"{name}.toml"
    if name in shipped_names():
        return shipped_directory() / f"{name}.toml"
    known = sorted({*local, *shipped_names()})
    close = suggestion(name, known)
    everything = f"profiles: {', '.join(known)}"
    hint = f"{close} {everything}" if close.startswith("did") else everything
    raise ConfigError(f"unknown profile {name!r}", code="QG-1402", where=where, hint=hint)


def _load(path: Path, name: str, root: Path | None, chain: tuple[Path, ...]) -> Profile:
    profile, entries = _resolve(path, root, chain)
    found, lines = thresholds(entries)
    lines = {**lines, **{".".join(key): entry.where for key, entry in entries.items() if key[0] != "limits"}}
    return replace(profile, name=name, thresholds=found, lines=lines, rules=rules(entries), budgets=budgets(entries))


def _resolve(path: Path, root: Path | None, chain: tuple[Path, ...]) -> tuple[Profile, Entries]:
    """The profile's plain facts, and its entries merged with those of the files that it extends."""
    document = read(path)
    table = Table(document, (), document.data)
    table.only("schema", "description", "extends", "limits", "rules", "budget")
    schema = table.positive_integer("schema")
    if schema not in (None, SCHEMA):
        raise table.wrong("schema", f"{schema} is not known to this version", f"write schema = {SCHEMA}")
    limits = table.table("limits")
    own = read_limits(limits) | read_rules(table.table("rules")) | read_budget(table.table("budget"))
    profile, inherited = Profile(name="", origin=document.label), Entries()
    parent = table.text("extends")
    if parent is not None:
        chain = (*chain, path.resolve())
        profile, inherited = _resolve(_parent(table, parent, path, root, chain), root, chain)
    lpips = limits.table("lpips") if limits.data.get("lpips") else None
    net = lpips.choice("net", ("alex", "vgg")) if lpips else None
    dtype = lpips.choice("dtype", ("float32", "bfloat16")) if lpips else None
    profile = replace(
        profile,
        origin=document.label,
        read=(path, *profile.read),
        description=table.prose("description") or "",
        extends=parent,
        lpips_net="vgg" if net == "vgg" else "alex" if net == "alex" else profile.lpips_net,
        lpips_dtype="bfloat16" if dtype == "bfloat16" else "float32" if dtype == "float32" else profile.lpips_dtype,
    )
    return profile, merged(inherited, own)


def _parent(table: Table, parent: str, path: Path, root: Path | None, chain: tuple[Path, ...]) -> Path:
    """The file that `extends` names. Shipped files extend shipped ones; a local file may extend its own namesake."""
    where = table.document.where(("extends",))
    shipped = path.resolve().parent == shipped_directory().resolve()
    if parent.endswith(".toml"):
        found = path.parent / parent
        if not found.exists():
            raise table.wrong("extends", f"no such file: {shown(found)}", code="QG-1401")
    elif shipped or (path.stem == parent and parent in shipped_names()):
        found = _find(parent, None, where)
    else:
        found = _find(parent, root, where)
    if found.resolve() in chain:
        circle = [*chain[chain.index(found.resolve()) :], found]
        raise table.wrong("extends", "files extend each other in a circle: " + " -> ".join(map(shown, circle)),
                          "break the circle", code="QG-1410")  # fmt: skip
    return found
