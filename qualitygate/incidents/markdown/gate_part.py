"""What the gate knows of its own incidents: the rules that were broken, what it measured, where the heat maps are.

Shown from the record, never read back: these blocks are recognised, so that they are taken for nobody's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.facts import Evidence, Trigger, Unmeasured
from qualitygate.incidents.markdown import inline, timeline, vocabulary
from qualitygate.incidents.markdown.bullets import Bullet
from qualitygate.incidents.markdown.layout import Piece, Reader, label_of, labelled
from qualitygate.incidents.markdown.outline import Block, is_gate
from qualitygate.incidents.markdown.vocabulary import Words
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import escape

_HEAT_MAP = "heat_map"
# From `run/_/postmortems/` to the incident directory.
_TO_ROOT = "../../../"
_SENTENCES = ("more", "unmeasured", "further", "left_out")
_RULES = ("rule", "rules")


def context(record: Postmortem, words: Words) -> Iterator[str]:
    """The lines of the section Context that are no text of the document."""
    yield f"- {words.label('context', 'kind')}{words('kind', IncidentKind(record.kind).value)}"
    shown = {
        "pipelines": escape(", ".join(record.impact.pipelines)),
        "change": escape(record.change or ""),
        "commit": escape(record.commit or ""),
        "ci_run": inline.address(record.ci_run or ""),
    }
    for name, value in shown.items():
        if value:
            yield f"- {words.label('context', name)}{value}"


def rules(record: Postmortem, words: Words) -> Iterator[str]:
    """What the rules that were broken say of themselves: all that share an origin together."""
    origins: dict[tuple[str | None, str | None], list[str]] = {}
    for trigger in record.triggers:
        if trigger.born_of or trigger.why:
            origins.setdefault((_incident(trigger, words), trigger.why), []).append(_check(trigger, words))
    for (born_of, why), checks in origins.items():
        name = "rule" if len(set(checks)) == 1 else "rules"
        origin = words("gate", "born_of").format(incident=born_of) if born_of else words("gate", "in_force")
        reason = f"{words.colon} {escape(why)}" if why else ""
        listed = escape(_enumeration(checks, words("gate", "and")))
        yield f"- {words('gate', name).format(checks=listed, origin=origin, reason=reason)}"
    for runbook in dict.fromkeys(trigger.runbook for trigger in record.triggers if trigger.runbook):
        yield f"- {words.label('gate', 'runbook')}{inline.address(runbook)}"


def _incident(trigger: Trigger, words: Words) -> str | None:
    """The incident that a rule was born of, with the word that it ships with the package where nobody here had it."""
    if trigger.born_of is None or not trigger.ships:
        return escape(trigger.born_of) if trigger.born_of else None
    return words("gate", "ships").format(incident=escape(trigger.born_of))


def measured(record: Postmortem, words: Words) -> Iterator[str]:
    """The table of what was measured, and what it leaves out."""
    maps: dict[str, Evidence] = {
        item.subject: item for item in record.evidence if item.kind == _HEAT_MAP and item.subject
    }
    if record.triggers:
        yield f"### {words('section', 'gate')}"
        columns = vocabulary.names("gate_column")
        yield _row(words("gate_column", name) for name in columns)
        yield _row("---" for _ in columns)
        for trigger in record.triggers:
            yield _row(_measured(trigger, maps, words))
        yield from _not_listed(record, words)
    listed = {trigger.subject for trigger in record.triggers}
    further = [_link(subject, item) for subject, item in maps.items() if item.path and subject not in listed]
    if further:
        yield from ("", words("gate", "further").format(links=", ".join(further)))
    left_out = [item for item in record.evidence if item.kind == _HEAT_MAP and item.path is None]
    if left_out:
        reasons = escape("; ".join(sorted({item.reason or words("gate", "not_stored") for item in left_out})))
        yield from ("", words("gate", "left_out").format(count=len(left_out), reasons=reasons))


def _not_listed(record: Postmortem, words: Words) -> Iterator[str]:
    """What the table leaves out: failures beyond the worst, and what could not be measured."""
    impact = record.impact
    more = impact.count - len({trigger.subject for trigger in record.triggers if trigger.subject})
    # A count with a source came from elsewhere later: it counts other things than the gate did.
    if more > 0 and impact.source is None:
        numbers = {"more": words.number(more), "count": words.number(impact.count), "unit": impact.unit}
        yield from ("", words("gate", "more").format(**numbers))
    if record.unmeasurable:
        named = "; ".join(_reason(one) for one in record.unmeasurable)
        more = impact.unmeasurable - len(record.unmeasurable)
        rest = words("gate", "rest").format(more=words.number(more)) if more > 0 else ""
        yield from ("", words("gate", "unmeasured").format(named=named, rest=rest))


def _reason(one: Unmeasured) -> str:
    """The reason with its code, which reasons that were errors end in already."""
    return escape(one.reason if one.code in one.reason else f"{one.reason} [{one.code}]")


def _measured(trigger: Trigger, maps: Mapping[str, Evidence], words: Words) -> Iterator[str]:
    item = maps.get(trigger.subject) if trigger.subject else None
    yield escape(trigger.subject or trigger.set or words("gate", "the_run"))
    yield escape(_check(trigger, words))
    yield from _numbers(trigger.value, trigger.threshold)
    yield trigger.severity or "–"
    yield _link(words("gate", "heat_map"), item) if item and item.path else "–"


def _link(text: str, item: Evidence) -> str:
    return f"[{escape(text)}]({_TO_ROOT}{item.path})"


def _check(trigger: Trigger, words: Words) -> str:
    region = words("gate", "region").format(region=trigger.region) if trigger.region else ""
    return " ".join(part for part in (trigger.label, trigger.statistic or "", region) if part)


def _enumeration(parts: Iterable[str], and_: str) -> str:
    unique = list(dict.fromkeys(parts))
    return and_.join(part for part in (", ".join(unique[:-1]), *unique[-1:]) if part)


def _numbers(value: float | None, limit: float | None) -> tuple[str, str]:
    """Both with as few decimals as show that they differ, two at least."""
    if value is None or limit is None:
        return _or_dash(value), _or_dash(limit)
    for decimals in range(2, 10):
        if _number(value, decimals) != _number(limit, decimals):
            break
    return _number(value, decimals), _number(limit, decimals)


def _or_dash(number: float | None) -> str:
    return "–" if number is None else _number(number, 2)


def _number(number: float, decimals: int) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 and decimals == 2 else f"{number:,.{decimals}f}"


def _row(found: Iterable[str]) -> str:
    return f"| {' | '.join(found)} |"


def is_shown(reader: Reader, block: Block, below_heading: bool) -> bool:
    """Whether a block of the root cause analysis is one of those above; remembers its words.

    Args:
        below_heading: Whether the heading of what the gate measured stands above it.
    """
    if is_gate(block):
        reader.word(block.start, block.content.strip("*_"), "section", "gate")
    elif block.kind == "table" and below_heading:
        known = [name for name in timeline.header_of(reader, block, "gate_column") if name]
        if len(known) < 3:
            return False
        timeline.remember_header(reader, block, "gate_column")
    elif block.kind != "paragraph" or not _is_sentence(reader.source.text(block.start, block.end), _SENTENCES):
        return False
    reader.pieces.append(Piece("shown", block.start, block.end, None))
    return True


def is_shown_bullet(reader: Reader, bullet: Bullet) -> bool:
    """Whether an item of the root cause analysis is a rule or a runbook."""
    label = label_of(bullet.raw, "gate")
    runbook = label is not None and label.name == "runbook"
    if not runbook and not _is_sentence(bullet.raw, _RULES):
        return False
    if label is not None and runbook:
        labelled(reader, bullet.start, label, "gate")
    reader.pieces.append(Piece("shown", bullet.start, bullet.end, None))
    return True


def _is_sentence(raw: str, names: tuple[str, ...]) -> bool:
    """Whether a text begins and ends as one of our sentences does, in any language; a rule says its origin."""
    said = raw.strip()
    return any(
        said.startswith(begin) and said.endswith(end) and any(part in said for part in within)
        for name in names
        for begin, end, within in _shapes(name)
    )


@cache
def _shapes(name: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """How a sentence begins and ends in each language, and of what one part must stand in it."""
    origins = (*vocabulary.spellings("gate", "born_of"), *vocabulary.spellings("gate", "in_force"))
    literal = tuple(origin.replace("{incident}", "") for origin in origins)
    shapes = []
    for sentence in vocabulary.spellings("gate", name):
        begin, end = sentence.partition("{")[0], sentence.rpartition("}")[2]
        shapes.append((begin, end, literal if name in _RULES else ("",)))
    return tuple(shapes)
