"""`qualitygate explain PM-…`: where an incident is written up, and which limits it is remembered by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qualitygate.cli import terminal
from qualitygate.core.errors import ConfigError
from qualitygate.incident_root import incident_root
from qualitygate.incidents.paths import paths_of, written_up
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.load import OTHERS, load_profile, shipped_names
from qualitygate.policy.lut_policy import load_lut_policy
from qualitygate.policy.model import Profile
from qualitygate.policy.shipped import FOLDER
from qualitygate.reporters.terminal import Page


def explain_incident(incident: str, directory: Path) -> str:
    """What is known of an incident here: its postmortem, and every limit that names it.

    Args:
        incident: Its id.
        directory: Where the configuration and the incidents are looked for, upwards.

    Raises:
        ConfigError: QG-1417, nothing here knows it; or a threshold file is wrong.
    """
    root = incident_root(directory)
    known = written_up(root, [incident]).get(incident)
    if known is None and paths_of(root, incident).events.is_file():
        known = paths_of(root, incident).events.relative_to(root).as_posix()
    limits = list(dict.fromkeys(_limits(incident, directory)))
    if known is None and not limits:
        raise ConfigError(
            f"no incident {incident} is known here: no postmortem under {root}, and no limit names it",
            code="QG-1417", hint="see `qualitygate incident list`",
        )  # fmt: skip
    ships = any(True for name in shipped_names() for _ in _stated(load_profile(name), incident))
    page = Page(colour=terminal.colours(), width=terminal.width())
    page.line((incident, "bold"), "  (ships with qualitygate)" if ships and known is None else "")
    page.gap()
    if known is not None:
        page.row("postmortem", known)
        page.row("more", f"qualitygate incident show {incident}")
    elif ships:
        page.sentence(
            "Limits that ship with qualitygate were introduced after it. It happened to nobody here, so there is no "
            "postmortem of it; the reason is all that is known. A limit with a `why` of your own does not name it."
        )
    else:
        page.sentence(f"Limits name it, and there is no postmortem of it under {root}.")
    for why in dict.fromkeys(why for _, why in limits if why):
        page.row("why", why, wrap=True)
    for index, (name, _) in enumerate(limits):
        page.row("" if index else "limits", name)
    return page.text.rstrip("\n")


def _stated(profile: Profile, incident: str) -> Iterator[tuple[str, str | None]]:
    """The limits, rules and budgets of a profile that name an incident, and why."""
    name = profile.name
    yield from ((f"{name}: {one.metric}.{one.statistic}", one.why) for one in profile.thresholds
                if one.born_of == incident)  # fmt: skip
    yield from ((f"{name}: rules.{one.kind}", one.why) for one in profile.rules if one.born_of == incident)
    yield from ((f"{name}: budget.{one.statistic}_kb", one.why) for one in profile.budgets if one.born_of == incident)


def _limits(incident: str, directory: Path) -> Iterator[tuple[str, str | None]]:
    """What is judged by here, of local files, of those that ship and of the configuration, and names an incident."""
    config = find_config(directory)
    root = config.parent if config is not None else directory
    own = {path.stem for path in (root / FOLDER).glob("*.toml") if path.stem not in OTHERS}
    for name in sorted({*shipped_names(), *own}):
        yield from _stated(load_profile(name, root), incident)
    policy = load_lut_policy(root)
    uses = [("lut", policy.default), *((", ".join(one.files), one.use) for one in policy.assignments)]
    for label, use in uses:
        yield from ((f"{label}: drift.{one.statistic}", one.why) for one in use.thresholds
                    if one.born_of == incident)  # fmt: skip
    if config is not None:
        settings = load_config(config)
        for pair_set in settings.pair_sets:
            for region in pair_set.regions:
                yield from ((f"set {pair_set.name}, region {region.name}: {one.metric}.{one.statistic}", one.why)
                            for one in region.thresholds if one.born_of == incident)  # fmt: skip
        for palette in settings.palettes:
            yield from ((f"palette {palette.name}: {colour.name}", colour.why) for colour in palette.rules.colours
                        if colour.born_of == incident)  # fmt: skip
        for batch in settings.batches:
            yield from ((f"batch {batch.name}: {one.statistic}", one.why) for one in batch.thresholds
                        if one.born_of == incident)  # fmt: skip
