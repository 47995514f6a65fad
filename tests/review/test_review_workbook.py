import shutil
import subprocess
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_examples import (
    MODEL,
    example,
    make_results,
    make_transcript,
    many_codes,
    nested,
    one_text,
)

from nlp_pipeline.errors import InputError, PipelineError
from nlp_pipeline.exchange import ExportOptions, Known, Verdict, text_sha256
from nlp_pipeline.readers.canonical import canonical
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.xlsx import read, write

WHEN = "2026-03-01T09:00:00+00:00"
A, R, D, S = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ADDED, Verdict.SEEN


def known_of(results):
    return Known(
        transcripts=results.transcripts, passages=results.passages, codebook=results.codebook
    )


class Workbook:
    """An exported workbook that a person works in."""

    def __init__(self, folder, results, decisions=(), **options):
        self.path, self.results = folder / "review.xlsx", results
        chosen = ExportOptions(**{"created_at": WHEN, "coder": "Anna", **options})
        self.warnings = write(results, decisions, self.path, options=chosen)
        self.book = openpyxl.load_workbook(self.path)
        self.sheet = self.book.worksheets[1]

    def column(self, name):
        return next(c.column for c in self.sheet[1] if c.value == name)

    def fill(self, number, **cells):
        """Write in the row of a passage, counted from 1 over the whole sheet."""
        for name, value in cells.items():
            own = {"whole": "np:whole", "note": "np:note"}.get(name, f"np:facet:{name}")
            self.sheet.cell(number + 2, self.column(own)).value = value
        return self

    def read(self, **changed):
        self.book.save(self.path)
        return read(self.path, replace(known_of(self.results), **changed))


def said(review):
    """Return the verdicts per passage, as (start, {code: verdict})."""
    found = {}
    for one in review.found:
        found.setdefault((one.name, one.start), {})[one.code] = one.verdict
    return list(found.values())


def test_an_untouched_workbook_decides_nothing(tmp_path):
    review = Workbook(tmp_path, example()).read()
    assert (review.found, review.not_taken, review.notes) == ((), (), ())


def test_same_results_same_bytes(tmp_path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        write(example(), (), path, options=ExportOptions(created_at=WHEN))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_decision_says_what_becomes_of_every_suggestion(tmp_path):
    results = example()
    book = Workbook(tmp_path, results)
    book.fill(2, valence="Barrier", level="System; clinical", note="twijfel")
    review = book.read()
    assert said(review) == [{"barrier": A, "organisational": R, "system": A, "clinical": D}]
    one = review.found[0]
    passage = results.rows[1].passage
    assert (one.quote, one.start, one.end) == (passage.text, passage.start, passage.end)
    assert one.text_sha256 == text_sha256(results.transcripts[0].text)
    assert (one.coder, one.origin, one.note) == ("Anna", Origin.ASSISTED, "twijfel")
    assert one.shown.model_id == MODEL
    assert one.shown.score == results.rows[1].scores["barrier"]
    assert review.found[-1].shown is None
    assert one.place == 'sheet "Review", row 4'


def test_the_whole_passage_at_once(tmp_path):
    book = Workbook(tmp_path, example())
    book.fill(1, whole="(as suggested)").fill(2, whole="(no code)").fill(3, whole="geen code")
    book.fill(4, whole="akkoord", level="(no code)")
    assert said(book.read()) == [
        {"facilitator": A, "professional": A},
        {"barrier": R, "organisational": R, "system": R, None: S},
        {None: S},
        {"barrier": A, "clinical": R, "functional": R},
    ]


def test_a_facet_left_empty_is_undecided_and_told(tmp_path):
    review = Workbook(tmp_path, example()).fill(1, valence="geen").read()
    assert said(review) == [{"facilitator": R}]
    assert 'facet "level" is empty in 1 row' in review.notes[0]


@pytest.mark.parametrize(
    "typed",
    ["System", "SYSTEEM", "system", "  systeem ; System ", "Systeem,system", "Systeem\nsystem"],
)
def test_codes_are_known_by_label_in_any_language_or_by_id(tmp_path, typed):
    review = Workbook(tmp_path, example(), language="nl").fill(3, level=typed, valence="-").read()
    assert said(review) == [{"system": D}]


def test_words_that_are_no_code_are_listed_with_sheet_row_and_the_nearest(tmp_path):
    book = Workbook(tmp_path, example(), language="nl")
    book.fill(1, valence="Belemerend").fill(2, level="Systeem; iets anders").fill(4, whole="syteem")
    with pytest.raises(InputError) as caught:
        book.read()
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert 'sheet "Beoordeling", row 3: facet "valence": "Belemerend"' in lines[0]
    assert 'Did you mean "Belemmerend"?' in lines[0]
    assert 'row 4: facet "level": "iets anders"' in lines[1]
    assert 'Did you mean "Systeem"?' in lines[2]
    assert all(line.startswith("review.xlsx, ") for line in lines)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"valence": "Barrier; none"}, "no code applies, and also that some do"),
        ({"valence": "akkoord; (no code)", "level": "ok"}, "and also that some do"),
    ],
)
def test_a_cell_that_contradicts_itself(tmp_path, cells, message):
    with pytest.raises(InputError, match=message):
        Workbook(tmp_path, example()).fill(1, **cells).read()


def test_an_exclusive_facet_takes_one_code(tmp_path):
    interview = make_transcript("a.txt", [("R", "Dat duurde lang.", ("waiting",))])
    book = Workbook(tmp_path, make_results(interview, codebook=nested()))
    with pytest.raises(InputError, match='facet "when" takes one code, and there are 2'):
        book.fill(1, when="Moment 0; Moment 1").read()


@pytest.mark.parametrize("codebook", [many_codes(), nested()], ids=["40 codes", "nested"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_any_codebook_can_be_decided_on_from_its_own_list(tmp_path, codebook, language):
    last = codebook.code_ids[-1]
    interview = make_transcript("a.txt", [("R", "Dat duurde lang.", (last,))])
    results = make_results(interview, codebook=codebook)
    book = Workbook(tmp_path, results, language=language)
    lists = book.book["_lists"]
    facets = [c.value for c in book.sheet[1] if str(c.value).startswith("np:facet:")]
    rules = book.sheet.data_validations.dataValidation
    assert len(rules) == len(facets) + (len(facets) > 1)
    offered = [row[-1].value for row in lists.iter_rows() if row[-1].value]
    assert not rules[0].showErrorMessage
    assert len(offered) == 2 + len(codebook.facets[-1].codes)
    for number in (1, len(offered) - 1):
        book.fill(1, **{facets[-1].removeprefix("np:facet:"): offered[number]})
        kept = [f.code for f in book.read().found if f.verdict in (A, D)]
        assert kept == ([] if number == 1 else [last])


def test_blind_shows_nothing_of_the_model(tmp_path):
    book = Workbook(tmp_path, example(), blind=True)
    cells = {str(c.value) for sheet in book.book for row in sheet.iter_rows() for c in row}
    assert not any(MODEL in cell for cell in cells)
    assert not any("suggested" in cell for cell in cells)
    review = book.fill(1, valence="Barrier").fill(2, level="geen").read()
    assert said(review) == [{"barrier": D}, {None: S}]
    assert {(f.origin, f.shown) for f in review.found} == {(Origin.BLIND, None)}
    with pytest.raises(InputError, match="does not say what was suggested"):
        book.fill(3, whole="as suggested").read()


def test_text_is_locked_and_decisions_are_not(tmp_path):
    book = Workbook(tmp_path, example())
    assert book.sheet.protection.sheet
    assert not book.sheet.protection.password
    assert book.sheet.cell(3, book.column("np:text")).protection.locked
    for column in ("np:whole", "np:facet:valence", "np:facet:level", "np:note"):
        assert not book.sheet.cell(3, book.column(column)).protection.locked
    assert book.book["_record"].sheet_state == "veryHidden"
    assert book.sheet.row_dimensions[1].hidden


def test_rows_are_high_enough_for_what_is_in_them_in_any_program(tmp_path):
    long = "Dat overleg met de wijkverpleegkundige gaat steeds beter. " * 6
    results = one_text(long.strip(), codes=("barrier", "system", "clinical"))
    book = Workbook(tmp_path, results, language="nl")
    assert book.sheet.row_dimensions[3].height >= 15 * (len(long) // 76 + 1)
    instructions = book.book.worksheets[0]
    longest = max(instructions["C"], key=lambda cell: len(cell.value or ""))
    assert instructions.row_dimensions[longest.row].height >= 30


EARLIER = [("barrier", A, ""), ("organisational", R, "niet hier"), ("clinical", D, "")]


def earlier(results, coder="Anna", decisions=EARLIER):
    passage = results.rows[1].passage
    place = {"transcript_id": passage.transcript_id, "start": passage.start, "end": passage.end}
    return [
        Coding(code=code, coder=coder, origin=Origin.ASSISTED, verdict=verdict, note=note, **place)
        for code, verdict, note in decisions
    ]


def test_earlier_decisions_are_seen_and_come_back_the_same(tmp_path):
    results = example()
    before = earlier(results) + earlier(results, "Bob", [(None, S, "")])
    book = Workbook(tmp_path, results, before)
    cell = book.sheet.cell(4, book.column("np:earlier")).value
    assert cell == "Anna: Barrier; not Organisational; Clinical\nBob: (no code)"
    review = book.read()
    assert [(f.code, f.verdict, f.coder, f.note) for f in review.found] == [
        (c.code, c.verdict, c.coder, c.note) for c in before
    ]


def test_a_new_decision_of_the_same_coder_takes_the_place_of_earlier_ones(tmp_path):
    results = example()
    before = earlier(results) + earlier(results, "Bob", [("clinical", D, "")])
    review = Workbook(tmp_path, results, before).fill(2, whole="(as suggested)").read()
    now = {(f.coder, f.code): f.verdict for f in review.found}
    assert len(now) == len(review.found)
    assert now == {
        ("Bob", "clinical"): D,
        ("Anna", "barrier"): A,
        ("Anna", "organisational"): A,
        ("Anna", "system"): A,
        ("Anna", "clinical"): R,
    }


def test_the_reviewer_can_fill_in_her_name(tmp_path):
    book = Workbook(tmp_path, example(), coder="").fill(1, whole="ok")
    assert {f.coder for f in book.read().found} == {""}
    book.book.worksheets[0]["C3"] = " Dr.  Chloe "
    assert {f.coder for f in book.read().found} == {"Dr. Chloe"}


@pytest.fixture(scope="module")
def decided_in_dutch(tmp_path_factory):
    """What the workbook of `filled` says when nothing else is done to it."""
    book = filled(tmp_path_factory.mktemp("nl"), language="nl")
    return {replace(f, place="") for f in book.read().found}


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def refill(sheet, rows):
    sheet.delete_rows(1, sheet.max_row)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value


def filled(tmp_path, **options):
    book = Workbook(tmp_path, example(), **options)
    return book.fill(2, valence="Barrier", level="System").fill(5, whole="none", note="nee")


def sort_upside_down(book):
    head, rows = rows_of(book.sheet)[:2], rows_of(book.sheet)[2:]
    refill(book.sheet, head + rows[::-1])


def sort_with_the_header(book):
    refill(book.sheet, rows_of(book.sheet)[::-1])


def delete_rows_that_are_not_decided(book):
    for row in (9, 8, 6, 5, 3):
        book.sheet.delete_rows(row)


def add_columns(book):
    book.sheet.insert_cols(3, 2)
    book.sheet["D2"], book.sheet["D4"] = "Mijn thema", "geld"


def rename_every_header(book):
    for number, cell in enumerate(book.sheet[2]):
        cell.value = f"Kolom {number}" if number else cell.value


def move_columns(book):
    refill(book.sheet, [row[::-1] for row in rows_of(book.sheet)])


def delete_the_hidden_row(book):
    book.sheet.delete_rows(1)


def delete_the_hidden_column(book):
    book.sheet.delete_cols(1)


def delete_the_hidden_row_and_column(book):
    book.sheet.delete_rows(1)
    book.sheet.delete_cols(1)


def rename_and_move_sheets(book):
    book.sheet.title = "Klaar!"
    book.book.move_sheet(book.sheet, offset=3)


def add_totals(book):
    book.sheet.append([None, None, None, None, None, None, "=COUNTA(H3:H9)"])


def copy_the_sheet(book):
    book.book.copy_worksheet(book.sheet)


def add_a_title_row(book):
    book.sheet.insert_rows(1)
    book.sheet["A1"] = "Interviews wijk"


@pytest.mark.parametrize(
    "change",
    [
        sort_upside_down,
        sort_with_the_header,
        delete_rows_that_are_not_decided,
        add_columns,
        rename_every_header,
        move_columns,
        delete_the_hidden_row,
        delete_the_hidden_column,
        delete_the_hidden_row_and_column,
        rename_and_move_sheets,
        add_totals,
        copy_the_sheet,
        add_a_title_row,
    ],
)
def test_it_comes_back_whatever_people_do(tmp_path, change, decided_in_dutch):
    want = decided_in_dutch
    book = filled(tmp_path, language="nl")
    change(book)
    review = book.read()
    assert {replace(f, place="") for f in review.found} == want
    assert len(review.found) == len(want) == 6
    assert review.not_taken == ()


def test_two_passages_with_the_same_words_are_told_apart_without_the_key(tmp_path):
    results = make_results(make_transcript("a.txt", [("R", "Ja.", ()), ("R", "Ja.", ())]))
    book = Workbook(tmp_path, results).fill(2, whole="Barrier")
    book.sheet.delete_cols(1)
    assert [f.start for f in book.read().found] == [results.rows[1].passage.start]


def test_without_its_hidden_sheet_nothing_is_known_of_suggestions(tmp_path):
    book = filled(tmp_path)
    del book.book["_record"]
    review = book.read()
    assert said(review) == [{"barrier": D, "system": D}, {None: S}]
    assert {(f.origin, f.shown, f.coder) for f in review.found} == {(Origin.IMPORTED, None, "Anna")}
    assert "hidden sheet" in review.notes[0]
    with pytest.raises(InputError, match="does not say what was suggested"):
        book.fill(1, whole="ok").read()


def test_a_damaged_hidden_sheet_is_told(tmp_path):
    book = filled(tmp_path)
    book.book["_record"]["A2"] = ".abcd"
    assert "damaged" in book.read().notes[0]


def test_columns_that_were_sorted_without_the_others_are_refused(tmp_path):
    book = filled(tmp_path)
    texts = [book.sheet.cell(row, book.column("np:text")).value for row in range(3, 10)]
    for row, text in enumerate(texts[::-1], start=3):
        book.sheet.cell(row, book.column("np:text")).value = text
    with pytest.raises(InputError, match="sorted without the others"):
        book.read()


def test_a_row_that_was_copied_and_changed_is_refused(tmp_path):
    book = filled(tmp_path)
    book.sheet.append([c.value for c in book.sheet[4]])
    assert len(book.read().found) == 6
    book.sheet.cell(book.sheet.max_row, book.column("np:note")).value = "anders"
    with pytest.raises(InputError, match=r"row 10: .*differently in sheet .*row 4"):
        book.read()


def test_a_decision_in_a_strange_row_and_a_loose_note_are_listed(tmp_path):
    book = filled(tmp_path).fill(1, note="later")
    row = [None] * book.sheet.max_column
    row[book.column("np:text") - 1] = "Zelf toegevoegd."
    row[book.column("np:facet:valence") - 1] = "Barrier"
    book.sheet.append(row)
    review = book.read()
    assert len(review.found) == 6
    assert [left.place.rsplit(" ", 1)[1] for left in review.not_taken] == ["3", "10"]
    assert not any("toegevoegd" in left.reason for left in review.not_taken)


def test_a_changed_transcript_keeps_the_quote_and_the_hash_of_the_file(tmp_path):
    book = filled(tmp_path)
    other = tuple(replace(t, text="x" + t.text) for t in book.results.transcripts)
    review = book.read(transcripts=other)
    assert len(review.found) == 6
    assert review.found[0].quote == book.results.rows[1].passage.text
    assert review.found[0].text_sha256 == text_sha256(book.results.transcripts[0].text)


def test_a_passage_too_long_for_a_cell_is_told_and_comes_back_whole(tmp_path):
    text = "Het wachten duurt lang. 😀 " * 2000
    results = make_results(make_transcript("a.txt", [("R", text, ("barrier",))]))
    book = Workbook(tmp_path, results).fill(1, whole="ok")
    assert "1 passage(s) are too long" in book.warnings[0]
    assert len(book.sheet.cell(3, book.column("np:text")).value) <= 32_767
    assert book.read().found[0].quote == results.passages[0].text


def test_earlier_decisions_elsewhere_travel_along(tmp_path):
    results = example()
    before = [replace(earlier(results)[0], start=1, end=5)]
    book = Workbook(tmp_path, results, before)
    assert "1 earlier decision(s) are on other stretches" in book.warnings[0]
    assert [(f.start, f.end) for f in book.read().found] == [(1, 5)]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(InputError, match=r"other\.xlsx: no sheet with the columns"):
        read(path, known_of(example()))
    path.write_bytes(b"PK\x03\x04 no more")
    with pytest.raises(InputError, match="damaged"):
        read(path, known_of(example()))
    with pytest.raises(PipelineError):
        read(tmp_path / "missing.xlsx", known_of(example()))
    with pytest.raises(PipelineError, match='"fr"'):
        write(example(), (), path, options=ExportOptions(created_at=WHEN, language="fr"))


def test_results_without_passages_make_a_workbook(tmp_path):
    assert Workbook(tmp_path, make_results()).read().found == ()


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(words.map(canonical).filter(str.strip), min_size=1, max_size=4),
    note=words,
    data=st.data(),
)
def test_any_text_makes_the_round_trip(tmp_path, texts, note, data):
    results = make_results(
        make_transcript("a.txt", [("R", f"é😀\t{text}", ("barrier", "system")) for text in texts])
    )
    book = Workbook(tmp_path, results)
    chosen = data.draw(st.lists(st.sampled_from(results.codebook.code_ids), unique=True))
    number = data.draw(st.integers(1, len(texts)))
    openpyxl_note = note if note.isprintable() and note[0] not in "=" else "n"
    book.fill(number, whole=";".join(chosen) or "none", note=openpyxl_note)
    review = book.read()
    passage = results.rows[number - 1].passage
    assert {(f.start, f.end, f.quote) for f in review.found} == {
        (passage.start, passage.end, passage.text)
    }
    kept = {f.code for f in review.found if f.verdict in (A, D)}
    assert kept == set(chosen)
    assert {f.note for f in review.found} == {openpyxl_note.strip()}


soffice = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_comes_back_from_libreoffice(tmp_path, language):
    book = filled(tmp_path, language=language)
    want = {replace(f, place="") for f in book.read().found}
    ods = tmp_path / "saved"
    for kind, source in (("ods", book.path), ("xlsx", ods / "review.ods")):
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", ods, source]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    review = read(ods / "review.xlsx", known_of(book.results))
    assert {replace(f, place="") for f in review.found} == want
    assert review.not_taken == ()
