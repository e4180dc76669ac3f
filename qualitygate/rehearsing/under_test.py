"""The profiles under test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.metrics.base import Metric
from qualitygate.planning.metrics import all_specs, build, ready
from qualitygate.policy.check import check_against
from qualitygate.policy.document import suggestion
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Profile
from qualitygate.rehearsing.cases import Case
from qualitygate.rehearsing.coverage import Entry, entries
from qualitygate.rehearsing.playing import Job


class UnderTest:
    """Profiles under test, each loaded once, with their metrics."""

    def __init__(self, root: Path | None, metrics: Sequence[str], device: str) -> None:
        self.root = root
        self.device = device
        self.specs = dict(all_specs())
        for name in metrics:
            if name not in self.specs:
                hint = suggestion(name, self.specs)
                raise ConfigError(f"unknown metric {name!r}", code="QG-1408", where="--metric", hint=hint)
        self.only = frozenset(metrics) or None
        self._found: dict[str, tuple[Profile, tuple[Metric, ...]]] = {}

    @property
    def judged(self) -> list[tuple[Profile, dict[str, Entry]]]:
        """The profiles, each with what of it is judged."""
        return [(profile, entries(profile, self.only)) for profile, _ in self._found.values()]

    def of_case(self, case: Case) -> Job:
        """The case with its profile; `by` must name what that has.

        Raises:
            ConfigError: No such profile, or `by` names a limit it does not have.
        """
        where = case.place.lines.get("profile")
        name = case.profile
        if name.endswith(".toml"):  # relative to the file of the case, as its pictures are
            name = str(case.file.parent / name)
        profile, metrics = self.named(name, where)
        known = entries(profile)
        for rule in case.by:
            if rule not in known:
                message = f"profile {profile.name!r} has no {rule!r}"
                raise case.place.wrong("by", message, hint=suggestion(rule, known))
        return Job(case, profile, metrics)

    def named(self, name: str, where: str | None = None) -> tuple[Profile, tuple[Metric, ...]]:
        """A profile and the metrics it takes.

        Raises:
            ConfigError: The profile is wrong, or a metric cannot run here.
        """
        profile = load_profile(name, self.root, where)
        if profile.origin not in self._found:
            check_against(profile, self.specs)
            taken = [metric for metric in profile.metrics if self.only is None or metric in self.only]
            built = tuple(build(metric, self.device, profile.lpips_net, profile.lpips_dtype) for metric in taken)
            for metric in built:
                ready(metric)
            self._found[profile.origin] = profile, built
        return self._found[profile.origin]
