"""Reports made by hand for the tests of the reporters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from qualitygate.core.image import Source
from qualitygate.core.incident import IncidentRef
from qualitygate.core.measurement import Measurement, MetricSpec, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Direction, Severity, Threshold
from qualitygate.core.verdict import (
    Failed,
    Finding,
    Level,
    Passed,
    Report,
    SetInfo,
    Skipped,
    StepInfo,
    SubjectResult,
)
from qualitygate.reporters.base import View

_DELTA_E = ("mean", "p50", "p95", "p99", "max", "worst_tile")
SPECS = {
    "delta_e_2000": MetricSpec("delta_e_2000", "DeltaE00", "", Direction.LOWER_IS_BETTER, _DELTA_E, 2, (0.0, inf)),
    "ssim": MetricSpec("ssim", "SSIM", "", Direction.HIGHER_IS_BETTER, ("mean", "worst_tile"), 4, (-1.0, 1.0)),
    "lpips": MetricSpec("lpips", "LPIPS", "", Direction.LOWER_IS_BETTER, ("value", "worst_tile"), 4, (0.0, inf)),
}
RUNBOOK = "https://example.com/runbooks/colour-drift?from=gate&set=hero"
WHY = "A LUT update pushed every hero off the brand palette for nine hours before anybody looked"

WHY_NOT = "A retouched logo went out unseen, since one small place hardly moves the mean"


def view(**changes: object) -> View:
    return View(SPECS, **changes)  # type: ignore[arg-type]


def pair(name: str) -> Subject:
    return Subject("pair", name, "hero", f"reference/{name}", f"candidate/{name}")


def limit_finding(subject: str, value: float, limit: float, statistic: str = "p95", **changes: object) -> Finding:
    known: dict[str, object] = {
        "code": "QG-1001",
        "level": Level.ERROR,
        "message": f"DeltaE00 {value:.2f} exceeds {limit}: {subject}, {statistic}, profile hero, severity S1",
        "subject": subject,
        "set_name": "hero",
        "metric": "delta_e_2000",
        "statistic": statistic,
        "value": value,
        "limit": limit,
        "severity": Severity.S1,
        "profile": "hero",
    }
    return Finding(**{**known, **changes})  # type: ignore[arg-type]


def measured() -> dict[str, Measurement | Unmeasurable]:
    values = {"mean": 2.75, "p50": 2.5, "p95": 5.3125, "p99": 7.125, "max": 14.5, "worst_tile": 6.0625}
    return {
        "delta_e_2000": Measurement("delta_e_2000", values, settings={"white": "D65 (0.3127, 0.3290)", "tile": 64}),
        "ssim": Measurement(
            "ssim",
            {"mean": 0.96875, "worst_tile": 0.875},
            settings={"sigma": 1.5, "reference_clipped_share": 0.0125, "candidate_clipped_share": 0.0},
        ),
        "lpips": Unmeasurable("QG-1301", "icons/a.png is 16x16, smaller than the 31x31 that LPIPS needs"),
    }


def source(name: str, **changes: object) -> Source:
    known: dict[str, object] = {
        "name": name,
        "sha256": "0123456789abcdef" * 4,
        "bytes": 123456,
        "format": "jpeg",
        "width": 1200,
        "height": 800,
        "bit_depth": 8,
        "colour_space": "Display P3",
        "subsampling": "4:2:0",
        "lossless": False,
        "settings": {"decoder": "Pillow 13.0.0", "orientation": 1},
    }
    return Source(**{**known, **changes})  # type: ignore[arg-type]


def failed_result(name: str = "hero/landing.jpg") -> SubjectResult:
    findings = (
        limit_finding(name, 5.3125, 2.0, born_of="PM-2025-09-27-01", why=WHY, runbook=RUNBOOK),
        limit_finding(name, 6.0625, 4.0, "worst_tile", severity=Severity.S2, born_of="PM-2026-01-15-02", why=WHY_NOT),
        Finding(
            "QG-1004",
            Level.WARNING,
            f"alpha differs: {name}, by 2.00% on average",
            subject=name,
            path=f"candidate/{name}",
        ),
        Finding("QG-1106", Level.NOTE, f"candidate is the reference shifted by 3 px: {name}", subject=name),
    )
    return SubjectResult(
        pair(name), Failed(), measured(), findings, source(f"reference/{name}"), source(f"candidate/{name}"), "hero"
    )


STUB = "run/_/postmortems/PM-2026-11-21-4711.md"


def pointing_at(report: Report, stub: str) -> Report:
    """The report as the porch hands it on: the path of the stub is the end of every failure's message."""

    def longer(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(
            replace(f, message=f"{f.message}, postmortem {stub}") if f.level is Level.ERROR else f for f in findings
        )

    results = tuple(replace(result, findings=longer(result.findings)) for result in report.results)
    return replace(report, results=results, findings=longer(report.findings))


def failed_report() -> Report:
    budget = Finding(
        "QG-1010",
        Level.ERROR,
        f"mean file size 201.5 KB exceeds 180 KB: set hero, 5 files, largest hero/zoo.jpg 410.2 KB, profile hero, "
        f"severity S3, runbook {RUNBOOK}",
        set_name="hero",
        value=201500.0,
        limit=180000.0,
        severity=Severity.S3,
        profile="hero",
        runbook=RUNBOOK,
    )
    missing = Finding(
        "QG-1101",
        Level.ERROR,
        "candidate missing: hero/日本語 |a,b%.png, no file of that stem",
        subject="hero/日本語 |a,b%.png",
        set_name="hero",
        severity=Severity.S2,
    )
    broken = Unmeasurable("QG-1203", "candidate/hero/cut.png: the file ends before the picture does [QG-1203]")
    report = Report(
        (
            failed_result(),
            SubjectResult(pair("hero/日本語 |a,b%.png"), Failed(), {}, (missing,)),
            SubjectResult(pair("hero/cut.png"), broken),
            SubjectResult(pair("hero/old.png"), Skipped("excluded by --only")),
            SubjectResult(pair("hero/good.png"), Passed(), {"ssim": Measurement("ssim", {"mean": 0.9990234375})}),
        ),
        (budget,),
        (SetInfo("hero", "hero", "lut-export", "reference", "candidate"),),
        {"qualitygate": "1.2.3", "workers": 2, "device": "cpu", "lpips": None},
        "2026-11-21T09:30:00Z",
        IncidentRef(
            "PM-2026-11-21-4711",
            STUB,
            "run/_/postmortems/PM-2026-11-21-4711.json",
            "evidence/pm-2026-11-21-4711",
        ),
        {"hero/landing.jpg": "evidence/pm-2026-11-21-4711/01-landing.png"},
    )
    return pointing_at(report, STUB)


def passed_report() -> Report:
    good = Measurement("ssim", {"mean": 0.9990234375})
    return Report((SubjectResult(pair("hero/good.png"), Passed(), {"ssim": good}),), started="2026-11-21T09:30:00Z")


def stepped_report() -> Report:
    """Pictures that pass, one as an accepted alternative, and further checks: failed, not made, passed."""
    unowned = tuple(
        Finding("QG-1783", Level.ERROR, f"no brand owner: {path} is owned by nobody", path=path)
        for path in ("luts/brand.cube", "thresholds/hero.toml")
    )
    unmade = Finding("QG-1422", Level.WARNING, "prove could not be checked: origin/main is not known here [QG-1906]")
    good = Measurement("ssim", {"mean": 0.9990234375})
    return Report(
        (
            SubjectResult(pair("hero/good.png"), Passed(), {"ssim": good}, profile="hero"),
            SubjectResult(pair("hero/neon.png"), Passed(), {"ssim": good}, profile="hero", accepted="h100"),
        ),
        (*unowned, unmade),
        (SetInfo("hero", "hero", "lut-export", "reference", "candidate"),),
        {"qualitygate": "1.2.3", "config": "qualitygate.toml", "device": None},
        "2026-11-21T09:30:00Z",
        steps=(
            StepInfo("audit", "passed", "no change"),
            StepInfo("codeowners", "failed", "12 protected files", unowned),
            StepInfo("prove", "unmeasurable", "origin/main is not known here", (unmade,)),
            StepInfo("thresholds", "passed"),
        ),
    )


LIMITS = {
    "hero": (
        Threshold("delta_e_2000", "p95", 2.0, 1.5, Severity.S1, "PM-2025-09-27-01", WHY),
        Threshold("ssim", "mean", 0.95),
        Threshold("delta_e_2000", "max", 5.0, severity=Severity.S2, region="logo"),
    )
}


def report_named(name: str, text: str = "") -> Report:
    """A failed pair, an unmeasurable one and a remark whose every text is under a stranger's control."""
    finding = limit_finding(name, 3.5, 2.0, why=text or name, runbook=name, born_of=text or name, region=name)
    note = Finding("QG-1106", Level.NOTE, f"{text}: {name}", subject=name, path=name)
    return Report(
        (
            SubjectResult(pair(name), Failed(), measured(), (finding, note)),
            SubjectResult(pair(name + "2"), Unmeasurable("QG-1201", f"{name}: {text}")),
        ),
        settings={name: text},
        incident=IncidentRef("PM-2026-11-21-01", f"run/{name}.md", f"run/{name}.json", f"evidence/{name}"),
        heat_maps={name: f"evidence/{name}"},
    )


def large_report(count: int) -> Report:
    results = tuple(
        SubjectResult(
            pair(f"hero/{index:05}-{'x' * 60}.jpg"),
            Failed(),
            {},
            (limit_finding(f"hero/{index:05}-{'x' * 60}.jpg", 2.0 + index / 100, 2.0, why=WHY, runbook=RUNBOOK),),
        )
        for index in range(count)
    )
    return Report(results)


@dataclass(frozen=True)
class Check:
    metric: str = "delta_e_2000"
    statistic: str = "mean"
    ours: float = 2.75
    theirs: float = 2.7500004
    library: str = "colour-science"
    version: str = "0.4.6"
    difference: float = -4e-7
    basis: str = "pixels"
