"""The sheets of the workbook beside the passages: the codebook, the counts and what this is."""

from collections.abc import Iterable
from typing import Any

from nlp_pipeline import __version__
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.review.colors import code_colors
from nlp_pipeline.review.results import Results
from nlp_pipeline.review.sheets import Book, print_wide, row_height
from nlp_pipeline.review.words import words
from nlp_pipeline.wording import UI_LANGUAGES


def write_codebook(book: Book, results: Results, language: str) -> None:
    """Add the sheet with labels, definitions and rules in every language that they have."""
    word, codebook, colors = words(language), results.codebook, code_colors(results.codebook)
    spoken = _languages(codebook)
    columns = [(word["facet"], 20), (word["code_id"], 18), (word["parent"], 18), (word["color"], 8)]
    verdicts = [(word["verdict"], 18), (word["verdict_meaning"], 45)]
    columns += verdicts if results.fitness.codes else []
    columns += [(f"{word['label']} ({name})", 22) for name in spoken]
    columns += [(f"{word['definition']} ({name})", 60) for name in spoken]
    columns += [(word[key], 45) for key in ("include", "exclude", "examples")]
    sheet = book.sheet(word["codebook"])
    book.header(sheet, columns)
    number = 0
    for number, (facet, code) in enumerate(_pairs(codebook), start=1):
        texts: list[str | None] = [code.label.get(name) for name in spoken]
        texts += [code.definition.get(name) for name in spoken]
        texts += ["\n".join(part) for part in (code.include, code.exclude, code.examples)]
        if results.fitness.codes:
            told = (
                results.fitness.word(code.id, language),
                results.fitness.meaning(code.id, language),
            )
            texts = [*told, *texts]
        values = (facet.name(language), code.id, code.parent, None, *texts)
        for column, value in enumerate(values):
            book.write(sheet, number, column, value, text_wrap=True)
        widths = [width for _, width in columns]
        sheet.set_row(number, row_height(zip(values, widths, strict=True)))
        book.write(sheet, number, 3, None, bg_color=colors[code.id])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, number, len(columns) - 1)
    print_wide(sheet)


def write_counts(book: Book, results: Results, language: str) -> None:
    """Add the sheet with a row for each code, a column for each transcript, and a chart."""
    word, transcripts = words(language), results.transcripts
    sheet = book.sheet(word["counts"])
    columns = [(word["facet"], 20), (word["code"], 28), (word["all"], 10), (word["share"], 10)]
    columns += [(transcript.source_name, 18) for transcript in transcripts]
    book.header(sheet, columns)
    last = len(results.codebook.code_ids)
    for number, (facet, code) in enumerate(_pairs(results.codebook), start=1):
        count = results.counts[code.id]
        book.write(sheet, number, 0, facet.name(language))
        book.write(sheet, number, 1, code.name(language))
        book.write(sheet, number, 2, count, bold=True)
        share = count / results.classified if results.classified else None
        book.write(sheet, number, 3, share, num_format="0 %")
        for column, transcript in enumerate(transcripts, start=4):
            book.write(sheet, number, column, results.counts_by_transcript[transcript.id][code.id])
    if transcripts:
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9DB8D2"}
        sheet.conditional_format(1, 4, last, 3 + len(transcripts), scale)
    _add_totals(book, sheet, results, language, first=last + 1)
    _add_chart(book, sheet, results, language, last=last)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    print_wide(sheet)


def write_about(book: Book, results: Results, language: str) -> None:
    """Add the sheet that says what the workbook is and where it comes from."""
    word, codebook = words(language), results.codebook
    note = word[f"note_{results.score_kind}"]
    facts: list[tuple[str, object]] = [
        (word["title"], results.title),
        (word["about"], " ".join([word["what"], note, word["how_to_read"]])),
        (word["model"], results.model_id),
        (word["codebook"], f"{codebook.name}, {word['version']} {codebook.version}"),
        *([(word["verdict"], _certified(results, language))] if results.fitness.mark else []),
        (word["transcripts"], len(results.transcripts)),
        *([(word["kept_short"], word["kept_note"])] if results.kept_here else []),
        (word["passages"], len(results.rows)),
        (word["with_code"], results.with_suggestion),
        (word["not_classified"], len(results.rows) - results.classified),
        ("nlp-pipeline", __version__),
        ("", word["private"]),
    ]
    sheet = book.sheet(word["about"])
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    for number, (key, value) in enumerate(facts):
        book.write(sheet, number, 0, key, bold=True)
        book.write(sheet, number, 1, value, text_wrap=True, align="left")
        sheet.set_row(number, row_height([(value, 90)]))
    print_wide(sheet)


def _certified(results: Results, language: str) -> str:
    return results.fitness.note(language) or words(language)["verdict_note"]


def _pairs(codebook: Codebook) -> Iterable[tuple[Facet, Code]]:
    return ((facet, code) for facet in codebook.facets for code in facet.codes)


def _languages(codebook: Codebook) -> tuple[str, ...]:
    """Return the languages that a codebook is written in, those of the program first."""
    found = {name for code in codebook for name in (*code.label, *code.definition)}
    return tuple(sorted(found, key=lambda name: (name not in UI_LANGUAGES, name)))


def _add_totals(book: Book, sheet: Any, results: Results, language: str, *, first: int) -> None:
    """Write how many passages there are of each kind, under the counts of codes."""
    groups = [results.rows, *(results.by_transcript[t.id] for t in results.transcripts)]
    kinds = {
        "passages": [len(rows) for rows in groups],
        "with_code": [sum(bool(row.suggested) for row in rows) for rows in groups],
        "not_classified": [sum(not row.is_classified for row in rows) for rows in groups],
    }
    for number, (key, values) in enumerate(kinds.items(), start=first):
        cells = [None, words(language)[key], values[0], None, *values[1:]]
        for column, value in enumerate(cells):
            book.write(sheet, number, column, value, top=int(number == first), italic=True)


def _add_chart(book: Book, sheet: Any, results: Results, language: str, *, last: int) -> None:
    """Add a bar for each code in its colour, below the table."""
    word = words(language)
    series = {
        "name": word["chart_title"],
        "categories": [word["counts"], 1, 1, last, 1],
        "values": [word["counts"], 1, 2, last, 2],
        "points": [{"fill": {"color": color}} for color in code_colors(results.codebook).values()],
        "data_labels": {"value": True},
        "gap": 40,
    }
    chart = book.book.add_chart({"type": "bar"})
    chart.add_series(series)
    chart.set_title({"name": word["chart_title"], "name_font": {"size": 12, "bold": False}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"none": True}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 760, "height": 110 + 30 * last})
    sheet.insert_chart(last + 6, 0, chart, {"description": word["chart_title"]})
