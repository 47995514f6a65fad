"""Codings from outside on their way to decisions: what is taken, and why other things are not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from nlp_pipeline.exchange import Found, Known, NotTaken, ReviewFile, Verdict, text_sha256
from nlp_pipeline.records import Origin, Transcript
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.outside.letters import Letters
from nlp_pipeline.review.outside.names import CodeNames, Documents
from nlp_pipeline.review.refi_qda.match import Mark
from nlp_pipeline.review.refi_qda.names import is_model_user

Stretch = tuple[str, str, int, int]
"""Coder, transcript, start and end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A stretch of a transcript of the study.

    ``is_sure`` is False where the file has another place for it than its quote has.
    """

    transcript: Transcript
    start: int
    end: int
    is_sure: bool = True
    quote: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What a file says beside a code: who, when, which note, and where in the file it stands."""

    coder: str
    place: str
    note: str = ""
    decided_at: str = ""


@dataclass
class Collector:
    """The codings of one file; ``names`` and ``documents`` recognise what it speaks of."""

    known: Known
    names: CodeNames
    documents: Documents = field(init=False)
    found: list[Found] = field(default_factory=list)
    left: list[NotTaken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare to find transcripts and quotes."""
        self.documents = Documents(self.known.transcripts)
        self.letters = cache(lambda own: Letters(self._texts[own]))
        self._hash = cache(lambda own: text_sha256(self._texts[own]))
        self._texts = {t.id: t.text for t in self.known.transcripts}
        self._ignored: Counter[str] = Counter()
        self._coded: set[Stretch] = set()

    def add(self, spot: Spot, codes: Iterable[str], remark: Remark) -> None:
        """Take the codes that somebody gave to a stretch; without codes it was seen."""
        if is_model_user(remark.coder):
            self._ignored["coding(s) of the model itself; they are nobody's decision"] += 1
            return
        named = list(codes)
        meanings = {name: self.names.find(name) for name in named}
        for name, meaning in meanings.items():
            if meaning is None:
                self._coded.add(_stretch(spot, remark.coder))
                self.leave(remark.place, self.names.problem(name), coder=remark.coder)
            elif meaning is Mark.TO_CODE:
                self._ignored["coding(s) that are to be left out"] += 1
            elif meaning is Mark.SEEN:
                self.found.append(self._one(spot, None, remark))
            else:
                self._coded.add(_stretch(spot, remark.coder))
                self.found.append(self._one(spot, str(meaning), remark))
        if not named:
            self.found.append(self._one(spot, None, remark))

    def leave(self, place: str, reason: str, *, coder: str | None = None) -> None:
        """Note what is not taken over, and whose coding it was if it was one."""
        self.left.append(NotTaken(place=place, reason=reason, coder=coder))

    def result(self, format: str) -> ReviewFile:
        """Return all that was found, without "seen" where the same coder gave a code."""
        found = [
            one
            for one in self.found
            if one.code is not None
            or (one.coder, one.transcript, one.start, one.end) not in self._coded
        ]
        notes = [f"{count} {what}" for what, count in self._ignored.items()]
        return ReviewFile(
            format=format,
            found=tuple(found),
            not_taken=tuple(self.left),
            notes=(*self.notes, *notes),
        )

    def _one(self, spot: Spot, code: str | None, remark: Remark) -> Found:
        transcript = spot.transcript
        stands = transcript.text[spot.start : spot.end]
        return Found(
            transcript=transcript.id,
            name=transcript.source_name,
            text_sha256=self._hash(transcript.id) if spot.is_sure else "",
            start=spot.start,
            end=spot.end,
            quote=stands if spot.is_sure else spot.quote,
            code=code,
            verdict=Verdict.SEEN if code is None else Verdict.ADDED,
            coder=remark.coder,
            origin=Origin.IMPORTED,
            decided_at=remark.decided_at,
            note=printable(remark.note).strip(),
            place=remark.place,
        )


def _stretch(spot: Spot, coder: str) -> Stretch:
    return coder, spot.transcript.id, spot.start, spot.end
