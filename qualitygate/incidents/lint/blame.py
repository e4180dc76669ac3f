"""Words that look for somebody to blame, in English, German, French and Japanese.

A postmortem asks what let the failure happen: whoever reads that a colleague "should have noticed" will hide the next
one. All four lists are held against every text, since postmortems quote each other. False friends are spelled out: `git
blame`, `technische Schuld`, `par défaut`, `faute de temps`, `通過失敗` accuse nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ENGLISH = r"""
    \bcareless(?:ly|ness)?\b
  | \b(?:human|operator|user|pilot)[ ]errors?\b
  | \b(?:should|ought[ ]to)(?:[ ]not|n't)?[ ]have\b
    # A requirement of a thing: `the output should have a mean below 2`.
    (?![ ](?:an?|the|its?|their|no|any|some|at|only|exactly|more|less|fewer|one|two|three|enough|\d+)\b)
  | \bnegligen(?:ce|tly|t)\b
  | (?<!segmentation[ ])(?<!page[ ])(?<!bus[ ])(?<!hardware[ ])\bfault[ ]of\b
  | \b(?:his|her|their|my|your|our|whose|(?:some|no)body's|\w+'s)[ ](?:own[ ])?fault\b
  | \bat[ ]fault\b
  | \bstupid(?:ly|ity)?\b
  | \bidiot(?:s|ic|ically)?\b
  | \bincompeten(?:ce|t|tly)\b
  | \bslopp(?:y|ily|iness)\b
  | \b(?:was|were|is|are|been|too|so)[ ]lazy\b(?!-|[ ](?:load|eval|init|import|decod))
  | \blaziness\b
  | \breckless(?:ly|ness)?\b
  | \bunprofessional(?:ly)?\b
  | \b(?:inattenti(?:ve|vely|on|veness)|lack[ ]of[ ](?:care|attention|diligence))\b
  | (?<!git[ -])(?<!no[ ])(?<!without[ ])\b(?:blam(?:es?|ed|ing)|to[ ]blame)\b
  | \bguilty\b
  | \bforgot(?:ten)?[ ]to\b
  | \b(?:knew|known|know)[ ]better\b
  | \b(?:screwed|messed)[ ](?:\w+[ ])?up\b
"""
_GERMAN = r"""
    (?<!technische[ ])(?<!technischen[ ])(?<!technischer[ ])\b(?:mit|haupt|allein)?schuld(?:haft\w*|ig(?:e[rnsm]?)?)?\b
  | \bselbst[ ]?verschuldet\w*\b | \bverschulden[s]?\b
  | \bh(?:ä|ae)tte(?:n|st|t)?\b [^.!?;\n]{0,120}? \b(?:m(?:ü|ue)ssen|sollen|d(?:ü|ue)rfen)\b
  | \b(?:grob[ ])?fahrl(?:ä|ae)ssig\w*\b
  | \bmenschliche[srmn]?[ ](?:versagens?|fehlers?)\b
  | \b(?:bedien|bediener|bedienungs|anwender|benutzer)fehlers?\b
  | \bnachl(?:ä|ae)ssig\w*\b
  | \bschlamp(?:ig\w*|erei(?:en)?)\b
  | \bunachtsam\w*\b
  | \bleichtsinn(?:s|ig\w*)?\b
  | \bleichtfertig\w*\b
  | \binkompeten[tz]\w*\b
  | \bdumm(?:heit(?:en)?|e[rnsm]?)?\b
  | \b(?:hat|haben|hatte|hatten)\b(?:[ ][^\s.!?;]+){0,8}?[ ]vergessen\b
  | \bvergessen[ ](?:hat|haben|hatte|hatten)\b
"""
_FRENCH = r"""
    (?<!sans[ ])\bfautes?\b
    # `faute de temps` is a lack of time, `faute de frappe` a misprint.
    (?![ ]de[ ](?:mieux|quoi|temps|place|frappe|moyens?|donn(?:é|e)es?|preuves?|ressources?|tests?|m(?:é|e)moire)\b)
    (?![ ]d'(?:orthographe|espace|accord|information)\b)
  | \bfauti(?:f|fs|ve|ves)\b
  | \bn(?:é|e)gligen(?:ces?|ts?|tes?)\b | \bn(?:é|e)gligemment\b
  | \berreurs?[ ](?:humaines?|d'(?:un[ ])?op(?:é|e)rat(?:eur|rice)|de[ ]l'op(?:é|e)rat(?:eur|rice)|de[ ]manipulation)\b
  | \baur(?:ait|aient|ais|ions|iez)\b(?:[ ][^\s.!?;]+){0,4}?[ ]d(?:û|ût)\b
  | \baurait(?:[ ]\w+){0,2}?[ ]fallu\b
  | \b(?:é|e)tourderies?\b
  | \bstupid(?:es?|it(?:é|e)s?|ement)\b
  | \bb(?:ê|e)tises?\b
  | \bincomp(?:é|e)ten(?:ces?|ts?|tes?)\b
  | \bimpruden(?:ces?|ts?|tes?)\b
  | \bcoupables?\b
  | \binattention\b | \binattenti(?:f|fs|ve|ves)\b
  | \birresponsables?\b
  | \bmanque[ ]de[ ](?:s(?:é|e)rieux|vigilance|rigueur)\b
  | \b(?:a|ont|avait|avaient)[ ]oubli(?:é|e)[ ]d(?:e\b|')
"""
_JAPANESE = r"""
    不注意 | 怠慢 | 怠惰 | 怠った | 怠って | 怠けて
  | 人為(?:的な?)?ミス | 人的ミス | ヒューマン・?エラー
  | 責任[はが][^。．\n]{1,40}?に(?:ある|あった|あります)
  | (?<!そ)(?<!こ)のせい[でだ]
  # 通過 and 経過 before 失敗 are no 過失.
  | (?<![通経])過失(?!敗) | 落ち度 | 手落ち
  | べき(?:だった|であった|でした|だっただろう) | べきでは?なかった
  | うっかり | 無能 | ずさん | 杜撰 | 愚か | 馬鹿 | いい加減な
  | (?:担当者?|作業者|開発者|レビュアー|オペレーター?|社員|部下)の(?:ミス|責任|せい)
  | ミスを犯し
"""
# Combined so that a text is read once. `dû` stays apart from `du`, which is an article.
_BLAME = re.compile("|".join((_ENGLISH, _GERMAN, _FRENCH, _JAPANESE)), re.VERBOSE)


def blames(text: str) -> Iterator[str]:
    """The words in a text that blame somebody, each once, as they stand there but for case and Unicode form."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    plain = "\n".join(" ".join(line.split()) for line in plain.splitlines())
    yield from dict.fromkeys(found.group() for found in _BLAME.finditer(plain))
