"""Texts that another program keeps itself, and the transcripts of the study that they are."""

import sqlite3
from collections.abc import Sequence

from nlp_pipeline.records import Transcript
from nlp_pipeline.review.outside.collect import Collector, Spot
from nlp_pipeline.review.outside.letters import bare


class Sources:
    """The transcripts of a study, to be recognised by their text, else by their name."""

    def __init__(self, collector: Collector) -> None:
        """Index the transcripts of a collector."""
        self._collector = collector
        self._by_text: dict[str, list[Transcript]] = {}
        for transcript in collector.known.transcripts:
            self._by_text.setdefault(bare(transcript.text), []).append(transcript)

    def transcript(self, text: str, names: Sequence[str]) -> Transcript | None:
        """Return the transcript that a text is, whatever its white space; or the one of its name.

        Args:
            text: The text in the other program.
            names: What it is called there.
        """
        found = self._by_text.get(bare(text), [])
        if len(found) == 1:
            return found[0]
        for name in names:
            named = [t for t in self._collector.documents.find(name) if not found or t in found]
            if len(named) == 1:
                return named[0]
        return None

    def spot(
        self, transcript: Transcript, text: str, span: tuple[int, int] | None, quote: str
    ) -> Spot | None:
        """Return where a stretch of a text stands in the transcript, or None if that is not sure.

        Args:
            transcript: The transcript that the text is.
            text: The text in the other program.
            span: Start and end in it; None if the program's positions are not understood.
            quote: What the program keeps as the words of the stretch, or "".
        """
        letters = self._collector.letters(transcript.id)
        if span is not None and (not quote or bare(text[slice(*span)]) == bare(quote)):
            place = span if text == transcript.text else letters.carry(text, *span)
            if place is not None:
                return Spot(transcript=transcript, start=place[0], end=place[1])
        places = letters.find(quote)
        if len(places) != 1:
            return None
        return Spot(transcript=transcript, start=places[0][0], end=places[0][1])


def tables_of(database: sqlite3.Connection, table: str = "") -> frozenset[str]:
    """Return the names of the tables of a database, or of the columns of one of its tables."""
    query = "SELECT name FROM pragma_table_info(?)" if table else "SELECT name FROM sqlite_master"
    return frozenset(row[0] for row in database.execute(query, (table,) if table else ()))


def to_text(value: object) -> str:
    """Return a value of a database as text; what is no text is empty."""
    return value if isinstance(value, str) else ""


def to_number(value: object) -> int:
    """Return a value of a database as a whole number; what is none is -1."""
    return value if isinstance(value, int) else -1
