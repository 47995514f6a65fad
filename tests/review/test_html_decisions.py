import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_examples import MODEL, example

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Known, Shown, Verdict
from nlp_pipeline.records import Origin
from nlp_pipeline.review.html import read
from nlp_pipeline.review.html.payload import text_hash

RESULTS = example()
KNOWN = Known(transcripts=RESULTS.transcripts, passages=RESULTS.passages, codebook=RESULTS.codebook)
SECRET = "mevrouw vertelt haar verhaal"


def decision(number=0, **changes):
    passage = RESULTS.rows[number].passage
    transcript = RESULTS.rows[number].transcript
    return {
        "transcript": transcript.id,
        "name": transcript.source_name,
        "text_sha256": text_hash(transcript.text),
        "start": passage.start,
        "end": passage.end,
        "quote": passage.text,
        "passages": [[passage.start, passage.end]],
        "decided": True,
        "codes": ["barrier"],
        "rejected": ["clinical"],
        "note": "",
        "decided_at": "2026-03-02T10:00:00.000Z",
        "origin": "assisted",
        "shown": [
            {"code": "barrier", "score": 0.9, "suggested": True},
            {"code": "clinical", "score": 0.7, "suggested": True},
        ],
        **changes,
    }


def content(*decisions, **changes):
    return {
        "format": "nlp-pipeline decisions",
        "version": 1,
        "export": "e",
        "program": "0.1.0",
        "study": "",
        "created_at": "2026-03-01",
        "saved_at": "2026-03-02T10:00:01.000Z",
        "coder": " Anna ",
        "blind": False,
        "model": MODEL,
        "codebook": {"name": "rmic", "version": "1.0"},
        "decisions": list(decisions),
        **changes,
    }


def read_json(tmp_path, value, name="d.json"):
    path = tmp_path / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return read(path, KNOWN)


def test_kept_suggestions_are_accepted_and_the_others_rejected(tmp_path):
    found = read_json(tmp_path, content(decision())).found
    assert [(f.code, f.verdict) for f in found] == [
        ("barrier", Verdict.ACCEPTED),
        ("clinical", Verdict.REJECTED),
    ]
    first = found[0]
    assert first.shown == Shown(model_id=MODEL, score=0.9, suggested=True)
    assert (first.coder, first.origin, first.place) == ("Anna", Origin.ASSISTED, "decision 1")
    assert first.decided_at.startswith("2026-03-02T10:00:00")
    assert first.quote == RESULTS.rows[0].passage.text


def test_own_codes_are_added_with_the_score_that_was_in_view(tmp_path):
    shown = [{"code": "barrier", "score": 0.2, "suggested": False}]
    value = content(decision(codes=["barrier", "system"], rejected=[], shown=shown))
    barrier, system = read_json(tmp_path, value).found
    assert {barrier.verdict, system.verdict} == {Verdict.ADDED}
    assert barrier.shown == Shown(model_id=MODEL, score=0.2, suggested=False)
    assert system.shown is None


def test_nothing_kept_is_seen_and_every_suggestion_rejected(tmp_path):
    value = content(decision(codes=[], rejected=["barrier", "clinical"]))
    assert [(f.code, f.verdict) for f in read_json(tmp_path, value).found] == [
        ("barrier", Verdict.REJECTED),
        ("clinical", Verdict.REJECTED),
        (None, Verdict.SEEN),
    ]


def test_blind_decisions_are_blind(tmp_path):
    value = content(decision(origin="blind", shown=[], rejected=[]), blind=True, model="")
    (found,) = read_json(tmp_path, value).found
    assert (found.origin, found.shown, found.verdict) == (Origin.BLIND, None, Verdict.ADDED)


def test_a_note_without_a_decision_decides_nothing(tmp_path):
    value = content(decision(decided=False, codes=[], rejected=[], note=SECRET))
    file = read_json(tmp_path, value)
    assert file.found == ()
    (left,) = file.not_taken
    assert left.place == "decision 1"
    assert SECRET not in left.reason


def test_codes_that_are_not_in_the_codebook_are_listed_with_the_nearest(tmp_path):
    file = read_json(tmp_path, content(decision(codes=["barrier", "clinicall"], rejected=[])))
    assert [f.code for f in file.found] == ["barrier"]
    assert 'nearest is "clinical"' in file.not_taken[0].reason


def test_no_decisions_are_no_decisions(tmp_path):
    file = read_json(tmp_path, content())
    assert (file.found, file.not_taken) == ((), ())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (content(decision(extra=1)), "decision 1, extra"),
        (content(decision(start=5)), "not as long as the stretch"),
        (content(decision(quote=SECRET)), "not as long as the stretch"),
        (content(decision(), decision(origin="guess")), "decision 2, origin"),
        (content(decision(codes=["barrier", "barrier"])), "twice"),
        (content(decision(decided_at="yesterday")), "decided_at"),
        (content(decision(decided_at="2026-03-02T10:00:00")), "decided_at"),
        (content(decision(text_sha256="0")), "text_sha256"),
        (content(decision(start="5")), "decision 1, start"),
        (content(decision(start=-5)), "decision 1, start"),
        (content(coder=None), "coder"),
        (content(version=2), "version"),
        (content(format="other"), "not a decisions file"),
        ([1, 2], "not a decisions file"),
        ("text", "not a decisions file"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_without_its_words(tmp_path, value, message):
    with pytest.raises(InputError, match=message) as caught:
        read_json(tmp_path, value)
    assert str(caught.value).startswith("d.json: ")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("d.json", b'{"format": "nlp-pipeline dec', "only a part"),
        ("d.json", b"\xff\xfe\x00", "no JSON"),
        ("d.json", b"[" * 100_000, "no JSON"),
        ("d.json", b"", "no JSON"),
        ("page.html", b"<!DOCTYPE html>", "Save decisions"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read(path, KNOWN)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "gone.json", KNOWN)


def test_many_problems_are_listed_together_but_not_all(tmp_path):
    value = content(*[decision(origin="guess") for _ in range(30)])
    with pytest.raises(InputError, match="and 20 more"):
        read_json(tmp_path, value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = sorted(content()) + sorted(decision())


@settings(max_examples=80)
@given(field=st.sampled_from(FIELDS), value=JSON)
def test_any_changed_value_gives_decisions_or_a_refusal(tmp_path_factory, field, value):
    changed = {field: value}
    whole = content(decision(**changed)) if field in decision() else content(decision(), **changed)
    with suppress(InputError):
        file = read_json(tmp_path_factory.mktemp("json"), whole)
        assert all(f.start < f.end for f in file.found)
