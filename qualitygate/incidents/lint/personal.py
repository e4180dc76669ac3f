"""Personal data and secrets in a text. Only kinds are told, never what was found."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

# `git@host:path` is an address of a repository, `logo@2x.png` a picture.
_MAIL = re.compile(
    r"(?<![\w.+-])(?!git@)[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+(?!(?:png|jpe?g|webp|avif|gif|svg|tiff?)\b)[^\W\d_]{2,24}(?![\w-])"
)
_PHONE = re.compile(
    r"""(?<![\w.,:/+#-])(?:
        \+[1-9]\d{0,2}[ /-]?(?:\(\d{1,5}\)[ /-]?)?\d(?:[ /-]?\d){5,12}   # +49 30 1234567
      | \(0?\d{2,4}\)[ ]?\d{3,4}[ -]\d{3,4}                                # (555) 123-4567
      | \d{3}-\d{3}-\d{4}                                                  # 555-123-4567
      | 0\d{1,4}[ /-]\d{2,8}(?:[ -]\d{2,4}){0,4}                           # 030 1234567, 06 12 34 56 78, 03-1234-5678
    )(?![\w-]|[.,:]\d)""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{1,2}[ /-]\d{1,2}[ /-](?:19|20)\d\d\b")
_IPV4 = re.compile(r"(?<![\w.-])(?<!version )(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)(?!\.\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_HOME = re.compile(
    r"(?<![\w/])/(?:home|Users)/(?!runner\b|shared\b|<)[^/\s`'\"]+|\b[A-Za-z]:\\+Users\\+(?!Public\b)[^\\\s`'\"]+"
)
_SECRET = re.compile(
    r"""(?<![\w])(?:
        gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{15,} | xox[abeoprs]-[\w-]{10,}
      | (?:AKIA|ASIA)[0-9A-Z]{16} | AIza[\w-]{30,} | sk-[\w-]{20,} | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{30,}
      | pypi-[\w-]{30,} | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*
      | (?i:bearer)\s+[\w.~+/-]{16,}=*
      | (?i:password|passwort|mot\ de\ passe|secret|token|api[_-]?key)\s?[=:]\s?[^\s,;]{8,}
    ) | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY----- | https?://[^\s/:@]+:[^\s/@]+@""",
    re.VERBOSE,
)


def personal(text: str) -> Iterator[str]:
    """What a text holds that should not be in git for ever, each kind once: `an e-mail address`."""
    if _MAIL.search(text):
        yield "an e-mail address"
    if any(_is_phone(found.group()) for found in _PHONE.finditer(text)):
        yield "a telephone number"
    if any(_is_address(found.group()) for pattern in (_IPV4, _IPV6) for found in pattern.finditer(text)):
        yield "an IP address"
    if _HOME.search(text):
        yield "the path of a home directory"
    if _SECRET.search(text):
        yield "what looks like a password or token"


def _is_phone(found: str) -> bool:
    digits = sum(character.isdigit() for character in found)
    return 9 <= digits <= 15 and _DATE.search(found) is None


def _is_address(found: str) -> bool:
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    if address.version == 6 and not re.search(r"\d", found):  # `a::b` is rather a name of C++ or Ruby
        return False
    # This machine and "any" are nobody's; 0.x and x.0.0.0 are versions of software.
    return not (address.is_loopback or address.is_unspecified or found.startswith("0.") or found.endswith(".0.0.0"))
