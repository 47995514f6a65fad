"""A database of Taguette: an exported project, or the file in which a local Taguette keeps all.

Positions count UTF-8 bytes of the text between the tags of a document.
"""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass

from nlp_pipeline.exchange import ReviewFile
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.outside.collect import Collector, Remark
from nlp_pipeline.review.outside.markup import markup_text
from nlp_pipeline.review.outside.sources import Sources, tables_of, to_number, to_text

TABLES = frozenset({"documents", "highlights", "tags", "highlight_tags"})
"""The tables by which such a database is recognised."""

_HIGHLIGHTS = (
    "SELECT id, document_id, start_offset, end_offset, snippet FROM highlights ORDER BY id"
)
_TAGS = (
    "SELECT highlight_tags.highlight_id, tags.path FROM highlight_tags "
    "JOIN tags ON tags.id = highlight_tags.tag_id ORDER BY tags.id"
)
_NO_PLACE = "where it stands in the transcript cannot be told"
_NOBODY = "admin"
"""The only user of a local Taguette, and the one that an exported project has for everybody."""


@dataclass(frozen=True, kw_only=True)
class _Document:
    name: str = "a document that is gone"
    text: str = ""
    transcript: Transcript | None = None


def collect(database: sqlite3.Connection, collector: Collector) -> ReviewFile:
    """Return the tagged highlights of every project in a database."""
    sources = Sources(collector)
    documents, tags = _documents(database, sources), _tags(database)
    makers = _makers(database)
    lost: Counter[str] = Counter()
    for own, document_id, start, end, snippet in database.execute(_HIGHLIGHTS):
        document = documents.get(document_id, _Document())
        if document.transcript is None:
            lost[document.name] += 1
            continue
        coder, date = makers.get(own, ("", ""))
        remark = Remark(coder=coder, place=f"{document.name}, highlight {own}", decided_at=date)
        quote = markup_text(to_text(snippet))
        span = _span(document.text, to_number(start), to_number(end))
        spot = sources.spot(document.transcript, document.text, span, quote)
        if own not in tags:
            collector.leave(remark.place, "there is no tag on this highlight")
        elif spot is None:
            collector.leave(remark.place, _NO_PLACE, coder=remark.coder)
        else:
            collector.add(spot, tags[own], remark)
    for name, count in lost.items():
        reason = f"{count} highlight(s); no transcript of this study has its text or name"
        collector.leave(name, reason)
    collector.notes.append("read as a database of Taguette; its times are UTC")
    return collector.result("taguette")


def _documents(database: sqlite3.Connection, sources: Sources) -> dict[object, _Document]:
    documents: dict[object, _Document] = {}
    file = "filename" if "filename" in tables_of(database, "documents") else "name"
    query = f"SELECT id, name, {file}, contents FROM documents"
    for own, name, filename, contents in database.execute(query):
        text = markup_text(to_text(contents))
        transcript = sources.transcript(text, [to_text(name), to_text(filename)])
        documents[own] = _Document(name=to_text(name), text=text, transcript=transcript)
    return documents


def _tags(database: sqlite3.Connection) -> dict[object, list[str]]:
    tags: dict[object, list[str]] = {}
    for highlight, path in database.execute(_TAGS):
        tags.setdefault(highlight, []).append(to_text(path))
    return tags


def _makers(database: sqlite3.Connection) -> dict[object, tuple[str, str]]:
    """Return who last set the tags of each highlight, and when."""
    makers: dict[object, tuple[str, str]] = {}
    if "commands" not in tables_of(database):
        return makers
    for login, date, payload in database.execute(
        "SELECT user_login, date, payload FROM commands ORDER BY id"
    ):
        try:
            said = json.loads(to_text(payload))
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("type") == "highlight_add":
            coder = "" if to_text(login) == _NOBODY else to_text(login)
            makers[to_number(said.get("highlight_id"))] = (coder, to_text(date))
    return makers


def _span(text: str, start: int, end: int) -> tuple[int, int] | None:
    raw = text.encode("utf-8", errors="replace")
    if not 0 <= start < end <= len(raw):
        return None
    return _characters(raw, start), _characters(raw, end)


def _characters(raw: bytes, at: int) -> int:
    """Return how many whole characters stand before a byte."""
    return len(raw[:at].decode("utf-8", errors="ignore"))
