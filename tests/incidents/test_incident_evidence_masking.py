"""Secrets in text: none stays, what is none stays, and masking twice is masking once."""

from __future__ import annotations

import time

import pytest
from evidence_cases import SECRETS
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.incidents.collecting.masking import mask

FRAMES = (
    "{}", "token: {}", 'export X="{}"', "Authorization: Bearer {}", "curl -H 'Authorization: token {}' https://x",
    "{{\"k\":\"{}\"}}", "2025-09-27T04:12:00.1Z run --token={} --other", "\x1b[31m{}\x1b[0m",
    "https://user:{}@example.org/x", "+  secret = '{}'", "a {} b", "({})", "<{}>", "x={}&y=1", "{},{}", "`{}`",
    "日本語{}。",
)  # fmt: skip
KEPT = (
    "commit 57d665266d1b2f3c4a5b6978877665544332211f",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "GITHUB_SHA=57d665266d1b2f3c4a5b6978877665544332211f",
    "IMAGE_DIGEST=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "PM-2025-09-27-01: DeltaE00 5.31 exceeds 2.0 (p95) in hero, QG-1001",
    "uses: actions/checkout@v4",
    "git clone git@github.com:org/repo.git",
    "max_tokens: 512, tokens=3, token_count=12, tokenizer=bert",
    "the token: a small thing",
    "password = os.environ['X']",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "def f(token: str = None, password: str) -> None:",
    "CACHE_KEY=linux-pip-abc123",
    "DATABASE_URL=postgres://localhost:5432/x",
    "https://example.org/a?b=c#d",
    "eyJ is how a JWT begins, sk- how a key does",
    "Enter password: ",
    "MY_SECRET=",
    "secret=***",
    "uuid 123e4567-e89b-12d3-a456-426614174000",
    "Basic setup of the bearer",
    "pass 3 of 3, passed 12, bypass",
    "@@ -1,2 +1,3 @@ def main():",
    "monkey: banana",
)
WORDS = st.sampled_from(
    [
        "hero.webp",
        "DeltaE00",
        "5.31",
        "QG-1001",
        "src/a/b.py",
        "step",
        "2025-09-27T04:12:00Z",
        "日本語",
        "--verbose",
        "x=1",
        "a:b",
    ]
)
PLANTED = st.sampled_from(list(SECRETS.values()))
HEX = st.text("0123456789abcdef", min_size=7, max_size=64)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_stays(kind: str, frame: str) -> None:
    secret = SECRETS[kind]
    masked = mask(frame.format(secret, secret))
    telling = secret.removeprefix("https://hooks.slack.com/services/")
    for line in telling.split("\n")[: 3 if "BEGIN" in telling else 1]:
        assert line not in masked.text
    assert sum(masked.counts.values()) >= 1
    assert "[masked:" in masked.text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password=hunter2", "hunter2"),
        ("PASSWORD=a,b;c&d", "a,b;c&d"),
        ('"password": "p@ss w0rd"', "p@ss w0rd"),
        ('{"api_key":"abc\\"123","x":1}', "123"),
        ('\\"password\\": \\"abc1\\"', "abc1"),
        ("password: correct horse 9 battery", "horse"),
        ("db_password => 'tiger'", "tiger"),
        ("--password hunter2 --verbose", "hunter2"),
        ("postgres://user:p@ss/w@db.example.org/x", "user:p"),
        ("https://abcdefabcdefabcdef0123@github.com/o/r", "abcdefabcdefabcdef0123"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr"),
        ("SOME_VALUE=Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRg==", "Zm9v"),
        ("Set-Cookie: session=abc; Path=/", "session"),
        ("X-Api-Key: 12", "12"),
        ("OPENAI_KEY=abcdef12", "abcdef12"),
        ("https://x.blob.core.windows.net/c?sv=1&sig=abc%2Bdef&se=2", "abc%2Bdef"),
        ("author Jane <jane.doe+x@example.co.uk>", "jane.doe"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\nand it was cut", "b3Blbn"),
        ("z\nMIIEowIBAAKCAQEAabcdefghijklmn\n2025Z MIIEowIBAAKCAQEAabcdef\nklm=\n-----END PRIVATE KEY-----\nz", "MIIE"),
        ('password="unterminated', "unterminated"),
    ],
)
def test_the_value_goes_and_what_is_around_it_stays(text: str, secret: str) -> None:
    masked = mask(text).text
    assert secret not in masked
    assert "[masked:" in masked


def test_what_is_around_a_secret_stays() -> None:
    assert mask("password=hunter2 next").text == "password=[masked:password] next"
    assert mask('{"token":"abc","x":1}').text == '{"token":"[masked:password]","x":1}'
    assert mask("https://u:p@example.org/x").text == "https://[masked:url_credentials]@example.org/x"


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    masked = mask(text)
    assert masked.text == text
    assert masked.summary is None


@given(st.lists(st.one_of(WORDS, HEX), max_size=30), st.sampled_from([" ", "\n", "\t"]))
def test_ordinary_logs_stay(words: list[str], between: str) -> None:
    text = between.join(words)
    assert mask(text).text == text


@given(
    st.lists(
        st.one_of(WORDS, st.sampled_from(list(SECRETS.values())), st.text(max_size=12), st.sampled_from(KEPT)),
        max_size=12,
    ),
    st.sampled_from([" ", "\n", "", "=", ": ", "@", '"', "://"]),
)
@settings(max_examples=400)
def test_masking_twice_is_masking_once(words: list[str], between: str) -> None:
    once = mask(between.join(words)).text
    assert mask(once).text == once


@given(
    PLANTED,
    st.lists(WORDS, max_size=8),
    st.lists(WORDS, max_size=8),
    st.sampled_from(" \n\t\"'"),
)
def test_no_planted_secret_survives(secret: str, before: list[str], after: list[str], edge: str) -> None:
    masked = mask(f"{' '.join(before)}{edge}{secret}{edge}{' '.join(after)}").text
    assert secret not in masked
    for word in (*before, *after):
        assert word in masked


def test_secrets_are_counted() -> None:
    text = f"{SECRETS['github']} {SECRETS['github']} password=hunter2 a@example.org"
    assert mask(text).summary == "masked: 1 email, 2 github, 1 password"


UNITS = (
    "a", "-", "a_", "token_", "://", "A_", "-----BEGIN PRIVATE KEY-----", "=\n", "a@", "a.", "eyJ", "A" * 70 + "\n",
    '"', "password:", "A_B=", 'token="', "x-----END PRIVATE KEY-----\n", "--token ", "bearer ",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_long(unit: str) -> None:
    began = time.perf_counter()
    mask(unit * (200_000 // len(unit)))
    assert time.perf_counter() - began < 10
