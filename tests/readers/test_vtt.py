from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.errors import InputError
from nlp_pipeline.language import detect_language
from nlp_pipeline.readers import vtt
from nlp_pipeline.readers.base import Utterance

SHARED = Path(__file__).parents[3] / "shared" / "transcripts"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared transcripts are not here")


def read(text: str) -> list[Utterance]:
    return list(vtt.read(text.encode(), "gesprek.vtt").utterances)


def spoken(text: str) -> list[tuple[str | None, str]]:
    return [(utterance.speaker, utterance.text) for utterance in read(text)]


def cues(*texts: str) -> str:
    blocks = [f"00:{i:02}.000 --> 00:{i:02}.900\n{text}" for i, text in enumerate(texts)]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def test_every_voice_of_a_cue_is_kept_with_the_times_of_the_cue():
    text = (
        "WEBVTT\n\n00:01:02.500 --> 01:00:03.250 align:start position:0%\n"
        "<v Anna Bakker>Hoe gaat dat?</v>\n<v.loud Piet>Nou,\ndat gaat.</v>\n"
    )
    assert read(text) == [
        Utterance(text="Hoe gaat dat?", speaker="Anna Bakker", start_time=62.5, end_time=3603.25),
        Utterance(text="Nou, dat gaat.", speaker="Piet", start_time=62.5, end_time=3603.25),
    ]


def test_words_outside_a_voice_have_no_speaker():
    assert spoken(cues("<v Anna>ja</v> geroezemoes", "nog iets")) == [
        ("Anna", "ja"),
        (None, "geroezemoes"),
        (None, "nog iets"),
    ]


def test_a_voice_without_an_end_tag_and_one_with_a_coded_name():
    assert spoken(cues("<v Jansen &amp; Zn>een <v Piet>twee")) == [
        ("Jansen & Zn", "een"),
        ("Piet", "twee"),
    ]


def test_tags_and_time_tags_go_entities_are_decoded_and_other_brackets_stay():
    line = "<b>dat</b> <c.geel.bg_zwart>is</c> <00:00:01.000>A&amp;B&nbsp;&lt;3 <onverstaanbaar>"
    assert spoken(cues(line)) == [(None, "dat is A&B <3 <onverstaanbaar>")]


def test_header_notes_styles_regions_ids_and_settings_are_no_speech():
    text = (
        "\ufeffWEBVTT - Vergadering\r\nKind: captions\r\nLanguage: nl\r\n\r\n"
        'NOTE\r\nduration:"00:10"\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n'
        "REGION\r\nid:1\r\n\r\nNOTE confidence 0.9\r\n\r\n"
        "e84a7995-f8d8-40dc-845a-223814337f09/5-0\r\n00:01,000 --> 00:02,000\r\n"
        "<v Anna>eerste</v>\r\n\r\nslot - 2\r\n00:00:03.000 --> 00:00:04.000 line:0\r\ntweede\r\n"
    )
    assert spoken(text) == [("Anna", "eerste"), (None, "tweede")]


def test_zoom_names_come_before_the_words_and_a_cue_without_one_goes_on():
    text = cues("Anna de Wit: Hoe is het?", "En thuis?", "Piet: Ja: goed.", "Anna de Wit: Mooi.")
    assert spoken(text) == [
        ("Anna de Wit", "Hoe is het?"),
        ("Anna de Wit", "En thuis?"),
        ("Piet", "Ja: goed."),
        ("Anna de Wit", "Mooi."),
    ]


def test_somebody_who_speaks_once_and_names_in_small_letters_are_speakers():
    lines = ["annemiek: hallo", "piet v: dag", "annemiek: zo", "piet v: ja", "joke: nee"]
    assert [speaker for speaker, _ in spoken(cues(*lines))] == [
        "annemiek",
        "piet v",
        "annemiek",
        "piet v",
        "joke",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "om 10:30 belde ik haar",
        "10:30 toen begon het",
        "Ja: dat is zo",
        "Let op: dit is anders",
        "Kortom: het werkt niet",
        "kijk op https://zorg.example",
    ],
)
def test_a_colon_in_speech_is_no_speaker(line):
    assert spoken(cues("dat was in mei", line, "en daarna weer", "en toen", line, "het eind")) == [
        (None, text)
        for text in ("dat was in mei", line, "en daarna weer", "en toen", line, "het eind")
    ]


def test_a_cue_without_times_is_kept_and_reported_with_its_line():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\neen\n\ntwee geheim\n\n00:0x --> 00:05.000\ndrie\n"
    reading = vtt.read(text.encode(), "a.vtt")
    assert [(u.text, u.start_time) for u in reading.utterances] == [
        ("een", 1.0),
        ("twee geheim", None),
        ("drie", None),
    ]
    assert ["line 6" in reading.warnings[0], "line 8" in reading.warnings[1]] == [True, True]
    assert "geheim" not in "".join(reading.warnings)


def test_an_end_before_the_beginning_is_left_out():
    reading = vtt.read(b"WEBVTT\n\n00:05.000 --> 00:02.000\nja\n", "a.vtt")
    assert reading.utterances == (Utterance(text="ja", start_time=5.0),)
    assert "line 3" in reading.warnings[0]


def test_cues_without_a_blank_line_between_them():
    text = "WEBVTT\n1\n00:01.000 --> 00:02.000\neen\n2\n00:03.000 --> 00:04.000\ntwee\n"
    assert [text for _, text in spoken(text)] == ["een", "twee"]


def test_rolling_captions_are_kept_once_and_short_answers_twice():
    text = cues(
        "en toen kwam de dokter",
        "en toen kwam de dokter",
        "en toen kwam de dokter\ndie had haast",
        "die had haast\nen ging weer weg",
        "ja",
        "ja",
    )
    assert [text for _, text in spoken(text)] == [
        "en toen kwam de dokter",
        "die had haast",
        "en ging weer weg",
        "ja",
        "ja",
    ]


def test_the_same_words_of_another_speaker_are_kept():
    lines = ["<v Anna>dat weet ik niet</v>", "<v Piet>dat weet ik niet</v>"]
    assert [speaker for speaker, _ in spoken(cues(*lines))] == ["Anna", "Piet"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    data = cues("<v Zoë>geïnformeerd</v>").encode(encoding)
    assert vtt.read(data, "a.vtt").utterances[0].speaker == "Zoë"


@pytest.mark.parametrize("data", [b"", b"WEBVTT", b"WEBVTT\n\nNOTE niets\n", b"%PDF-1.7\n", b"{}"])
def test_a_file_without_a_cue_is_refused_by_name(data):
    with pytest.raises(InputError, match=r"gesprek\.vtt"):
        vtt.read(data, "gesprek.vtt")


VALID = cues("<v Anna>Hoe gaat het &amp; zo?</v>", "Piet: goed", "<i>ja</i>").encode()


@given(
    st.binary(max_size=80)
    | st.text(alphabet="0123:.->\n\r <>/v&;ANOTEaé{}\\", max_size=120).map(str.encode)
    | st.tuples(st.integers(0, len(VALID)), st.integers(0, 8), st.binary(max_size=8)).map(
        lambda cut: VALID[: cut[0]] + cut[2] + VALID[cut[0] + cut[1] :]
    )
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    try:
        reading = vtt.read(data, "a.vtt")
    except InputError:
        return
    assert all(u.text == " ".join(u.text.split()) != "" for u in reading.utterances)


@needs_shared
def test_a_real_zoom_file():
    data = (SHARED / "zoom_meeting001_transcript.vtt").read_bytes()
    utterances = vtt.read(data, "zoom.vtt").utterances
    assert len(utterances) == 300
    assert {u.speaker for u in utterances} == {
        "Andrew Knight",
        "Paul McCartney",
        "John Lennon",
        "George Harrison",
        "Ringo Starr",
    }
    assert utterances[33] == Utterance(
        text="And that", speaker="Andrew Knight", start_time=150.06, end_time=150.42
    )
    assert detect_language([u.text for u in utterances]) == "en"


@needs_shared
def test_a_real_teams_file_in_spanish_is_neither_dutch_nor_english():
    utterances = vtt.read((SHARED / "teams_guid-cues_es.vtt").read_bytes(), "t.vtt").utterances
    assert {u.speaker for u in utterances} == {"Jean Lescure"}
    assert utterances[0].text.endswith("ay, yo ya detecté.")
    assert detect_language([u.text for u in utterances]) == "other"


@needs_shared
@pytest.mark.parametrize(
    ("file", "count", "warnings"),
    [
        ("webvttpy_captions_with_bom.vtt", 4, 0),
        ("webvttpy_cue_tags.vtt", 3, 0),
        ("webvttpy_missing_timeframe.vtt", 7, 1),
    ],
)
def test_real_files_of_other_tools(file, count, warnings):
    reading = vtt.read((SHARED / file).read_bytes(), file)
    assert (len(reading.utterances), len(reading.warnings)) == (count, warnings)
    assert "<" not in "".join(u.text for u in reading.utterances)
