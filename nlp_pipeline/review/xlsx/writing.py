"""Writing the review workbook."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp_pipeline.codebook import Codebook, Facet
from nlp_pipeline.exchange import ExportOptions, Verdict
from nlp_pipeline.records import Coding
from nlp_pipeline.review.clean import CELL_UNITS, printable
from nlp_pipeline.review.codewords import code_names
from nlp_pipeline.review.results import PassageResult, Results
from nlp_pipeline.review.sheets import Book, check_size, row_height, save_workbook
from nlp_pipeline.review.shown import Earlier, Record, make_record, pack
from nlp_pipeline.review.words import words
from nlp_pipeline.review.workbook_about import write_codebook
from nlp_pipeline.review.xlsx.columns import (
    CODER,
    HEADER,
    KEY,
    LISTS_SHEET,
    NUMBER,
    RECORD,
    RECORD_SHEET,
    TEXT,
    TRANSCRIPT,
    WHOLE,
    Column,
    facet_id,
    make_columns,
)
from nlp_pipeline.review.xlsx.phrases import phrases

_CHUNK = 32_000
_OPEN: dict[str, object] = {"locked": False, "bg_color": "#FFF9DB", "border_color": "#E6DDB0"}
_OPEN |= {"border": 1, "text_wrap": True, "num_format": "@"}
_MUTED = "#5A6470"
_ALLOWED = dict.fromkeys(("sort", "autofilter", "format_columns", "format_rows"), True)


def write(
    results: Results, decisions: Sequence[Coding], path: Path, *, options: ExportOptions
) -> list[str]:
    """Write a workbook to decide in; the same arguments give the same bytes.

    Args:
        results: What a run found.
        decisions: What people decided before; shown beside what the model suggests.
        path: The ``.xlsx`` file.
        options: The language of headers and lists, blind or not, for whom.

    Returns:
        What the user should know.

    Raises:
        PipelineError: The language is unknown, or there are more passages than a sheet can hold.
        StoreError: The disk refuses.
    """
    own = phrases(options.language)
    results = results.without_fitness() if options.blind else results
    check_size(path, len(results.rows) + 1)
    record, warnings = make_record(results, decisions, options=options)
    sheets = _Sheets(results, record, options)
    save_workbook(path, sheets.fill, note=" " + own["cut"])
    return [*warnings, *_doubts(results, record)]


def _doubts(results: Results, record: Record) -> Iterator[str]:
    long = sum(_units(row.passage.text) > CELL_UNITS for row in results.rows)
    if long:
        yield f"{long} passage(s) are too long for an Excel cell and were cut there"
    edges = {(p.transcript, p.start, p.end) for p in record.passages}
    loose = sum((d.transcript, d.start, d.end) not in edges for d in record.earlier)
    if loose:
        yield (
            f"{loose} earlier decision(s) are on other stretches of text than a passage: they go "
            "along in the workbook and come back, but are not seen in it"
        )


def _units(text: str) -> int:
    return len(printable(text).encode("utf-16-le", "replace")) // 2


class _Sheets:
    """Fills the sheets of one workbook."""

    def __init__(self, results: Results, record: Record, options: ExportOptions) -> None:
        self._results, self._record, self._options = results, record, options
        self._codebook: Codebook = results.codebook
        self._word, self._own = words(options.language), phrases(options.language)
        self._names = code_names(self._codebook, options.language)
        self._columns = make_columns(
            self._codebook,
            options.language,
            blind=options.blind,
            with_earlier=bool(record.earlier),
        )
        self._earlier: dict[tuple[str, int, int], list[Earlier]] = {}
        for decision in record.earlier:
            transcript = record.transcripts[decision.transcript].id
            place = (transcript, decision.start, decision.end)
            self._earlier.setdefault(place, []).append(decision)

    def fill(self, book: Book) -> None:
        """Write every sheet."""
        self._write_instructions(book)
        self._write_rows(book)
        write_codebook(book, self._results, self._options.language)
        self._write_lists(book)
        sheet = book.sheet(RECORD_SHEET)
        sheet.very_hidden()
        packed = pack(self._record)
        book.write(sheet, 0, 0, RECORD)
        for number, start in enumerate(range(0, len(packed), _CHUNK), start=1):
            book.write(sheet, number, 0, "." + packed[start : start + _CHUNK])

    def _write_rows(self, book: Book) -> None:
        sheet = book.sheet(self._own["sheet"])
        # The words above the header move with their columns; header and names may be changed.
        for place, column in enumerate(self._columns):
            book.write(sheet, 0, place, column.id)
            sheet.set_column(place, place, column.width)
            look: dict[str, object] = {"bold": True, "text_wrap": True, "bottom": 1}
            look["bg_color"] = "#FFEFA8" if column.is_open else "#EEF1F4"
            book.write(sheet, 1, place, HEADER if column.id == KEY else column.name, **look)
        for number, row in enumerate(self._results.rows, start=2):
            cells = list(self._cells(row))
            for place, (value, form) in enumerate(cells):
                book.write(sheet, number, place, value, **form)
            widths = [column.width for column in self._columns]
            texts = [(value, w) for (value, _), w in zip(cells[1:], widths[1:], strict=True)]
            sheet.set_row(number, row_height(texts))
        sheet.set_row(1, row_height((column.name, column.width) for column in self._columns))
        last = len(self._results.rows) + 1
        self._add_choices(sheet, max(last, 2))
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_column(0, 0, 2, None, {"hidden": True})
        sheet.freeze_panes(2, 3)
        sheet.autofilter(1, 0, max(last, 2), len(self._columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.protect("", _ALLOWED)

    def _cells(self, row: PassageResult) -> Iterator[tuple[object, dict[str, object]]]:
        passage = row.passage
        wrapped: dict[str, object] = {"text_wrap": True}
        muted: dict[str, object] = {"text_wrap": True, "font_color": _MUTED}
        values: Mapping[str, tuple[object, dict[str, object]]] = {
            KEY: (passage.id, {}),
            TRANSCRIPT: (row.transcript.source_name, muted),
            NUMBER: (row.number, {"font_color": _MUTED}),
            "np:speaker": (passage.speaker, wrapped),
            "np:question": (passage.context, muted),
            TEXT: (passage.text, wrapped),
            "np:earlier": (self._decided(row), muted),
        }
        suggested = {f"np:suggested:{f.id}": f for f in self._codebook.facets}
        for column in self._columns:
            if column.id in suggested:
                yield self._suggested(row, suggested[column.id]), muted
            else:
                yield values.get(column.id, (None, _OPEN))

    def _suggested(self, row: PassageResult, facet: Facet) -> str:
        if not row.is_classified:
            return self._word["not_classified"].lower()
        point = self._own["point"]
        return "\n".join(
            f"{self._names[code]} " + f"{row.scores[code]:.2f}".replace(".", point)
            for code in row.suggested_in(facet)
        )

    def _decided(self, row: PassageResult) -> str:
        passage = row.passage
        said: dict[str, list[str]] = {}
        for decision in self._earlier.get((passage.transcript_id, passage.start, passage.end), ()):
            name = self._own["no_code"] if decision.code is None else self._names[decision.code]
            if decision.verdict is Verdict.REJECTED:
                name = f"{self._own['not']} {name}"
            said.setdefault(decision.coder, []).append(name)
        return "\n".join(f"{coder}: {'; '.join(names)}" for coder, names in said.items())

    def _write_lists(self, book: Book) -> None:
        sheet = book.sheet(LISTS_SHEET)
        sheet.hide()
        for place, (_, choices) in enumerate(self._choices()):
            for number, choice in enumerate(choices):
                book.write(sheet, number, place, choice)

    def _add_choices(self, sheet: Any, last: int) -> None:
        """Give every cell to decide in a list, without refusing what is typed beside it."""
        for place, (column, choices) in enumerate(self._choices()):
            source = _range(place, len(choices))
            rule = {"validate": "list", "source": source, "show_error": False}
            at = self._columns.index(column)
            sheet.data_validation(2, at, last, at, rule)

    def _choices(self) -> Iterator[tuple[Column, list[str]]]:
        fixed = [] if self._options.blind else [self._own["as_suggested"]]
        fixed.append(self._own["no_code"])
        codes = {
            facet_id(facet.id): [self._names[code.id] for code in facet.codes]
            for facet in self._codebook.facets
        }
        for column in self._columns:
            if column.id == WHOLE or column.id in codes:
                yield column, [*fixed, *codes.get(column.id, [])]

    def _write_instructions(self, book: Book) -> None:
        sheet = book.sheet(self._own["instructions"])
        sheet.set_column(0, 0, 2, None, {"hidden": True})
        sheet.set_column(1, 1, 18)
        sheet.set_column(2, 2, 96)
        large = {"bold": True, "font_size": 14}
        title = self._results.title or self._own["sheet"]
        book.write(sheet, 0, 1, title, **large)
        book.write(sheet, 2, 0, CODER)
        book.write(sheet, 2, 1, self._own["name"], bold=True)
        book.write(sheet, 2, 2, self._options.coder, **_OPEN)
        for number, text in enumerate(self._steps(), start=4):
            book.write(sheet, number, 1, number - 3, align="right", font_color=_MUTED)
            book.write(sheet, number, 2, text, text_wrap=True)
            sheet.set_row(number, row_height([(text, 96)]))
        sheet.protect("", _ALLOWED)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 0)

    def _steps(self) -> Sequence[str]:
        keys = ["step_read", "step_choose"]
        if not self._options.blind:
            keys += ["step_whole"] if len(self._codebook.facets) > 1 else []
            keys += ["step_facet"]
        else:
            keys += ["step_blind"]
        keys += ["step_empty", "step_sort", "step_back"]
        texts = [self._own[key] for key in keys]
        if not self._options.blind:
            texts.append(self._word[f"note_{self._results.score_kind}"])
            texts += filter(None, [self._results.fitness.note(self._options.language)])
        return [*texts, self._word["private"]]


def _range(column: int, rows: int) -> str:
    letter = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letter = chr(65 + rest) + letter
    return f"='{LISTS_SHEET}'!${letter}$1:${letter}${rows}"
