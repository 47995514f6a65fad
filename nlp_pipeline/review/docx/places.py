"""Which transcript a stretch of a Word file belongs to, and where in its text it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp_pipeline.exchange import Known, text_sha256
from nlp_pipeline.review.docx.align import Alignment
from nlp_pipeline.review.docx.parts import Comment, Section
from nlp_pipeline.review.shown import Finder, Record, ShownPassage

_SHARE = 0.3
_LONG_LINE = 20
_MOST_LINES = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of a transcript; ``transcript`` is its position in the record."""

    transcript: int
    start: int
    end: int


class Base:
    """The text of one transcript, in which offsets count: the study's, else that of the file."""

    def __init__(self, section: Section, transcript: int, finder: Finder) -> None:
        """Compare the text of the file with that of the study."""
        known = finder.known[transcript]
        self.transcript = transcript
        self.text = section.text if known is None else known.text
        self.text_sha256 = text_sha256(self.text)
        self._alignment = Alignment(section.text, self.text)

    def span(self, start: int, end: int) -> Span | None:
        """Return where a stretch of the file is, without white space at its ends."""
        found = self._alignment.span(start, end)
        return found and self.trimmed(*found)

    def trimmed(self, start: int, end: int) -> Span | None:
        """Return a stretch without white space at its ends, or None if nothing is left."""
        quote = self.text[start:end]
        low = start + len(quote) - len(quote.lstrip())
        high = end - (len(quote) - len(quote.rstrip()))
        return Span(transcript=self.transcript, start=low, end=high) if low < high else None


class Places:
    """Finds comments in the transcripts."""

    def __init__(
        self, sections: Sequence[Section], record: Record, finder: Finder, known: Known
    ) -> None:
        """Recognise the transcript of every section that has text."""
        self.bases: dict[int, Base] = {}
        self._record = record
        for section in sections:
            transcript = _transcript_of(section, record, known)
            if transcript is not None and section.text.strip():
                self.bases[id(section)] = Base(section, transcript, finder)
        self._passages: dict[int, list[ShownPassage]] = {}
        for passage in record.passages:
            self._passages.setdefault(passage.transcript, []).append(passage)

    def base_of(self, span: Span) -> Base:
        """Return the text in which a stretch counts."""
        return next(b for b in self.bases.values() if b.transcript == span.transcript)

    def exact(self, comment: Comment) -> Span | None:
        """Return the stretch of a comment as it is, without white space at its ends."""
        base = self.bases.get(id(comment.section))
        return None if base is None else base.span(comment.start, comment.end)

    def trimmed(self, span: Span) -> Span:
        """Return a stretch of a transcript without white space at its ends."""
        base = next((b for b in self.bases.values() if b.transcript == span.transcript), None)
        return span if base is None else base.trimmed(span.start, span.end) or span

    def span(self, comment: Comment) -> Span | None:
        """Return the stretch of a comment, or None if it is not on the text of a transcript.

        A comment on exactly a passage, but for signs at its ends, is on that passage; one on a
        point in the text is on the passage around it.
        """
        base = self.bases.get(id(comment.section))
        if base is None:
            return None
        if comment.start == comment.end:
            point = base.span(comment.start, comment.start + 1) or base.span(
                comment.start - 1, comment.start
            )
            around = point and self._around(point)
            return around or None
        span = base.span(comment.start, comment.end)
        return span and self._snapped(span, base)

    def passage(self, span: Span) -> ShownPassage | None:
        """Return the passage that is exactly a stretch."""
        passages = self._passages.get(span.transcript, [])
        return next((p for p in passages if (p.start, p.end) == (span.start, span.end)), None)

    def _around(self, point: Span) -> Span | None:
        for passage in self._passages.get(point.transcript, []):
            if passage.start <= point.start < passage.end:
                return Span(transcript=point.transcript, start=passage.start, end=passage.end)
        return None

    def _snapped(self, span: Span, base: Base) -> Span:
        for passage in self._passages.get(span.transcript, []):
            between = (
                base.text[min(passage.start, span.start) : max(passage.start, span.start)]
                + base.text[min(passage.end, span.end) : max(passage.end, span.end)]
            )
            overlaps = passage.start < span.end and span.start < passage.end
            if overlaps and not any(sign.isalnum() for sign in between):
                return Span(transcript=span.transcript, start=passage.start, end=passage.end)
        return span


def _transcript_of(section: Section, record: Record, known: Known) -> int | None:
    if section.number is not None:
        return section.number if section.number < len(record.transcripts) else None
    names = {" ".join(t.name.split()): n for n, t in enumerate(record.transcripts)}
    return names.get(section.name, _most_alike(section, record, known))


def _most_alike(section: Section, record: Record, known: Known) -> int | None:
    """Return the transcript whose long lines are in a section, for files made elsewhere."""
    here = " ".join(section.text.split())
    shares: Mapping[int, float] = {
        number: sum(line in here for line in lines) / len(lines)
        for number, shown in enumerate(record.transcripts)
        for transcript in known.transcripts
        if transcript.id == shown.id and (lines := _lines(transcript.text))
    }
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= _SHARE else None


def _lines(text: str) -> list[str]:
    """Return some long lines from all over a text."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    long = [line for line in lines if len(line) >= _LONG_LINE]
    return long[:: max(1, len(long) // _MOST_LINES)]
