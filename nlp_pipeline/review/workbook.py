"""The Excel workbook: passages with their suggested codes, the codebook and counts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nlp_pipeline.review.colors import code_colors, tint
from nlp_pipeline.review.results import PassageResult, Results
from nlp_pipeline.review.sheets import Book, check_size, print_wide, row_height, save_workbook
from nlp_pipeline.review.words import words
from nlp_pipeline.review.workbook_about import write_about, write_codebook, write_counts

_MUTED = "#5A6470"
KEPT = "#FBE3D6"
"""Behind the name of a transcript that is kept to test models on."""


def write_workbook(results: Results, path: Path, *, language: str = "en") -> None:
    """Write the workbook; the same results give the same bytes.

    Args:
        results: What a run found.
        path: The ``.xlsx`` file.
        language: The language of headers and labels, one of `UI_LANGUAGES`.

    Raises:
        PipelineError: The language is unknown, or there are more passages than a sheet can hold.
        StoreError: The disk refuses.
    """
    word = words(language)
    check_size(path, len(results.rows))

    def fill(book: Book) -> None:
        for write in (_write_passages, write_codebook, write_counts, write_about):
            write(book, results, language)

    save_workbook(path, fill, note=" " + word["cut"])


def _write_passages(book: Book, results: Results, language: str) -> None:
    sheet = book.sheet(words(language)["passages"])
    columns = list(_columns(results, language))
    book.header(sheet, columns)
    widths = [width for _, width in columns]
    for number, row in enumerate(results.rows, start=1):
        cells = list(_cells(row, results, language))
        for column, (value, look) in enumerate(cells):
            book.write(sheet, number, column, value, **look)
        wrapped = (value if look.get("text_wrap") else None for value, look in cells)
        sheet.set_row(number, row_height(zip(wrapped, widths, strict=True)))
    last = max(len(results.rows), 1)
    _add_shades(sheet, results, last)
    # The transcript and the number of a passage stay in view when one scrolls to its scores.
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    # On paper there is no room for a column of scores per code.
    sheet.print_area(0, 0, last, 6 + len(results.codebook.facets))
    print_wide(sheet)


def _columns(results: Results, language: str) -> Iterable[tuple[str, float]]:
    """Yield the name and the width of every column."""
    word = words(language)
    kind = word[results.score_kind].lower()
    widths = {"transcript": 22, "number": 6, "speaker": 14, "role": 13, "language": 9}
    for key, width in {**widths, "question": 34, "passage": 80}.items():
        yield word[key], width
    for facet in results.codebook.facets:
        yield facet.name(language), 26
    for code in results.codebook:
        yield f"{code.name(language)} ({kind})", 15
    yield word["passage_id"], 38


def _cells(
    row: PassageResult, results: Results, language: str
) -> Iterable[tuple[object, dict[str, object]]]:
    """Yield the value and the look of every cell of a passage, in the order of the columns."""
    passage, word = row.passage, words(language)
    is_kept = row.transcript.id in results.kept
    mark = f"\n[{word['kept']}]" if is_kept else ""
    look = {"bg_color": KEPT} if is_kept else {}
    yield row.transcript.source_name + mark, {"text_wrap": True, **look}
    yield row.number, {"align": "center"}
    yield passage.speaker, {"text_wrap": True}
    yield word[passage.role.value], {}
    yield passage.language, {}
    yield passage.context, {"text_wrap": True, "font_color": _MUTED}
    yield passage.text, {"text_wrap": True}
    for facet in results.codebook.facets:
        suggested = row.suggested_in(facet)
        names = [code.name(language) for code in facet.codes if code.id in suggested]
        if row.is_classified:
            yield "; ".join(names), {"text_wrap": True}
        else:
            yield word["not_classified"].lower(), {"italic": True, "font_color": _MUTED}
    for code in results.codebook.code_ids:
        yield row.scores.get(code), {"num_format": "0.00", "bold": code in row.suggested}
    yield passage.id, {"font_color": _MUTED}


def _add_shades(sheet: Any, results: Results, last: int) -> None:
    """Shade every score from white for 0 to a light shade of its code's colour for 1."""
    # Not data bars: openpyxl, and so many a script, drops those of Excel 2010 with a warning.
    scale = {"type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0}
    scale |= {"max_value": 1, "min_color": "#FFFFFF"}
    first = 7 + len(results.codebook.facets)
    for column, color in enumerate(code_colors(results.codebook).values(), start=first):
        sheet.conditional_format(1, column, last, column, {**scale, "max_color": tint(color)})
