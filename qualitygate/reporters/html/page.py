"""The page: one template, one style sheet and one script, put into one file whose policy allows nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from qualitygate.core.measurement import Setting, Unmeasurable
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Level, Report, SubjectResult, status_of
from qualitygate.reporters import wording
from qualitygate.reporters.base import View
from qualitygate.reporters.html.entries import code_entries, entry, finding_entry, summary_line, worst_severity
from qualitygate.reporters.html.groups import address, broken_groups
from qualitygate.reporters.html.numbers import Told, setting_text
from qualitygate.reporters.html.pictures import Gallery
from qualitygate.reporters.html.script_data import script_data
from qualitygate.reporters.printable import one_line

_PACKAGE = "qualitygate.reporters.html"
# In this order they make one script.
SCRIPTS = (
    "dom.js",
    "shelf.js",
    "list.js",
    "chart.js",
    "geometry.js",
    "parts.js",
    "hands.js",
    "viewer.js",
    "panel.js",
    "detail.js",
    "keys.js",
    "start.js",
)
STYLES = ("tokens.css", "page.css", "viewer.css", "print.css")
_STATUSES = ("failed", "unmeasurable", "passed", "skipped")


def page(report: Report, ranked: Sequence[SubjectResult], view: View, gallery: Gallery) -> str:
    """The page as HTML.

    Args:
        report: The run, without the path of the postmortem in its messages.
        ranked: Its subjects in the order of the page.
        view: Labels, limits and pictures.
        gallery: Where the pictures are.
    """
    told = Told()
    entries = [entry(result, report, view, gallery.shown.get(result.subject.id), told) for result in ranked]
    codes = code_entries(_codes(report))
    style, script = _joined(STYLES), _joined(SCRIPTS)
    return _template().render(
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        data=script_data({"pairs": entries, "settings": told.all, "codes": codes, "troubles": _troubles(report)}),
        report=report,
        title=f"{wording.verdict(report)}: {wording.counts(report)}",
        verdict=wording.verdict(report),
        counts=wording.counts(report),
        rows=[_row(result, view, gallery) for result in ranked],
        tally=[(name, sum(status_of(r.verdict) == name for r in ranked)) for name in _STATUSES],
        sets=sorted({result.subject.set_name for result in ranked if result.subject.set_name}),
        metrics=_metrics(ranked, view),
        severities=[severity.value for severity in Severity],
        findings=_of_the_run(report, view),
        codes=codes,
        broken=broken_groups(report, view),
        settings=[(one_line(key), setting_text(value)) for key, value in _told(report.settings).items()],
        standing=wording.standing(report),
        drawn=len(gallery.shown),
        inlined=gallery.inlined,
    )


def _row(result: SubjectResult, view: View, gallery: Gallery) -> dict[str, Any]:
    findings = [finding for finding in result.findings if finding.level is not Level.NOTE]
    subject = result.subject
    # What a metric measures together with another is found under the name of that one.
    within = {name: spec.within or name for name, spec in view.specs.items()}
    directory, _, name = one_line(subject.id).rpartition("/")
    return {
        "directory": f"{directory}/" if directory else "",
        "name": name,
        "address": address(subject.id),
        "status": status_of(result.verdict),
        "kind": subject.kind,
        "set": one_line(subject.set_name),
        "severity": worst_severity(result.findings),
        "metrics": " ".join(dict.fromkeys(one_line(within.get(f.metric, f.metric)) for f in findings if f.metric)),
        "worst": summary_line(result, view),
        "thumbnail": gallery.thumbnails.get(subject.id),
    }


def _metrics(ranked: Sequence[SubjectResult], view: View) -> list[tuple[str, str]]:
    """Names and labels of the metrics that were measured."""
    names = dict.fromkeys(name for result in ranked for name in result.measurements)
    return [(one_line(name), view.specs[name].label if name in view.specs else one_line(name)) for name in names]


def _of_the_run(report: Report, view: View) -> list[dict[str, Any]]:
    """Findings of the run and its sets, errors first; what is said of several files is said once, with the files."""
    order = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for finding in sorted(report.findings, key=lambda one: order[one.level]):
        entry = finding_entry(finding, view)
        file = entry.pop("file")
        kept = told.setdefault(tuple(entry.values()), {**entry, "files": []})
        if file is not None:
            kept["files"].append(file)
    return list(told.values())


def _troubles(report: Report) -> int:
    """How many findings that fail the run concern no subject of its own."""
    return sum(finding.level is Level.ERROR for finding in report.findings)


def _codes(report: Report) -> set[str]:
    reasons = {result.verdict.code for result in report.results if isinstance(result.verdict, Unmeasurable)}
    return reasons | {finding.code for finding in report.all_findings}


def _told(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    return {key: value for key, value in settings.items() if value is not None}


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["one_line"] = lambda text: one_line(str(text))
    return environment.get_template("report.html")


@lru_cache(maxsize=2)
def _joined(names: tuple[str, ...]) -> str:
    directory = files(_PACKAGE) / "static"
    return "".join((directory / name).read_text(encoding="utf-8") for name in names)


def _policy(style: str, script: str) -> str:
    """What the page may do: run this script, use this style, show its own pictures, and nothing else."""
    hashed = {
        name: "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"
        for name, text in (("style", style), ("script", script))
    }
    return (
        f"default-src 'none'; script-src {hashed['script']}; style-src {hashed['style']}; "
        "img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )
