"""Secrets in text: none stays, what is none stays, and masking twice is masking once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

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
    "grep -q '-----BEGIN RSA PRIVATE KEY-----' key.pem",
    "-----END PRIVATE KEY----- is how a key ends",
    "docker run -p 8080:80 -u 1000:1000 mysql",
    "curl -u $USER:$PASSWORD https://example.org",
    "rsync -u host:path there",
    "mysql -p shop",
    "docker login ghcr.io && docker run -p 8080:80 x",
    "auth: none, 'auth': 'basic'",
    "<password>${env.PASSWORD}</password>, use <token> here",
    "pip install package@1.2.3, user@localhost",
    "https://example.org/a%40b?c=%2540",
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
        ("<password>tiger</password>", "tiger"),
        ("  <dbPassword encrypted='no'>\n   ti ger9\n  </dbPassword>", "ger9"),
        ("<server><password><![CDATA[ti]ger]]></password></server>", "ger"),
        ("machine ftp.example.org login dev password tiger", "tiger"),
        ("machine ftp.example.org\nlogin dev\n  password tiger\n", "tiger"),
        ("2025-09-27T04:12:00.1Z password tiger\r\n", "tiger"),
        ('{"auths":{"ghcr.io":{"auth":"ZGV2OnRpZ2Vy"}}}', "ZGV2OnRpZ2Vy"),
        ('{\\"auths\\":{\\"x\\":{\\"auth\\": \\"ZGV2OnRpZ2Vy\\"}}}', "ZGV2OnRpZ2Vy"),
        ("//registry.example.org/:_auth=ZGV2OnRpZ2Vy", "ZGV2OnRpZ2Vy"),
        ("curl -u dev:tiger https://example.org", "tiger"),
        ("+ curl -sSfu dev:tiger https://example.org", "tiger"),
        ("curl --user 'dev:ti ger' https://example.org", "ti ger"),
        ("curl https://example.org \\\n  --proxy-user dev:tiger", "tiger"),
        ("curl -u dev@example.org:tiger https://example.org", "tiger"),
        ('["curl", "-u", "dev:tiger"]', "tiger"),
        ("mysql -u root -ptiger shop", "tiger"),
        ("mysqldump --host db -p'ti ger' shop", "ti ger"),
        ("sshpass -p tiger ssh host", "tiger"),
        ("docker login -u dev -p tiger ghcr.io", "tiger"),
        ("secret = several words to the end", "to the end"),
        ("  db.password = correct horse battery\nnext", "battery"),
        ('secret = "several words to the end"', "to the end"),
        ("secret = 'several words to the end", "to the end"),
        ("password: correct horse battery staple", "staple"),
        ("--password 'ti ger' --verbose", "ger"),
        ("TWILIO_AUTH_SID=SK0123456789abcdef0123456789abcdef", "SK01"),
        ("TWILIO_AUTH=0123456789abcdef0123456789abcdef", "0123"),
        ("mail anna@exämple.org now", "anna"),
        ("mail änna@example.org now", "nna"),
        ("mail anna@例え.テスト now", "anna"),
        ("mail anna@exa\u0308mple.org now", "anna"),
        ("mail anna@xn--exmple-cua.xn--p1ai now", "anna"),
        ("https://example.org/?to=anna%40example.org&x=1", "anna"),
        ("https://example.org/?to=anna%2Bx%2540example.org", "anna"),
        ("<a href='mailto:anna&#64;example.org'>", "anna"),
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


KEY = SECRETS["private key"].split("\n")[1:-1]
AFTER = [
    "57d665266d1b2f3c4a5b6978877665544332211f",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "DeltaE00 5.31 exceeds 2.0 in hero, PM-2025-09-27-01",
    "all is well",
]


@pytest.mark.parametrize("log", ["{}", "2025-09-27T04:12:00.1Z {}", "#12 0.345 {}", "+{}"])
@pytest.mark.parametrize("begin", ["grep -q '-----BEGIN RSA PRIVATE KEY-----' key.pem", "-----BEGIN PRIVATE KEY-----"])
def test_what_follows_a_lone_beginning_of_a_key_stays(begin: str, log: str) -> None:
    text = "\n".join(log.format(line) for line in (begin, *AFTER))
    assert mask(text).text == text


@pytest.mark.parametrize("log", ["{}", "2025-09-27T04:12:00.1Z {}", "#12 0.345 {}", "+{}"])
@pytest.mark.parametrize("headers", [[], ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0123456789ABCDEF", ""]])
def test_a_key_that_was_cut_off_ends_with_its_last_line(headers: list[str], log: str) -> None:
    key = ["-----BEGIN RSA PRIVATE KEY-----", *headers, "MIIEowIBAAKCAQEA7abcdefghij", "KLMNopqrstuvwxyzabcdef", "klm="]
    text = "\n".join(log.format(line) for line in ("before", *key, *AFTER))
    masked = mask(text).text
    assert not any(line in masked for line in key[-3:-1])
    for line in ("before", *AFTER):
        assert log.format(line) in masked
    assert mask(masked).text == masked


def test_lines_of_others_between_those_of_a_key_stay() -> None:
    first, *body, end = SECRETS["private key"].split("\n")
    text = "\n".join(["a", first, "job 2: still at it", body[0], "job 3: done, too", *body, end, *AFTER])
    masked = mask(text).text
    assert not any(line in masked for line in body)
    for line in ("job 2: still at it", "job 3: done, too", *AFTER):
        assert line in masked


def test_a_key_far_behind_a_lone_beginning_goes_and_what_is_between_stays() -> None:
    grep = "grep -q '-----BEGIN RSA PRIVATE KEY-----' key.pem"
    text = "\n".join([grep, *AFTER, SECRETS["private key"], *AFTER])
    masked = mask(text).text
    assert masked == "\n".join([grep, *AFTER, "[masked:private_key]", *AFTER])


@given(
    st.lists(
        st.sampled_from([*KEY, *AFTER, "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "", "x", *KEPT]),
        max_size=14,
    ),
    st.sampled_from(["\n", "\r\n", "\\n", " "]),
)
@settings(max_examples=300)
def test_keys_are_masked_once(lines: list[str], between: str) -> None:
    once = mask(between.join(lines)).text
    assert mask(once).text == once


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
    "-----BEGIN PRIVATE KEY-----\n", "curl ", "-u a:b ",
    "mysql ", "-pa ", "<password>", "secret = a ", "login a password ", "anna%40", "%25", "é@", "login \\\n",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_long(unit: str, bounded: Callable[[float], AbstractContextManager[None]]) -> None:
    with bounded(20):
        mask(unit * (200_000 // len(unit)))
