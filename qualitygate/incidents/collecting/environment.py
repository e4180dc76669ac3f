"""The environment as evidence: versions, and those CI variables that are known to hold no secret."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from qualitygate.incidents.collecting.gathered import Gathered, of_text
from qualitygate.incidents.collecting.masking import mask

NAME = "environment.json"
VARIABLES = (
    # GitHub Actions
    "GITHUB_ACTIONS", "GITHUB_BASE_REF", "GITHUB_EVENT_NAME", "GITHUB_HEAD_REF", "GITHUB_JOB", "GITHUB_REF",
    "GITHUB_REPOSITORY", "GITHUB_RUN_ATTEMPT", "GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "GITHUB_SERVER_URL", "GITHUB_SHA",
    "GITHUB_WORKFLOW", "GITHUB_WORKFLOW_REF", "ImageOS", "ImageVersion", "RUNNER_ARCH", "RUNNER_OS",
    # GitLab CI
    "GITLAB_CI", "CI_COMMIT_REF_NAME", "CI_COMMIT_SHA", "CI_JOB_ID", "CI_JOB_IMAGE", "CI_JOB_NAME", "CI_JOB_STAGE",
    "CI_JOB_URL", "CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_PIPELINE_ID", "CI_PIPELINE_SOURCE",
    "CI_PIPELINE_URL", "CI_PROJECT_PATH", "CI_RUNNER_VERSION", "CI_SERVER_URL",
    # what changes numbers
    "CI", "CUDA_VISIBLE_DEVICES", "LANG", "LC_ALL", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "PYTHONHASHSEED", "TZ",
)  # fmt: skip
"""Nothing else of the environment is ever read."""

_MAX_VALUE = 500


def gather_environment(
    platform: Mapping[str, str], packages: Mapping[str, str], environ: Mapping[str, str]
) -> Gathered:
    """Versions and variables as JSON, sorted, so that the same environment gives the same file.

    Args:
        platform: Name to value, such as `python`, `system`, `machine`.
        packages: Name to version of installed packages.
        environ: All environment variables; only `VARIABLES` are taken.
    """
    counts: Counter[str] = Counter()
    taken: dict[str, str] = {}
    for name in sorted(VARIABLES):
        if environ.get(name):
            masked = mask(environ[name][:_MAX_VALUE])
            counts.update(masked.counts)
            taken[name] = masked.text
    value = {"platform": dict(platform), "packages": dict(sorted(packages.items())), "variables": taken}
    return of_text("environment", NAME, json.dumps(value, ensure_ascii=False, indent=2) + "\n", counts)
