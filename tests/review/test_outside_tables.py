"""Tables of other programs: where a row stands, which codes it names, and what is not taken."""

import csv
import io
from functools import cache

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from outside_files import known, own_columns, reasons, said, utf16
from review_examples import DUTCH, ENGLISH, example, make_results, make_transcript, nested, one_text

from nlp_pipeline.errors import CodebookError, InputError
from nlp_pipeline.exchange import Verdict, text_sha256
from nlp_pipeline.records import Origin
from nlp_pipeline.review.opening import read_review
from nlp_pipeline.review.outside.columns import Columns, read_columns, shipped
from nlp_pipeline.review.outside.mapping import TableMapping
from nlp_pipeline.review.outside.table import read

interviews = cache(example)
CALL = "Je belt gewoon even."
MONEY = "toen liep het vast op het geld"
WALK = "You just walk over."
PHONE = "Sorry, that's my phone."


def save(path, rows, *, delimiter=",", encoding="utf-8"):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def workbook(path, **sheets):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
    return path


def table(tmp_path, rows, results=None, **mapping):
    """Read a table with a mapping of the user, or by its headers."""
    path = save(tmp_path / "codings.csv", rows)
    columns = own_columns(TableMapping(**mapping)) if mapping else None
    return read(path, known(results or interviews()), columns=columns)


def test_a_row_per_quote_and_code_in_dutch_and_english(tmp_path):
    rows = [
        ["Documentnaam", "Citaat", "Code", "Codeur", "Opmerking", "Datum"],
        ["Interview 01", CALL, "Bevorderend", "Anna", "korte lijn", "2024-05-31"],
        ["wijk/Interview 01.docx", MONEY, "Systeem; belemmerend", "Bram", "", ""],
        ["DAWN.VTT", WALK, "facilitator", "Anna", "", "2024-05-31T10:00:00+02:00"],
    ]
    review = table(tmp_path, rows)
    expected = [
        ("Anna", CALL, "facilitator", "added"),
        ("Anna", WALK, "facilitator", "added"),
        ("Bram", MONEY, "barrier", "added"),
        ("Bram", MONEY, "system", "added"),
    ]
    assert said(review) == expected
    assert {f.origin for f in review.found} == {Origin.IMPORTED}
    first = review.found[0]
    assert (first.note, first.decided_at) == ("korte lijn", "2024-05-31T00:00:00")
    assert first.text_sha256 == text_sha256(interviews().transcripts[0].text)
    assert reasons(review) == []


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1252"), ("\t", "utf-16")])
def test_any_dialect_of_csv_is_read(tmp_path, delimiter, encoding):
    rows = [["document", "quote", "code"], ["dawn", "waiting", "Barrier"]]
    path = save(tmp_path / "a.csv", rows, delimiter=delimiter, encoding=encoding)
    assert said(read(path, known(interviews()))) == [("", "waiting", "barrier", "added")]


@pytest.mark.parametrize(
    "quote",
    [
        "toen  liep\nhet vast",
        "toen liep het\u00a0vast",
        "toenliep het vast",
        "\ufefftoen liep het vast",
    ],
)
def test_white_space_in_a_quote_does_not_count(tmp_path, quote):
    review = table(tmp_path, [["document", "quote", "code"], ["Interview 01", quote, "system"]])
    assert [f.quote for f in review.found] == ["toen liep het vast"]


def test_a_quote_that_a_cell_may_have_cut_off_has_no_place(tmp_path):
    results = one_text("geld " * 7000 + "op", codes=(), language="nl")
    quote = results.transcripts[0].text[:32_767]
    review = table(tmp_path, [["document", "quote", "code"], ["a", quote, "system"]], results)
    assert review.found == ()
    assert "cut off" in review.not_taken[0].reason


def test_a_quote_over_two_turns_is_found(tmp_path):
    quote = "mijn pensioen"
    text = [("R", "Dat is mijn", ()), ("R", "pensioen.", ())]
    results = make_results(make_transcript("a.txt", text))
    review = table(tmp_path, [["document", "quote", "code"], ["a", quote, "system"]], results)
    (found,) = review.found
    assert results.transcripts[0].text[found.start : found.end] == "mijn\n\npensioen"


@pytest.mark.parametrize(
    ("document", "quote", "reason"),
    [
        ("Interview 01", "dat", "its quote is more than once in its transcript"),
        ("Interview 01", "nooit gezegd", "its quote is not in its transcript"),
        ("Interview 01", "nzeg", "its quote is not in its transcript"),
        ("Interview 09", CALL, "the name of its document is that of no transcript of this study"),
        ("", CALL, "the row does not say which transcript it is about"),
        ("Interview 01", "", "there is no quote in the row, and no start and end"),
    ],
)
def test_a_row_without_one_place_is_listed_without_its_words(tmp_path, document, quote, reason):
    rows = [["document", "quote", "code"], [document, quote, "system"]]
    review = table(tmp_path, rows)
    assert review.found == ()
    assert reasons(review) == [("row 2", reason)]


def test_a_quote_is_looked_for_in_all_transcripts_where_the_table_names_none(tmp_path):
    mapping = {"columns": {"quote": "citaat", "code": "code"}}
    rows = [["citaat", "code"], [WALK, "system"], ["de", "system"]]
    review = table(tmp_path, rows, **mapping)
    assert said(review) == [("", WALK, "system", "added")]
    assert reasons(review) == [("row 3", "its quote is more than once in the transcripts")]


def test_two_transcripts_of_one_name_are_not_mixed_up(tmp_path):
    both = [make_transcript(name, [("R", "Dat helpt.", ())]) for name in ("a/x.txt", "b/x.txt")]
    rows = [["document", "quote", "code"], ["x", "helpt", "system"], ["b/x", "helpt", "system"]]
    review = table(tmp_path, rows, make_results(*both))
    assert [f.name for f in review.found] == ["b/x.txt"]
    assert "several transcripts" in review.not_taken[0].reason


@pytest.mark.parametrize(
    "name",
    ["D 1: Interview 01", "1: Interview 01.docx", "Files\\\\Interview 01", "wijk - Interview 01"],
)
def test_names_that_tools_give_to_documents_are_known(tmp_path, name):
    review = table(tmp_path, [["document", "quote", "code"], [name, CALL, "system"]])
    assert len(review.found) == 1


EMOJI = "Ja 😀 dat is é\u00e9n 👩\u200d⚕️ geld, ja geld."


@pytest.mark.parametrize("count", ["characters", "utf16", "bytes"])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("end", ["after", "last"])
@pytest.mark.parametrize("with_quote", [True, False])
def test_start_and_end_count_as_the_mapping_says(tmp_path, count, first, end, with_quote):
    results = one_text(EMOJI, language="nl")
    at = EMOJI.rindex("geld")
    units = {
        "characters": lambda place: place,
        "utf16": lambda place: utf16(EMOJI, place),
        "bytes": lambda place: len(EMOJI[:place].encode()),
    }[count]
    places = [units(at) + first, units(at + 4) + first - (end == "last")]
    rows = [["document", "van", "tot", "quote", "code"],
            ["a", *places, "geld" if with_quote else "", "system"]]  # fmt: skip
    names = {"document": "document", "start": "van", "end": "tot", "quote": "quote", "code": "code"}
    review = table(tmp_path, rows, results, columns=names, count=count, first=first, end=end)
    (found,) = review.found
    assert (found.start, found.end, found.quote) == (at, at + 4, "geld")
    assert any("are trusted" in note for note in review.notes) is not with_quote


@pytest.mark.parametrize(
    ("start", "end"), [("x", "4"), ("1.5", "4"), ("", "4"), ("4", "2"), ("0", "99999"), ("-1", "4")]
)
def test_places_that_are_none_are_listed(tmp_path, start, end):
    rows = [["document", "start", "end", "code"], ["dawn", start, end, "system"]]
    review = table(tmp_path, rows)
    assert review.found == ()
    assert [left.place for left in review.not_taken] == ["row 2"]


def test_a_place_without_its_quote_is_left_to_the_rule_for_changed_texts(tmp_path):
    rows = [["document", "start", "end", "quote", "code"],
            ["Interview 01", 3, 9, "toen  liep het vast", "system"],
            ["Interview 01", 3, 9, "nooit gezegd", "system"]]  # fmt: skip
    review = table(tmp_path, rows)
    (found,) = review.found
    assert (found.start, found.end, found.text_sha256) == (3, 9, "")
    assert found.quote == "toen liep het vast"
    assert [left.place for left in review.not_taken] == ["row 3"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("waiting", "waiting"),
        ("WACHTEN", "waiting"),
        ("Toegang > Wachten", "waiting"),
        ("Zorg > Toegang > Wachten", "waiting"),
        ("Thema: Toegang: Wachten", "waiting"),
        ("Codes\\Toegang\\Wachten", "waiting"),
        ("Toegang/Wachten", "waiting"),
        ("Thema > Zorg", "care"),
        ("care.access", "access"),
    ],
)
def test_codes_are_known_by_id_label_and_path(tmp_path, name, code):
    results = one_text("Er is een wachtlijst.", codes=(), codebook=nested(), language="nl")
    rows = [["document", "quote", "code"], ["a", "wachtlijst", name]]
    review = table(tmp_path, rows, results)
    assert [f.code for f in review.found] == [code]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Belemerend", '"Belemmerend"'), ("Thema > Belemmerend", '"Belemmerend"'), ("Zzz", "")],
)
def test_an_unknown_code_is_listed_with_the_nearest(tmp_path, name, hint):
    review = table(tmp_path, [["document", "quote", "code"], ["dawn", WALK, name]])
    assert review.found == ()
    ((place, reason),) = reasons(review)
    assert place == "row 2"
    assert f'"{name}" is not a code' in reason
    assert hint in reason


def test_a_long_name_of_a_code_is_not_repeated(tmp_path):
    name = "dat is toch van de zotte dat ik daar zelf achteraan moet"
    review = table(tmp_path, [["document", "quote", "code"], ["dawn", WALK, name]])
    assert "zotte" not in repr(review)
    assert f"a name of {len(name)} characters" in review.not_taken[0].reason


def test_the_mapping_explains_names_and_leaves_some_out(tmp_path):
    rows = [["d", "q", "c"], ["dawn", WALK, "Geldzaken, mooi citaat"]]
    mapping = {
        "columns": {"document": "d", "quote": "q", "code": "c"},
        "separators": ",",
        "codes": {"geldzaken": "Systeem", "Mooi citaat": None},
    }
    review = table(tmp_path, rows, **mapping)
    assert [f.code for f in review.found] == ["system"]
    assert reasons(review) == []
    assert "1 coding(s) that are to be left out" in review.notes
    with pytest.raises(CodebookError, match="Did you mean"):
        table(tmp_path, rows, **{**mapping, "codes": {"x": "sistem"}})


def test_a_label_with_a_separator_in_it_is_one_code(tmp_path):
    from nlp_pipeline.codebook import Code, Codebook, Facet

    codes = (Code(id="a", label={"nl": "Geld; tijd"}), Code(id="b", label={"nl": "Ruimte"}))
    book = Codebook(name="c", version="1", facets=(Facet(id="f", codes=codes),))
    results = one_text("Er is niets.", codes=(), codebook=book)
    rows = [["document", "quote", "code"], ["a", "niets", "Ruimte;Geld; tijd;Ruimte"]]
    assert [f.code for f in table(tmp_path, rows, results).found] == ["b", "a"]


def test_one_column_for_each_code_with_yes_or_no(tmp_path):
    rows = [
        ["document", "quote", "Belemmerend", "system", "leeftijd", "codeur"],
        ["Interview 01", MONEY, "1", "ja", "43", "Anna"],
        ["Interview 01", CALL, "0", "nee", "43", "Anna"],
        ["dawn", WALK, "", "", "51", "Bram"],
        ["dawn", PHONE, "", "misschien", "51", "Bram"],
    ]
    review = table(tmp_path, rows)
    assert said(review) == [
        ("Anna", CALL, "", "seen"),
        ("Anna", MONEY, "barrier", "added"),
        ("Anna", MONEY, "system", "added"),
    ]
    assert [place for place, _ in reasons(review)] == ["row 4", "row 5"]
    assert "misschien" not in repr(review)


@pytest.mark.parametrize(
    "codes", [["K1", "Barrier"], {"K1": "Systeem", "Barrier": "barrier"}, "K*"]
)
def test_columns_of_codes_can_be_named(tmp_path, codes):
    rows = [["d", "q", "K1", "Barrier"], ["dawn", WALK, "x", "TRUE"]]
    mapping = {"columns": {"document": "d", "quote": "q"}, "code_columns": codes}
    review = table(tmp_path, rows, **mapping)
    expected = {"list": ["barrier"], "dict": ["barrier", "system"], "str": []}
    assert sorted(f.code for f in review.found) == expected[type(codes).__name__]
    assert bool(review.not_taken) is not isinstance(codes, dict)


MAPPING = {"columns": {"document": "d", "quote": "q", "code": "c", "coder": "who"}}


def test_only_what_is_coded_is_known_unless_the_mapping_says_more(tmp_path):
    rows = [
        ["d", "q", "c", "who"],
        ["Interview 01", MONEY, "system", "Anna"],
        ["dawn", WALK, "", "Anna"],
    ]
    review = table(tmp_path, rows, **MAPPING)
    assert [f.verdict for f in review.found] == [Verdict.ADDED]
    assert reasons(review) == [("row 3", "there is no code in the row")]


def test_passages_of_a_transcript_that_was_read_whole_are_seen(tmp_path):
    rows = [["d", "q", "c", "who"],
            ["Interview 01", MONEY, "system", "Anna"],
            ["Interview 01", CALL, "", "Anna"],
            ["dawn", "", "", "Anna"],
            ["dawn", WALK, "system", "Bram"]]  # fmt: skip
    results = interviews()
    review = table(tmp_path, rows, results, **MAPPING, complete=True)
    seen = {(f.coder, f.name, f.quote) for f in review.found if f.verdict is Verdict.SEEN}
    own = [p.text for p in results.passages if p.language == "nl"]
    touched = {p for p in own if MONEY in p or CALL in p}
    assert len(touched) == 2
    other = {p.text for p in results.passages if p.language == "en"}
    expected = {("Anna", "wijk/Interview 01.docx", p) for p in {*own} - touched | {CALL}}
    expected |= {("Anna", "dawn.vtt", p) for p in other}
    expected |= {("Bram", "dawn.vtt", p) for p in other if WALK not in p}
    assert seen == expected
    assert reasons(review) == []


def test_a_row_without_a_place_leaves_open_what_was_seen(tmp_path):
    rows = [
        ["d", "q", "c", "who"],
        ["dawn", WALK, "system", "Anna"],
        ["dawn", "no such", "system", "Anna"],
    ]
    review = table(tmp_path, rows, **MAPPING, complete=True)
    assert [f.verdict for f in review.found] == [Verdict.ADDED]
    assert (
        "dawn.vtt, Anna",
        "passages without a code are not taken as seen: 1 row(s) have no place",
    ) in reasons(review)


def test_an_unknown_code_does_not_make_a_passage_seen(tmp_path):
    rows = [["d", "q", "c", "who"], ["dawn", PHONE, "Barriere!", "Anna"]]
    review = table(tmp_path, rows, **MAPPING, complete=True)
    assert PHONE not in [f.quote for f in review.found]


def test_codings_of_the_model_are_nobodys(tmp_path):
    rows = [["d", "q", "c", "who"], ["dawn", WALK, "system", "nlp-pipeline (rmic@1)"]]
    review = table(tmp_path, rows, **MAPPING)
    assert review.found == ()
    assert any("of the model itself" in note for note in review.notes)


def test_dates_are_read_as_the_mapping_says(tmp_path):
    columns = {**MAPPING["columns"], "date": "when"}
    rows = [["d", "q", "c", "who", "when"],
            ["dawn", WALK, "system", "Anna", "31-05-2024 14:05"],
            ["dawn", PHONE, "system", "Anna", "vorige week"]]  # fmt: skip
    review = table(tmp_path, rows, columns=columns, dates=["%d-%m-%Y %H:%M"])
    assert [f.decided_at for f in review.found] == ["2024-05-31T14:05:00", ""]
    (note,) = (note for note in review.notes if note.startswith("1 date(s) not understood"))
    assert "row 3" in note


# fmt: off
ATLAS = ["ID", "Quotation Name", "Document", "Document Groups", "Quotation Content", "Comment",
         "Codes", "Reference", "Density", "Created by", "Modified by", "Created", "Modified"]
MAXQDA = ["Color", "Document group", "Document name", "Code", "Beginning", "End", "Weight score",
          "Segment", "Created by", "Created"]
DEDOOSE = ["Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Date", "Excerpt Copy",
           "Codes Applied Combined", "Code: Level\\System Applied", "Code: Barrier Applied"]
TOOLS = {
    "atlas_ti": [
        ATLAS,
        ["1:1", "x", "Interview 01", "", MONEY, "let op", "Systeem\nBelemmerend", "3 - 3", 2,
         "Anna", "Anna", "2024-05-31 10:00:00", ""],
    ],
    "maxqda": [
        MAXQDA,
        ["x", "Wijk", "Interview 01", "Richting > Belemmerend", "4", "4", 0, MONEY, "Anna",
         "2024-05-31"],
        ["x", "Wijk", "Interview 01", "Integratieniveau\\Systeem", "4", "4", 0, MONEY, "Anna",
         "2024-05-31"],
    ],
    "nvivo": [
        ["File Name", "Hierarchical Name", "Coded Text", "Coded By Initials", "Coverage"],
        ["Files\\\\Interview 01", "Codes\\\\Richting\\Belemmerend", MONEY, "Anna", "1,2 %"],
        ["Files\\\\Interview 01", "Codes\\\\Integratieniveau\\\\Systeem", MONEY, "Anna", "1,2 %"],
    ],
    "dedoose": [
        DEDOOSE,
        ["Interview 01.docx", "0-18", "Anna", "5/31/2024", MONEY, "x", "True", "True"],
    ],
    "taguette": [
        ["id", "document", "tag", "content"],
        ["7", "Interview 01.docx", "integratieniveau.systeem", MONEY],
        ["7", "Interview 01.docx", "Belemmerend", MONEY],
    ],
}
# fmt: on


@pytest.mark.parametrize("tool", sorted(TOOLS))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_of_tools_are_known_by_their_headers(tmp_path, tool, kind):
    if kind == "csv":
        path = save(tmp_path / "a.csv", TOOLS[tool])
    else:
        path = workbook(
            tmp_path / "a.xlsx", Info=[["made on", "Monday"]], Export=[["Project: x"], *TOOLS[tool]]
        )
    review = read_review(path, known(interviews()))
    coder = "" if tool == "taguette" else "Anna"
    assert said(review) == [(coder, MONEY, "barrier", "added"), (coder, MONEY, "system", "added")]
    assert f'read as "{shipped()[tool].name}"' in review.notes[0]
    assert reasons(review) == []
    sheet = 'sheet "Export", ' if kind == "xlsx" else ""
    assert all(f.place.startswith(f"{sheet}row ") for f in review.found)


def test_a_column_can_be_named_on_top_of_the_headers(tmp_path):
    path = save(tmp_path / "a.csv", [["document", "quote", "Thema"], ["dawn", WALK, "system"]])
    with pytest.raises(InputError, match=r'"Thema"'):
        read_review(path, known(interviews()))
    review = read_review(path, known(interviews()), columns=read_columns("", ["code=thema"]))
    assert [f.code for f in review.found] == ["system"]
    with pytest.raises(InputError, match=r"no column \"Wie\" \(coder\)"):
        read_review(
            path, known(interviews()), columns=read_columns("any", ["code=thema", "coder=Wie"])
        )


def test_a_column_that_the_user_names_has_to_be_there(tmp_path):
    rows = [["d", "q", "c"], ["dawn", WALK, "system"]]
    with pytest.raises(InputError, match="coder \\(who\\)"):
        table(tmp_path, rows, **MAPPING)


def test_a_table_that_nobody_knows_is_refused_without_its_words(tmp_path):
    said_there = "dat is toch van de zotte dat ik daar zelf achteraan moet bellen"
    path = save(tmp_path / "a.csv", [["a", said_there], ["b", "c"]])
    with pytest.raises(InputError, match="--columns") as error:
        read_review(path, known(interviews()))
    assert "zotte" not in str(error.value)


BOTH = make_results(
    make_transcript("a.txt", DUTCH, language="nl"), make_transcript("b.txt", ENGLISH)
)


def test_a_text_that_is_no_table_is_not_looked_into(tmp_path):
    path = tmp_path / "gesprek.txt"
    path.write_text("Anna: ja, nou, de zotte\nnee, ja\n", encoding="utf-8")
    with pytest.raises(InputError, match="no review file") as error:
        read_review(path, known(interviews()))
    assert "zotte" not in str(error.value)


@settings(max_examples=40)
@given(data=st.data())
def test_a_table_of_codings_is_read_back_the_same(tmp_path_factory, data):
    results = BOTH
    count = data.draw(st.sampled_from(["characters", "utf16", "bytes"]))
    size = {
        "characters": len,
        "utf16": lambda t: utf16(t, len(t)),
        "bytes": lambda t: len(t.encode()),
    }
    codings = set()
    for _ in range(data.draw(st.integers(1, 8))):
        transcript = data.draw(st.sampled_from(results.transcripts))
        start = data.draw(st.integers(0, len(transcript.text) - 2))
        end = data.draw(st.integers(start + 1, len(transcript.text)))
        if transcript.text[start:end].strip():
            code = data.draw(st.sampled_from(results.codebook.code_ids))
            coder = data.draw(st.sampled_from(["Anna", "Bram", "Cém"]))
            codings.add((transcript.id, start, end, code, coder))
    texts = {t.id: t for t in results.transcripts}
    rows = [["document", "start", "end", "quote", "code", "coder"]]
    for own, start, end, code, coder in sorted(codings):
        text = texts[own].text
        places = (size[count](text[:start]), size[count](text[:end]))
        label = results.codebook.code(code).label[data.draw(st.sampled_from(["nl", "en"]))]
        quote = data.draw(st.sampled_from([text[start:end], " ".join(text[start:end].split()), ""]))
        rows.append([texts[own].source_name, *places, quote, label, coder])
    path = save(tmp_path_factory.mktemp("t") / "a.csv", rows)
    names = {name: name for name in rows[0]}
    columns = own_columns(TableMapping(columns=names, count=count))
    review = read(path, known(results), columns=columns)
    back = {(f.transcript, f.start, f.end, f.code, f.coder) for f in review.found}
    assert back == codings
    assert review.not_taken == ()


def test_what_the_user_says_goes_before_a_likeness_to_our_own_workbook(tmp_path):
    rows = [["Transcript", "Text", "Whole passage", "Label"], ["dawn", WALK, "", "Systeem"]]
    path = workbook(tmp_path / "a.xlsx", Sheet=rows)
    columns = Columns(more={"document": "transcript", "quote": "text", "code": "label"})
    assert [f.code for f in read_review(path, known(interviews()), columns=columns).found] == [
        "system"
    ]
