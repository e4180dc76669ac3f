"""Blame words, personal data and placeholders in four languages, and the words that only look like them."""

from __future__ import annotations

import pytest

from qualitygate.incidents.lint.blame import blames
from qualitygate.incidents.lint.personal import personal
from qualitygate.incidents.lint.placeholders import asks, placeholder
from qualitygate.incidents.lint.sameness import repeated

BLAME = {
    "en": [
        "The reviewer should have noticed",
        "It SHOULD  HAVE\u00a0been seen",
        "This shouldn’t have been merged",
        "They ought to have asked",
        "careless handling of the profile",
        "Carelessness",
        "Human error at the console",
        "a user error",
        "It was the fault of the on-call",
        "That was somebody's fault",
        "He was at fault",
        "a stupid setting",
        "negligent review",
        "they blame the analyst",
        "The analyst is to blame",
        "The team forgot to run the hook",
        "sloppy review",
        "lack of attention",
    ],
    "de": [
        "Schuld war der Kollege",
        "Der Prüfer ist mitschuldig",
        "Das hätte der Prüfer merken müssen",
        "Der Hook hätte geprüft werden sollen",
        "Das hätte nicht passieren dürfen",
        "Haette man pruefen muessen",
        "fahrlässiges Handeln",
        "Grobe Fahrlässigkeit",
        "menschliches Versagen",
        "Folge menschlichen Versagens",
        "ein Bedienfehler",
        "schlampige Prüfung",
        "aus Unachtsamkeit",
        "Er hat den Hook vergessen",
        "weil der Analyst das Profil vergessen hatte",
    ],
    "fr": [
        "C’est la faute de l’astreinte",
        "par faute de soin",
        "la négligence du relecteur",
        "une erreur humaine",
        "Erreurs humaines",
        "L’équipe aurait dû vérifier",
        "Ils n'auraient pas dû livrer",
        "Il aurait fallu tester",
        "une erreur de l’opérateur",
        "par inattention",
        "Le relecteur a oublié de lancer le hook",
        "le fautif est connu",
    ],
    "ja": [
        "担当者の不注意",
        "レビュー担当の怠慢",
        "人為ミスによる",
        "人為的ミス",
        "ヒューマンエラーが原因",
        "責任は運用チームにある",
        "責任がレビュー担当者にあった",
        "確認するべきだった",
        "マージすべきではなかった",
        "担当者の過失",
        "作業者のせいで遅れた",
        "うっかり削除した",
    ],
}
FALSE_FRIENDS = {
    "en": [
        "default of the fault-tolerant cache",
        "fault tolerance",
        "segmentation fault of the decoder",
        "git blame shows the commit",
        "a blameless postmortem, without blame",
        "The output should have a mean below 2",
        "Thumbnails should have at least 8 bits",
        "lazy loading of images",
        "is lazy loaded",
        "The hook failed to run",
        "Human review was added",
        "careful handling",
    ],
    "de": [
        "technische Schuld abbauen",
        "Technische Schulden",
        "Wir haben uns entschuldigt",
        "ohne Schuldzuweisung",
        "dem Zeitplan geschuldet",
        "Die Prüfung hätte gereicht",
        "Das Tor hätte gestoppt. Wir müssen prüfen",
        "Ein Dummy-Bild",
        "Der Hook hat versagt",
    ],
    "fr": [
        "par défaut",
        "le défaut de la LUT",
        "des défauts visibles",
        "faute de temps",
        "une faute de frappe dans l’en-tête",
        "sans faute",
        "un écart négligeable",
        "il faut vérifier",
        "aurait besoin du cache",
        "le responsable de l’équipe",
        "une valeur inattendue",
    ],
    "ja": [
        "注意事項を追加",
        "責任者に連絡",
        "責任分担を文書化",
        "ゲート通過失敗",
        "そのせいで停止した",
        "人為的に再現した",
        "エラー処理を追加",
    ],
}


@pytest.mark.parametrize("text", [text for texts in BLAME.values() for text in texts])
def test_blame_is_heard(text: str) -> None:
    assert list(blames(text))
    assert list(blames(f"Before. {text}, after."))


@pytest.mark.parametrize("text", [text for texts in FALSE_FRIENDS.values() for text in texts])
def test_false_friends_accuse_nobody(text: str) -> None:
    assert list(blames(text)) == []


def test_full_width_letters_are_the_same_letters() -> None:
    assert list(blames("ｃａｒｅｌｅｓｓ")) == ["careless"]


def test_decomposed_letters_are_the_same_letters() -> None:
    assert list(blames("fahrla\u0308ssig")) == ["fahrlässig"]


def test_each_word_is_told_once() -> None:
    assert list(blames("Careless, careless and stupid")) == ["careless", "stupid"]


@pytest.mark.parametrize(
    "text", ["hätte " * 20_000, "責任は" * 20_000, "aurait " * 20_000, "hat " * 20_000, "a" * 500_000]
)
def test_long_texts_take_no_time(text: str) -> None:
    assert list(blames(text)) == []
    assert list(personal(text)) == []
    assert placeholder(text) is None


GIVES_AWAY = {
    "an e-mail address": ["Ask jo.doe+luts@shop.example", "mailto:jo@shop.co.uk", "担当 jo@shop.example です"],
    "a telephone number": [
        "call +49 30 1234567",
        "+1 (555) 123-4567",
        "Tel. 030 1234567",
        "06 12 34 56 78",
        "03-1234-5678",
        "090-1234-5678",
        "(555) 123-4567",
        "555-123-4567",
    ],
    "an IP address": ["host 10.1.2.3 is down", "from 203.0.113.9:8080", "fe80::1", "seen at 2001:db8::7."],
    "the path of a home directory": ["/home/jo/luts", "/Users/jo/Pictures", "C:\\Users\\jo\\x", "in (/home/jo/x)"],
    "what looks like a password or token": [
        "ghp_" + "a" * 36,
        "token: abcdefgh123",
        "password=hunter22xx",
        "AKIA" + "A" * 16,
        "https://user:word@host/x",
        "Authorization: Bearer abcdefghijklmnopqrst",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
}
NOBODY = [
    "git@code.example:shop/luts.git",
    "@brand-team",
    "logo@2x.png",
    "a@b",
    "2025-09-27 04:12 UTC",
    "PM-2025-09-27-01 and PM-2026-11-21-12345678",
    "4 200 images",
    "1 234 567 890 bytes",
    "04-10-2025 12 30",
    "01/02/2025",
    "0 100 200 300 400",
    "1920 1080 3840 2160",
    "DeltaE00 5.31 exceeds 2.0",
    "commit 0123456789abcdef0123456789abcdef01234567",
    "sha256 00112233445566778899",
    "127.0.0.1 and ::1",
    "v1.2.3.4",
    "version 4.7.10.2",
    "at 04:12:33",
    "std::vector and a::b",
    "/home/runner/work/luts",
    "https://shop.example/home/page",
    "the token expires",
    "sk-learn is used",
    "https://shop.example:8443/a@b",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in GIVES_AWAY.items() for text in texts])
def test_what_gives_somebody_away(kind: str, text: str) -> None:
    assert list(personal(text)) == [kind]


@pytest.mark.parametrize("text", NOBODY)
def test_what_gives_nobody_away(text: str) -> None:
    assert list(personal(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "TODO: ask",
        "tbd",
        "?",
        "…",
        "-",
        "n/a",
        "<owner>",
        "YYYY-MM-DD",
        "à compléter",
        "noch offen",
        "未定",
        "Lorem ipsum dolor",
        "XXX",
        "none",
        "なし",
    ],
)
def test_placeholders(text: str) -> None:
    assert placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Photo dolorosa",
        "XXL banner",
        "methodology",
        "<img> was missing",
        "[owner](https://shop.example)",
        "none of them",
        "5",
        "未来",
        "Namenskonvention",
        "a - b",
    ],
)
def test_no_placeholders(text: str) -> None:
    assert placeholder(text) is None


@pytest.mark.parametrize("text", ["**OPEN:** who?", "OPEN: who?", "OFFEN: wer?", "**OUVERT :** qui ?", "未解決：誰が"])
def test_open_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["The file was open: nobody closed it", "REOPEN: no", "open", "OPENED: 12"])
def test_no_open_questions(text: str) -> None:
    assert not asks(text)


def test_the_same_said_again() -> None:
    assert list(repeated(["A b.", "c", "a  B", "", "", "Ａ b"])) == [(2, 0), (5, 0)]
