"""Which platform, with which token, and which repository. Strict: a token must not go to a stranger."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qualitygate.core.errors import ConfigError

PUBLIC_API = "https://api.github.com"
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})/[A-Za-z0-9._-]{1,100}")
_SCP = re.compile(r"(?:[^@/:\s]+@)?(?P<host>[^/:\s]+):(?P<path>[^\s]+)")
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the API is, and what opens it.

    Attributes:
        url: Without `/` at the end.
        token: None for requests without one, which see public repositories only, and few times an hour.
    """

    url: str
    token: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """Host and port of the API."""
        return urlsplit(self.url).netloc

    @property
    def web_host(self) -> str:
        """Host and port of the pages that belong to it: `github.com` for `api.github.com`."""
        return self.host.removeprefix("api.")

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return _loopback(urlsplit(self.url).hostname or "")


def endpoint(environ: Mapping[str, str], api_url: str | None = None) -> Endpoint:
    """The platform to talk to.

    Args:
        environ: Environment variables: GITHUB_API_URL, then GITHUB_TOKEN before GH_TOKEN.
        api_url: What the command line says, which goes before.

    Raises:
        ConfigError: QG-1771, the address is not `https://…` (`http://` is for this machine only), or holds a name and
            password; or the token is none.
    """
    url = (api_url or environ.get("GITHUB_API_URL") or PUBLIC_API).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise _unusable("is no address") from None
    if not parts.hostname or parts.scheme not in ("https", "http") or not port_is_fine:
        raise _unusable("is no address")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise _unusable("holds more than scheme, host and path")
    if re.search(r"[^\x21-\x7e]", url):
        raise _unusable("holds white space or characters beyond ASCII")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise _unusable("is not encrypted, and the token would be readable on the way")
    name = next((name for name in ("GITHUB_TOKEN", "GH_TOKEN") if environ.get(name, "").strip()), None)
    token = environ[name].strip() if name is not None else None
    if token is not None and not _TOKEN.fullmatch(token):
        raise ConfigError("is no token: it holds white space or characters beyond ASCII", code="QG-1771", where=name)
    return Endpoint(url, token)


def repository(name: str | None, environ: Mapping[str, str], remote: str | None, where: Endpoint) -> str:
    """`OWNER/NAME` of the repository.

    Args:
        name: What the command line says, before GITHUB_REPOSITORY, before the remote.
        remote: Address that the repository was cloned from; it only counts where it is on the same host.

    Raises:
        ConfigError: QG-1770, none is named, or the name is none.
    """
    given = name or environ.get("GITHUB_REPOSITORY") or None
    if given is not None:
        if not _REPOSITORY.fullmatch(given) or given.endswith(("/.", "/..")):
            raise ConfigError(f"{given!r} is no repository", code="QG-1770", hint="write OWNER/NAME")
        return given
    host, found = _from_remote(remote or "")
    if found is None:
        raise ConfigError("no repository is named", code="QG-1770", hint="give --repo OWNER/NAME")
    if host.casefold() != where.web_host.casefold():
        message = f"the remote is on {host}, and the API on {where.host}"
        raise ConfigError(message, code="QG-1770", hint="give --repo OWNER/NAME, and --api-url if it is another server")
    return found


def _from_remote(remote: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(remote)
        host, path = (parts.hostname or ""), parts.path
        if host and parts.port is not None and parts.scheme in ("http", "https"):
            host = f"{host}:{parts.port}"
    except ValueError:
        return "", None
    if not host or parts.scheme not in ("http", "https", "ssh", "git"):
        match = _SCP.fullmatch(remote)
        if match is None or "://" in remote:
            return "", None
        host, path = match["host"], match["path"]
    name = path.strip("/").removesuffix(".git")
    return host, name if _REPOSITORY.fullmatch(name) else None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unusable(reason: str) -> ConfigError:
    return ConfigError(
        f"the address of the API {reason}", code="QG-1771", hint="write https://HOST/api/v3, or leave it out for GitHub"
    )
