"""Sub-items with labels below an action or a lesson: `Owner: …`."""

from __future__ import annotations

from qualitygate.incidents.markdown import inline
from qualitygate.incidents.markdown.bullets import Bullet
from qualitygate.incidents.markdown.layout import Label, Reader, choice, label_of, labelled

_CHOICES = {"size": "effort", "benefit": "effort", "type": "type", "status": "status"}


def read(reader: Reader, bullet: Bullet, group: str, name: str) -> dict[str, str | None]:
    """The fields below an item; their sub-items are taken out of it.

    Args:
        group: `action` or `lesson`, whose labels are looked for.
        name: The item in the record, such as `actions[1]`.

    Raises:
        ConfigError: QG-1754, a label stands there twice; QG-1755, its value is none of those allowed.
    """
    found: dict[str, str | None] = {}
    for sub in list(bullet.subs):
        label = label_of(sub.raw, group)
        if label is None:
            continue
        if label.name in found:
            raise reader.broken(sub.start, f"a second {label.raw!r} below one item", "keep one of them")
        bullet.take(sub)
        column = labelled(reader, sub.start, label, group)
        found[label.name] = value = _value(reader, sub, label, column)
        if value is not None:
            reader.lines[f"{name}.{label.name}"] = sub.start + 1
    return found


def _value(reader: Reader, sub: Bullet, label: Label, column: int) -> str | None:
    if label.name in _CHOICES:
        return choice(reader, sub.start, label.rest, _CHOICES[label.name], column)
    if label.name == "ticket_url":
        said = inline.read_address(label.rest)
        reader.sources.setdefault(("text", said), inline.joined(label.rest).strip())
        return said or None
    return reader.text(label.rest) or None
