from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_files import read_bytes, roles_of, rtf, turns_of

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.rtf import read

SPOKEN = [("I", "Wie doet de intake?"), ("R", "Dat doe ik.")]


def spoken(folder: Path, body: str) -> list[tuple[str | None, str]]:
    return turns_of(read_bytes(folder, "gesprek.rtf", rtf(body)).transcript)


BODIES = {
    "plain": r"I: Wie doet de intake?\par R: Dat doe ik.\par",
    "last paragraph open": r"I: Wie doet de intake?\par R: Dat doe ik.",
    "bold": r"{\b I:} Wie doet de intake?\par {\b R:\b0  Dat doe ik.}\par",
    "tab": r"I\tab Wie doet de intake?\par R\tab Dat doe ik.\par",
    "lines of the file": "I: Wie doet \r\nde intake?\r\n\\par\r\nR: Dat doe ik.\\par",
    "header and picture": r"{\header geheim\par}{\*\shppict{\pict 0102}}I: Wie doet de intake?\par "
    r"R: Dat doe ik.{\footnote noot}\par",
    "binary": "{\\pict\\bin4 {}{}}I: Wie doet de intake?\\par R: Dat doe ik.",
    "hidden": r"I: Wie doet de intake?{\v verborgen}\par R: Dat doe ik.\par",
    "link": r'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt I: Wie doet}} de intake?\par '
    r"R: Dat doe ik.",
    "table": r"\trowd\intbl I\cell Wie doet de intake?\cell\row\trowd\intbl R\cell Dat doe ik.\cell"
    r"\row\pard",
    "table, NVivo": r"\trowd Timespan\cell Content\cell Speaker\cell\row "
    r"0:01\cell Wie doet de intake?\cell I\cell\row "
    r"0:03\cell Dat doe ik.\cell R\cell\row\pard Einde.",
}


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_forms_of_one_conversation(body: str, tmp_path: Path) -> None:
    turns = spoken(tmp_path, BODIES[body])
    assert [turns[0], (turns[1][0], turns[1][1].removesuffix("\nEinde."))] == SPOKEN


def test_questions_in_italics(tmp_path: Path) -> None:
    body = r"\pard\i Wie doet dat?\i0\par Ik.\par{\i En wanneer?}\par Op maandag.\par"
    transcript = read_bytes(tmp_path, "gesprek.rtf", rtf(body)).transcript
    assert roles_of(transcript) == ["interviewer", "respondent"] * 2


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (r"caf\'e9 \u235?\'80", "café ë€"),
        (r"{\uc0\u8220}ja\u8221 ?", "“ja”"),
        (r"\u-10179?\u-8704? ", "😀"),
        (r"\lquote s\rquote\~\endash\_\{\}", "‘s’\xa0–-{}"),
        (r"{\uc2\u233\'c3\'a9}n", "én"),
    ],
)
def test_characters(code: str, text: str) -> None:
    assert read(rtf(code), "gesprek.rtf").paragraphs[0].text.rstrip() == text.rstrip()


def test_font_with_another_character_set() -> None:
    data = rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}}\f1 \'9a{\f0 \'e9}\par}"
    assert read(data, "gesprek.rtf").paragraphs[0].text == "šé"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (rtf(r"I: Wie?\par R: Ik.")[:-8], "cut off at byte"),
        (b"{\\rtf1", "cut off at byte"),
        (b"I: Wie?", "expected an RTF file"),
        (b"PK\x03\x04", "a zip archive"),
        (rtf(r"\par\par"), "no words"),
    ],
)
def test_faults_are_named(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"gesprek\.rtf.*{message}"):
        read_bytes(tmp_path, "gesprek.rtf", data)


CODE = st.sampled_from(
    [
        *("{", "}", "\\par ", "\\b ", "\\b0 ", "\\u233?", "\\u-10179?", "\\'e9", "\\*", "\\cell "),
        *("\\row ", "\\uc3 ", "\\bin3 ", "\\f1 ", "\\v ", "\\plain ", "\\", "\n", "ja ", "\\pard "),
        *("\\fonttbl", "\\intbl ", "\\u55357?", "\\u56832?"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(code=st.lists(CODE, max_size=30).map("".join))
def test_any_code_is_read_or_refused(code: str) -> None:
    try:
        reading = read(b"{\\rtf1 " + code.encode() + b"}", "gesprek.rtf")
    except InputError:
        return
    for paragraph in reading.paragraphs:
        assert 0 <= paragraph.bold_prefix <= len(paragraph.text)
