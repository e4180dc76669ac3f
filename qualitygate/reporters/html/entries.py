"""What the script of a page knows of each subject, as plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from qualitygate.core.codes import CODES
from qualitygate.core.exhibit import Exhibit
from qualitygate.core.image import Source
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Finding, Level, Report, Skipped, SubjectResult, status_of
from qualitygate.reporters import wording
from qualitygate.reporters.base import View
from qualitygate.reporters.html.advice import advice
from qualitygate.reporters.html.numbers import Told, metric_entries, setting_text, sort_keys
from qualitygate.reporters.html.ranking import limits_of, shares
from qualitygate.reporters.printable import one_line

Entry = dict[str, Any]


def entry(result: SubjectResult, report: Report, view: View, pictures: Mapping[str, Any] | None, known: Told) -> Entry:
    """Everything the page tells of one subject.

    Args:
        result: The subject.
        report: Its run.
        view: Labels and limits.
        pictures: Addresses of its pictures by name, None where it has none.
        known: Settings of measurements told so far.
    """
    subject, exhibit = result.subject, view.exhibits.get(result.subject.id)
    panel = view.panels.get(subject.id) if exhibit is None else None
    limits = limits_of(result, view)
    return {
        "id": one_line(subject.id),
        "kind": subject.kind,
        "set": one_line(subject.set_name),
        "status": status_of(result.verdict),
        "profile": _text(result.profile),
        "accepted": _text(result.accepted),
        "reason": _reason(result),
        "findings": [finding_entry(finding, view) for finding in result.findings],
        "metrics": metric_entries(result, limits, view, known),
        "sort": sort_keys(result, view),
        "files": [
            {"role": role, "path": _text(path), "facts": list(_facts(source))}
            for role, path, source in (
                ("reference", subject.reference, result.reference),
                ("candidate", subject.candidate, result.candidate),
            )
            if path is not None or source is not None
        ],
        "advice": advice(result, report, view),
        "shown": None if exhibit is None or pictures is None else _shown(exhibit, pictures),
        "panel": None if panel is None or pictures is None else pictures["panel"],
        "bare": _bare(result, report) if exhibit is None and panel is None else "",
    }


def finding_entry(finding: Finding, view: View) -> Entry:
    """One finding, in the words of the other reporters, with what its code means."""
    return {
        "code": finding.code,
        "level": finding.level.value,
        "headline": wording.headline(finding),
        "detail": wording.detail(finding),
        "limit": None if finding.metric is None else one_line(wording.limit_name(finding, view.specs)),
        "borderline": wording.borderline(finding),
        "severity": None if finding.severity is None else finding.severity.value,
        "profile": _text(finding.profile),
        "set": _text(finding.set_name),
        "born_of": _text(finding.born_of),
        "postmortem": _text(view.postmortems.get(finding.born_of or "")),
        "why": _text(finding.why),
        "runbook": _text(finding.runbook),
        "file": _text(None if finding.path is None else wording.file_of(finding)),
    }


def code_entries(codes: Iterable[str]) -> dict[str, Entry]:
    """What codes mean and what to do, by code."""
    return {
        code: {"meaning": CODES[code].meaning, "remedy": CODES[code].remedy} for code in sorted(codes) if code in CODES
    }


def summary_line(result: SubjectResult, view: View) -> str:
    """The worst of a subject in a few words, for the list."""
    match result.verdict:
        case Unmeasurable(code, message):
            return wording.reason(Unmeasurable(code, message), result.subject.reference, result.subject.candidate)
        case Skipped(reason):
            return one_line(reason)
        case _:
            pass
    for level in (Level.ERROR, Level.WARNING):
        for finding in result.findings:
            if finding.level is level:
                headline, statistic = wording.headline(finding), _more(finding)
                return headline + (f" ({one_line(statistic)})" if statistic else "")
    share = max(shares(result, limits_of(result, view), view), default=None)
    return "" if share is None else f"{share:.0%} of its tightest limit"


def _more(finding: Finding) -> str | None:
    """The statistic as far as the headline does not say it: of a brand colour, whose name it has, `p98` or nothing."""
    name, dot, last = (wording.statistic(finding) or "").rpartition(".")
    if not dot or not wording.headline(finding).startswith(one_line(name)):
        return wording.statistic(finding)
    return None if f"{one_line(name)} {last} " in wording.headline(finding) else last


def worst_severity(findings: Sequence[Finding]) -> str:
    """The most serious severity of findings that fail, empty where none has one."""
    found = [f.severity for f in findings if f.level is Level.ERROR and f.severity is not None]
    return min(found, key=lambda severity: severity.rank).value if found else ""


def _text(text: str | None) -> str | None:
    return None if text is None else one_line(text)


def _reason(result: SubjectResult) -> Entry | None:
    match result.verdict:
        case Unmeasurable() as reason:
            text = wording.reason(reason, result.subject.reference, result.subject.candidate)
            return {"code": reason.code, "text": text}
        case Skipped(why):
            return {"code": "", "text": one_line(why)}
        case _:
            return None


def _facts(source: Source | None) -> Iterator[tuple[str, str]]:
    if source is None:
        return
    yield "size", f"{source.width} × {source.height}"
    resized = source.settings.get("resized_from")
    if resized:
        yield "resized from", f"{resized} ({source.settings.get('resize_filter')})"
    lossless = {True: "lossless", False: "lossy", None: ""}[source.lossless]
    yield "format", ", ".join(part for part in (source.format, lossless, source.subsampling) if part)
    alpha = ", with alpha" if source.has_alpha else ""
    yield "samples", f"{source.bit_depth}-bit {one_line(source.colour_text)}{alpha}"
    yield "bytes", f"{source.bytes:,}"
    yield "sha256", source.sha256
    yield from ((key, setting_text(value)) for key, value in source.settings.items() if key == "decoder")


def _shown(exhibit: Exhibit, pictures: Mapping[str, Any]) -> Entry:
    return {
        "size": exhibit.size,
        "pictures": pictures,
        "damage": exhibit.damage,
        "places": exhibit.places,
        "beyond": exhibit.beyond,
        "moved": exhibit.moved,
        "movedBeyond": exhibit.moved_beyond,
        "worst": exhibit.worst_tile,
        "tile": exhibit.tile_box,
        "histogram": exhibit.histogram,
        "bins": exhibit.bins,
        "top": exhibit.scale_top,
        "ignored": exhibit.ignored_share,
        "laidOn": exhibit.laid_on,
    }


def _bare(result: SubjectResult, report: Report) -> str:
    """Why there are no pictures."""
    of_all = (one for one in report.findings if one.set_name in (None, result.subject.set_name))
    if any(one.level is Level.ERROR and one.severity is Severity.S0 for one in (*result.findings, *of_all)):
        return "No pictures: at severity S0 they stay where they were measured."
    if result.subject.kind != "pair":
        return ""
    if result.reference is None or result.candidate is None:
        return "No pictures: there are no two files that can be decoded."
    if any(isinstance(outcome, Unmeasurable) for outcome in result.measurements.values()) and (
        (result.reference.width, result.reference.height) != (result.candidate.width, result.candidate.height)
    ):
        return "No pictures: the two differ in size, so that no pixel has its counterpart."
    return "No pictures: they are drawn of what failed and of what came closest to a limit, up to a number of bytes."
