"""What is written is read back, in four languages, whatever stands in the texts."""

from __future__ import annotations

from document_cases import documents, record_of
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.incidents.document import Document, document_of
from qualitygate.incidents.markdown import normalised, parse, render, translate, update
from qualitygate.incidents.markdown.vocabulary import LANGUAGES


@settings(max_examples=120, deadline=None)
@given(documents())
def test_what_is_rendered_is_read_back(document: Document) -> None:
    record = record_of(document)
    text = render(record)
    parsed = parse(text, where="x.md")
    assert parsed.document == normalised(document_of(record))
    assert parsed.kind == record.kind
    assert parsed.notes == ()


@settings(max_examples=60, deadline=None)
@given(documents())
def test_normalising_twice_is_normalising_once(document: Document) -> None:
    once = normalised(document)
    assert normalised(once) == once


@settings(max_examples=60, deadline=None)
@given(documents(), documents())
def test_an_update_says_what_the_record_says_and_is_idempotent(before: Document, after: Document) -> None:
    text = render(record_of(before))
    record = record_of(after)
    made = update(text, record)
    assert parse(made, where="x.md").document == normalised(document_of(record))
    assert update(made, record) == made


@settings(max_examples=40, deadline=None)
@given(documents())
def test_an_update_with_nothing_new_changes_no_byte(document: Document) -> None:
    record = record_of(document)
    text = "\ufeff" + render(record).replace("\n", "\r\n")
    assert update(text, record) == text


@settings(max_examples=60, deadline=None)
@given(documents(), st.sampled_from(LANGUAGES), st.booleans())
def test_a_translation_changes_the_language_and_no_text(document: Document, to: str, known: bool) -> None:
    record = record_of(document)
    made = translate(render(record), to, record if known else None)
    there = parse(made, where="x.md").document
    wanted = normalised(document_of(record))
    assert there.lang == to
    assert there == Document(**{name: getattr(wanted, name) for name in wanted.__struct_fields__} | {"lang": to})
    assert translate(made, record.lang, None) == render(record)
