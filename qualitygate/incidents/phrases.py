"""What the timeline says of events, in the language of the postmortem."""

from __future__ import annotations

from typing import Any

from qualitygate.incidents.document import Lang

_PHRASES: dict[str, dict[Lang, str]] = {
    "detected": {
        "en": "Incident opened: {title}",
        "de": "Incident eröffnet: {title}",
        "fr": "Incident ouvert : {title}",
        "ja": "インシデントを登録：{title}",
    },
    "met_again": {
        "en": "The same failure was met on another branch ({run})",
        "de": "Derselbe Fehler trat auf einem anderen Branch auf ({run})",
        "fr": "La même défaillance a été rencontrée sur une autre branche ({run})",
        "ja": "別のブランチで同じ障害を検知（{run}）",
    },
    "acknowledged": {
        "en": "Incident acknowledged",
        "de": "Incident übernommen",
        "fr": "Incident pris en charge",
        "ja": "インシデントを確認・対応開始",
    },
    "severity": {
        "en": "Severity changed from {old} to {new}: {reason}",
        "de": "Severity von {old} auf {new} geändert: {reason}",
        "fr": "Sévérité passée de {old} à {new} : {reason}",
        "ja": "重大度を {old} から {new} に変更：{reason}",
    },
    "kind": {
        "en": "Found to be another kind of incident, {new} instead of {old}: {reason}",
        "de": "Als Incident anderer Art erkannt, {new} statt {old}: {reason}",
        "fr": "Reconnu comme incident d’un autre type, {new} au lieu de {old} : {reason}",
        "ja": "インシデントの種別を {old} から {new} に変更：{reason}",
    },
    "escalated": {
        "en": "Escalated to {to}: {reason}",
        "de": "Eskaliert an {to}: {reason}",
        "fr": "Escalade vers {to} : {reason}",
        "ja": "{to} へエスカレーション：{reason}",
    },
    "mitigation_started": {
        "en": "Mitigation started",
        "de": "Eindämmung begonnen",
        "fr": "Atténuation commencée",
        "ja": "緩和作業を開始",
    },
    "isolate": {
        "en": "Mitigated: the pictures were isolated",
        "de": "Eingedämmt: die Bilder wurden isoliert",
        "fr": "Atténué : les images ont été isolées",
        "ja": "緩和完了：対象画像を隔離",
    },
    "rollback": {
        "en": "Mitigated: rolled back",
        "de": "Eingedämmt: zurückgerollt",
        "fr": "Atténué : retour à la version précédente",
        "ja": "緩和完了：ロールバック",
    },
    "cdn-off": {
        "en": "Mitigated: delivery through the CDN stopped",
        "de": "Eingedämmt: Auslieferung über das CDN gestoppt",
        "fr": "Atténué : diffusion par le CDN arrêtée",
        "ja": "緩和完了：CDN からの配信を停止",
    },
    "gate": {
        "en": "Mitigated: the gate stopped the change",
        "de": "Eingedämmt: das Gate hat die Änderung gestoppt",
        "fr": "Atténué : la porte de contrôle a bloqué la modification",
        "ja": "緩和完了：ゲートが変更を停止",
    },
    "firing": {
        "en": "The alert fired again",
        "de": "Der Alarm hat erneut ausgelöst",
        "fr": "L’alerte s’est déclenchée de nouveau",
        "ja": "アラートが再発報",
    },
    "cleared": {
        "en": "The alert no longer fires",
        "de": "Der Alarm löst nicht mehr aus",
        "fr": "L’alerte ne se déclenche plus",
        "ja": "アラートの発報が停止",
    },
    "reopened": {
        "en": "Reopened: {reason}",
        "de": "Wieder geöffnet: {reason}",
        "fr": "Rouvert : {reason}",
        "ja": "再オープン：{reason}",
    },
    "not_reproduced": {
        "en": "The failure could not be reproduced, back to gathering evidence: {reason}",
        "de": "Der Fehler ließ sich nicht nachstellen, zurück zur Beweissicherung: {reason}",
        "fr": "La défaillance n’a pas pu être reproduite, retour à la collecte de preuves : {reason}",
        "ja": "障害を再現できず、証拠収集へ戻る：{reason}",
    },
    "proof_failed": {
        "en": "The proof failed: {reason}",
        "de": "Der Nachweis ist gescheitert: {reason}",
        "fr": "La preuve a échoué : {reason}",
        "ja": "証明に失敗：{reason}",
    },
}


def phrase(key: str, lang: Lang, **values: Any) -> str:
    """A sentence for the timeline.

    Args:
        key: One of the table above.
        lang: Language of the postmortem.
        values: What stands in the braces.
    """
    return _PHRASES[key][lang].format(**values)
