"""What the command line and the ini file of pytest say to the gate."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from qualitygate.vcs.change import in_ci

PROFILE = "qualitygate_profile"
REFERENCES = "qualitygate_references"
OUTPUT = "qualitygate_output"
FOLDER = "__references__"
RESULTS = "qualitygate-output"
_NAME = re.compile(r"[^\W_][\w.+-]{0,79}")


def add_options(parser: pytest.Parser) -> None:
    """The options of `image_gate`; none of them takes a value from the next word, which may be a path."""
    group = parser.getgroup("qualitygate", "image quality gate")
    group.addoption(
        "--qualitygate-profile", dest=PROFILE, metavar="NAME",
        help="profile that pictures are judged by, where a check names none itself",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-update", dest="qualitygate_update", action="store_true",
        help="write candidates that do not match as the new references; never in CI",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-as", dest="qualitygate_as", metavar="NAME",
        help="with --qualitygate-update, accept them under this name beside the references, such as h100",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-reason", dest="qualitygate_reason", metavar="TEXT",
        help="why references are written, for their provenance",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-output", dest=OUTPUT, metavar="DIR",
        help=f"where heat maps and candidates of failures go [{RESULTS}]",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-report", dest="qualitygate_report", action="append", metavar="FORMAT=PATH",
        help="write a report of all checked pictures, such as html=report/ or sarif=out.sarif; repeatable",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-pictures", dest="qualitygate_pictures", choices=("failed", "all"), default="failed",
        help="which pairs reports show pictures of [failed]",
    )  # fmt: skip
    parser.addini(PROFILE, "profile that pictures are judged by")
    parser.addini(REFERENCES, f"directory of references beside each test file [{FOLDER}]", default=FOLDER)
    parser.addini(OUTPUT, f"where heat maps and candidates of failures go [{RESULTS}]", default=RESULTS)


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for a run.

    Attributes:
        root: Pytest's root directory: labels and relative references begin there.
        here: Directory that pytest was started in.
        command_profile, ini_profile: Profile by the command line and by the ini file.
        references: Name of the directory of references beside a test file.
        output: Where heat maps and candidates of failures go.
        update: Whether candidates that do not match become references.
        accept_as: Name to accept them under, beside the references; None to replace those.
        reason: Why, as the command line says it.
        pictures: Whether reports show `failed` pairs or `all`.
        reports: `FORMAT=PATH` of every report, its path absolute.
    """

    root: Path
    here: Path
    command_profile: str | None = None
    ini_profile: str | None = None
    references: str = FOLDER
    output: Path = Path(RESULTS)
    update: bool = False
    accept_as: str | None = None
    reason: str | None = None
    pictures: str = "failed"
    reports: tuple[str, ...] = ()


def options_of(config: pytest.Config, environ: Mapping[str, str]) -> Options:
    """Read the options.

    Raises:
        UsageError: One of them is empty, a report has no path, or references should be written in CI.
    """
    root, here = config.rootpath, config.invocation_params.dir
    profile = config.getoption(PROFILE)
    asked = config.getoption(OUTPUT)
    reports = tuple(_absolute(one, here) for one in config.getoption("qualitygate_report") or ())
    for name, given in (("--qualitygate-profile", profile), ("--qualitygate-output", asked)):
        if given == "":
            raise pytest.UsageError(f"{name}: a value is missing; is a variable of the shell not set?")
    update = bool(config.getoption("qualitygate_update"))
    if update and in_ci(environ):
        raise pytest.UsageError(
            "--qualitygate-update: CI is set, and in CI references are compared, never written; run it where a person "
            "looks at what is written, or unset CI in a job whose purpose it is [QG-1465]"
        )
    accept_as = config.getoption("qualitygate_as")
    if accept_as is not None and not _NAME.fullmatch(accept_as):
        raise pytest.UsageError(
            f"--qualitygate-as: {accept_as!r} is no name for a reference; use letters, digits, `-`, `_`, `.` and `+` "
            "[QG-1469]"
        )
    if accept_as is not None and not update:
        raise pytest.UsageError("--qualitygate-as: nothing is written without --qualitygate-update [QG-1469]")
    folder = str(config.getini(REFERENCES)).strip()
    if not folder or not (Path(folder).name or Path(folder).is_absolute()):
        raise pytest.UsageError(f"{REFERENCES}: {folder!r} names no directory; leave it out for {FOLDER} [QG-1469]")
    return Options(
        root=root,
        here=here,
        command_profile=profile,
        ini_profile=str(config.getini(PROFILE) or "").strip() or None,
        references=folder,
        output=here / asked if asked else root / str(config.getini(OUTPUT) or RESULTS),
        update=update,
        accept_as=accept_as,
        reason=config.getoption("qualitygate_reason") or None,
        pictures=str(config.getoption("qualitygate_pictures")),
        reports=reports,
    )


def _absolute(report: str, here: Path) -> str:
    """`html=report/` from the directory that pytest was started in, since tests change the working directory."""
    form, equals, path = report.partition("=")
    if not equals or not path or not form:
        raise pytest.UsageError(f"--qualitygate-report {report}: write FORMAT=PATH, such as html=report/ [QG-1469]")
    ending = os.sep if path.endswith(("/", os.sep)) else ""
    return f"{form}={path}" if path == "-" else f"{form}={here / path}{ending}"
