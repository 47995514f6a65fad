import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_files import pdf, read_bytes, turns_of

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.pdf import read
from nlp_pipeline.readers.pdflines import join_lines

QUESTION = "I: Who does the intake, and how does the rest of the team hear about it afterwards?"
ANSWER = (
    "R: I do. Most of the time I phone the practice nurse the same day, and then she puts it in "
    "the record, so that the others can read it before the meeting on Thursday."
)


def wrapped(*paragraphs: str, width: int = 60) -> list[str]:
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, width)]


def test_wrapped_lines_become_paragraphs_again(tmp_path: Path) -> None:
    result = read_bytes(tmp_path, "talk.pdf", pdf(wrapped(QUESTION, ANSWER)))
    assert result.transcript.text == f"{QUESTION}\n{ANSWER}"
    assert [speaker for speaker, _ in turns_of(result.transcript)] == ["I", "R"]
    assert result.warnings == ()


def test_turn_over_two_pages_without_page_numbers(tmp_path: Path) -> None:
    lines = wrapped(QUESTION, ANSWER)
    pages = [["Study 12, interview 3", *lines[:3], "1"], ["Study 12, interview 3", *lines[3:], "2"]]
    pages.append(["Study 12, interview 3", "I: Thank you very much.", "3"])
    result = read_bytes(tmp_path, "talk.pdf", pdf(*pages))
    assert result.transcript.text == f"{QUESTION}\n{ANSWER}\nI: Thank you very much."
    assert result.warnings == ("talk.pdf: 6 page number(s), header(s) and footer(s) left out",)


def test_words_broken_at_the_margin() -> None:
    lines = ["Dat is de samenwer-", "king in de wijk, de zorg-", "en welzijnsorganisaties."]
    assert list(join_lines([lines])) == [
        "Dat is de samenwerking in de wijk, de zorg- en welzijnsorganisaties."
    ]


def test_full_line_before_a_speaker_ends_a_paragraph() -> None:
    lines = ["I: " + "woord " * 10 + "einde.", "R: " + "woord " * 10 + "einde.", "I: Ja."]
    assert list(join_lines([lines])) == lines


def test_page_without_text_is_reported(tmp_path: Path) -> None:
    result = read_bytes(tmp_path, "talk.pdf", pdf([QUESTION[:60]], [], ["R: I do, mostly."], []))
    assert result.warnings == ("talk.pdf, page(s) 2, 4: no text, perhaps a scan or a picture",)


ENCRYPT = (
    "/Encrypt 6 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] "
)
LOCK = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"

FAULTS = {
    "scan": (pdf([], []), "no text on any of its 2 page"),
    "encrypted": (pdf(["I: Who?"], extra=LOCK, trailer=ENCRYPT), "encrypted"),
    "cut off": (pdf(wrapped(ANSWER))[:-30], "cut off"),
    "no pages": (pdf(), "no page|damaged"),
    "damaged": (b"%PDF-1.4\nniets\n%%EOF\n", "damaged"),
    "text": (b"I: Who?", "expected a PDF"),
    "Word": (b"PK\x03\x04", "a zip archive"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_faults_are_named(fault: str, tmp_path: Path) -> None:
    data, message = FAULTS[fault]
    with pytest.raises(InputError, match=rf"talk\.pdf.*({message})"):
        read_bytes(tmp_path, "talk.pdf", data)


@settings(max_examples=80, deadline=None)
@given(place=st.integers(9, 700), junk=st.binary(min_size=1, max_size=12))
def test_damage_anywhere_is_an_input_error_or_nothing(place: int, junk: bytes) -> None:
    data = bytearray(pdf(wrapped(QUESTION, ANSWER)))
    data[place : place + len(junk)] = junk
    try:
        assert read(bytes(data), "talk.pdf").paragraphs
    except InputError as error:
        message = str(error)
        words = "intake" in message
        assert not words
