"""What reporters say, word for word. Rewrite the files with QUALITYGATE_UPDATE_GOLDEN=1 and read the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from reporters_samples import LIMITS, Check, failed_report, failed_result, passed_report, stepped_report, view

from qualitygate.reporters import reporter
from qualitygate.reporters.comparison import render_comparison
from qualitygate.reporters.document import compare_document
from qualitygate.reporters.json import serialise

GOLDEN = Path(__file__).parent / "golden"


def rendered() -> dict[str, str]:
    github = reporter("github").render(failed_report(), view())
    steps = reporter("github").render(stepped_report(), view())
    return {
        "text-80.txt": reporter("text").render(failed_report(), view(width=80)).text,
        "text-120-colour.txt": reporter("text").render(failed_report(), view(width=120, colour=True)).text,
        "text-passed-verbose.txt": reporter("text").render(passed_report(), view(verbose=True)).text,
        "check.json": reporter("json").render(failed_report(), view()).text,
        "compare.json": serialise(compare_document(failed_result(), [Check()])),
        "comparison.txt": render_comparison(failed_result(), view(), [Check()]),
        "github.txt": github.text,
        "github-summary.md": github.files["$GITHUB_STEP_SUMMARY"],
        "github-output.txt": github.files["$GITHUB_OUTPUT"],
        "github-steps-summary.md": steps.files["$GITHUB_STEP_SUMMARY"],
        "github-steps.txt": steps.text,
        "text-steps-verbose.txt": reporter("text").render(stepped_report(), view(verbose=True, width=80)).text,
        "check-steps.json": reporter("json").render(stepped_report(), view()).text,
        **{
            f"{form}{name}.{suffix}": reporter(form).render(report, view(thresholds=LIMITS, exit_code=1)).text
            for form, suffix in (("sarif", "sarif"), ("junit", "xml"), ("markdown", "md"))
            for name, report in (("", failed_report()), ("-steps", stepped_report()))
        },
    }


@pytest.mark.parametrize("name", sorted(rendered()))
def test_reporters_say_what_the_golden_file_says(name: str) -> None:
    said = rendered()[name]
    path = GOLDEN / name
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        path.write_text(said, encoding="utf-8", newline="")
    assert path.read_bytes().decode("utf-8") == said


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(rendered())
