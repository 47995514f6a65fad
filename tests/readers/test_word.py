import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from reader_files import archive, docx, odt, read_bytes, roles_of, times_of, turns_of, word_xml

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers import archive as archive_reader
from nlp_pipeline.readers.word import read

SPOKEN = [("I", "Wie doet de intake?"), ("R", "Dat doe ik.")]


def spoken(folder: Path, data: bytes) -> list[tuple[str | None, str]]:
    return turns_of(read_bytes(folder, "gesprek.docx", data).transcript)


def test_paragraphs_are_lines_of_the_text(tmp_path: Path) -> None:
    data = docx("Interview 3", "I: Wie doet de intake?", "", "R: Dat doe ik.")
    transcript = read_bytes(tmp_path, "gesprek.docx", data).transcript
    assert transcript.text == "Interview 3\nI: Wie doet de intake?\n\nR: Dat doe ik."
    assert turns_of(transcript) == SPOKEN


def test_label_in_bold(tmp_path: Path) -> None:
    data = docx([("I:", "b"), (" Wie doet de intake?", "")], [("R:", "b"), (" Dat doe ik.", "")])
    assert spoken(tmp_path, data) == SPOKEN


def test_label_in_bold_without_a_colon(tmp_path: Path) -> None:
    data = docx(
        [("Anja ", "b"), ("Wie doet de intake?", "")],
        [("Karel", "b"), (" Dat doe ik.", "")],
        [("Anja ", "b"), ("Altijd?", "")],
        [("Karel", "b"), (" Ja hoor, altijd.", "")],
    )
    assert spoken(tmp_path, data)[:2] == [
        ("Anja", "Wie doet de intake?"),
        ("Karel", "Dat doe ik."),
    ]


def test_speaker_in_a_bold_paragraph(tmp_path: Path) -> None:
    data = docx(
        [("Anja", "b")],
        "Wie doet de intake?",
        [("Karel", "b")],
        "Dat doe ik.",
        "Meestal.",
        [("Anja", "b")],
        "O.",
    )
    assert spoken(tmp_path, data) == [
        ("Anja", "Wie doet de intake?"),
        ("Karel", "Dat doe ik.\nMeestal."),
        ("Anja", "O."),
    ]


TEAMS = {
    "line breaks": ["Jansen, Anja\n0:12\nWie doet de intake?", "De Wit, Karel\n0:15\nDat doe ik."],
    "name and time, break": [
        "Jansen, Anja   0:12\nWie doet de intake?",
        "De Wit, Karel   0:15\nDat doe ik.",
    ],
    "own paragraphs": [
        "Jansen, Anja",
        "0:12",
        "Wie doet de intake?",
        "De Wit, Karel",
        "0:15",
        "Dat doe ik.",
    ],
    "time range first": [
        "0:0:12.0 --> 0:0:14.760\nJansen, Anja\nWie doet de intake?",
        "0:0:15.0 --> 0:0:16.0\nDe Wit, Karel\nDat doe ik.",
    ],
}


@pytest.mark.parametrize("form", TEAMS, ids=str)
def test_teams(form: str, tmp_path: Path) -> None:
    again = [line.replace("0:1", "1:1") for line in TEAMS[form]]
    data = docx("Overleg-20240312\nMeeting Recording", *TEAMS[form], *again)
    transcript = read_bytes(tmp_path, "gesprek.docx", data).transcript
    said = [("Jansen, Anja", "Wie doet de intake?"), ("De Wit, Karel", "Dat doe ik.")]
    assert turns_of(transcript) == said * 2
    assert [start for start, _ in times_of(transcript)][:2] == [12.0, 15.0]


def test_teams_with_the_name_in_bold(tmp_path: Path) -> None:
    data = docx(
        [("Anja Jansen", "b"), ("   0:03\nWie doet de intake?", "")],
        [("Karel de Wit", "b"), ("   0:07\nDat doe ik.", "")],
        [("Karel de Wit stopped transcription", "b")],
    )
    assert spoken(tmp_path, data) == [
        ("Anja Jansen", "Wie doet de intake?"),
        ("Karel de Wit", "Dat doe ik."),
    ]


TABLES = {
    "two columns": [["I", "Wie doet de intake?"], ["R", "Dat doe ik."]],
    "colons": [["I:", "Wie doet de intake?"], ["R:", "Dat doe ik."]],
    "time, speaker, text": [
        ["00:00:01", "I", "Wie doet de intake?"],
        ["00:00:04", "R", "Dat doe ik."],
    ],
    "number, speaker, text": [["1", "I", "Wie doet de intake?"], ["2", "R", "Dat doe ik."]],
    "NVivo": [
        ["Timespan", "Content", "Speaker"],
        ["0:01 - 0:03", "Wie doet de intake?", "I"],
        ["0:04 - 0:06", "Dat doe ik.", "R"],
    ],
    "NVivo in Dutch": [
        ["Tijdspanne", "Inhoud", "Spreker"],
        ["0:01 - 0:03", "Wie doet de intake?", "I"],
        ["0:04 - 0:06", "Dat doe ik.", "R"],
    ],
    "headings": [["Naam", "Tekst"], ["I", "Wie doet de intake?"], ["R", "Dat doe ik."]],
    "no speaker column": [["I: Wie doet de intake?"], ["R: Dat doe ik."]],
}


@pytest.mark.parametrize("form", TABLES, ids=str)
def test_tables(form: str, tmp_path: Path) -> None:
    data = docx("Interview 3", table=TABLES[form])
    transcript = read_bytes(tmp_path, "gesprek.docx", data).transcript
    assert turns_of(transcript) == SPOKEN
    assert roles_of(transcript) == ["interviewer", "respondent"]
    assert transcript.text.endswith("I: Wie doet de intake?\nR: Dat doe ik.")
    if "time" in form or "NVivo" in form:
        assert [start for start, _ in times_of(transcript)] == [1.0, 4.0]


def test_table_row_without_a_speaker_goes_on(tmp_path: Path) -> None:
    data = docx(table=[["I", "Wie?"], ["R", "Ik."], ["", "En zij."], ["I", "Altijd?"]])
    assert spoken(tmp_path, data)[1] == ("R", "Ik.\nEn zij.")


def test_content_controls_insertions_and_links_are_read_deletions_not(tmp_path: Path) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:sdt><w:sdtContent><w:p>{run.format('I: Wie doet de ')}"
        f"<w:hyperlink>{run.format('intake?')}</w:hyperlink></w:p></w:sdtContent></w:sdt>"
        f"<w:p>{run.format('R: Dat')}<w:ins><w:r><w:t xml:space='preserve'> doe</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText> was</w:delText></w:r></w:del>"
        "<w:r><w:tab/><w:t>ik</w:t><w:noBreakHyphen/><w:t>zelf.</w:t></w:r></w:p>"
    )
    assert spoken(tmp_path, word_xml(body)) == [
        ("I", "Wie doet de intake?"),
        ("R", "Dat doe\tik-zelf."),
    ]


def test_bold_from_a_style(tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    body = "".join(
        paragraph.format(style, text)
        for style, text in [
            ("Vraag", "Wat doet u in de wijk?"),
            ("Gewoon", "Ik ben wijkverpleegkundige."),
            ("Vraag", "En met wie werkt u?"),
            ("Gewoon", "Met de huisarts."),
        ]
    )
    styles = (
        f'<w:styles xmlns:w="{space}">'
        '<w:style w:styleId="Vet"><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:styleId="Vraag"><w:basedOn w:val="Vet"/></w:style>'
        '<w:style w:styleId="Gewoon"><w:rPr><w:b w:val="0"/></w:rPr></w:style></w:styles>'
    )
    xml = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    data = archive(word__document_xml=xml, word__styles_xml=styles)
    transcript = read_bytes(tmp_path, "gesprek.docx", data).transcript
    assert roles_of(transcript) == ["interviewer", "respondent"] * 2


def test_text_boxes_are_reported(tmp_path: Path) -> None:
    box = "<w:r><w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r>"
    result = read_bytes(
        tmp_path, "gesprek.docx", word_xml(f"<w:p>{box}<w:r><w:t>R: Ja, dat.</w:t></w:r></w:p>")
    )
    assert result.warnings == ("gesprek.docx: the text in text boxes was not read",)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)

FAULTS = {
    "zip of something else": (archive(a_txt="tekst"), "zip archive"),
    "OpenDocument": (odt("I: Wie?"), "OpenDocument"),
    "Excel": (archive(xl__workbook_xml="<a/>"), "Excel"),
    "text": (b"I: Wie?\nR: Ik.", "something else"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"),
    "old Word": (OLE + "WordDocument".encode("utf-16-le"), r"\.doc\)"),
    "cut off": (docx("I: Wie?", "R: Ik.")[:-400], "damaged or cut off"),
    "only the beginning": (b"PK\x03\x04", "damaged or cut off"),
    "XML cut off": (archive(word__document_xml="<w:document"), "not well-formed XML at line 1"),
    "no body": (archive(word__document_xml="<a/>"), "no text part"),
    "no words": (docx("", "..."), "no words"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_faults_are_named(fault: str, tmp_path: Path) -> None:
    data, message = FAULTS[fault]
    with pytest.raises(InputError, match=rf"(?s)gesprek\.docx.*{message}"):
        read_bytes(tmp_path, "gesprek.docx", data)


def test_encrypted_part() -> None:
    data = bytearray(docx("R: Ja, dat klopt."))
    with zipfile.ZipFile(BytesIO(data)) as file:
        header = file.getinfo("word/document.xml").header_offset
    central = data.index(b"word/document.xml", data.index(b"PK\x01\x02")) - 46
    data[header + 6] |= 1
    data[central + 8] |= 1
    with pytest.raises(InputError, match="encrypted"):
        read(bytes(data), "gesprek.docx")


def test_damaged_part() -> None:
    data = bytearray(docx("R: Ja, dat klopt."))
    with zipfile.ZipFile(BytesIO(data)) as file:
        place = file.getinfo("word/document.xml").header_offset
    data[place + 60 : place + 200] = bytes(140)
    with pytest.raises(InputError, match=r"word/document\.xml is damaged"):
        read(bytes(data), "gesprek.docx")


def test_zip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_reader, "MAX_UNPACKED", 100_000)
    data = word_xml("<w:p><w:r><w:t>" + "a" * 200_000 + "</w:t></w:r></w:p>")
    assert len(data) < 2_000
    with pytest.raises(InputError, match="unpacks to more than"):
        read(data, "gesprek.docx")


def test_entities_are_not_expanded() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = (
        '<!DOCTYPE a [<!ENTITY x "uitgevouwen">]>'
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>R: Ja&x;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    reading = read(archive(word__document_xml=xml), "gesprek.docx")
    assert not any("uitgevouwen" in paragraph.text for paragraph in reading.paragraphs)


def test_messages_hold_no_words(tmp_path: Path) -> None:
    xml = "<w:document><geheim>Mevrouw Jansen vertelde</geheim2></w:document>"
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path, "gesprek.docx", archive(word__document_xml=xml))
    assert "Jansen" not in str(caught.value)
    assert "geheim" not in str(caught.value)
