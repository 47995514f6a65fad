"""An RTF document while it is read: its format, its open table and its paragraphs."""

from dataclasses import dataclass, field

from nlp_pipeline.readers.base import Paragraph
from nlp_pipeline.readers.columns import table_paragraphs
from nlp_pipeline.readers.runs import Run, to_paragraph

_LOW, _LOW_END, _HIGH = "\udc00", "\udfff", "\ud800"


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """What holds inside a group; ``unicode_skip`` is the length of a fallback after a code."""

    bold: bool = False
    italic: bool = False
    hidden: bool = False
    font: int | None = None
    unicode_skip: int = 1


@dataclass(kw_only=True)
class Document:
    """The paragraphs so far, and where in the file the reader is."""

    encoding: str
    fonts: dict[int, str]
    state: Format = field(default_factory=Format)
    stack: list[Format] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    skip: int = 0
    in_table: bool = False
    opened: bool = False

    def text(self, text: str) -> None:
        """Add text in the format that holds."""
        self.flush()
        if self.state.hidden:
            return
        if self.runs and _LOW <= text <= _LOW_END and _HIGH <= self.runs[-1].text < _LOW:
            # RTF writes a character beyond U+FFFF as two halves.
            halves = self.runs.pop().text + text
            text = halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.runs.append(Run(text=text, bold=self.state.bold, italic=self.state.italic))

    def flush(self) -> None:
        """Decode the bytes that wait: a character may be more than one of them."""
        if self.pending:
            encoding = self.fonts.get(self.state.font or 0, self.encoding)
            text = self.pending.decode(encoding, errors="replace")
            self.pending.clear()
            if not self.state.hidden:
                self.runs.append(Run(text=text, bold=self.state.bold, italic=self.state.italic))

    def end_paragraph(self) -> None:
        """Close a paragraph, or a line inside a cell."""
        self.flush()
        paragraph = to_paragraph(self.runs)
        self.runs.clear()
        if self.in_table:
            self.cell.append(paragraph.text)
        else:
            self.end_table()
            self.paragraphs.append(paragraph)

    def end_cell(self) -> None:
        """Close a cell."""
        self.in_table = True
        self.end_paragraph()
        self.row.append("\n".join(self.cell))
        self.cell.clear()

    def end_row(self) -> None:
        """Close a row."""
        self.flush()
        self.rows.append(list(self.row))
        self.row.clear()
        self.cell.clear()

    def end_table(self) -> None:
        """Turn the rows that wait into paragraphs."""
        if self.rows:
            self.paragraphs.extend(table_paragraphs(self.rows))
            self.rows.clear()
