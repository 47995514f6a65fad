"""What an export showed, in a record that travels inside the file; it holds no transcript text."""

import base64
import binascii
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nlp_pipeline.exchange import ExportOptions, Found, Known, Shown, Verdict, text_sha256
from nlp_pipeline.ids import make_id, sha256_bytes, sha256_json
from nlp_pipeline.records import Coding, Origin, Passage, Transcript
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.results import PassageResult, Results

_MAX_BYTES = 200_000_000

Place = Annotated[int, Field(ge=0)]
"""A position: of a transcript in the record, or of a character in a text."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShownTranscript(_Strict):
    """A transcript in the export; offsets count in the text with this hash."""

    id: str
    name: str
    text_sha256: str


class ShownPassage(_Strict):
    """A passage in the export.

    ``transcript`` is its position in the record, ``scores`` has the suggested codes only, and
    ``mark`` is the `text_mark` by which the text is recognised.
    """

    id: str
    transcript: Place
    number: int
    start: Place
    end: Place
    scores: dict[str, float]
    mark: str


class Earlier(_Strict):
    """A decision that there was already when the file was written."""

    transcript: Place
    start: Place
    end: Place
    code: str | None
    coder: str
    origin: Origin
    verdict: Verdict
    note: str

    @property
    def applies(self) -> bool:
        """Whether it says that its code applies."""
        return self.verdict in (Verdict.ACCEPTED, Verdict.ADDED)


class Record(_Strict):
    """What one export showed; ``coder`` is who was to review, or ""."""

    version: Literal[1] = 1
    export: str
    created_at: str
    language: str
    coder: str
    blind: bool
    model_id: str
    transcripts: tuple[ShownTranscript, ...]
    passages: tuple[ShownPassage, ...]
    earlier: tuple[Earlier, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        places = [p.transcript for p in self.passages] + [d.transcript for d in self.earlier]
        if any(place >= len(self.transcripts) for place in places):
            msg = "a transcript is missing"
            raise ValueError(msg)
        return self

    @property
    def origin(self) -> Origin:
        """How decisions in this file come about."""
        return Origin.BLIND if self.blind else Origin.ASSISTED


def make_record(
    results: Results, decisions: Sequence[Coding], *, options: ExportOptions
) -> tuple[Record, list[str]]:
    """Return the record of an export, and what its user should know of decisions left out."""
    usable, warnings = _usable(results, decisions, options)
    places = {transcript.id: n for n, transcript in enumerate(results.transcripts)}
    content = {
        "created_at": options.created_at,
        "language": options.language,
        "coder": options.coder,
        "blind": options.blind,
        "model_id": "" if options.blind else results.model_id,
        "transcripts": [_transcript(transcript) for transcript in results.transcripts],
        "passages": [_passage(row, places, options) for row in results.rows],
        "earlier": [
            {
                "transcript": places[coding.transcript_id],
                "start": coding.start,
                "end": coding.end,
                "code": coding.code,
                "coder": coding.coder,
                "origin": coding.origin.value,
                "verdict": _verdict(coding),
                "note": coding.note.encode("utf-8", "replace").decode("utf-8"),
            }
            for coding in usable
        ],
    }
    export = make_id("review export", sha256_json(content))
    return Record.model_validate({"export": export, **content}), warnings


def bare_record(known: Known) -> Record:
    """Return the record of a file that does not say what was shown, from what the study knows."""
    places = {transcript.id: n for n, transcript in enumerate(known.transcripts)}
    numbers: Counter[str] = Counter()
    passages = []
    for passage in sorted(known.passages, key=lambda p: (p.transcript_id, p.start, p.end)):
        numbers[passage.transcript_id] += 1
        if passage.transcript_id in places:
            own = _place(passage, places)
            passages.append({**own, "number": numbers[passage.transcript_id], "scores": {}})
    content = {"transcripts": [_transcript(t) for t in known.transcripts], "passages": passages}
    empty = dict.fromkeys(("export", "created_at", "language", "coder", "model_id"), "")
    return Record.model_validate({**empty, "blind": False, "earlier": [], **content})


def text_mark(text: str) -> str:
    """Return what a text is recognised by, however its white space came back."""
    return sha256_bytes("".join(printable(text).split()).encode("utf-8", "replace"))[:16]


def pack(record: Record) -> str:
    """Return a record as one line of ASCII letters, digits and ``+/=``."""
    text = json.dumps(record.model_dump(mode="json"), separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


def unpack(text: str) -> Record | None:
    """Return the record that `pack` wrote, or None if it is damaged."""
    unpacker = zlib.decompressobj()
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
        content = unpacker.decompress(packed, _MAX_BYTES)
        return Record.model_validate_json(content) if unpacker.eof else None
    except (binascii.Error, ValueError, zlib.error, ValidationError):
        return None


class Finder:
    """Makes decisions of a record's passages and stretches, with quotes from the transcripts."""

    def __init__(self, record: Record, known: Known) -> None:
        """Recognise the transcripts of a record by the hash of their text."""
        self.record = record
        texts = {text_sha256(t.text): t for t in known.transcripts}
        self.known: list[Transcript | None] = [
            texts.get(shown.text_sha256) for shown in record.transcripts
        ]

    def quote(self, transcript: int, start: int, end: int) -> str:
        """Return the text of a stretch, or nothing if the study no longer has this text."""
        known = self.known[transcript]
        return known.text[start:end] if known is not None else ""

    def shown(self, passage: ShownPassage | None, code: str | None) -> Shown | None:
        """Return the suggestion of a code that was in view, or None."""
        if passage is None or code is None or code not in passage.scores:
            return None
        return Shown(model_id=self.record.model_id, score=passage.scores[code], suggested=True)

    def earlier(self, decision: Earlier, *, place: str) -> Found:
        """Return an earlier decision as it was."""
        shown = self.record.transcripts[decision.transcript]
        return Found(
            transcript=shown.id,
            name=shown.name,
            text_sha256=shown.text_sha256,
            start=decision.start,
            end=decision.end,
            quote=self.quote(decision.transcript, decision.start, decision.end),
            code=decision.code,
            verdict=decision.verdict,
            coder=decision.coder,
            origin=decision.origin,
            note=decision.note,
            place=place,
        )


def verdicts(
    suggested: Sequence[str], before: Sequence[str], kept: Sequence[str]
) -> Iterator[tuple[str | None, Verdict]]:
    """Yield what a decision on a whole passage says of each code.

    Args:
        suggested: The codes that were suggested.
        before: The codes that the same coder had given earlier.
        kept: The codes that apply.
    """
    for code in suggested:
        yield code, Verdict.ACCEPTED if code in kept else Verdict.REJECTED
    for code in before:
        if code not in kept and code not in suggested:
            yield code, Verdict.REJECTED
    for code in kept:
        if code not in suggested:
            yield code, Verdict.ADDED
    if not kept:
        yield None, Verdict.SEEN


def still_stands(earlier: Earlier, new: Iterable[tuple[str | None, Verdict]]) -> bool:
    """Say whether an earlier decision holds beside what the same coder decides now."""
    for code, verdict in new:
        applies = verdict in (Verdict.ACCEPTED, Verdict.ADDED)
        if code == earlier.code or (earlier.code is None and applies):
            return False
        if verdict is Verdict.SEEN and earlier.applies:
            return False
    return True


def _transcript(transcript: Transcript) -> dict[str, object]:
    name = printable(transcript.source_name)
    return {"id": transcript.id, "name": name, "text_sha256": text_sha256(transcript.text)}


def _passage(
    row: PassageResult, places: Mapping[str, int], options: ExportOptions
) -> dict[str, object]:
    scores = {} if options.blind else {code: row.scores[code] for code in row.suggested}
    return {**_place(row.passage, places), "number": row.number, "scores": scores}


def _place(passage: Passage, places: Mapping[str, int]) -> dict[str, object]:
    return {
        "id": passage.id,
        "transcript": places[passage.transcript_id],
        "start": passage.start,
        "end": passage.end,
        "mark": text_mark(passage.text),
    }


def _verdict(coding: Coding) -> str:
    kind = Verdict.SEEN if coding.code is None else Verdict.ADDED
    return coding.verdict or kind.value


def _usable(
    results: Results, decisions: Sequence[Coding], options: ExportOptions
) -> tuple[list[Coding], list[str]]:
    lengths = {transcript.id: len(transcript.text) for transcript in results.transcripts}
    codes = {None, *results.codebook.code_ids}
    seen = options.coder if options.blind else None
    mine = [coding for coding in decisions if seen is None or coding.coder == seen]
    usable = [
        coding
        for coding in mine
        if coding.coder
        and coding.code in codes
        and _verdict(coding) in set(Verdict)
        and 0 <= coding.start < coding.end <= lengths.get(coding.transcript_id, -1)
    ]
    warnings = []
    if len(mine) < len(decisions):
        hidden = len(decisions) - len(mine)
        warnings.append(f"{hidden} earlier decision(s) left out, because the file is blind")
    if len(usable) < len(mine):
        warnings.append(
            f"{len(mine) - len(usable)} earlier decision(s) left out: their transcript, stretch "
            "of text or code is not in this run, or they have no coder"
        )
    return usable, warnings
