"""Paragraphs to the canonical text and its lines, each with what its layout says."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlp_pipeline.readers.base import Paragraph
from nlp_pipeline.readers.canonical import canonical, one_line


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the canonical text, from offset ``start``; ``paragraph`` is its number.

    ``bold_prefix`` is the number of leading characters in bold. When the layout names a speaker,
    the first line of the paragraph has ``speaker``, and its words begin at ``label_length``.
    """

    start: int
    text: str
    paragraph: int
    bold: bool = False
    italic: bool = False
    bold_prefix: int = 0
    speaker: str | None = None
    label_length: int = 0
    start_time: float | None = None
    end_time: float | None = None

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)


def to_lines(paragraphs: Sequence[Paragraph]) -> tuple[str, tuple[Line, ...]]:
    """Return the canonical text of paragraphs, joined by line ends, and its lines.

    A speaker that the layout names stands before the words, as ``Name: words``.
    """
    lines: list[Line] = []
    start = 0
    for index, paragraph in enumerate(paragraphs):
        for line in _lines(paragraph, index, start):
            lines.append(line)
            start = line.end + 1
    return "\n".join(line.text for line in lines), tuple(lines)


def _lines(paragraph: Paragraph, index: int, start: int) -> list[Line]:
    speaker = one_line(paragraph.speaker or "") or None
    label = f"{speaker}: " if speaker else ""
    bold_end = len(paragraph.text) if paragraph.bold else paragraph.bold_prefix
    # No character composes with a line end or a space, so composing line by line is composing all.
    bold = len(canonical(paragraph.text[:bold_end]))
    found: list[Line] = []
    for number, piece in enumerate((label + canonical(paragraph.text)).split("\n")):
        first = number == 0
        shift = len(label) if first else 0
        length = len(piece) - shift
        found.append(
            Line(
                start=start,
                text=piece,
                paragraph=index,
                bold=0 < length <= bold,
                italic=paragraph.italic,
                bold_prefix=max(0, min(bold, length)),
                speaker=speaker if first else None,
                label_length=shift,
                start_time=paragraph.start_time if first else None,
                end_time=paragraph.end_time if first else None,
            )
        )
        start += len(piece) + 1
        bold -= length + 1
    return found
