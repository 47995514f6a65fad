from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers import srt
from nlp_pipeline.readers.base import Utterance

SHARED = Path(__file__).parents[3] / "shared" / "transcripts"


def subtitles(*texts: str) -> str:
    return "\n".join(
        f"{i}\n00:00:{i:02},000 --> 00:00:{i:02},900\n{text}\n" for i, text in enumerate(texts, 1)
    )


def spoken(text: str) -> list[tuple[str | None, str]]:
    reading = srt.read(text.encode(), "gesprek.srt")
    return [(utterance.speaker, utterance.text) for utterance in reading.utterances]


def test_names_before_the_words_with_times():
    reading = srt.read(
        subtitles("Interviewer: Hoe was dat?", "R1: Nou,\nlastig.").encode(), "a.srt"
    )
    assert reading.utterances == (
        Utterance(text="Hoe was dat?", speaker="Interviewer", start_time=1.0, end_time=1.9),
        Utterance(text="Nou, lastig.", speaker="R1", start_time=2.0, end_time=2.9),
    )


def test_names_in_square_brackets_as_speech_recognition_writes_them():
    text = subtitles("[SPEAKER_00]: Hoe was dat?", "[SPEAKER_01] Nou.", "[SPEAKER_00] Ja?")
    assert spoken(text) == [
        ("SPEAKER_00", "Hoe was dat?"),
        ("SPEAKER_01", "Nou."),
        ("SPEAKER_00", "Ja?"),
    ]


def test_a_remark_in_brackets_is_no_speaker():
    assert spoken(subtitles("[lacht] ja dat is zo", "en toen")) == [
        (None, "[lacht] ja dat is zo"),
        (None, "en toen"),
    ]


def test_dashes_are_two_speakers_in_one_subtitle():
    text = subtitles("- Anna: Kom je\nook?\n- Piet: Ja.", "Anna: Mooi.", "- Nee.\n- Jawel.")
    assert spoken(text) == [
        ("Anna", "Kom je ook?"),
        ("Piet", "Ja."),
        ("Anna", "Mooi."),
        (None, "Nee."),
        (None, "Jawel."),
    ]


def test_dashes_without_names_are_reported():
    reading = srt.read(subtitles("- Nee.\n- Jawel.", "zo").encode(), "a.srt")
    assert len(reading.warnings) == 1
    assert "a.srt, line 2: 2 line(s)" in reading.warnings[0]


def test_one_dash_is_punctuation():
    assert spoken(subtitles("- en dan", "zo")) == [(None, "- en dan"), (None, "zo")]


def test_tags_and_positions_are_removed():
    line = '{\\an8}<font color="#fff"><i>dat</i> klopt</font> {b}ja{/b}'
    assert spoken(subtitles(line)) == [(None, "dat klopt ja")]


def test_text_without_a_line_of_times_is_reported():
    text = subtitles("een") + "\n2\ntwee geheim\n\n3\n00:00:09,000 --> 00:00:10,000\ndrie\n"
    reading = srt.read(text.encode(), "a.srt")
    assert [(u.text, u.start_time) for u in reading.utterances] == [
        ("een", 1.0),
        ("twee geheim", None),
        ("drie", 9.0),
    ]
    assert len(reading.warnings) == 1
    assert "a.srt, line 5" in reading.warnings[0]
    assert "geheim" not in reading.warnings[0]


def test_a_number_that_is_spoken_is_kept():
    assert spoken("1\n00:00:01,000 --> 00:00:02,000\n1950\n") == [(None, "1950")]


@pytest.mark.parametrize("data", [b"", b"1\n", b"alleen tekst", b"PK\x03\x04rest", b"\x00\x01\x02"])
def test_a_file_without_subtitles_is_refused_by_name(data):
    with pytest.raises(InputError, match=r"gesprek\.srt"):
        srt.read(data, "gesprek.srt")


VALID = subtitles("Anna: hoe?", "- zo\n- niet", "{\\an8}<i>ja</i>").encode()


@given(
    st.binary(max_size=80)
    | st.tuples(st.integers(0, len(VALID)), st.integers(0, 8), st.binary(max_size=8)).map(
        lambda cut: VALID[: cut[0]] + cut[2] + VALID[cut[0] + cut[1] :]
    )
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    try:
        reading = srt.read(data, "a.srt")
    except InputError:
        return
    assert all(u.text.strip() for u in reading.utterances)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared transcripts are not here")
def test_a_real_file():
    reading = srt.read((SHARED / "webvttpy_sample.srt").read_bytes(), "sample.srt")
    assert [u.text for u in reading.utterances] == [f"Caption text #{i}" for i in range(1, 6)]
    assert reading.utterances[1].start_time == 7.0
