from pathlib import Path

import pytest
from reader_files import archive, docx, odt, read_bytes, roles_of, turns_of

from nlp_pipeline.errors import InputError

SPOKEN = [("I", "Who does the intake?"), ("R", "I do.")]
MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)


def test_paragraphs_and_bold_labels(tmp_path: Path) -> None:
    data = odt("Interview 3", [("I: ", "b"), ("Who does the intake?", "")], "R: I do.")
    transcript = read_bytes(tmp_path, "talk.odt", data).transcript
    assert transcript.text == "Interview 3\nI: Who does the intake?\nR: I do."
    assert turns_of(transcript) == SPOKEN


def test_questions_in_italics(tmp_path: Path) -> None:
    data = odt([("Who does that?", "i")], "I do.", [("And when?", "i")], "On Mondays.")
    transcript = read_bytes(tmp_path, "talk.odt", data).transcript
    assert roles_of(transcript) == ["interviewer", "respondent"] * 2


def test_spaces_tabs_breaks_lists_and_sections(tmp_path: Path) -> None:
    body = (
        "<text:section><text:p>I:<text:tab/>Who does\n   the intake?</text:p></text:section>"
        "<text:list><text:list-item><text:p>R: I<text:s text:c='2'/>do.<text:line-break/>Mostly."
        "<text:note><text:note-body><text:p>noot</text:p></text:note-body></text:note></text:p>"
        "</text:list-item></text:list>"
    )
    assert turns_of(read_bytes(tmp_path, "talk.odt", odt(body=body)).transcript) == [
        ("I", "Who does the intake?"),
        ("R", "I  do.\nMostly."),
    ]


def test_deleted_text_and_comments_are_left_out(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>I: weg</text:p></text:tracked-changes>"
        "<text:p>I: Who does the intake?<office:annotation><text:p>let op</text:p>"
        "</office:annotation></text:p><text:p>R: I do.</text:p>"
    )
    assert turns_of(read_bytes(tmp_path, "talk.odt", odt(body=body)).transcript) == SPOKEN


def test_table_with_a_speaker_column(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(speaker)}{cell.format(words)}</table:table-row>"
        for speaker, words in SPOKEN
    )
    data = odt(body=f"<table:table>{rows}</table:table>")
    assert turns_of(read_bytes(tmp_path, "talk.odt", data).transcript) == SPOKEN


FAULTS = {
    "Word": (docx("I: Who?"), "another zip archive"),
    "encrypted": (odt("I: Who?", **{"META-INF/manifest.xml": MANIFEST}), "encrypted"),
    "not a text": (archive(content_xml="<a/>"), "no text document"),
    "cut off": (odt("I: Who?")[:-30], "damaged or cut off"),
    "XML cut off": (archive(content_xml="<a>\n<b>"), "not well-formed XML at line 2"),
    "no words": (odt(" "), "no words"),
    "plain text": (b"I: Who?", "something else"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_faults_are_named(fault: str, tmp_path: Path) -> None:
    data, message = FAULTS[fault]
    with pytest.raises(InputError, match=rf"(?s)talk\.odt.*{message}"):
        read_bytes(tmp_path, "talk.odt", data)
