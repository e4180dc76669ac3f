"""`qualitygate init`: a configuration, a workflow and a hook, in under 20 lines together."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import click

from qualitygate import __version__
from qualitygate.cli.extras import EXTRAS
from qualitygate.core.errors import ConfigError
from qualitygate.metrics import OPTIONS_WITHOUT_EXTRA
from qualitygate.policy.config import load_config
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import PairSet
from qualitygate.vcs import top_level

_CONFIG = Path("qualitygate.toml")
_WORKFLOW = Path(".github/workflows/quality-gate.yml")
_HOOK = Path(".pre-commit-config.yaml")

CONFIG = """\
[[sets]]
name = "images"
reference = {reference}
candidate = {candidate}
profile = {profile}
"""

# Hashes, because a tag can be moved. History, because what changed is compared with its version at the merge base.
# The artifact holds the report, and of a failure the postmortem stub and the heat maps. The requirement names one
# version or one commit: a bare name would run in CI whatever somebody uploads under it next.
WORKFLOW = """\
on: [pull_request, merge_group]
permissions: {contents: read}
jobs:
  quality-gate:
    runs-on: ubuntu-24.04
    steps: # candidates that are not committed have to be made by a step before the check
      - {uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1, with: {fetch-depth: 0, lfs: true, persist-credentials: false}} # v7.0.1
      - {uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97, with: {python-version: "3.12"}} # v7.0.0
      - run: pip install 'REQUIREMENT' && qualitygate check --format github --report html=quality-gate-report
      - {if: "!cancelled()", uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a, with: {name: quality-gate, path: "quality-gate-report\\nrun\\nevidence"}} # v7.0.1
"""  # noqa: E501

NAME = "image-qualitygate[lpips]"
ELSEWHERE = f"{NAME} @ git+https://github.com/OWNER/image-qualitygate@COMMIT"
"""Where this program was not installed from an index: to be filled in, and refused by pip until it is."""

# Always, since pre-commit passes over a push that only deletes files. Incidents are opened by CI. The type is named,
# since `pre-commit install` alone would install a hook of commits, which never runs this one.
HOOK = """\
default_install_hook_types: [pre-push]
repos:
  - repo: local
    hooks: [{id: quality-gate, name: quality gate, entry: COMMAND --no-incident, language: system, pass_filenames: false, always_run: true, stages: [pre-push]}]
"""  # noqa: E501


@click.command()
@click.option("--profile", default="product", show_default=True, help="Asset class the pictures are judged as.")
@click.option("--reference", default="reference", show_default=True, help="Directory of the approved pictures.")
@click.option("--candidate", default="candidate", show_default=True, help="Directory of the pictures to judge.")
def command(profile: str, reference: str, candidate: str) -> None:
    """Write qualitygate.toml, a GitHub workflow and a pre-commit hook here. Existing files are kept."""
    load_profile(profile, Path.cwd())
    config = CONFIG.format(
        **{
            "reference": _quoted(reference),
            "candidate": _quoted(candidate),
            "profile": _quoted(profile),
        }
    )
    requirement = _requirement()
    # The profiles that ship have limits on LPIPS, which the base install cannot measure.
    judging = "qualitygate check" if EXTRAS["lpips"].installed else f"qualitygate check {OPTIONS_WITHOUT_EXTRA}"
    files = {
        _CONFIG: config,
        _WORKFLOW: WORKFLOW.replace("REQUIREMENT", requirement),
        _HOOK: HOOK.replace("COMMAND", judging),
    }
    kept = [path for path in files if path.exists() or path.is_symlink()]
    if len(kept) == len(files):
        raise ConfigError(
            "nothing written: all three files are here already",
            code="QG-1412",
            where=", ".join(path.as_posix() for path in kept),
            hint="delete or rename the one that should be written anew",
        )
    for path, text in files.items():
        if path in kept:
            click.echo(f"kept   {path.as_posix()}, which is here already")
        else:
            _write(path, text)
            click.echo(f"wrote  {path.as_posix()}")
    _say_where_it_works([path for path in files if path not in kept and path != _CONFIG])
    _say_what_is_next(judging)
    if _HOOK not in kept:
        click.echo("Hook: `pip install pre-commit`, then `pre-commit install --hook-type pre-push`.")
    if _WORKFLOW not in kept and requirement == ELSEWHERE:
        click.echo(f"CI:   {_WORKFLOW.as_posix()} installs from git. Replace OWNER and COMMIT with what you use.")
    if not {_WORKFLOW, _HOOK} <= set(kept):
        click.echo(
            "Hook and workflow judge the candidates as they are: make them first, in a step of the workflow or by hand."
        )


def _requirement() -> str:
    """What the workflow installs: this version, or the commit that this program was installed from."""
    try:
        origin = distribution("image-qualitygate").read_text("direct_url.json")
    except PackageNotFoundError:
        return ELSEWHERE
    if origin is None:
        return f"{NAME}=={__version__}"
    said = json.loads(origin)
    url, commit = str(said.get("url", "")), str(said.get("vcs_info", {}).get("commit_id", ""))
    public = re.fullmatch(r"https://[\w.-]+(?:/[\w.~-]+)+", url) and re.fullmatch(r"[0-9a-f]{40}", commit)
    return f"{NAME} @ git+{url}@{commit}" if public else ELSEWHERE


def _say_where_it_works(written: list[Path]) -> None:
    """GitHub and pre-commit read these files at the top of the repository only."""
    here, top = Path.cwd().resolve(), top_level(Path.cwd())
    if written and top is not None and top.resolve() != here:
        names = " and ".join(path.as_posix() for path in written)
        below = here.relative_to(top.resolve()).as_posix()
        click.echo(
            f"Note: {names} only work{'s' if len(written) == 1 else ''} at the git top level, {top}: move what is "
            f"written there and run the check in {below}."
        )


def _say_what_is_next(command: str) -> None:
    """The directories are those of the configuration, which may have been here before."""
    try:
        sets = load_config(_CONFIG).pair_sets
    except ConfigError as error:
        click.echo(f"Next: fix {error}")
        return
    sides = dict.fromkeys(side for one in sets for side in _sides(one))
    missing = [label for label, path in sides if not path.exists()]
    if missing:
        click.echo(f"Next: put pictures into {' and '.join(missing)}, then run `{command}`.")
    else:
        click.echo(f"Next: run `{command}`.")


def _sides(one: PairSet) -> tuple[tuple[str, Path], tuple[str, Path]]:
    return (one.reference_label, one.reference), (one.candidate_label, one.candidate)


def _quoted(directory: str) -> str:
    """A TOML basic string."""
    if not directory.isprintable():
        raise ConfigError(
            f"directory {directory!r} has control characters", code="QG-1405", hint="give a name that can be printed"
        )
    escaped = directory.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write(path: Path, text: str) -> None:
    """Create a file. Exclusively, so that one which appears meanwhile is not overwritten either."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigError(
            f"cannot write: {error.strerror}", code="QG-1412", where=path.as_posix(), hint="check path and permissions"
        ) from error
