"""Properties of every transcript, whatever the file."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.config import ReadSettings
from nlp_pipeline.errors import InputError
from nlp_pipeline.readers import text as text_reader
from nlp_pipeline.readers.assemble import assemble
from nlp_pipeline.readers.base import Paragraph, Reading, Utterance
from nlp_pipeline.records import Role, Transcript

SETTINGS = ReadSettings(language="nl")

PIECES = st.sampled_from(
    [
        *("I:", "R1: ", "**Anja:** ", "[00:01:02]", "#00:00:10-5#", "Spreker 1 [00:00:05]"),
        *("<karel> ", "Anja  0:12", "om 10:30 ", "Datum: 3 mei", "ja ", "Hoe gaat het? ", "**"),
        *("*", "\n", "\n\n", "\r\n", "\t", "e\u0301", "\u0308", "\ufeff", "\x0c", "😀", "V1. "),
        *("A1: ", " - ", "(lacht)"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=25).map("".join)


def made(reading: Reading) -> Transcript | None:
    try:
        return assemble(reading, name="gesprek.md", sha256="0", settings=SETTINGS).transcript
    except InputError:
        return None


def check(transcript: Transcript) -> None:
    text = transcript.text
    assert unicodedata.is_normalized("NFC", text)
    assert not set(text) & {"\r", "\ufeff", "\x00", "\x0c"}
    end = 0
    for turn in transcript.turns:
        words = text[turn.start : turn.end]
        assert end <= turn.start < turn.end <= len(text)
        assert words == words.strip()
        assert any(map(str.isalnum, words))
        end = turn.end
    assert transcript.turns


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_any_text_gives_good_turns_or_an_input_error(text: str) -> None:
    try:
        reading = text_reader.read(text.encode("utf-8", errors="surrogatepass"), "gesprek.md")
    except InputError:
        return
    transcript = made(reading)
    if transcript is not None:
        check(transcript)
        assert transcript == made(reading)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_variants_of_any_text_are_one_transcript(text: str) -> None:
    text = text.replace("\r", "").encode("utf-8", "ignore").decode()
    decomposed = unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    # What the reader takes for another format or for binary, it may refuse in either form.
    try:
        plain = text_reader.read(text.encode(), "gesprek.md")
        other = text_reader.read(decomposed.encode("utf-8-sig"), "gesprek.md")
    except InputError:
        return
    one, two = made(plain), made(other)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert (one.text, one.turns, one.id) == (two.text, two.turns, two.id)


@settings(max_examples=60, deadline=None)
@given(
    paragraphs=st.lists(
        st.builds(
            Paragraph,
            text=TEXTS,
            bold=st.booleans(),
            italic=st.booleans(),
            bold_prefix=st.integers(0, 30),
            speaker=st.none() | st.sampled_from(["I", "R1", "e\u0301lan \n x"]),
        ),
        max_size=6,
    )
)
def test_any_paragraphs_give_good_turns(paragraphs: list[Paragraph]) -> None:
    transcript = made(Reading(paragraphs=tuple(paragraphs)))
    if transcript is not None:
        check(transcript)


@settings(max_examples=60, deadline=None)
@given(
    utterances=st.lists(
        st.builds(
            Utterance,
            text=TEXTS,
            speaker=st.none() | st.sampled_from(["Anja", "R1", " "]),
            start_time=st.none() | st.floats(0, 1e4),
        ),
        max_size=6,
    )
)
def test_any_utterances_give_good_turns(utterances: list[Utterance]) -> None:
    transcript = made(Reading(utterances=tuple(utterances)))
    if transcript is not None:
        check(transcript)


def test_utterances_of_one_speaker_are_one_turn() -> None:
    said = [("Anja", "Wie doet", 0.0), ("Anja", "dat? ", 60.0), ("Karel", " Ik\n doe dat.", 62.5)]
    utterances = tuple(
        Utterance(text=text, speaker=speaker, start_time=start, end_time=start + 1)
        for speaker, text, start in said
    )
    transcript = made(Reading(utterances=utterances))
    assert transcript is not None
    assert transcript.text == "Anja: Wie doet dat?\n\nKarel: Ik doe dat."
    assert [(t.start_time, t.end_time) for t in transcript.turns] == [(0.0, 61.0), (62.5, 63.5)]
    assert transcript.text[transcript.turns[1].start :] == "Ik doe dat."


def test_utterances_without_a_speaker_have_no_label_and_a_warning() -> None:
    utterances = (Utterance(text="Wie doet dat?"), Utterance(text="Ik."))
    result = assemble(Reading(utterances=utterances), name="a.srt", sha256="0", settings=SETTINGS)
    assert result.transcript.text == "Wie doet dat? Ik."
    assert [turn.role for turn in result.transcript.turns] == [Role.UNKNOWN]
    assert any("no speakers" in warning for warning in result.warnings)


def test_ids_depend_on_name_and_text() -> None:
    reading = Reading(paragraphs=(Paragraph(text="R: Ja, dat klopt wel."),))
    one = assemble(reading, name="a.txt", sha256="0", settings=SETTINGS).transcript
    two = assemble(reading, name="b.txt", sha256="0", settings=SETTINGS).transcript
    assert one.id != two.id
    assert one.id == assemble(reading, name="a.txt", sha256="1", settings=SETTINGS).transcript.id
