"""Why a proof failed, in a few words and in the language of the postmortem, for its timeline."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.proofs.cells import Outcome

_NAMES = {
    "en": {"gap": "bad, old thresholds", "caught": "bad, new thresholds", "fixed": "fixed, new thresholds",
           "parent": "before bad, new thresholds", "control": "control"},
    "de": {"gap": "fehlerhaft, alte Schwellen", "caught": "fehlerhaft, neue Schwellen",
           "fixed": "behoben, neue Schwellen", "parent": "davor, neue Schwellen", "control": "Kontrolle"},
    "fr": {"gap": "défectueux, anciens seuils", "caught": "défectueux, nouveaux seuils",
           "fixed": "corrigé, nouveaux seuils", "parent": "avant, nouveaux seuils", "control": "contrôle"},
    "ja": {"gap": "不良・旧閾値", "caught": "不良・新閾値", "fixed": "修正後・新閾値", "parent": "不良以前・新閾値",
           "control": "統制"},
}  # fmt: skip
_SEEN = {
    "en": {"failed": "fails", "passed": "passes", "unmeasurable": "not measurable", "not_judged": "not judged",
           "other": "fails elsewhere", "flaky": "flaky", "no_answer": "no answer"},
    "de": {"failed": "schlägt an", "passed": "besteht", "unmeasurable": "nicht messbar",
           "not_judged": "nicht beurteilt", "other": "schlägt anderswo an", "flaky": "schwankt",
           "no_answer": "keine Antwort"},
    "fr": {"failed": "échoue", "passed": "passe", "unmeasurable": "non mesurable", "not_judged": "non jugé",
           "other": "échoue ailleurs", "flaky": "instable", "no_answer": "sans réponse"},
    "ja": {"failed": "不合格", "passed": "合格", "unmeasurable": "測定不能", "not_judged": "判定なし",
           "other": "別の検査で不合格", "flaky": "結果が不安定", "no_answer": "回答なし"},
}  # fmt: skip
_COLON = {"fr": " : ", "ja": "："}
_LONGEST = 80


def short_reason(outcomes: Sequence[Outcome], lang: str, *, by_control: bool = False) -> str | None:
    """The cells that do not hold, each with what was seen; None where all hold. Below 80 characters.

    As many cells as fit are named, those that show whether it happened again first.

    Args:
        outcomes: Cell by cell.
        lang: `en`, `de`, `fr` or `ja`; anything else reads English.
        by_control: Whether a control judged, which may give no answer.
    """
    lang = lang if lang in _NAMES else "en"
    wrong = [one for one in outcomes if not one.holds]
    told = [_NAMES[lang][one.cell.name] + _COLON.get(lang, ": ") + _SEEN[lang][_seen(one, by_control)] for one in wrong]
    while len(text := "; ".join(told) + ("; …" if len(told) < len(wrong) else "")) >= _LONGEST:
        told.pop()
    return text or None


def _seen(one: Outcome, by_control: bool) -> str:
    if one.flaky:
        return "flaky"
    verdict = one.runs[0].verdict  # as in every run, else it is flaky
    if verdict == "unmeasurable" and by_control:
        return "no_answer"
    # A cell that must fail, failed and does not hold failed with another check.
    return "other" if verdict == "failed" and one.cell.fails else verdict
