"""`qualitygate explain`: what a code, a metric, a statistic or a profile means."""

from __future__ import annotations

import difflib
import inspect
import re
from pathlib import Path

import click

from qualitygate import metrics
from qualitygate.cli import explain_terms, terminal
from qualitygate.cli.explain_colours import NAMES, explain_colours
from qualitygate.cli.explain_profile import explain_luts, explain_profile, paragraphs
from qualitygate.cli.glossary import STATISTICS
from qualitygate.core.codes import CODES
from qualitygate.core.codes.families import FAMILIES, members
from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import is_incident_id
from qualitygate.core.threshold import Severity
from qualitygate.planning.metrics import all_specs
from qualitygate.policy.check import check_against
from qualitygate.policy.config import find_config
from qualitygate.policy.load import load_profile, shipped_names
from qualitygate.policy.lut_policy import load_lut_policy

# The parts of a docstring that speak to a caller of the class.
_FOR_CALLERS = re.compile(r"^(?:Args|Attributes|Raises|Returns|Example|Examples):$", re.MULTILINE)


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Explain a code (QG-1001), a family of codes (15xx), a metric (ssim), a statistic (p95), a severity (S1), a
    profile (hero) or an incident (PM-2025-09-27-01). Without NAME, list all but incidents."""
    click.echo(explain(name) if name else listing(), color=terminal.colours())


def explain(name: str) -> str:
    """What a name means, as text of several lines.

    Raises:
        ConfigError: Nothing has this name.
    """
    code = name.upper() if name.upper().startswith("QG-") else f"QG-{name}"
    if code in CODES:
        found = CODES[code]
        return f"{found.code}  {found.title}\n\n{paragraphs(found.meaning, found.remedy)}"
    if (family := code.removeprefix("QG-").lower()) in FAMILIES:
        return _family(family)
    if name in metrics.names():
        return _metric(name)
    if (told := explain_terms.severity(name)) is not None:
        return told
    if name in NAMES:
        return explain_colours(name, Path.cwd())
    # Looked up as `check` does, and refused for what `check` would refuse it for.
    config = find_config(Path.cwd())
    if name == "lut":
        return explain_luts(load_lut_policy(config.parent if config is not None else Path.cwd()))
    try:
        profile = load_profile(name, config.parent if config is not None else Path.cwd())
    except ConfigError as error:
        if error.code != "QG-1402" or error.where is not None:
            raise
    else:
        check_against(profile, all_specs())
        return explain_profile(profile)
    if is_incident_id(name.upper()):
        from qualitygate.cli.explain_incident import explain_incident

        return explain_incident(name.upper(), Path.cwd())
    # Last, so that nobody's profile called `total` or `p98` is hidden by a word of ours.
    if (told := explain_terms.statistic(name)) is not None:
        return told
    known = [*CODES, *Severity, *metrics.names(), *NAMES, *STATISTICS, *shipped_names()]
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(close)}?" if close else "`qualitygate explain` lists them all"
    raise ConfigError(f"no code, metric, statistic, severity or profile is called {name!r}", code="QG-1417", hint=hint)


def listing() -> str:
    """Every name that can be explained, by kind."""
    lines = ["Metrics"]
    lines += [f"  {name:<14} {_first_line(metrics.metric_class(name))}" for name in metrics.names()]
    lines += [f"  {name:<14} {meaning}" for name, meaning in NAMES.items()]
    lines += ["", "Statistics"]
    lines += [f"  {name:<14} {meaning.partition(';')[0]}" for name, meaning in STATISTICS.items()]
    lines += ["", "Severities"]
    lines += [f"  {name:<14} {meaning}" for name, meaning in explain_terms.SEVERITIES.items()]
    lines += ["", "Profiles"]
    lines += [f"  {name:<14} {load_profile(name).description}" for name in shipped_names()]
    lines.append(f"  {'lut':<14} Look-up tables: drift from the previous version, and what their values mean.")
    lines += ["", "Codes, by family: `qualitygate explain 10xx` lists one"]
    lines += [f"  {f'QG-{family}':<14} {title}" for family, title in FAMILIES.items()]
    return "\n".join(lines)


def _family(family: str) -> str:
    lines = [f"QG-{family}  {FAMILIES[family]}", ""]
    return "\n".join([*lines, *(f"  {code.code}  {code.title}" for code in members(CODES.values(), family))])


def _first_line(found: type) -> str:
    return (inspect.getdoc(found) or "").partition("\n")[0]


def _metric(name: str) -> str:
    found = metrics.metric_class(name)
    spec = found.spec
    facts = [
        f"{spec.name}  ({spec.label} in messages)",
        f"direction   {spec.direction.value.replace('_', ' ')}",
        f"unit        {spec.unit or 'a pure number'}",
        "statistics",
        *(f"  {statistic:<11} {STATISTICS.get(statistic, '')}".rstrip() for statistic in spec.statistics),
    ]
    return "\n".join([*facts, "", _FOR_CALLERS.split(inspect.getdoc(found) or "")[0].rstrip()])
