import datetime
import json
import zipfile
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.tables import TableRow, read_rows


def csv_rows(text: str, encoding: str = "utf-8") -> tuple[TableRow, ...]:
    return read_rows(text.encode(encoding), "quotes.csv")


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_all_columns_in_any_order_and_in_capitals():
    text = "Language, ID ,notes,TEXT,Speaker,context\nEnglish,q1,x,So it goes,Ann,And then?\n"
    assert csv_rows(text) == (
        TableRow(
            row=2, id="q1", text="So it goes", speaker="Ann", context="And then?", language="en"
        ),
    )


def test_dutch_column_names_and_empty_cells():
    text = "tekst;spreker;taal;vraag\nHet gaat zo;;Nederlands;En?\nJa;  ;;\n"
    assert csv_rows(text) == (
        TableRow(row=2, id=None, text="Het gaat zo", speaker=None, context="En?", language="nl"),
        TableRow(row=3, id=None, text="Ja", speaker=None, context="", language=None),
    )


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found_whatever_the_words_hold(mark):
    cells = ["1", "ja, nee; misschien | zo"]
    header = f"id{mark}text"
    text = f'{header}\r\n{cells[0]}{mark}"{cells[1]}"\r\n'
    assert [(row.id, row.text) for row in csv_rows(text)] == [("1", cells[1])]


def test_a_single_column_and_the_hint_of_excel():
    assert [row.text for row in csv_rows("text\neen; twee\n")] == ["een; twee"]
    [row] = csv_rows("sep=;\r\nid;text\r\n1;een, twee\r\n")
    assert (row.row, row.text) == (2, "een, twee")


def test_quotes_with_line_ends_and_doubled_quotes_and_rows_are_counted_as_in_excel():
    rows = csv_rows('text,id\n"een\r\ntwee ""zo""",a\n,\n"drie",b\n')
    assert [(row.row, row.text) for row in rows] == [(2, 'een\ntwee "zo"'), (4, "drie")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    [row] = csv_rows("text;id\ngeïnd voor €5;1\n", encoding)
    assert row.text == "geïnd voor €5"


def test_text_is_composed_and_holds_no_control_characters():
    assert (
        csv_rows("text\nin het cafe\u0301 was het\x07 stil\n")[0].text
        == "in het café was het  stil"
    )


def test_rows_of_another_width_are_all_reported_without_their_words():
    with pytest.raises(InputError, match=r"quotes\.csv, row 3: 3 cells") as caught:
        csv_rows("id,text\n1,ja\n2,geheim, dus\n3\n4,nee,\n")
    assert "row 4: 1 cells" in str(caught.value)
    assert "row 5" not in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_quote_that_never_closes_is_reported():
    with pytest.raises(InputError, match=r"quotes\.csv, row 2"):
        csv_rows('id,text\n1,"ja\n2,nee\n')


def test_without_a_text_column_the_columns_are_listed_but_no_speech():
    with pytest.raises(InputError, match=r'no column "text".*"id", "quote"'):
        csv_rows("id,quote\n1,ja\n")
    with pytest.raises(InputError, match="a long cell") as caught:
        csv_rows("1,Toen ging mijn moeder naar huis\n2,ja\n")
    assert "moeder" not in str(caught.value)


def test_the_same_id_twice_and_unknown_languages_are_reported_together():
    text = "id,text,language\na,een,nl\nb,twee,Klingon\na,drie,en-GB\n"
    with pytest.raises(InputError, match="rows 2, 4: they have the same id") as caught:
        csv_rows(text)
    assert "row 3: unknown language" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("NL", "nl"),
        ("nl-BE", "nl"),
        ("Vlaams", "nl"),
        ("Dutch", "nl"),
        ("en_US", "en"),
        ("Engels", "en"),
        ("other", "other"),
        ("", None),
    ],
)
def test_languages(written, language):
    assert csv_rows(f"text,taal\nja,{written}\n")[0].language == language


def test_a_column_twice_is_reported():
    with pytest.raises(InputError, match='column "text" occurs twice'):
        csv_rows("text,Text\na,b\n")


def test_the_first_sheet_with_a_text_column_is_read_with_its_row_numbers():
    data = workbook(
        Uitleg=[["Dit is een toelichting"]],
        Data=[["id", "Tekst ", "score"], [7, "Het gaat.", 1.5], [], [8.0, "Zo.", None]],
        Later=[["text"], ["niet"]],
    )
    assert [(row.row, row.id, row.text) for row in read_rows(data, "q.xlsx")] == [
        (2, "7", "Het gaat."),
        (4, "8", "Zo."),
    ]


def test_numbers_dates_and_formulas_become_text():
    day = datetime.datetime(2024, 5, 31)
    rows = [["text", "id"], [3.25, day], [True, datetime.time(9, 5)], ["=1+1", "x"]]
    found = read_rows(workbook(Data=rows), "q.xlsx")
    assert [(row.text, row.id) for row in found] == [
        ("3.25", "2024-05-31"),
        ("TRUE", "09:05:00"),
        ("", "x"),
    ]


def test_what_another_program_writes_comes_back():
    words = ["een\ntwee", "=SOM(1)", "c\rd", "\U0001f600 é", " <b> & ]]>", "_x0041_"]
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, text in enumerate(["text", *words]):
        sheet.write_string(number, 0, text)
    book.close()
    found = read_rows(stream.getvalue(), "q.xlsx")
    assert [row.text for row in found] == [text.strip().replace("\r", "\n") for text in words]


def test_a_workbook_without_a_text_column_lists_those_of_the_first_sheet():
    with pytest.raises(InputError, match=r'q\.xlsx: no column "text".*"id", "quote"'):
        read_rows(workbook(A=[["id", "quote"], [1, "ja"]], B=[["x"]]), "q.xlsx")


def zipped(**parts: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected an Excel workbook"),
        (b"id,text\n1,ja\n", "expected an Excel workbook"),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "encrypted with a password.*open it in Excel",
        ),
        (OLE + b"\x00" * 600, "encrypted or of before 2007"),
        (zipped(document="<w/>"), "not an Excel workbook"),
        (zipped(**{"xl/workbook.xml": "<x"}), "damaged or cut off"),
        (workbook(A=[["text"], ["ja"]])[:-200], "damaged or cut off"),
        (workbook(A=[[]]), "the table is empty"),
    ],
)
def test_workbooks_that_cannot_be_read(data, message):
    with pytest.raises(InputError, match=message) as caught:
        read_rows(data, "q.xlsx")
    assert "q.xlsx" in str(caught.value)


def test_a_row_number_beyond_all_sheets_ends():
    data = workbook(A=[["text"], ["ja"]])
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.infolist():
            content = old.read(item).replace(b'r="2"', b'r="99999999999"')
            new.writestr(item.filename, content)
    with pytest.raises(InputError, match="damaged"):
        read_rows(stream.getvalue(), "q.xlsx")


def test_json_lines():
    lines = [
        {"Text": "een\u2028twee", "id": 5, "speaker": None, "extra": [1]},
        {"text": "drie", "context": "En?", "language": "en"},
    ]
    data = "\r\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\r\n\r\n"
    assert read_rows(data.encode(), "q.jsonl") == (
        TableRow(row=1, id="5", text="een\u2028twee", speaker=None, context="", language=None),
        TableRow(row=2, id=None, text="drie", speaker=None, context="En?", language="en"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the table is empty"),
        ("\n\n", "the table is empty"),
        ('{"text": "ja"}\n{"text": \n', r"q\.jsonl, line 2, column 10: not valid JSON"),
        ('{"text": "ja"}\n["ja"]\n', r"q\.jsonl, line 2: expected a JSON object"),
        ('{"quote": "ja"}\n', r'q\.jsonl, line 1: no column "text".*"quote"'),
        ('{"text": ["ja"]}\n', r"q\.jsonl, line 1: a value is a list"),
    ],
)
def test_json_lines_that_cannot_be_read(text, message):
    with pytest.raises(InputError, match=message):
        read_rows(text.encode(), "q.jsonl")


@pytest.mark.parametrize("name", ["q.csv", "q.tsv"])
def test_an_empty_table_is_refused(name):
    with pytest.raises(InputError, match="the table is empty"):
        read_rows(b"\n\n", name)


def test_another_format_is_refused():
    with pytest.raises(InputError, match=r"q\.ods: not a table"):
        read_rows(b"text\nja\n", "q.ods")


@given(st.lists(st.text(alphabet="ab,;|\t\"'\r\n €😀", min_size=1).filter(str.strip), min_size=1))
@settings(max_examples=80, deadline=None)
def test_what_csv_writes_is_read_back(texts):
    rows = [
        "id;text",
        *(f'{i};"{text.replace(chr(34), chr(34) * 2)}"' for i, text in enumerate(texts)),
    ]
    found = csv_rows("\n".join(rows))
    expected = [text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in texts]
    assert [row.text for row in found] == expected


def read_or_refuse(data: bytes, name: str) -> None:
    """Anything but rows or an `InputError` that names the file fails the test."""
    try:
        rows = read_rows(data, name)
    except InputError as error:
        message = str(error)
    else:
        message = name
        assert all(row.row >= 1 for row in rows)
    assert name in message


@given(st.sampled_from(["q.csv", "q.jsonl", "q.xlsx"]), st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(name, data):
    for content in (data, b"text,id\n" + data, b'{"text": ' + data, b"PK\x03\x04" + data):
        read_or_refuse(content, name)


BOOK = workbook(A=[["text", "id"], ["ja", 1], ["nee", datetime.date(2024, 1, 1)]])
with zipfile.ZipFile(BytesIO(BOOK)) as opened:
    PARTS = {name: opened.read(name) for name in opened.namelist()}


@given(st.integers(0, len(BOOK) - 1), st.integers(0, 6), st.binary(max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_read_or_refused(place, removed, put):
    read_or_refuse(BOOK[:place] + put + BOOK[place + removed :], "q.xlsx")


@given(st.sampled_from(sorted(PARTS)), st.floats(0, 1), st.integers(0, 12), st.binary(max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_workbook_with_a_damaged_part_is_read_or_refused(part, where, removed, put):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in PARTS.items():
            place = int(where * len(content))
            damaged = content[:place] + put + content[place + removed :]
            archive.writestr(name, damaged if name == part else content)
    read_or_refuse(stream.getvalue(), "q.xlsx")
