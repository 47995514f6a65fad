import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers import whisper
from nlp_pipeline.readers.base import Utterance


def read(document: Any) -> list[Utterance]:
    return list(whisper.read(json.dumps(document).encode(), "opname.json").utterances)


def test_segments_of_whisper_without_speakers():
    document = {
        "task": "transcribe",
        "language": "dutch",
        "duration": 4.0,
        "text": " Hoe is het? Goed.",
        "segments": [
            {"id": 0, "start": 0.0, "end": 2.5, "text": " Hoe is het?", "avg_logprob": -0.2},
            {"id": 1, "start": 2.5, "end": 4, "text": " Goed.", "words": []},
        ],
    }
    assert read(document) == [
        Utterance(text="Hoe is het?", start_time=0.0, end_time=2.5),
        Utterance(text="Goed.", start_time=2.5, end_time=4.0),
    ]


def test_speakers_of_whisperx_and_a_missing_one():
    segments = [
        {"start": 0, "end": 1, "text": "Ja?", "speaker": "SPEAKER_00"},
        {"start": 1, "end": 2, "text": "Nee."},
        {"start": 2, "end": 3, "text": "Zo.", "speaker": 1},
    ]
    assert [u.speaker for u in read({"segments": segments})] == ["SPEAKER_00", None, "Speaker 1"]


def word(text: str, start: float | None, end: float | None, speaker: str | None) -> dict[str, Any]:
    return {"word": text, "start": start, "end": end, "speaker": speaker}


def test_words_of_another_speaker_split_a_segment_and_no_word_is_lost():
    segment = {
        "start": 0.0,
        "end": 4.0,
        "text": " Hoe was dat? Eh, nou 3 keer zwaar.",
        "speaker": "A",
        "words": [
            word(" Hoe", 0.1, 0.5, "A"),
            word(" was", 0.5, 0.8, "A"),
            word(" dat?", 0.8, 1.2, None),
            word(" Eh,", 1.5, 1.9, "B"),
            word(" nou", None, None, "B"),
            word(" keer", 2.5, 3.0, "B"),
            word(" zwaar.", 3.0, 3.8, "B"),
        ],
    }
    assert read([segment]) == [
        Utterance(text="Hoe was dat?", speaker="A", start_time=0.0, end_time=1.2),
        Utterance(text="Eh, nou 3 keer zwaar.", speaker="B", start_time=1.5, end_time=4.0),
    ]


def test_words_that_are_not_in_the_text_change_nothing():
    segment = {"text": "Ja hoor.", "speaker": "A", "words": [word("iets", 0, 1, "B"), "raar", 3]}
    assert read([segment]) == [Utterance(text="Ja hoor.", speaker="A")]


def test_times_that_are_no_number_are_none():
    text = (
        '{"segments": [{"start": NaN, "end": null, "text": "een"},'
        '{"start": "2", "end": Infinity, "text": "twee"}, {"start": -1, "end": true, "text": "c"}]}'
    )
    utterances = whisper.read(text.encode(), "a.json").utterances
    assert {(u.start_time, u.end_time) for u in utterances} == {(None, None)}


def test_the_shapes_of_whisper_cpp_and_of_transformers():
    cpp = {"transcription": [{"offsets": {"from": 500, "to": 1500}, "text": " Goed."}]}
    pipeline = {"text": " Goed.", "chunks": [{"timestamp": [0.5, 1.5], "text": " Goed."}]}
    expected = [Utterance(text="Goed.", start_time=0.5, end_time=1.5)]
    assert read(cpp) == read(pipeline) == expected


def test_a_segment_without_text_is_reported_and_the_others_are_read():
    data = json.dumps({"segments": [{"start": 0}, {"text": "ja"}, {"text": " "}]}).encode()
    reading = whisper.read(data, "a.json")
    assert [u.text for u in reading.utterances] == ["ja"]
    assert reading.warnings == ("a.json, segment 1: no text in it; left out",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"opname\.json, line 1, column 1"),
        (b'{"segments": [\n {"text": "ja"', r"opname\.json, line 2, column"),
        (b'{"name": "x"}', "expected Whisper output"),
        (b'"tekst"', "expected Whisper output"),
        (b'{"segments": {}}', "expected Whisper output"),
        (b'{"segments": []}', "no segment with words"),
        (b'{"segments": [{"text": "  "}]}', "no segment with words"),
        (b"[" * 100_000, r"opname\.json"),
        (b"PK\x03\x04", "zip"),
    ],
)
def test_other_files_are_refused(data, message):
    with pytest.raises(InputError, match=message):
        whisper.read(data, "opname.json")


def test_half_a_character_does_not_get_through():
    [utterance] = read([{"text": "ja \ud83d hoor"}])
    assert utterance.text.encode("utf-8")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "segments",
                    "text",
                    "start",
                    "end",
                    "speaker",
                    "words",
                    "word",
                    "timestamp",
                    "offsets",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_json_is_read_or_refused(data):
    try:
        reading = whisper.read(data, "a.json")
    except InputError:
        return
    assert all(u.text for u in reading.utterances)


@given(
    st.lists(
        st.tuples(st.sampled_from(["ja", "nee", "a", "aa"]), st.sampled_from("AB")), min_size=1
    )
)
def test_splitting_by_speaker_keeps_every_word_in_order(words):
    segment = {
        "text": " ".join(text for text, _ in words),
        "words": [{"word": text, "speaker": speaker} for text, speaker in words],
    }
    utterances = read([segment])
    assert " ".join(u.text for u in utterances) == segment["text"]
    assert [u.speaker for u in utterances for _ in u.text.split()] == [who for _, who in words]
