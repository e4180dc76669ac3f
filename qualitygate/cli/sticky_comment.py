"""`check --comment`: the one comment on the pull request. Whatever goes wrong here never changes the verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping

import click

from qualitygate.cli import platform
from qualitygate.core.errors import QualityGateError
from qualitygate.core.verdict import Report
from qualitygate.reporters import reporter
from qualitygate.reporters.base import View
from qualitygate.vcs.event import pull_number

# A job must not wait long for a comment.
_TIMEOUT_SECONDS, _MAX_WAIT_SECONDS = 10.0, 30.0
_SERVER = re.compile(r"https?://[A-Za-z0-9.:-]{1,255}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")


def tell_pull_request(report: Report, view: View, environ: Mapping[str, str]) -> None:
    """Write or renew the comment; one line on stderr says what was done, or why it was not.

    A run that passed begins no comment, and brings one that tells of a failure up to date.
    """
    try:
        click.echo(f"qualitygate: {_told(report, view, environ)}", err=True)
    except QualityGateError as error:
        hint = f" ({error.hint})" if error.hint else ""
        click.echo(f"qualitygate: no comment: {error.message}{hint} [{error.code}]", err=True)


def _told(report: Report, view: View, environ: Mapping[str, str]) -> str:
    number = pull_number(environ)
    if number is None:
        return "no comment: this is no run for a pull request on GitHub [QG-1437]"
    if not (environ.get("GITHUB_TOKEN", "").strip() or environ.get("GH_TOKEN", "").strip()):
        return "no comment: there is no token, as for a pull request from a fork; set GITHUB_TOKEN [QG-1437]"
    from qualitygate.notifiers.github.comment import fitted, keep_comment

    text = fitted(reporter("markdown").render(report, view).text.rstrip() + "\n" + run_link(environ))
    client, repository = platform.connect(None, None, _TIMEOUT_SECONDS, _MAX_WAIT_SECONDS, writes=True)
    with client:
        kept = keep_comment(client, repository, number, text, begin=report.verdict != "passed")
    if kept.done == "nothing":
        return f"no comment on #{number}: all is well, and none is there to be renewed"
    return f"comment on #{number} {kept.done}: {kept.url}"


def run_link(environ: Mapping[str, str]) -> str:
    """A line that leads to the run and its artifacts; empty outside of GitHub Actions."""
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    run = environ.get("GITHUB_RUN_ID", "")
    if not (_SERVER.fullmatch(server) and _REPOSITORY.fullmatch(repository) and re.fullmatch(r"[0-9]{1,20}", run)):
        return ""
    return f"\n[The run, with its report as an artifact]({server}/{repository}/actions/runs/{run})\n"
