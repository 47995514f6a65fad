from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_files import read_bytes, read_text, turns_of

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.text import decode, read

SPOKEN = "I: Hoe gaat het in de cliëntenraad?\nR: Goed, één keer per maand.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_encodings_give_the_same_text(encoding: str, tmp_path: Path) -> None:
    transcript = read_bytes(tmp_path, "gesprek.txt", SPOKEN.encode(encoding)).transcript
    assert transcript.text == SPOKEN


def test_utf16_big_endian_with_mark() -> None:
    assert decode(b"\xfe\xff" + "één".encode("utf-16-be"), "a.txt") == "één"


def test_windows_punctuation() -> None:
    assert decode("“ja” – € ’s".encode("cp1252"), "a.txt") == "“ja” – € ’s"


def test_utf8_with_one_damaged_byte_stays_utf8(tmp_path: Path) -> None:
    data = ("R: " + "één café, coördinatie. " * 3).encode() + b"\xff en verder."
    result = read_bytes(tmp_path, "gesprek.txt", data)
    assert "één café" in result.transcript.text
    assert any("damaged" in warning for warning in result.warnings)


def test_utf8_cut_off_in_a_character() -> None:
    assert decode("één café".encode()[:-1], "a.txt").startswith("één caf")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"{\\rtf1 hallo}", "RTF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (bytes(range(256)), "not text"),
        (b"tekst \x00\x00\x00 tekst", "not a text file"),
        (b"\xff\xfea", "utf-16-le"),
        (b"\xe9\x81\x8d\x8f tekst", "cp1252"),
    ],
)
def test_what_is_not_text_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(InputError, match=r"gesprek\.txt") as caught:
        read(data, "gesprek.txt")
    assert found in str(caught.value)


def test_the_text_is_the_file_itself(tmp_path: Path) -> None:
    text = "  **I:** Hoe?\n\n\n> **R:** Zo. \n  \n* punt\n"
    assert read_text(tmp_path, text, name="gesprek.md").transcript.text == text


def test_control_characters_become_spaces_with_one_warning(tmp_path: Path) -> None:
    result = read_text(tmp_path, "I: Hoe gaat\x0bhet?\nR: Goed\x0c hoor\x1f.\n")
    assert turns_of(result.transcript)[1][1] == "Goed  hoor ."
    assert [w for w in result.warnings if "control" in w] == [
        "gesprek.txt: 3 control character(s) replaced by spaces"
    ]


VARIANTS = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "mark": lambda text: text.encode("utf-8-sig"),
    "marks inside": lambda text: text.replace("R:", "\ufeffR:").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_variants_of_one_text_are_one_transcript(variant: str, tmp_path: Path) -> None:
    plain = read_text(tmp_path, SPOKEN).transcript
    other = read_bytes(tmp_path, "gesprek.txt", VARIANTS[variant](SPOKEN)).transcript
    assert (other.id, other.text, other.turns) == (plain.id, plain.text, plain.turns)


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    decomposed = SPOKEN.replace("ë", "e\u0308").replace("é", "e\u0301")
    plain = read_text(tmp_path, SPOKEN).transcript
    other = read_text(tmp_path, decomposed).transcript
    assert other.text == plain.text
    assert other.turns == plain.turns


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        assert read(data, "gesprek.txt").paragraphs
