"""From a record to the text of a file."""

from __future__ import annotations

from qualitygate.incidents.document import document_of
from qualitygate.incidents.markdown.normal import normalised
from qualitygate.incidents.markdown.writing import shown_of, write
from qualitygate.incidents.postmortem import Postmortem


def render(record: Postmortem) -> str:
    """The postmortem as a person reads and edits it, in the language of the record, ending in a line end.

    `parse` reads the document of the record back, as `normalised` says it.

    Raises:
        ConfigError: QG-1753, the record holds a section that cannot stand in a postmortem.
    """
    return write(normalised(document_of(record)), shown_of(record))
