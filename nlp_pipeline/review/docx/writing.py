"""Writing transcripts as a Word file with comments."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from nlp_pipeline.exchange import ExportOptions, Verdict
from nlp_pipeline.readers.wordstyles import tag
from nlp_pipeline.records import Coding, Transcript
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.codewords import code_names
from nlp_pipeline.review.docx.package import INFO_STYLE, SPEAKER_STYLE, TEXT_STYLE, save_package
from nlp_pipeline.review.docx.phrases import phrases
from nlp_pipeline.review.results import Results
from nlp_pipeline.review.shown import Earlier, Record, make_record, pack
from nlp_pipeline.review.words import words
from nlp_pipeline.store import atomic_write

PROGRAM = "nlp-pipeline"
"""How the name of the model starts as the author of comments."""

_SHADES = ("EAF1F8", "FBF3E2")
_MUTED = "5A6470"
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_PIECES = re.compile("\t|[^\t]+")
_MANY = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A comment to write: on which stretch, by whom, and its lines."""

    start: int
    end: int
    author: str
    lines: tuple[str, ...]


def author_of(model_id: str) -> str:
    """Return the name under which a model comments."""
    return f"{PROGRAM}: {printable(model_id)}"[:120]


def earlier_lines(decision: Earlier, names: Mapping[str, str], language: str) -> tuple[str, ...]:
    """Return the lines of the comment that shows an earlier decision."""
    name = phrases(language)["no_code"] if decision.code is None else names[decision.code]
    return (name, *printable(decision.note).split("\n")) if decision.note else (name,)


def write(
    results: Results, decisions: Sequence[Coding], path: Path, *, options: ExportOptions
) -> list[str]:
    """Write the transcripts with comments; the same arguments give the same bytes.

    Args:
        results: What a run found.
        decisions: What people decided before; each is a comment of its coder.
        path: The ``.docx`` file.
        options: The language of labels and instructions, blind or not.

    Returns:
        What the user should know.

    Raises:
        PipelineError: The language is unknown.
        StoreError: The disk refuses.
    """
    record, warnings = make_record(results, decisions, options=options)
    made = _Document(results, record, options)
    document = made.to_element()
    with atomic_write(path) as temporary:
        save_package(temporary, document, made.comments, record=pack(record), created=made.moment)
    if made.count > _MANY:
        warnings.append(
            f"the file has {made.count} comments, with which Word is slow; export fewer "
            "transcripts at a time"
        )
    return warnings


def utc(moment: str) -> str:
    """Return a moment in UTC as Word writes it, or nothing if it is no moment.

    >>> utc("2026-03-01T10:00:00+01:00")
    '2026-03-01T09:00:00Z'
    """
    try:
        read = datetime.fromisoformat(moment)
        read = read.astimezone(UTC) if read.tzinfo else read
    except (ValueError, OverflowError):
        return ""
    return read.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Document:
    """Builds the text and the comments side by side."""

    def __init__(self, results: Results, record: Record, options: ExportOptions) -> None:
        self._results, self._record, self._options = results, record, options
        self._names = code_names(results.codebook, options.language)
        self._own, self._word = phrases(options.language), words(options.language)
        self.moment = utc(options.created_at)
        self.comments = etree.Element(tag("comments"), nsmap={"w": tag("x")[1:-2]})
        self.count = 0

    def to_element(self) -> etree._Element:
        """Return the document."""
        root = etree.Element(tag("document"), nsmap={"w": tag("x")[1:-2]})
        body = etree.SubElement(root, tag("body"))
        for style, text in self._front():
            _add_run(_paragraph(body, style), text)
        for number, transcript in enumerate(self._results.transcripts):
            heading = _paragraph(body, "Heading1")
            _mark(heading, "bookmarkStart", id=str(number), name=f"_npt{number}")
            _add_run(heading, transcript.source_name)
            _mark(heading, "bookmarkEnd", id=str(number))
            _Text(body, transcript, self, number).write()
        section = etree.SubElement(body, tag("sectPr"))
        _mark(section, "pgSz", w="11906", h="16838")
        sides = dict.fromkeys(("top", "right", "bottom", "left"), "1134")
        _mark(section, "pgMar", **sides, header="708", footer="708", gutter="0")
        return root

    def _front(self) -> Iterator[tuple[str, str]]:
        blind = self._options.blind
        yield "Title", self._results.title or self._own["title_blind" if blind else "title"]
        steps = ["step_shades"] + ([] if blind else ["step_answer"])
        for key in [*steps, "step_add", "step_none", "step_text"]:
            yield INFO_STYLE, self._own[key]
        if not blind:
            yield INFO_STYLE, self._word[f"note_{self._results.score_kind}"]
        for facet in self._results.codebook.facets:
            codes = "; ".join(self._names[code.id] for code in facet.codes)
            yield INFO_STYLE, f"{facet.name(self._options.language)}: {codes}"
        yield INFO_STYLE, self._word["private"]

    def notes(self, number: int) -> Iterator[Note]:
        """Yield the comments of a transcript."""
        kind = self._word[self._results.score_kind].lower()
        for passage in self._record.passages:
            if passage.transcript == number:
                for code, score in passage.scores.items():
                    line = f"{self._names[code]} ({kind} {score:.2f})"
                    author = author_of(self._record.model_id)
                    yield Note(start=passage.start, end=passage.end, author=author, lines=(line,))
        for decision in self._record.earlier:
            if decision.transcript == number and decision.verdict is not Verdict.REJECTED:
                yield Note(
                    start=decision.start,
                    end=decision.end,
                    author=printable(decision.coder),
                    lines=earlier_lines(decision, self._names, self._options.language),
                )

    def add_comment(self, note: Note) -> str:
        """Add a comment and return its id."""
        own = str(self.count)
        self.count += 1
        initials = "".join(word[0] for word in note.author.split()[:2])
        comment = _mark(self.comments, "comment", id=own, author=note.author, initials=initials)
        if self.moment:
            comment.set(tag("date"), self.moment)
        for line in note.lines:
            _add_run(_paragraph(comment, "CommentText"), line)
        return own


class _Text:
    """Writes one transcript: a paragraph for every line, cut where something begins or ends."""

    def __init__(
        self, body: etree._Element, transcript: Transcript, document: _Document, number: int
    ) -> None:
        self._body, self._text = body, _ILLEGAL.sub("\ufffd", transcript.text)
        self._opens: dict[int, list[str]] = {}
        self._closes: dict[int, list[str]] = {}
        notes = sorted(document.notes(number), key=lambda note: (note.start, note.end))
        for note in notes:
            own = document.add_comment(note)
            self._opens.setdefault(note.start, []).append(own)
            self._closes.setdefault(note.end, []).append(own)
        passages = document._results.by_transcript[transcript.id]
        self._passages = [(row.passage.start, row.passage.end) for row in passages]
        self._starts = [start for start, _ in self._passages]
        self._labels, self._bold = _labels(transcript)
        edges = {edge for span in (*self._passages, *self._bold) for edge in span}
        self._cuts = sorted({*edges, *self._opens, *self._closes, *self._labels})

    def write(self) -> None:
        """Add the paragraphs to the document."""
        start = 0
        for line in self._text.split("\n"):
            self._line(_paragraph(self._body, TEXT_STYLE), start, start + len(line))
            start += len(line) + 1

    def _line(self, paragraph: etree._Element, start: int, end: int) -> None:
        first = bisect_left(self._cuts, start)
        inside = self._cuts[first : bisect_right(self._cuts, end)]
        edges = sorted({start, end, *inside})
        for edge, after in zip(edges, [*edges[1:], end], strict=True):
            for own in self._closes.pop(edge, ()):
                _mark(paragraph, "commentRangeEnd", id=own)
                reference = etree.SubElement(paragraph, tag("r"))
                _mark(etree.SubElement(reference, tag("rPr")), "rStyle", val="CommentReference")
                _mark(reference, "commentReference", id=own)
            if edge in self._labels:
                _add_run(paragraph, self._labels.pop(edge), style=SPEAKER_STYLE)
            for own in self._opens.pop(edge, ()):
                _mark(paragraph, "commentRangeStart", id=own)
            if edge < after:
                self._run(paragraph, edge, after)

    def _run(self, paragraph: etree._Element, start: int, end: int) -> None:
        at = bisect_right(self._starts, start) - 1
        inside = at >= 0 and start < self._passages[at][1]
        bold = any(first <= start < last for first, last in self._bold_near(start))
        _add_run(
            paragraph,
            self._text[start:end],
            shade=_SHADES[at % 2] if inside else "",
            muted=not inside and not bold,
            bold=bold,
        )

    def _bold_near(self, start: int) -> Sequence[tuple[int, int]]:
        at = bisect_right(self._bold, (start, len(self._text) + 1))
        return self._bold[max(0, at - 1) : at]


def _labels(transcript: Transcript) -> tuple[dict[int, str], list[tuple[int, int]]]:
    """Return the names to put before turns, and where names stand in the text already."""
    labels: dict[int, str] = {}
    bold: list[tuple[int, int]] = []
    end = 0
    for turn in transcript.turns:
        between = transcript.text[end : turn.start]
        if turn.speaker and turn.speaker.casefold() in between.casefold():
            blank = len(between) - len(between.lstrip())
            bold.append((end + blank, end + len(between.rstrip())))
        elif turn.speaker:
            labels[turn.start] = f"{turn.speaker}: "
        end = turn.end
    return labels, bold


def _paragraph(parent: etree._Element, style: str) -> etree._Element:
    paragraph = etree.SubElement(parent, tag("p"))
    _mark(etree.SubElement(paragraph, tag("pPr")), "pStyle", val=style)
    return paragraph


def _mark(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag(name))
    for key, text in attributes.items():
        element.set(tag(key), text)
    return element


def _add_run(
    paragraph: etree._Element,
    text: str,
    *,
    style: str = "",
    shade: str = "",
    muted: bool = False,
    bold: bool = False,
) -> None:
    run = etree.SubElement(paragraph, tag("r"))
    properties = etree.SubElement(run, tag("rPr"))
    if style:
        _mark(properties, "rStyle", val=style)
    if bold:
        _mark(properties, "b")
    if muted:
        _mark(properties, "color", val=_MUTED)
    if shade:
        _mark(properties, "shd", val="clear", color="auto", fill=shade)
    for piece in _pieces(text):
        if piece == "\t":
            _mark(run, "tab")
        else:
            element = _mark(run, "t")
            element.text = piece
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _pieces(text: str) -> Iterable[str]:
    return _PIECES.findall(_ILLEGAL.sub("\ufffd", text))
