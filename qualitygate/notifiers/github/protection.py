"""Whether the platform makes people heed CODEOWNERS: rulesets, branch protection, and its own view of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from qualitygate.notifiers.github.client import Client, as_type
from qualitygate.notifiers.github.errors import DeniedError, PlatformError


@dataclass(frozen=True, slots=True)
class Required:
    """The review of code owners is required on the branch, by what."""

    branch: str
    by: str


@dataclass(frozen=True, slots=True)
class NotRequired:
    """It is not: CODEOWNERS only informs."""

    branch: str


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform does not say, and why, in one sentence without a final stop."""

    branch: str | None
    reason: str


class _Repository(Struct, frozen=True):
    default_branch: str


class _Rule(Struct, frozen=True):
    type: str
    parameters: dict[str, Any] | None = None
    ruleset_id: int | None = None


class _Reviews(Struct, frozen=True):
    require_code_owner_reviews: bool = False


class _Protection(Struct, frozen=True):
    required_pull_request_reviews: _Reviews | None = None


class _Branch(Struct, frozen=True):
    protected: bool


class _Error(Struct, frozen=True):
    line: int
    kind: str
    path: str
    suggestion: str | None = None
    source: str | None = None


class _Errors(Struct, frozen=True):
    errors: tuple[_Error, ...]


def owner_review(client: Client, repository: str, branch: str | None = None) -> Required | NotRequired | CannotTell:
    """Whether code owners must review what goes into a branch.

    Rulesets can be read by anybody who can read the repository, classic branch protection by administrators only.

    Args:
        client: An open client.
        repository: `OWNER/NAME`.
        branch: By default the repository's default branch.
    """
    try:
        if branch is None:
            what = "read the settings"
            branch = as_type(client.get(f"/repos/{repository}", what).data, _Repository, what).default_branch
        name = quote(branch, safe="")
        rules = client.pages(f"/repos/{repository}/rules/branches/{name}", "read the rules of the branch", _Rule)
        for rule in rules:
            if rule.type == "pull_request" and (rule.parameters or {}).get("require_code_owner_review") is True:
                number = f" {rule.ruleset_id}" if rule.ruleset_id is not None else ""
                return Required(branch, f"ruleset{number}")
        return _classic(client, repository, branch, name)
    except PlatformError as error:
        return CannotTell(branch, error.message)


def _classic(client: Client, repository: str, branch: str, name: str) -> Required | NotRequired | CannotTell:
    path, what = f"/repos/{repository}/branches/{name}", "read the protection of the branch"
    try:
        protection = as_type(client.get(f"{path}/protection", what).data, _Protection, what)
    except DeniedError as error:
        if error.status == 404 and "not protected" in error.told.lower():
            return NotRequired(branch)
        if error.status not in (403, 404):
            raise
        # Who may not read the protection may still see whether there is any.
        if not as_type(client.get(path, "look at the branch").data, _Branch, "look at the branch").protected:
            return NotRequired(branch)
        return CannotTell(branch, "no ruleset requires it, and branch protection can be read by administrators only")
    reviews = protection.required_pull_request_reviews
    required = reviews is not None and reviews.require_code_owner_reviews
    return Required(branch, "branch protection") if required else NotRequired(branch)


def codeowners_errors(client: Client, repository: str, ref: str | None = None) -> tuple[str, ...] | CannotTell:
    """What GitHub finds wrong with CODEOWNERS, one line each: also owners who do not exist or may not write.

    Args:
        ref: Branch, tag or commit; by default the default branch.
    """
    query = {"ref": ref} if ref is not None else None
    what = "read the errors of CODEOWNERS"
    try:
        found = as_type(client.get(f"/repos/{repository}/codeowners/errors", what, query).data, _Errors, what)
    except PlatformError as error:
        return CannotTell(ref, error.message)
    return tuple(
        f"{one.path}:{one.line}: {one.kind}" + (f", {one.suggestion}" if one.suggestion else "") for one in found.errors
    )
