"""Which pictures are to be approved: by name or glob, or everything that fails; never silently everything."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qualitygate.core.errors import ConfigError
from qualitygate.core.glob import matches
from qualitygate.core.verdict import Failed, SubjectResult
from qualitygate.planning import Plan


def chosen(plan: Plan, patterns: Sequence[str]) -> Plan:
    """The part of a plan that some names or globs are about.

    Raises:
        ConfigError: QG-1930, one of them names nothing, or a look-up table, which `lut approve` is for.
    """
    known = [task.subject.id for one in plan.sets for task in one.tasks]
    known += [result.subject.id for one in plan.sets for result in one.problems]
    taken: set[str] = set()
    for pattern in patterns:
        found = {name for name in known if name == pattern} or {name for name in known if matches(pattern, name)}
        if not found:
            raise _nothing(plan, pattern, known)
        taken |= found
    return _narrowed(plan, taken)


def failed(plan: Plan, results: Iterable[SubjectResult]) -> Plan:
    """The part of a plan that failed."""
    return _narrowed(plan, {result.subject.id for result in results if isinstance(result.verdict, Failed)})


def pictures_only(plan: Plan) -> Plan:
    """The pairs of a plan without everything else."""
    return Plan(plan.config, plan.sets, plan.specs, plan.device, scratch=plan.scratch)


def _narrowed(plan: Plan, taken: set[str]) -> Plan:
    sets = tuple(
        replace(one, tasks=tuple(task for task in one.tasks if task.subject.id in taken),
                problems=tuple(result for result in one.problems if result.subject.id in taken), sizes={})
        for one in plan.sets
    )  # fmt: skip
    return replace(pictures_only(plan), sets=sets)


def _nothing(plan: Plan, pattern: str, known: list[str]) -> ConfigError:
    if plan.lut_task(pattern) is not None:
        return ConfigError("is a look-up table", code="QG-1930", where=pattern, hint="use `qualitygate lut approve`")
    some = difflib.get_close_matches(pattern, known, 3, 0.4) or known[:3]
    hint = f"names are like {', '.join(map(repr, some))}" if some else "no picture is judged here"
    return ConfigError("no picture of that name is judged", code="QG-1930", where=pattern, hint=hint)
