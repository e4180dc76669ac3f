"""What a secret looks like in text. One table; `masking.py` applies it.

Every pattern has exactly one group named `secret`: what is masked. What stands around it stays, so that a reader still
sees which header or variable it was.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from re import Pattern

# A reference to a secret is none, nor is a masked one, a type, or nothing.
_NO_SECRET = re.compile(
    r"""(?ix)
    (?: \[masked:[a-z_]+\]? | \*{2,}.* | x{3,} | \.{3} | … | <[^>]*>? | \$.* | %\w+%? | \{\{.* | null | none | nil
      | true | false | undefined | str | string | bytes | int | integer | float | number | bool | boolean | secret
      | secretstr | required | optional(\[.*)? | write | read
      | (os|process|env|self|config|settings|secrets|args|options|params|data)[.\[(].*
      | (get|load|read|fetch|make|create|new|input|parse)\w*\(.* | getenv\(.* | \w+\(\)?,? ) [,;)\]}]*
    """
)
_PUBLIC = re.compile(
    r"(?i)(?:public|cache|primary|foreign|sort|partition|idempotency|dedup|routing|object|row|group|host|lookup|index)"
    r"[_.-]?key$|(?:csrf|next|page|continuation|sync|eos|bos|pad|unk|mask|stop|cancellation)_?token$"
)
# The end of a name that holds a secret; what stands before it in the name is looked at by `_assigned`.
_NAME = (
    r"(?P<name>pass(?:word|wd|phrase|code)|pwd|secrets?|token|credentials?|api[_.-]?key|access[_.-]?key(?:[_.-]?id)?"
    r"|secret[_.-]?key(?:[_.-]?base)?|[_.-]pass|(?-i:_KEY|_PAT|_PW)|(?:private|signing|account|auth|encryption|client"
    r"|master|shared|service|deploy|ssh|session|storage|webhook|admin)[_.-]?(?:key|secret))"
)
_BEFORE_NAME = re.compile(r"[A-Za-z0-9_.-]{0,40}\Z")
_SIGN = r"(?P<sign>[ \t]{0,40}(?::=|=>|=|:)[ \t]{0,40})"


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of secret.

    Attributes:
        kind: What stands in `[masked:KIND]`.
        pattern: With a group `secret`.
        holds: Whether a match is one; None where the pattern says it all.
    """

    kind: str
    pattern: Pattern[str]
    holds: Callable[[re.Match[str]], bool] | None = None


def _assigned(match: re.Match[str]) -> bool:
    value, start = match["secret"], match.start("name")
    before = _BEFORE_NAME.search(match.string, max(0, start - 40), start)
    name = f"{before[0] if before else ''}{match['name']}"
    if _PUBLIC.search(name) or _NO_SECRET.fullmatch(value) or len(value) < 3:
        return False
    if match["sign"].strip() != ":":
        return True
    # `Token: a word for it` is prose, and `token: 512` a number of tokens.
    prose = value.isalpha() and value.islower() and match["rest"].strip() != ""
    return not prose and not (match["name"].lower() == "token" and value.rstrip(",").isdecimal())


def _opaque(match: re.Match[str]) -> bool:
    """Whether a value is random: letters of both cases and digits, 3.5 bits a character, no digest, no path."""
    value = match["secret"]
    classes = (any(map(str.islower, value)), any(map(str.isupper, value)), any(map(str.isdigit, value)))
    if not all(classes) or re.fullmatch(r"(?i)(?:sha\d+-.*|[0-9a-f-]+|[0-9TZ:.+-]+|v?\d+(?:\.\d+)+\S*)", value):
        return False
    if max(map(len, re.split(r"[/._-]", value))) < 16:
        return False
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values()) >= 3.5


def _has_digit(match: re.Match[str]) -> bool:
    return any(map(str.isdigit, match["secret"])) or len(match["secret"]) >= 32


def _shape(kind: str, pattern: str, holds: Callable[[re.Match[str]], bool] | None = None) -> Shape:
    return Shape(kind, re.compile(pattern), holds)


def _tokens(kind: str, pattern: str) -> Shape:
    return _shape(kind, rf"(?<![A-Za-z0-9_])(?P<secret>{pattern})")


SHAPES: tuple[Shape, ...] = (
    # A block whose end was cut off is masked to the end; for one whose beginning was, see `KEY_END`.
    _shape(
        "private_key",
        r"(?s)(?P<secret>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:.*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|.*))",
    ),
    _tokens("private_key", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    _tokens("github", r"gh[opusr]_[A-Za-z0-9_]{16,}|github_pat_[A-Za-z0-9_]{20,}"),
    _tokens("gitlab", r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[A-Za-z0-9_.=-]{16,}"),
    _tokens("slack", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}|xapp-\d-[A-Za-z0-9-]{8,}"),
    _shape(
        "webhook",
        r"(?i)https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/"
        r"|[a-z0-9.-]+\.webhook\.office\.com/)(?P<secret>[^\s\"'<>]+)",
    ),
    _tokens("aws", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _tokens("google", r"AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_.-]{16,}|GOCSPX-[0-9A-Za-z_-]{16,}"),
    _tokens("stripe", r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=_-]{16,}"),
    _tokens("api_key", r"sk-(?:[a-z]+[0-9]*-(?:v1-)?)?[A-Za-z0-9_-]{20,}"),
    _tokens("api_key", r"(?:hf|r8|npm|key|lin_api|secret)_[A-Za-z0-9]{30,}|dckr_pat_[A-Za-z0-9_-]{20,}"),
    _tokens("api_key", r"pypi-[A-Za-z0-9_-]{32,}|SG\.[\w-]{16,}\.[\w-]{16,}|do[opr]_v1_[0-9a-f]{40,}|dapi[0-9a-f]{32}"),
    _tokens("jwt", r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}"),
    _shape("url_credentials", r"(?i)(?<=://)(?!\[masked)(?P<secret>[^\s/:@\"'<>\[]*:[^\s/\"'<>]+)(?=@)"),
    _shape("url_credentials", r"(?i)(?<=://)(?P<secret>[A-Za-z0-9_.~%-]{16,})(?=@)"),
    _shape(
        "url_credentials",
        r"(?i)(?<=[?&])(?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature)=(?P<secret>[^\s&\"'<>\[]+)",
    ),
    _shape(
        "authorization",
        r"(?i)(?<![A-Za-z])(?:proxy-)?authorization\b[\"']?[ \t]*[:=][ \t]*[\"']?"
        r"(?:(?:basic|bearer|token|digest|negotiate)[ \t]+)?"
        r"(?P<secret>(?!\[masked:|\$|\{\{|<)[^\s\"'][^\r\n\"']*)",
    ),
    _shape("authorization", r"(?i)\b(?:bearer|basic)[ \t]+(?P<secret>[A-Za-z0-9._~+/=-]{12,})", _has_digit),
    _shape(
        "authorization",
        r"(?i)(?<![A-Za-z-])(?:set-cookie|cookie|x-api-key|private-token|job-token|x-auth-token|x-vault-token)"
        r"[\"']?[ \t]*:[ \t]*[\"']?(?P<secret>(?!\[masked:|\$|\{\{|<)[^\s\"'][^\r\n\"']*)",
    ),
    # `--password hunter2`; values in quotes, in escaped quotes; then the rest up to white space.
    _shape(
        "password",
        rf"(?i)--(?:[a-z0-9]+-){{0,4}}{_NAME}(?P<sign>[ \t]+)(?P<secret>(?!-)[^\s\"']+)(?P<rest>)",
        _assigned,
    ),
    _shape(
        "password",
        rf"(?i){_NAME}[\"']?{_SIGN}(?P<quote>[\"'])(?P<secret>(?:\\[^\r\n]|(?!(?P=quote))[^\r\n\\])+)(?P<rest>)",
        _assigned,
    ),
    _shape(
        "password",
        rf"(?i){_NAME}\\[\"']{_SIGN}\\[\"'](?P<secret>(?:(?!\\[\"'])[^\r\n])+)(?P<rest>)",
        _assigned,
    ),
    _shape(
        "password",
        rf"(?i){_NAME}[\"']?{_SIGN}(?P<secret>[^\s\"'][^\s\"']*)(?=(?P<rest>[^\r\n]{{0,8}}))",
        _assigned,
    ),
    _shape(
        "password",
        r"(?im)\b(?:password|passphrase|passwd)[ \t]*:[ \t]+"
        r"(?P<secret>(?!\[masked:)[^\s\"'$<{][^\r\n\"'\d]*\d[^\r\n\"']*)$",
    ),
    _shape(
        "high_entropy",
        r"(?m)(?<![A-Za-z0-9_])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[ \t]*[=:][ \t]*[\"']?"
        r"(?P<secret>[A-Za-z0-9+/_=.~-]{20,512})(?=[\"';]?(?:\s|$))",
        _opaque,
    ),
)

KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
"""Last line of a private key; where its first is missing, the lines before it that match `KEY_LINE` belong to it."""

KEY_LINE = re.compile(r".{0,80}?[A-Za-z0-9+/=]{16,}\r?")
KEY_LAST = re.compile(r"(?:.{0,80}?\s)?[A-Za-z0-9+/]+={0,2}\r?")

EMAIL = re.compile(
    r"(?<![\w.+-])(?!git@)[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,24}(?![\w-])"
)
"""An address of a person; `git@host` is none."""
