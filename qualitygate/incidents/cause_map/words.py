"""The few words that a map has of its own, in the languages of the postmortem."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.incidents.document import Lang


@dataclass(frozen=True, slots=True)
class Words:
    """Labels in one language.

    Attributes:
        title: Heading of the map; `{id}` is the incident.
        classes, domains: What is shown for a cause's class and domain.
        incident, whys, why, open, cycle, implied, legend, empty: Single labels.
        unknown: Said where arrows name causes that do not exist; `{count}` says how many.
        left_out: Said where there are more arrows than the format can bear; `{count}` says how many.
    """

    title: str
    classes: dict[str, str]
    domains: dict[str, str]
    incident: str
    whys: str
    why: str
    open: str
    cycle: str
    implied: str
    legend: str
    empty: str
    unknown: str
    left_out: str


WORDS: dict[Lang, Words] = {
    "en": Words(
        title="Causal map of {id}",
        classes={"direct": "Direct cause", "contributing": "Contributing factor", "systemic": "Systemic cause"},
        domains={"model": "model", "data": "data", "operations": "operations"},
        incident="Incident",
        whys="Whys",
        why="Why {number}",
        open="open question",
        cycle="cycle",
        implied="contributes, no arrow was recorded",
        legend="Legend",
        empty="No cause has been recorded yet.",
        unknown="Arrows that name no cause, not drawn: {count}",
        left_out="Arrows beyond what Mermaid draws, left out: {count}",
    ),
    "de": Words(
        title="Ursachenkarte von {id}",
        classes={"direct": "Direkte Ursache", "contributing": "Beitragender Faktor", "systemic": "Systemische Ursache"},
        domains={"model": "Modell", "data": "Daten", "operations": "Betrieb"},
        incident="Vorfall",
        whys="Warum-Fragen",
        why="Warum {number}",
        open="offene Frage",
        cycle="Zyklus",
        implied="trägt bei, kein Pfeil eingetragen",
        legend="Legende",
        empty="Noch ist keine Ursache eingetragen.",
        unknown="Pfeile zu Ursachen, die es nicht gibt, nicht gezeichnet: {count}",
        left_out="Pfeile über das hinaus, was Mermaid zeichnet, weggelassen: {count}",
    ),
    "fr": Words(
        title="Carte des causes de {id}",
        classes={"direct": "Cause directe", "contributing": "Facteur contributif", "systemic": "Cause systémique"},
        domains={"model": "modèle", "data": "données", "operations": "exploitation"},
        incident="Incident",
        whys="Pourquoi",
        why="Pourquoi {number}",
        open="question ouverte",
        cycle="cycle",
        implied="contribue, aucune flèche inscrite",
        legend="Légende",
        empty="Aucune cause n’est encore inscrite.",
        unknown="Flèches vers des causes inexistantes, non tracées : {count}",
        left_out="Flèches au-delà de ce que Mermaid trace, omises : {count}",
    ),
    "ja": Words(
        title="{id} の因果関係図",
        classes={"direct": "直接原因", "contributing": "寄与要因", "systemic": "組織的原因"},
        domains={"model": "モデル", "data": "データ", "operations": "運用"},
        incident="インシデント",
        whys="なぜなぜ分析",
        why="なぜ {number}",
        open="未解決の問い",
        cycle="循環",
        implied="寄与（矢印の記録なし）",
        legend="凡例",
        empty="原因はまだ記録されていません。",
        unknown="存在しない原因を指すため描かれていない矢印: {count}",
        left_out="Mermaid の上限を超えるため省かれた矢印: {count}",
    ),
}
