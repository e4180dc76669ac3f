"""Secrets that a program is given on its command line or in its file: curl, mysql, netrc, docker, XML, INI, YAML."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from qualitygate.incidents.collecting.shape import NAME, NO_SECRET, Shape, is_value, shape

_WINDOW = 1000
_HTTP = re.compile(r"(?i)(?<![\w-])(?:curl|wget|https?ie|https?|xh)(?:\.exe)?(?![\w:-])")
_MYSQL = re.compile(r"(?i)(?<![\w-])(?:mysql\w*|mariadb[\w-]*)(?:\.exe)?(?![\w-])")
_LOGIN = re.compile(r"(?i)(?<![\w-])(?:sshpass|(?:docker|podman|helm|az|oras|skopeo)\b[^\n]{0,80}\blogin)(?![\w-])")
_PORTS = re.compile(r"[\w.:\[\]-]*:\d+(?:/\w+)?")
# Where an argument begins: on a command line, or as one of a list.
_ARGUMENT = r"(?<![^\s\"'\[(,])"
_BETWEEN = r"[\"']?[ \t=,]*"
# A masked user name holds a colon of its own.
_USER = r"(?P<user>(?:\[masked:[a-z_]+\]|[^\s:\"'\[\]])+)"


def _of(program: re.Pattern[str], *words: str) -> Callable[[re.Match[str]], bool]:
    """Whether a match is an argument of a program, and a value.

    Args:
        program: Its name, as it stands before its arguments.
        words: One of them is in every text that `program` matches: looked for first, since that is fast.
    """

    def holds(match: re.Match[str]) -> bool:
        if not is_value(match) or _PORTS.fullmatch(match["secret"]):
            return False
        before = _command(match.string, match.start())
        lowered = before.lower()
        return any(word in lowered for word in words) and program.search(before) is not None

    return holds


def _command(text: str, end: int) -> str:
    """The line up to a place, with those before it that a backslash continues; at most `_WINDOW` characters."""
    window = text[max(0, end - _WINDOW) : end]
    start = window.rfind("\n")
    while start > 0 and window[:start].rstrip("\r").endswith("\\"):
        start = window.rfind("\n", 0, start)
    return window[start + 1 :]


def _basic(match: re.Match[str]) -> bool:
    """Whether a value is a user and a password in Base64, or long enough to be a token."""
    value = match["secret"]
    if not is_value(match):
        return False
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True) or len(value) >= 20
    except (binascii.Error, ValueError):
        return len(value) >= 20


def _words(match: re.Match[str]) -> bool:
    """Whether several words are a secret, and not a reference, a type or a piece of a program."""
    first, _, rest = match["secret"].partition(" ")
    if NO_SECRET.fullmatch(first) or re.search(r"\w[(\[]", match["secret"]) or first.endswith((",", ";")):
        return False
    return NO_SECRET.fullmatch(match["secret"]) is None and not re.match(r"\s*(?:=|\|\||\bor\b|\bif\b)", rest)


_LOGIN_FLAG = r"(?:-[A-Za-z#]{0,8}[uU]|--user|--proxy-user|-a|--auth)"
_OF_HTTP = _of(_HTTP, "curl", "wget", "http", "xh")
_OF_MYSQL = _of(_MYSQL, "mysql", "mariadb")
_OF_LOGIN = _of(_LOGIN, "sshpass", "login")

COMMAND_SHAPES: tuple[Shape, ...] = (
    # <password>x</password>, also in CDATA and on lines of its own.
    shape(
        "password",
        rf"(?i)<(?:[\w-]{{1,40}}:)?[\w.-]{{0,40}}?{NAME}(?:\s[^<>]{{0,200}})?>\s{{0,200}}(?:<!\[CDATA\[)?"
        r"(?P<secret>[^<>\s](?:[^<>\r\n]{0,2000}[^<>\s])?)(?=\s{0,200}(?:\]\]>\s{0,200})?</)",
        is_value,
    ),
    # A line of .netrc, whole or the one of several that holds the password.
    shape("password", r"(?<!\S)(?:login|account)[ \t]+\S+\s+password[ \t]+(?P<secret>\S+)", is_value),
    shape("password", r"(?m)^(?:[0-9][\dTZ:.,+-]*[ \t]+)?[ \t]*password[ \t]+(?P<secret>\S+)[ \t]*\r?$", is_value),
    # `auths` of a Docker configuration, `_auth` of an .npmrc.
    shape(
        "authorization", r"(?i)\\?[\"']_?auth\\?[\"']\s{0,40}:\s{0,40}\\?[\"'](?P<secret>[A-Za-z0-9+/=_-]{4,})", _basic
    ),
    shape("authorization", r"(?im)(?:^|[:\s])_auth[ \t]*=[ \t]*[\"']?(?P<secret>[A-Za-z0-9+/=_-]{4,})", is_value),
    shape("password", rf"{_ARGUMENT}{_LOGIN_FLAG}{_BETWEEN}(?P<quote>[\"']){_USER}:(?P<secret>[^\"'\r\n]+)", _OF_HTTP),
    shape("password", rf"{_ARGUMENT}{_LOGIN_FLAG}{_BETWEEN}{_USER}:(?P<secret>[^\s\"']+)", _OF_HTTP),
    shape("password", rf"{_ARGUMENT}-p(?P<quote>[\"'])(?P<secret>[^\"'\r\n]+)", _OF_MYSQL),
    shape("password", rf"{_ARGUMENT}-p(?!rint0?\b|rune\b|ath\b|erm\b)(?P<secret>[^\s\"']+)", _OF_MYSQL),
    shape("password", rf"{_ARGUMENT}-p{_BETWEEN}(?P<quote>[\"'])(?P<secret>[^\"'\r\n]+)", _OF_LOGIN),
    shape("password", rf"{_ARGUMENT}-p{_BETWEEN}(?P<secret>[^\s\"'=,-][^\s\"']*)", _OF_LOGIN),
    # `secret = several words`, up to the end of its line; in a shell a blank would end the value before the `=`.
    shape(
        "password",
        rf"(?im)^[ \t]{{0,200}}(?:[-+][ \t]*)?(?:export[ \t]+)?[\w.-]{{0,60}}?{NAME}[ \t]*=[ \t]+"
        r"(?P<secret>(?!\[masked:)[^\s\"'=>~][^\r\n]*[ \t][^\r\n]*[^\s])[ \t]*\r?$",
        _words,
    ),
    shape(
        "password",
        r"(?im)^[ \t]{0,200}(?:[-+][ \t]*)?[\"']?[\w.-]{0,60}?(?:password|passphrase|passwd|passcode|secret)"
        r"[\"']?[ \t]*:[ \t]+"
        r"(?P<secret>(?!\[masked:)[^\s\"'$<{\[|>&*!][^\r\n\"']*[ \t][^\r\n\"']*[^\s\"'])[ \t]*\r?$",
        _words,
    ),
)
