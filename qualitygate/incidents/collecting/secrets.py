"""What a secret looks like in text. One table; `masking.py` applies it.

Every pattern has exactly one group named `secret`: what is masked. What stands around it stays, so that a reader still
sees which header or variable it was.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from qualitygate.incidents.collecting.command_secrets import COMMAND_SHAPES
from qualitygate.incidents.collecting.shape import NAME, NO_SECRET, Shape, shape, tokens

_PUBLIC = re.compile(
    r"(?i)(?:public|cache|primary|foreign|sort|partition|idempotency|dedup|routing|object|row|group|host|lookup|index)"
    r"[_.-]?key$|(?:csrf|next|page|continuation|sync|eos|bos|pad|unk|mask|stop|cancellation)_?token$"
)
_BEFORE_NAME = re.compile(r"[A-Za-z0-9_.-]{0,40}\Z")
_SIGN = r"(?P<sign>[ \t]{0,40}(?::=|=>|=|:)[ \t]{0,40})"


def _assigned(match: re.Match[str]) -> bool:
    value, start = match["secret"], match.start("name")
    before = _BEFORE_NAME.search(match.string, max(0, start - 40), start)
    name = f"{before[0] if before else ''}{match['name']}"
    if _PUBLIC.search(name) or NO_SECRET.fullmatch(value) or len(value) < 3:
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


SHAPES: tuple[Shape, ...] = (
    tokens("private_key", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    tokens("github", r"gh[opusr]_[A-Za-z0-9_]{16,}|github_pat_[A-Za-z0-9_]{20,}"),
    tokens("gitlab", r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[A-Za-z0-9_.=-]{16,}"),
    tokens("slack", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}|xapp-\d-[A-Za-z0-9-]{8,}"),
    shape(
        "webhook",
        r"(?i)https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/"
        r"|[a-z0-9.-]+\.webhook\.office\.com/)(?P<secret>[^\s\"'<>]+)",
    ),
    tokens("aws", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    tokens("google", r"AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_.-]{16,}|GOCSPX-[0-9A-Za-z_-]{16,}"),
    tokens("api_key", r"SK[0-9a-f]{32}(?![0-9A-Za-z])"),  # Twilio
    tokens("stripe", r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=_-]{16,}"),
    tokens("api_key", r"sk-(?:[a-z]+[0-9]*-(?:v1-)?)?[A-Za-z0-9_-]{20,}"),
    tokens("api_key", r"(?:hf|r8|npm|key|lin_api|secret)_[A-Za-z0-9]{30,}|dckr_pat_[A-Za-z0-9_-]{20,}"),
    tokens("api_key", r"pypi-[A-Za-z0-9_-]{32,}|SG\.[\w-]{16,}\.[\w-]{16,}|do[opr]_v1_[0-9a-f]{40,}|dapi[0-9a-f]{32}"),
    tokens("jwt", r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}"),
    shape("url_credentials", r"(?i)(?<=://)(?!\[masked)(?P<secret>[^\s/:@\"'<>\[]*:[^\s/\"'<>]+)(?=@)"),
    shape("url_credentials", r"(?i)(?<=://)(?P<secret>[A-Za-z0-9_.~%-]{16,})(?=@)"),
    shape(
        "url_credentials",
        r"(?i)(?<=[?&])(?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature)=(?P<secret>[^\s&\"'<>\[]+)",
    ),
    shape(
        "authorization",
        r"(?i)(?<![A-Za-z])(?:proxy-)?authorization\b[\"']?[ \t]*[:=][ \t]*[\"']?"
        r"(?:(?:basic|bearer|token|digest|negotiate)[ \t]+)?"
        r"(?P<secret>(?!\[masked:|\$|\{\{|<)[^\s\"'][^\r\n\"']*)",
    ),
    shape("authorization", r"(?i)\b(?:bearer|basic)[ \t]+(?P<secret>[A-Za-z0-9._~+/=-]{12,})", _has_digit),
    shape(
        "authorization",
        r"(?i)(?<![A-Za-z-])(?:set-cookie|cookie|x-api-key|private-token|job-token|x-auth-token|x-vault-token)"
        r"[\"']?[ \t]*:[ \t]*[\"']?(?P<secret>(?!\[masked:|\$|\{\{|<)[^\s\"'][^\r\n\"']*)",
    ),
    *COMMAND_SHAPES,
    # `--password hunter2`; values in quotes, in escaped quotes; then the rest up to white space.
    shape(
        "password",
        rf"(?i)--(?:[a-z0-9]+-){{0,4}}{NAME}(?P<sign>[ \t]+)(?P<quote>[\"'])(?P<secret>(?:(?!(?P=quote))[^\r\n])+)"
        r"(?P<rest>)",
        _assigned,
    ),
    shape(
        "password",
        rf"(?i)--(?:[a-z0-9]+-){{0,4}}{NAME}(?P<sign>[ \t]+)(?P<secret>(?!-)[^\s\"']+)(?P<rest>)",
        _assigned,
    ),
    shape(
        "password",
        rf"(?i){NAME}[\"']?{_SIGN}(?P<quote>[\"'])(?P<secret>(?:\\[^\r\n]|(?!(?P=quote))[^\r\n\\])+)(?P<rest>)",
        _assigned,
    ),
    shape(
        "password",
        rf"(?i){NAME}\\[\"']{_SIGN}\\[\"'](?P<secret>(?:(?!\\[\"'])[^\r\n])+)(?P<rest>)",
        _assigned,
    ),
    shape(
        "password",
        rf"(?i){NAME}[\"']?{_SIGN}(?P<secret>[^\s\"'][^\s\"']*)(?=(?P<rest>[^\r\n]{{0,8}}))",
        _assigned,
    ),
    shape(
        "password",
        r"(?im)\b(?:password|passphrase|passwd)[ \t]*:[ \t]+"
        r"(?P<secret>(?!\[masked:)[^\s\"'$<{][^\r\n\"'\d]*\d[^\r\n\"']*)$",
    ),
    shape(
        "high_entropy",
        r"(?m)(?<![A-Za-z0-9_])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[ \t]*[=:][ \t]*[\"']?"
        r"(?P<secret>[A-Za-z0-9+/_=.~-]{20,512})(?=[\"';]?(?:\s|$))",
        _opaque,
    ),
)

# Letters of every script with the marks that belong to them: an address need not be ASCII (RFC 6531, RFC 5890).
_LETTER = r"\w\u0300-\u036f\u0590-\u05c7\u0610-\u065f\u0900-\u0eff\u1000-\u109f\u200c\u200d"
_AT = r"(?:@|\uff20|%(?:25){0,3}40|&#0{0,5}64;|&#x0{0,5}40;|\\u0040)"

EMAIL = re.compile(
    rf"(?i)(?<![\w.+-])(?!git@)[^\W_](?:[{_LETTER}.+-]|%(?!(?:25){{0,3}}40)[0-9a-f]{{2}}){{0,63}}{_AT}"
    rf"(?:[^\W_][{_LETTER}-]{{0,62}}\.)+(?:xn--[a-z0-9-]{{2,59}}|(?![\d_])(?:(?![\d_])[{_LETTER}]){{2,24}})(?![\w-])"
)
"""An address of a person, its `@` also as URLs, HTML and JSON write it; `git@host` is none."""
