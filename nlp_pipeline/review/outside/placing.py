"""Where a row of a table stands: by start and end, else by its quote."""

import re
from collections import Counter
from collections.abc import Sequence

from nlp_pipeline.records import Transcript
from nlp_pipeline.review.clean import CELL_UNITS
from nlp_pipeline.review.outside.collect import Collector, Spot
from nlp_pipeline.review.outside.grids import FoundTable, TableRow
from nlp_pipeline.review.outside.letters import bare

_PLACE = re.compile("[0-9]{1,12}")
_ENCODINGS = {"utf16": ("utf-16-le", 2), "bytes": ("utf-8", 1)}


class Placing:
    """Finds the rows of one table; ``counts`` are what the user should know of it."""

    def __init__(self, table: FoundTable, collector: Collector) -> None:
        """Take the table, and the collector that knows the transcripts."""
        self._table, self._collector = table, collector
        self.counts: Counter[str] = Counter()

    def transcripts(self, row: TableRow) -> tuple[tuple[Transcript, ...], str]:
        """Return the transcripts that a row can be about, or why there is none."""
        documents = self._collector.documents
        name = row.cell("document")
        if "document" not in self._table.fields:
            return documents.transcripts, ""
        if not name:
            return (), "the row does not say which transcript it is about"
        found = documents.find(name)
        if len(found) == 1:
            return found, ""
        several = "several transcripts of this study" if found else "no transcript of this study"
        return (), f"the name of its document is that of {several}"

    def spot(self, row: TableRow, transcripts: Sequence[Transcript]) -> tuple[Spot | None, str]:
        """Return where a row stands in one of some transcripts, or why that cannot be told."""
        start, end, quote = row.cell("start"), row.cell("end"), row.cell("quote")
        if not start and not end:
            return self._quoted(transcripts, quote)
        if len(transcripts) != 1:
            return None, "start and end need the name of the transcript"
        if not (_PLACE.fullmatch(start) and _PLACE.fullmatch(end)):
            return None, "start and end have to be whole numbers"
        return self._numbered(transcripts[0], int(start), int(end), quote)

    def _numbered(
        self, transcript: Transcript, start: int, end: int, quote: str
    ) -> tuple[Spot | None, str]:
        start -= self._table.mapping.first
        end += int(self._table.mapping.end == "last") - self._table.mapping.first
        span = _characters(transcript.text, start, end, self._table.mapping.count)
        letters = bare(quote)
        if span is not None and (not letters or bare(transcript.text[slice(*span)]) == letters):
            if not letters:
                self.counts["row(s) have no quote; start and end are trusted"] += 1
            return Spot(transcript=transcript, start=span[0], end=span[1]), ""
        places = self._collector.letters(transcript.id).find(quote)
        if len(places) != 1 or not 0 <= start < end:
            return None, "its start and end do not enclose its quote in the transcript"
        # The decisions' own rule for a changed text holds here too: only with --reanchor.
        stands = transcript.text[slice(*places[0])]
        return Spot(transcript=transcript, start=start, end=end, is_sure=False, quote=stands), ""

    def _quoted(self, transcripts: Sequence[Transcript], quote: str) -> tuple[Spot | None, str]:
        if not quote:
            return None, "there is no quote in the row, and no start and end"
        if len(quote) >= CELL_UNITS:
            return None, "its quote is as long as a cell can be, so its end may be cut off"
        places = [
            Spot(transcript=transcript, start=start, end=end)
            for transcript in transcripts
            for start, end in self._collector.letters(transcript.id).find(quote)
        ]
        if len(places) == 1:
            return places[0], ""
        where = "in its transcript" if len(transcripts) == 1 else "in the transcripts"
        return None, f"its quote is {'more than once' if places else 'not'} {where}"


def _characters(text: str, start: int, end: int, count: str) -> tuple[int, int] | None:
    """Return positions as code points, or None if they enclose no text."""
    if count in _ENCODINGS:
        encoding, width = _ENCODINGS[count]
        raw = text.encode(encoding)
        if not 0 <= start < end <= len(raw) // width:
            return None
        try:
            before, inside = raw[: start * width], raw[start * width : end * width]
            start, length = len(before.decode(encoding)), len(inside.decode(encoding))
        except UnicodeDecodeError:
            return None
        end = start + length
    return (start, end) if 0 <= start < end <= len(text) else None
