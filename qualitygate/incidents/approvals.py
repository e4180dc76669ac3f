"""Which approvals cover the text of a postmortem as it stands."""

from __future__ import annotations

import msgspec
import rfc8785

from qualitygate.core.incident import IncidentState
from qualitygate.incidents.checklist import reached
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.facts import Approval
from qualitygate.incidents.moments import flaw, moment
from qualitygate.incidents.postmortem import Postmortem


def standing(record: Postmortem) -> tuple[Approval, ...]:
    """The approvals of the text as it stands.

    After the publication the timeline goes on (a note, an alert that clears) without voiding what was approved, until
    the incident is reopened.
    """
    if not record.approvals:
        return ()
    document = document_of(record)
    published = record.times.published
    texts = [document]
    if published is not None and record.times.reopened is None and reached(record, IncidentState.PUBLISHED):
        earlier = (row for row in document.timeline if not _after(row.at, published))
        texts.append(msgspec.structs.replace(document, timeline=tuple(earlier)))
    try:
        digests = {content_digest(text) for text in texts}
    except rfc8785.CanonicalizationError:  # a number beyond what JSON holds exactly: nobody approved that
        return ()
    return tuple(approval for approval in record.approvals if approval.content_sha256 in digests)


def _after(at: str, published: str) -> bool:
    return not (flaw(at) or flaw(published)) and moment(at) > moment(published)
