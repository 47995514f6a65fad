"""Tables of codings of any tool: one row per quote and code, several codes, or a column each."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from nlp_pipeline.exchange import Known, ReviewFile
from nlp_pipeline.review.outside.collect import Collector, Remark
from nlp_pipeline.review.outside.columns import Columns
from nlp_pipeline.review.outside.complete import Reading
from nlp_pipeline.review.outside.grids import FoundTable, TableRow, read_tables
from nlp_pipeline.review.outside.mapping import TableMapping
from nlp_pipeline.review.outside.placing import Placing

FORMAT = "table"
"""The name of the format."""

_YES = frozenset("yes y ja j x true waar wahr applied".split())
_NO = frozenset("no n nee - false onwaar falsch".split())
_NOTHING = frozenset(("", "na", "n/a", "nan", "null"))
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def read(path: Path, known: Known, *, columns: Columns | None = None) -> ReviewFile:
    """Read the codings in a .csv or .xlsx file of another program.

    Args:
        path: The file.
        known: What the study knows, to recognise codes and transcripts by.
        columns: What the user said of the columns; without it, the headers tell.

    Raises:
        InputError: It cannot be read, or its columns are not recognised.
        CodebookError: The mapping explains a name by a code that is not in the codebook.
        StoreError: The disk refuses.
    """
    tables = read_tables(path, columns or Columns(), known.codebook)
    found = [_Table(table, known).read() for table in tables]
    return ReviewFile(
        format=FORMAT,
        found=tuple(one for review in found for one in review.found),
        not_taken=tuple(one for review in found for one in review.not_taken),
        notes=tuple(dict.fromkeys(note for review in found for note in review.notes)),
    )


@dataclass
class _Table:
    """One table on its way to decisions."""

    table: FoundTable
    known: Known
    undated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mapping: TableMapping = self.table.mapping
        self.collector = Collector(self.known, self.table.names)
        self.placing = Placing(self.table, self.collector)
        self.reading = Reading()

    def read(self) -> ReviewFile:
        for row in self.table.rows:
            if any(row.cells.values()) or any(row.codes.values()):
                self._add(row)
        if self.mapping.complete:
            self.reading.finish(self.collector)
        columns = ", ".join(sorted(self.table.fields))
        self.collector.notes.append(f'read as "{self.mapping.name}" with columns for {columns}')
        if self.undated:
            self.collector.notes.append(
                f"{len(self.undated)} date(s) not understood and left out, the first in "
                f"{self.undated[0]}; say in a mapping how they are written (dates)"
            )
        self.collector.notes += [f"{count} {what}" for what, count in self.placing.counts.items()]
        return self.collector.result(FORMAT)

    def _add(self, row: TableRow) -> None:
        remark = self._remark(row)
        transcripts, reason = self.placing.transcripts(row)
        if reason:
            self.collector.leave(row.place, reason, coder=remark.coder)
            return
        one = transcripts[0] if len(transcripts) == 1 else None
        if one is not None and self._names_only(row):
            self.reading.read(remark.coder, one)
            return
        spot, reason = self.placing.spot(row, transcripts)
        codes, wrong = self._codes(row)
        if wrong:
            self.collector.leave(row.place, wrong, coder=remark.coder)
        if spot is None:
            self.reading.lose(remark.coder, transcripts)
            self.collector.leave(row.place, reason, coder=remark.coder)
            return
        self.reading.code(remark.coder, spot)
        if wrong:
            return
        if codes or self._says_none(row):
            self.collector.add(spot, codes, remark)
        else:
            self.collector.leave(row.place, "there is no code in the row", coder=remark.coder)

    def _remark(self, row: TableRow) -> Remark:
        return Remark(
            coder=" ".join(row.cell("coder").split()),
            place=row.place,
            note=row.cell("note"),
            decided_at=self._moment(row),
        )

    def _names_only(self, row: TableRow) -> bool:
        """Tell whether a row only says that somebody read a transcript."""
        said = [row.cell(name) for name in ("quote", "start", "end", "code")]
        return self.mapping.complete and not any(said) and not any(row.codes.values())

    def _codes(self, row: TableRow) -> tuple[list[str], str]:
        """Return the names of the codes in a row, or what is wrong with a cell of yes and no."""
        codes = self.collector.names.split(row.cell("code"), self.mapping.separators)
        for name, cell in row.codes.items():
            is_on = _is_on(cell)
            if is_on is None and cell.casefold() not in _NOTHING:
                return [], "a column of one code has neither yes nor no (1, 0, ja, nee, x)"
            codes += [name] if is_on else []
        return codes, ""

    def _says_none(self, row: TableRow) -> bool:
        return self.mapping.complete or any(_is_on(cell) is False for cell in row.codes.values())

    def _moment(self, row: TableRow) -> str:
        cell = row.cell("date")
        if not cell:
            return ""
        for read in _ways(self.mapping.dates):
            try:
                return read(cell).isoformat()
            except ValueError:
                continue
        self.undated.append(row.place)
        return ""


def _ways(formats: Sequence[str]) -> Iterator[Callable[[str], datetime]]:
    """Yield the ways to read a date: those of the mapping, then ISO 8601."""
    for way in formats:
        yield partial(_strptime, way)
    yield datetime.fromisoformat


def _strptime(way: str, cell: str) -> datetime:
    return datetime.strptime(cell, way)


def _is_on(cell: str) -> bool | None:
    """Return whether a cell says yes (or counts something) or no; None if it says neither."""
    word = cell.casefold()
    if _NUMBER.fullmatch(word):
        return bool(word.strip("0.,"))
    if word in _YES:
        return True
    return False if word in _NO else None
