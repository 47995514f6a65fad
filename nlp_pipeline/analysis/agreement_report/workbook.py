"""The report of agreement as an Excel workbook: summary, codes, pairs, attributes, passages."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from nlp_pipeline.analysis.agreement_records import (
    Agreement,
    AgreementSlice,
    Comparison,
    Disagreements,
    Estimate,
    Part,
)
from nlp_pipeline.analysis.agreement_report import findings
from nlp_pipeline.analysis.agreement_report.choosing import in_order, shown_in
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.analysis.agreement_report.tables import GROUP_FIGURES, PAIR_FIGURES
from nlp_pipeline.review.sheets import Book, check_size, row_height, save_workbook

Column = tuple[str, float]
Row = Sequence[object]

_NUMBER = "0.00"


def write_workbook(
    agreement: Agreement, disagreements: Disagreements, path: Path, *, language: str = "en"
) -> None:
    """Write the workbook; the same figures give the same bytes.

    Args:
        agreement: What was measured.
        disagreements: Where coders differ; with the passages if it holds them.
        path: The ``.xlsx`` file.
        language: Of headers, labels and verdicts.

    Raises:
        PipelineError: There are more rows than a sheet can hold.
        StoreError: The disk refuses.
    """
    say = Telling(language=language, told=agreement)
    sheets = {
        "sheet_codes": (_code_columns(say), list(_code_rows(say))),
        "sheet_pairs": (_pair_columns(say), list(_pair_rows(say))),
        "sheet_attributes": (_part_columns(say), list(_part_rows(say))),
        "sheet_disagreements": (
            _passage_columns(say, with_text=disagreements.has_text),
            list(_passage_rows(disagreements, say)),
        ),
    }
    for _, rows in sheets.values():
        check_size(path, len(rows))

    def fill(book: Book) -> None:
        _summary(book, disagreements, say)
        for name, (columns, rows) in sheets.items():
            _table(book, say.word(name), columns, rows)

    save_workbook(path, fill)


def _summary(book: Book, disputes: Disagreements, say: Telling) -> None:
    told = say.told
    sheet = book.sheet(say.word("sheet_summary"))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    lines: list[tuple[str, object]] = [
        (say.word("title"), told.study),
        (say.word("codebook"), f"{told.codebook}, {say.word('version')} {told.codebook_version}"),
        (say.word("run"), told.run_id),
        (say.word("the_model"), told.model_id),
        (say.word("passages"), told.passages),
        (say.word("interviews"), told.interviews),
    ]
    part = told.parts[0] if told.parts else None
    if part is not None:
        lines.append(("", say.word("goes_by", way=say.word(f"way_{part.way}"))))
        for name, sentences in findings.facet_findings(part, say):
            lines += [(name if n == 0 else "", text) for n, text in enumerate(sentences)]
    lines += [("", text) for text in findings.other_findings(disputes, say)]
    lines += [("", say.noted(note)) for note in told.notes]
    lines.append(("", say.word("interval_note", resamples=say.count(told.resamples))))
    for number, (name, value) in enumerate(lines):
        book.write(sheet, number, 0, name, bold=True, text_wrap=True)
        book.write(sheet, number, 1, value, text_wrap=True, align="left")
        sheet.set_row(number, row_height([(name, 22), (value, 100)]))
    _coders(book, sheet, say, len(lines) + 1)


def _coders(book: Book, sheet: object, say: Telling, first: int) -> None:
    for number, coder in enumerate(say.told.coders, start=first):
        text = "; ".join(
            f"{say.word(way)}: {say.passages(seen)}, "
            f"{say.count(coder.coded.get(way, 0))} {say.word('coded').lower()}"
            for way, seen in coder.seen.items()
        )
        book.write(sheet, number, 0, say.coder(coder.name), bold=True, text_wrap=True)
        book.write(sheet, number, 1, text, text_wrap=True)


def _table(book: Book, name: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    sheet = book.sheet(name)
    book.header(sheet, columns)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            look = {"num_format": _NUMBER} if isinstance(value, float) else {"text_wrap": True}
            book.write(sheet, number, column, value, **look)
        widths = (width for _, width in columns)
        sheet.set_row(number, row_height(zip(row, widths, strict=True)))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _figure_columns(say: Telling) -> list[Column]:
    return [
        (say.word("figure"), 24),
        (say.word("value"), 10),
        (say.word("low"), 10),
        (say.word("high"), 10),
        (say.word("verdict"), 28),
        (say.word("reason"), 34),
    ]


def _figure_cells(name: str, estimate: Estimate, say: Telling) -> Row:
    reason = estimate.reason or estimate.no_interval
    return (
        say.word(name),
        estimate.value,
        estimate.low,
        estimate.high,
        say.band(estimate),
        say.reason(reason) if reason else "",
    )


def _code_columns(say: Telling) -> list[Column]:
    return [
        (say.word("way"), 16),
        (say.word("code"), 26),
        (say.word("facet"), 16),
        (say.word("who"), 24),
        *_figure_columns(say),
        (say.word("prevalence"), 11),
        (say.word("given"), 14),
        (say.word("passages"), 10),
        (say.word("interviews"), 10),
        (say.word("differing"), 10),
        (say.word("decision_id"), 18),
    ]


def _code_rows(say: Telling) -> Iterator[Row]:
    for part in say.told.parts:
        for one in shown_in(part):
            name = "cohen_kappa" if one.kind == "pair" else "krippendorff_alpha"
            yield from _codes_of(part, one, one.whole, (name,), say)


def _codes_of(
    part: Part, one: Comparison, place: AgreementSlice, names: Iterable[str], say: Telling
) -> Iterator[Row]:
    for row in place.codes:
        for name in names:
            yield (
                say.word(part.way),
                say.code(row.code),
                say.facet(row.facet),
                say.who(one),
                *_figure_cells(name, row.figures[name], say),
                row.prevalence,
                " / ".join(map(str, row.given)),
                row.passages,
                row.interviews,
                row.differ,
                row.code,
            )


def _pair_columns(say: Telling) -> list[Column]:
    return _code_columns(say)


def _pair_rows(say: Telling) -> Iterator[Row]:
    for part in say.told.parts:
        for one in in_order(part):
            names = PAIR_FIGURES if one.kind == "pair" else GROUP_FIGURES
            yield from _codes_of(part, one, one.whole, names, say)


def _part_columns(say: Telling) -> list[Column]:
    return [
        (say.word("way"), 16),
        (say.word("who"), 24),
        (say.word("by"), 16),
        (say.word("value"), 22),
        (say.word("facet"), 20),
        *_figure_columns(say),
        (say.word("passages"), 10),
        (say.word("interviews"), 10),
        (say.word("differing"), 10),
    ]


def _part_rows(say: Telling) -> Iterator[Row]:
    for part in say.told.parts:
        for one in in_order(part):
            for place in one.slices:
                for row in place.facets:
                    yield (
                        say.word(part.way),
                        say.who(one),
                        "" if place.by == "all" else say.name(place.by),
                        _value(place, say),
                        say.facet(row.facet),
                        *_figure_cells("alpha_masi", row.figures["alpha_masi"], say),
                        row.passages,
                        row.interviews,
                        row.differ,
                    )


def _value(place: AgreementSlice, say: Telling) -> str:
    return "" if place.by == "all" else say.name(place.value)


def _passage_columns(say: Telling, *, with_text: bool) -> list[Column]:
    texts: list[Column] = [(say.word("context"), 34), (say.word("text"), 70)]
    return [
        (say.word("rank"), 7),
        (say.word("transcript"), 20),
        (say.word("passage"), 9),
        *(texts if with_text else []),
        (say.word("code"), 24),
        (say.word("gave"), 20),
        (say.word("gave_not"), 20),
        (say.word("score"), 11),
        (say.word("settled"), 14),
        (say.word("passage_id"), 38),
        (say.word("transcript_id"), 38),
        (say.word("decision_id"), 18),
    ]


def _passage_rows(found: Disagreements, say: Telling) -> Iterator[Row]:
    settled = {True: say.word("yes"), False: say.word("no"), None: ""}
    for passage in found.passages:
        texts = (passage.context, passage.text) if found.has_text else ()
        for code in passage.codes:
            yield (
                passage.rank,
                passage.transcript,
                passage.number,
                *texts,
                say.code(code.code),
                ", ".join(map(say.coder, code.given_by)),
                ", ".join(map(say.coder, code.not_given_by)),
                code.model_score,
                settled[code.consensus],
                passage.passage_id,
                passage.transcript_id,
                code.code,
            )
