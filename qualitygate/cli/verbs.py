"""The table of verbs. A verb's module is imported when the verb is used, so that `--help` loads next to nothing."""

from __future__ import annotations

import click

from qualitygate import __version__
from qualitygate.cli.table import TableGroup, Verb

VERBS: dict[str, Verb] = {
    "check": Verb("check", "Judge candidate pictures against references; open an incident on failure.", "Gate"),
    "compare": Verb("compare", "Measure two pictures.", "Gate"),
    "approve": Verb("approve", "Make candidates the new references, with who, when and why.", "Gate"),
    "calibrate": Verb("calibrate", "Measure the noise of a pipeline and propose thresholds.", "Gate"),
    "lut": Verb("lut", "Validate look-up tables, approve a change, install the git hook.", "Gate"),
    "incident": Verb("incident", "Manage an incident from detection to its close.", "Incidents"),
    "postmortem": Verb("postmortem", "Write, merge, lint and translate postmortems.", "Incidents"),
    "evidence": Verb("evidence", "Collect evidence of how it happened.", "Incidents"),
    "actions": Verb("actions", "List corrective actions, sync them with the backlog.", "Incidents"),
    "kpi": Verb("kpi", "Times, hit rates and coverage over all incidents.", "Incidents"),
    "dashboard": Verb("dashboard", "Build a static site of incidents, clocks and KPIs.", "Incidents"),
    "prove": Verb("prove", "Prove that an incident cannot come back.", "Guards"),
    "audit": Verb("audit", "List what a change loosens: thresholds, references, ignored areas, rules.", "Guards"),
    "thresholds": Verb("thresholds", "Test thresholds with synthetic cases.", "Guards"),
    "codeowners": Verb("codeowners", "Check who must review LUTs, palettes, thresholds, prompts.", "Guards"),
    "init": Verb("init", "Write configuration, workflow and hook.", "Set-up"),
    "doctor": Verb("doctor", "Say what is installed, which device is used, what is missing.", "Set-up"),
    "weights": Verb("weights", "List and convert network weights.", "Set-up"),
    "explain": Verb("explain", "Explain a code, a metric or a profile.", "Learn"),
    "demo": Verb("demo", "Replay the founding incident on real photographs.", "Learn"),
}


@click.group(
    cls=TableGroup,
    table=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 passed, 1 failed, 2 usage or configuration, 3 could not be measured.",
)
@click.version_option(__version__, prog_name="qualitygate")
def root() -> None:
    """The merge gate for image pipelines.

    Compares candidate pictures with approved references by CIEDE2000, SSIM and LPIPS, judges them against thresholds
    that remember the incident they were born of, and fails the merge with a seeded postmortem.
    """
