"""A project of QualCoder: the database ``data.qda`` in its folder.

Positions count UTF-16 units where a person selected text in its window and code points where the
program coded by itself, so every position is held against the words that are kept beside it.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from nlp_pipeline.exchange import ReviewFile
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.outside.collect import Collector, Remark
from nlp_pipeline.review.outside.letters import bare
from nlp_pipeline.review.outside.sources import Sources, tables_of, to_number, to_text
from nlp_pipeline.review.refi_qda.texts import COUNTINGS, Text

TABLES = frozenset({"source", "code_text", "code_name", "code_cat"})
"""The tables by which such a database is recognised."""

_CODINGS = (
    "SELECT ctid, cid, fid, seltext, pos0, pos1, owner, date, memo FROM code_text ORDER BY ctid"
)
_OTHERS = {
    "code_image": "coding(s) of pictures",
    "code_av": "coding(s) of recordings",
    "annotation": "annotation(s)",
}
_NO_PLACE = "where it stands in the transcript cannot be told"
_NO_TEXT = Text("")


@dataclass(frozen=True, kw_only=True)
class _Source:
    name: str = "a text that is gone"
    text: Text = _NO_TEXT
    transcript: Transcript | None = None


def collect(database: sqlite3.Connection, collector: Collector) -> ReviewFile:
    """Return the codings of text in a project; every owner is a coder."""
    sources = Sources(collector)
    texts, codes = _texts(database, sources), _codes(database)
    lost: Counter[str] = Counter()
    for own, cid, fid, seltext, pos0, pos1, owner, date, memo in database.execute(_CODINGS):
        source, quote = texts.get(fid, _Source()), to_text(seltext)
        if source.transcript is None:
            lost[source.name] += 1
            continue
        remark = Remark(
            coder=" ".join(to_text(owner).split()),
            place=f"{source.name}, coding {own}",
            note=to_text(memo),
            decided_at=to_text(date),
        )
        span = _span(source.text, to_number(pos0), to_number(pos1), quote)
        spot = sources.spot(source.transcript, source.text.canonical, span, quote)
        if spot is None:
            collector.leave(remark.place, _NO_PLACE, coder=remark.coder)
        else:
            collector.add(spot, [_name(codes.get(cid, ()), collector)], remark)
    for name, count in lost.items():
        collector.leave(
            name, f"{count} coding(s); no transcript of this study has its text or name"
        )
    _leave_others(database, collector)
    collector.notes.append("read as a project of QualCoder; its times are taken for UTC")
    return collector.result("qualcoder")


def _texts(database: sqlite3.Connection, sources: Sources) -> dict[object, _Source]:
    texts: dict[object, _Source] = {}
    for own, name, fulltext in database.execute("SELECT id, name, fulltext FROM source"):
        text = Text(to_text(fulltext))
        transcript = sources.transcript(text.canonical, [to_text(name)])
        texts[own] = _Source(name=to_text(name), text=text, transcript=transcript)
    return texts


def _codes(database: sqlite3.Connection) -> dict[object, tuple[str, ...]]:
    """Return the names of every code from the top: its categories, then codes, then its own."""
    categories = {
        catid: (to_text(name), above)
        for catid, name, above in database.execute("SELECT catid, name, supercatid FROM code_cat")
    }
    rows = list(database.execute("SELECT cid, name, catid FROM code_name"))
    above: dict[object, object] = {}
    if "supercid" in tables_of(database, "code_name"):  # codes under codes came later
        above = dict(database.execute("SELECT cid, supercid FROM code_name"))
    codes = {cid: (to_text(name), above.get(cid)) for cid, name, _ in rows}
    paths: dict[object, tuple[str, ...]] = {}
    for cid, _, _ in rows:
        own = _upwards(codes, cid)
        top = next((catid for c, _, catid in rows if c == own[-1]), None)
        folders = [categories[one][0] for one in _upwards(categories, top)]
        paths[cid] = (*reversed(folders), *(codes[one][0] for one in reversed(own)))
    return paths


def _upwards(things: Mapping[object, tuple[str, object]], own: object) -> list[object]:
    """Return the keys of a thing and of all above it, without going round in a circle."""
    found: list[object] = []
    while own in things and own not in found:
        found.append(own)
        own = things[own][1]
    return found


def _name(path: tuple[str, ...], collector: Collector) -> str:
    """Return the path of a code, or its name alone, which is unique in a project."""
    if not path:
        return "(gone)"
    whole = " > ".join(path)
    return whole if collector.names.has(whole) else path[-1]


def _span(text: Text, start: int, end: int, quote: str) -> tuple[int, int] | None:
    """Return a stretch as characters of the canonical text, by the way of counting that fits."""
    ways = (text.span(start, end, counting) for counting in COUNTINGS)
    spans = list(dict.fromkeys(span for span in ways if span is not None))
    if not quote:
        return spans[0] if len(spans) == 1 else None
    return next((s for s in spans if bare(text.canonical[slice(*s)]) == bare(quote)), None)


def _leave_others(database: sqlite3.Connection, collector: Collector) -> None:
    tables = tables_of(database)
    for table, what in _OTHERS.items():
        if table in tables:
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
            if count:
                collector.leave("project", f"{count} {what}")
