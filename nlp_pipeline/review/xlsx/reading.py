"""Reading a review workbook that came back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.errors import ForeignError, InputError
from nlp_pipeline.exchange import Found, Known, NotTaken, ReviewFile, Verdict
from nlp_pipeline.readers.workbook import xlsx_sheets
from nlp_pipeline.records import Origin
from nlp_pipeline.review.shown import (
    Finder,
    Record,
    ShownPassage,
    bare_record,
    still_stands,
    text_mark,
    verdicts,
)
from nlp_pipeline.review.xlsx.cells import CellReader, Said
from nlp_pipeline.review.xlsx.columns import NOTE, NUMBER, TEXT, TRANSCRIPT, facet_id
from nlp_pipeline.review.xlsx.table import Row, find_coder, find_record, find_tables
from nlp_pipeline.store import disk_error

_MOST_PROBLEMS = 20


def read(path: Path, known: Known) -> ReviewFile:
    """Return the decisions in a review workbook.

    Args:
        path: The ``.xlsx`` file.
        known: What the study knows.

    Raises:
        ForeignError: It is no review workbook.
        InputError: Cells are not understood; each is named with its sheet and row.
        StoreError: It cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise disk_error(path, error, "read") from error
    sheets = xlsx_sheets(data, path.name)
    tables = find_tables(sheets, known.codebook)
    if not tables:
        msg = (
            f"{path.name}: no sheet with the columns of a review workbook was found; import a "
            "workbook that was made with nlp-pipeline export --format xlsx"
        )
        raise ForeignError(msg)
    record = find_record(sheets)
    reading = _Reading(known, record, coder=find_coder(sheets))
    for table in tables:
        reading.add(table.rows)
    columns = frozenset().union(*(table.columns for table in tables))
    if reading.problems:
        raise InputError(_listed(path.name, reading.problems))
    return ReviewFile(
        format="xlsx",
        found=tuple(reading.found()),
        not_taken=tuple(reading.not_taken),
        notes=tuple(_notes(reading, record, columns, known.codebook)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decided:
    row: Row
    passage: ShownPassage
    said: Said


class _Reading:
    """Rows on their way to decisions; ``problems`` are collected over the whole file."""

    def __init__(self, known: Known, record: Record | None, *, coder: str) -> None:
        self._record = record or bare_record(known)
        self._origin = record.origin if record else Origin.IMPORTED
        self._coder = coder or self._record.coder
        self._finder = Finder(self._record, known)
        tells = record is not None and not record.blind
        self._cells = CellReader(known.codebook, knows_suggestions=tells)
        self._facets = {c.id: facet for facet in known.codebook.facets for c in facet.codes}
        self._by_id = {passage.id: passage for passage in self._record.passages}
        self._by_mark: dict[str, list[ShownPassage]] = {}
        for passage in self._record.passages:
            self._by_mark.setdefault(passage.mark, []).append(passage)
        self._decided: dict[str, _Decided] = {}
        self.problems: list[str] = []
        self.not_taken: list[NotTaken] = []

    @property
    def decided(self) -> Sequence[_Decided]:
        """The rows that decide on a passage, each passage once."""
        return tuple(self._decided.values())

    def add(self, rows: Sequence[Row]) -> None:
        """Take the rows of one sheet."""
        for row in rows:
            passage = self._passage(row)
            if passage is None:
                if row.is_decided and not row.is_first:
                    reason = "this row is not one of the export: neither its key nor its text is"
                    self.not_taken.append(NotTaken(place=row.place, reason=reason))
            elif not row.is_decided:
                if row.cell(NOTE):
                    reason = "a note in a row without a decision"
                    self.not_taken.append(NotTaken(place=row.place, reason=reason))
            else:
                self._decide(row, passage)

    def found(self) -> Iterator[Found]:
        """Yield what was decided before and still holds, then what the rows decide."""
        new = {self._edges(one.passage): self._verdicts(one) for one in self.decided}
        for earlier in self._record.earlier:
            edges = (earlier.transcript, earlier.start, earlier.end)
            same = self._coder in ("", earlier.coder)
            if not (same and edges in new and not still_stands(earlier, new[edges])):
                yield self._finder.earlier(earlier, place="earlier decisions in the file")
        for one in self.decided:
            for code, verdict in new[self._edges(one.passage)]:
                yield self._found(one, code, verdict)

    def _passage(self, row: Row) -> ShownPassage | None:
        """Return the passage of a row: by its key, else by its text and what stands beside it."""
        mark = text_mark(row.cell(TEXT)) if row.cell(TEXT) else ""
        same = self._by_mark.get(mark, [])
        keyed = self._by_id.get(row.key)
        if keyed is not None:
            if row.is_decided and same and keyed not in same:
                self.problems.append(
                    f"{row.place}: the passage does not belong to the hidden key of this row; "
                    "perhaps some columns were sorted without the others. Undo that, or export "
                    "again"
                )
            return keyed
        if len(same) > 1:
            same = [passage for passage in same if self._is_beside(row, passage)]
        return same[0] if len(same) == 1 else None

    def _is_beside(self, row: Row, passage: ShownPassage) -> bool:
        name = self._record.transcripts[passage.transcript].name
        return row.cell(TRANSCRIPT) == name.strip() and row.cell(NUMBER) == str(passage.number)

    def _decide(self, row: Row, passage: ShownPassage) -> None:
        said = self._cells.read(row, tuple(passage.scores))
        self.problems += [f"{row.place}: {problem}" for problem in said.problems]
        other = self._decided.get(passage.id)
        if other is None:
            self._decided[passage.id] = _Decided(row=row, passage=passage, said=said)
        elif other.said != said or other.row.cell(NOTE) != row.cell(NOTE):
            self.problems.append(
                f"{row.place}: the same passage is decided differently in {other.row.place}; "
                "empty one of the two"
            )

    def _verdicts(self, one: _Decided) -> list[tuple[str | None, Verdict]]:
        undecided = {facet.id for facet in one.said.open}
        before = [
            earlier.code
            for earlier in self._record.earlier
            if earlier.code is not None
            and earlier.applies
            and earlier.coder == self._coder
            and (earlier.transcript, earlier.start, earlier.end) == self._edges(one.passage)
        ]
        suggested, had = (
            [c for c in codes if c in self._facets and self._facets[c].id not in undecided]
            for codes in (one.passage.scores, before)
        )
        found = list(verdicts(suggested, had, one.said.kept))
        return [v for v in found if v[1] is not Verdict.SEEN] if undecided else found

    def _found(self, one: _Decided, code: str | None, verdict: Verdict) -> Found:
        passage, row = one.passage, one.row
        shown = self._record.transcripts[passage.transcript]
        return Found(
            transcript=shown.id,
            name=shown.name,
            text_sha256=shown.text_sha256,
            start=passage.start,
            end=passage.end,
            quote=self._quote(passage, row),
            code=code,
            verdict=verdict,
            coder=self._coder,
            origin=self._origin,
            shown=self._finder.shown(passage, code),
            note=row.cell(NOTE),
            place=row.place,
        )

    def _quote(self, passage: ShownPassage, row: Row) -> str:
        text = row.cell(TEXT)
        whole = text_mark(text) == passage.mark
        known = self._finder.quote(passage.transcript, passage.start, passage.end)
        return known or (text if whole else "")

    @staticmethod
    def _edges(passage: ShownPassage) -> tuple[int, int, int]:
        return (passage.transcript, passage.start, passage.end)


def _notes(
    reading: _Reading, record: Record | None, columns: frozenset[str], codebook: Codebook
) -> Iterator[str]:
    if record is None:
        yield (
            "the hidden sheet that says what was shown is gone or damaged; rows were recognised "
            "by the passages of this study, and nothing is known of what was suggested"
        )
    for facet in codebook.facets:
        if facet_id(facet.id) not in columns:
            yield f'the column of facet "{facet.id}" is not in the file'
        rows = sum(facet in one.said.open for one in reading.decided)
        if rows:
            yield (
                f'facet "{facet.id}" is empty in {rows} row(s) that decide on another facet; '
                "what was suggested there stays undecided"
            )


def _listed(name: str, problems: Sequence[str]) -> str:
    more = len(problems) - _MOST_PROBLEMS
    lines = [f"{name}, {problem}" for problem in problems[:_MOST_PROBLEMS]]
    return "\n".join(lines + ([f"{name}: and {more} more"] if more > 0 else []))
