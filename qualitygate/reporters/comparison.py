"""One pair for a person at a terminal: what was compared, every statistic, and how it was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qualitygate.core.image import Source
from qualitygate.core.measurement import Measurement, MetricSpec, Setting, Unmeasurable
from qualitygate.core.ships import named
from qualitygate.core.verdict import Level, SubjectResult, status_of
from qualitygate.reporters import wording
from qualitygate.reporters.base import View
from qualitygate.reporters.clipping import clipping
from qualitygate.reporters.document import Difference
from qualitygate.reporters.origin import origins
from qualitygate.reporters.terminal import Page

_LEVELS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}
# Settings that change what the numbers mean for this very pair are shown always, the others with `verbose`.
_TELLING = ("alpha", "background", "ignored", "device", "net")


def render_comparison(result: SubjectResult, view: View, crosscheck: Iterable[Difference] | None = None) -> str:
    """Tell the comparison of one pair. Pure.

    Args:
        result: The pair, measured and perhaps judged.
        view: Labels and decimals of the metrics; colour and width of the terminal.
        crosscheck: The same statistics from independent libraries; None where that was not asked for.
    """
    result = replace(result, findings=tuple(named(found, view.postmortems) for found in result.findings))
    page = Page(colour=view.colour, width=view.width)
    _files(page, result)
    _numbers(page, result, view.specs)
    _unmeasured(page, result, view.specs)
    _how(page, result, view)
    _findings(page, result, view.specs)
    _crosscheck(page, list(crosscheck or ()), view.specs)
    return page.text


def _files(page: Page, result: SubjectResult) -> None:
    subject = result.subject
    for label, source, path in (
        ("reference", result.reference, subject.reference),
        ("candidate", result.candidate, subject.candidate),
    ):
        page.line((f"{label:<11}", "dim"), (source.name if source else path or "none", "bold"))
        if source is not None:
            page.sentence(_facts(source), "dim", indent=11)
    if isinstance(result.verdict, Unmeasurable):
        page.line(("could not be measured", "bold yellow"), "  ", (result.verdict.code, "dim"))
        page.sentence(wording.reason(result.verdict), indent=2)
    page.gap()


def _facts(source: Source) -> str:
    decoder = source.settings.get("decoder")
    parts = [
        _size(source),
        source.format,
        f"{source.bit_depth}-bit",
        source.colour_text,
        source.subsampling,
        {True: "lossless", False: "lossy", None: None}[source.lossless],
        "with alpha" if source.has_alpha else None,
        f"{source.bytes:,} bytes",
        f"decoded by {decoder}" if decoder else None,
    ]
    return ", ".join(part for part in parts if part)


def _size(source: Source) -> str:
    """`300x200`, or `600x400, resized to 300x200 (lanczos)`."""
    size, before = f"{source.width}x{source.height}", source.settings.get("resized_from")
    return f"{before}, resized to {size} ({source.settings.get('resize_filter')})" if before else size


def _numbers(page: Page, result: SubjectResult, specs: Mapping[str, MetricSpec]) -> None:
    """A table of metrics by statistics, every metric with the statistics it has."""
    measured = False
    for name, outcome in result.measurements.items():
        spec = specs.get(name)
        label, decimals = (spec.label, spec.decimals) if spec else (name, 4)
        if not isinstance(outcome, Measurement):
            continue
        known = [statistic for statistic in (spec.statistics if spec else ()) if statistic in outcome.values]
        names = known + [statistic for statistic in outcome.values if statistic not in known]
        values = [f"{outcome.values[statistic]:.{decimals}f}" for statistic in names]
        widths = [max(len(a), len(b), 6) + 2 for a, b in zip(names, values, strict=True)]
        unit = f" [{outcome.unit}]" if outcome.unit else ""
        heads = "".join(f"{head:>{width}}" for head, width in zip(names, widths, strict=True))
        cells = "".join(f"{cell:>{width}}" for cell, width in zip(values, widths, strict=True))
        page.line(" " * 9, (heads, "dim"), (unit, "dim"))
        page.line((f"{label:<9}", "bold"), cells)
        measured = True
    if measured:
        page.gap()


def _unmeasured(page: Page, result: SubjectResult, specs: Mapping[str, MetricSpec]) -> None:
    """Metrics without a number: those of one reason together, and nothing where it was told as that of the pair."""
    reasons: dict[Unmeasurable, list[str]] = {}
    for name, outcome in result.measurements.items():
        if isinstance(outcome, Unmeasurable) and outcome != result.verdict:
            reasons.setdefault(outcome, []).append(specs[name].label if name in specs else name)
    told = {finding.message for finding in result.findings}
    for reason, labels in reasons.items():
        page.line((f"{', '.join(labels):<9}", "bold"), "  ", ("not measured", "yellow"), "  ", (reason.code, "dim"))
        if reason.message not in told:
            page.sentence(wording.reason(reason), indent=11)
    if reasons:
        page.gap()


def _how(page: Page, result: SubjectResult, view: View) -> None:
    told: list[tuple[str, Mapping[str, Setting]]] = [
        (view.specs[name].label if name in view.specs else name, outcome.settings)
        for name, outcome in result.measurements.items()
        if isinstance(outcome, Measurement)
    ]
    sentences = clipping(told)
    if view.verbose:
        sources = (("reference", result.reference), ("candidate", result.candidate))
        told += [(label, source.settings) for label, source in sources if source is not None]
    for name, settings in told:
        kept = {
            k: v for k, v in settings.items() if view.verbose or (_telling(k) and v not in (None, "", 0, False, "off"))
        }
        if kept:
            sentences.append(f"{name}: " + ", ".join(f"{key} {_short(value)}" for key, value in kept.items()))
    for sentence in sentences:
        page.sentence(sentence, "dim")
    if sentences:
        page.gap()


def _telling(key: str) -> bool:
    return any(word in key for word in _TELLING)


def _short(value: Setting) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _findings(page: Page, result: SubjectResult, specs: Mapping[str, MetricSpec]) -> None:
    for finding in result.findings:
        page.line((wording.headline(finding), f"bold {_LEVELS[finding.level]}"), "  ", (finding.code, "dim"))
        about = wording.remark(finding)
        if about:
            page.sentence(about, indent=2)
    for origin in origins(result.findings, specs, named=True):
        page.sentence(origin.sentence, "dim")
    if result.findings:
        page.gap()
    if result.profile is not None:
        status = status_of(result.verdict)
        colour = {"passed": "bold green", "failed": "bold red"}.get(status, "bold yellow")
        page.line((status.upper(), colour), f"  profile {result.profile}")
        page.gap()


def _crosscheck(page: Page, entries: Sequence[Difference], specs: Mapping[str, MetricSpec]) -> None:
    if not entries:
        return
    rows = [("metric", "ours", "theirs", "difference", "library")]
    for entry in entries:
        spec = specs.get(entry.metric)
        rows.append((
            f"{spec.label if spec else entry.metric} {entry.statistic}",
            f"{entry.ours:.7f}", f"{entry.theirs:.7f}", f"{entry.difference:+.1e}",
            f"{entry.library} {entry.version}",
        ))  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    page.line(("cross-check", "bold"))
    for index, (metric, ours, theirs, difference, library) in enumerate(rows):
        numbers = f"{ours:>{widths[1]}}  {theirs:>{widths[2]}}  {difference:>{widths[3]}}"
        page.line(("  " + f"{metric:<{widths[0]}}  {numbers}  {library}", "dim" if index == 0 else ""))
    given: dict[str, list[str]] = {}
    for entry, row in zip(entries, rows[1:], strict=True):
        given.setdefault(entry.basis, []).append(row[0])
    for basis, statistics in given.items():
        what = f" ({', '.join(statistics)})" if len(given) > 1 else ""
        page.sentence(f"input to the libraries: {basis}{what}", "dim", indent=2)
