from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.errors import InputError
from nlp_pipeline.language import detect_language
from nlp_pipeline.readers import elan
from nlp_pipeline.readers.base import Utterance

SHARED = Path(__file__).parents[3] / "shared" / "transcripts"


def eaf(*tiers: str, slots: str = "0 1500 1000 4000 9000") -> bytes:
    times = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{i}"'
        + (f' TIME_VALUE="{value}"' if value.isdigit() else "")
        + "/>"
        for i, value in enumerate(slots.split())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT><HEADER/>'
        f"<TIME_ORDER>{times}</TIME_ORDER>{''.join(tiers)}</ANNOTATION_DOCUMENT>"
    ).encode()


def tier(attributes: str, *annotations: str) -> str:
    inner = "".join(f"<ANNOTATION>{annotation}</ANNOTATION>" for annotation in annotations)
    return f"<TIER {attributes}>{inner}</TIER>"


def timed(key: str, start: int, end: int, text: str) -> str:
    return (
        f'<ALIGNABLE_ANNOTATION ANNOTATION_ID="{key}" TIME_SLOT_REF1="ts{start}" '
        f'TIME_SLOT_REF2="ts{end}"><ANNOTATION_VALUE>{text}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION>"
    )


def reference(key: str, to: str, text: str) -> str:
    return (
        f'<REF_ANNOTATION ANNOTATION_ID="{key}" ANNOTATION_REF="{to}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION>"
    )


def read(data: bytes) -> list[Utterance]:
    return list(elan.read(data, "gesprek.eaf").utterances)


def test_tiers_are_speakers_and_overlapping_speech_is_kept_in_order_of_time():
    data = eaf(
        tier(
            'TIER_ID="t1" PARTICIPANT="Anna"', timed("a1", 0, 1, "Hoe?"), timed("a2", 3, 4, "Zo?")
        ),
        tier('TIER_ID="Piet"', timed("a3", 2, 3, "Nou &amp; goed")),
    )
    assert read(data) == [
        Utterance(text="Hoe?", speaker="Anna", start_time=0.0, end_time=1.5),
        Utterance(text="Nou & goed", speaker="Piet", start_time=1.0, end_time=4.0),
        Utterance(text="Zo?", speaker="Anna", start_time=4.0, end_time=9.0),
    ]


def test_words_on_a_tier_that_refers_to_numbered_stretches_have_their_times_and_speaker():
    data = eaf(
        tier(
            'TIER_ID="ref" PARTICIPANT="Anna"', timed("a1", 0, 2, "001"), timed("a2", 2, 3, "002")
        ),
        tier(
            'TIER_ID="tekst" PARENT_REF="ref"',
            reference("a3", "a1", "ja"),
            reference("a4", "a2", "nee"),
        ),
    )
    assert read(data) == [
        Utterance(text="ja", speaker="Anna", start_time=0.0, end_time=1.0),
        Utterance(text="nee", speaker="Anna", start_time=1.0, end_time=4.0),
    ]


def test_a_number_on_a_tier_that_nothing_depends_on_is_speech():
    assert [u.text for u in read(eaf(tier('TIER_ID="A"', timed("a1", 0, 2, "1950"))))] == ["1950"]


def test_a_translation_of_a_speaker_is_left_out_and_reported():
    data = eaf(
        tier('TIER_ID="A" PARTICIPANT="Anna"', timed("a1", 0, 1, "Hoe gaat het?")),
        tier('TIER_ID="A-en" PARENT_REF="A"', reference("a2", "a1", "How are you?")),
        tier('TIER_ID="B" PARENT_REF="A" PARTICIPANT="Piet"', reference("a3", "a1", "Goed.")),
    )
    reading = elan.read(data, "a.eaf")
    assert [(u.speaker, u.text) for u in reading.utterances] == [
        ("Anna", "Hoe gaat het?"),
        ("Piet", "Goed."),
    ]
    assert len(reading.warnings) == 1
    assert 'tier "A-en"' in reading.warnings[0]


def test_missing_times_are_none_and_keep_their_place():
    data = eaf(
        tier(
            'TIER_ID="A"',
            timed("a1", 2, 9, "een"),
            timed("a2", 8, 9, "twee"),
            timed("a3", 3, 4, "drie"),
        ),
        tier('TIER_ID="B"', timed("b1", 0, 1, "nul")),
    )
    assert [(u.text, u.start_time, u.end_time) for u in read(data)] == [
        ("nul", 0.0, 1.5),
        ("een", 1.0, None),
        ("twee", None, None),
        ("drie", 4.0, 9.0),
    ]


def test_annotations_and_tiers_that_refer_in_a_circle():
    data = eaf(
        tier('TIER_ID="A" PARENT_REF="B"', reference("a1", "a2", "ja")),
        tier('TIER_ID="B" PARENT_REF="A"', reference("a2", "a1", "1")),
    )
    assert [u.text for u in read(data)] == ["ja"]


def test_entities_are_not_expanded(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("vertrouwelijk", encoding="utf-8")
    declaration = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    data = eaf(tier('TIER_ID="A"', timed("a1", 0, 1, "ja &e;")))
    data = data.replace(b"?><ANN", b"?>" + declaration + b"<ANN")
    assert "vertrouwelijk" not in read(data)[0].text


VALID = eaf(
    tier('TIER_ID="A" PARTICIPANT="Anna"', timed("a1", 0, 1, "Hoe gaat het?")),
    tier('TIER_ID="B" PARENT_REF="A"', reference("a2", "a1", "Goed.")),
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not well-formed XML"),
        (VALID[:-40], "line 1: not well-formed XML"),
        (b"<html><body>ja</body></html>", "not an ELAN file"),
        (b"PK\x03\x04", "not well-formed XML"),
        (eaf(), "no annotation with words"),
        (eaf(tier('TIER_ID="A"', timed("a1", 0, 1, " "))), "no annotation with words"),
    ],
)
def test_other_files_are_refused(data, message):
    with pytest.raises(InputError, match=message):
        elan.read(data, "gesprek.eaf")


@given(
    st.binary(max_size=60)
    | st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), st.binary(max_size=8)).map(
        lambda cut: VALID[: cut[0]] + cut[2] + VALID[cut[0] + cut[1] :]
    )
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    with suppress(InputError):
        assert elan.read(data, "a.eaf").utterances


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared transcripts are not here")
def test_a_real_file_in_tibetan():
    utterances = elan.read((SHARED / "openpecha_generated.eaf").read_bytes(), "t.eaf").utterances
    assert len(utterances) == 15
    assert (utterances[0].start_time, utterances[-1].end_time) == (9.483, 132.713)
    assert detect_language([u.text for u in utterances]) == "other"
