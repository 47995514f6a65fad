"""The log of decisions and how review files come into it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.decisions import (
    Incoming,
    Places,
    codings,
    merge,
    read_log,
    with_present_ids,
    write_log,
)
from nlp_pipeline.decisions.log import to_utc
from nlp_pipeline.decisions.merged import MergeOptions
from nlp_pipeline.errors import InputError, StoreError
from nlp_pipeline.exchange import Found, NotTaken, ReviewFile, Shown, Verdict, text_sha256
from nlp_pipeline.records import Origin, Transcript

TEXT = "We bellen elkaar 😀 gewoon. Dat gaat goed. Het geld is er niet. Dat gaat goed."
WORDS = ("bellen", "geld")


def transcript(text=TEXT, *, name="wijk/Interview 01.docx", own="t1"):
    return Transcript(
        id=own, language="nl", text=text, turns=(), source_name=name, source_sha256="0" * 64
    )


def codebook():
    codes = tuple(Code(id=i, label={"nl": n}) for i, n in (("a", "Zorg"), ("b", "Geld")))
    mood = tuple(Code(id=i, label={}) for i in ("glad", "sad"))
    facets = (Facet(id="theme", codes=codes), Facet(id="mood", codes=mood, exclusive=True))
    return Codebook(name="study", version="2", facets=facets)


def found(code="a", verdict=Verdict.ADDED, *, at=(0, 10), text=TEXT, **more):
    start, end = at
    values = {
        "transcript": "t1",
        "name": "wijk/Interview 01.docx",
        "text_sha256": text_sha256(text),
        "quote": text[start:end],
        "coder": "Anna",
        "origin": Origin.ASSISTED,
        "place": "row 7",
    }
    return Found(start=start, end=end, code=code, verdict=verdict, **(values | more))


def seen(**more):
    return found(None, Verdict.SEEN, **more)


def file_of(*decisions, name="review.xlsx", time="2024-05-01T10:00:00+00:00", left=()):
    review = ReviewFile(format="xlsx", found=tuple(decisions), not_taken=tuple(left))
    return Incoming(name=name, sha256="1" * 64, time=time, review=review)


def take(log, *files, transcripts=None, versions=None, **options):
    places = Places(transcripts or [transcript()], versions=versions)
    made = MergeOptions(imported_at="2024-06-01T00:00:00+00:00", **options)
    return merge(log, files, places, codebook(), options=made)


def said(log, **options):
    return [(c.start, c.code, c.coder, c.verdict) for c in codings(log, codebook(), **options)]


def test_a_decision_is_kept_with_who_when_and_what_was_shown():
    shown = Shown(model_id="m@1", score=0.73, suggested=True)
    one = found(verdict=Verdict.ACCEPTED, decided_at="2024-03-05T12:00:00+01:00", shown=shown)
    (kept,) = take((), file_of(one)).new
    assert (kept.coder, kept.verdict, kept.shown) == ("Anna", Verdict.ACCEPTED, shown)
    assert kept.decided_at == "2024-03-05T11:00:00+00:00"
    assert kept.imported_at == "2024-06-01T00:00:00+00:00"
    assert (kept.file, kept.file_sha256, kept.before) == ("review.xlsx", "1" * 64, ())


def test_the_log_holds_no_word_of_a_transcript_and_comes_back_the_same(tmp_path):
    path = tmp_path / "decisions.jsonl"
    shown = Shown(model_id="m@1", score=None, suggested=False)
    new = take((), file_of(found(note="=twijfel\n\u2028"), found("b", shown=shown))).new
    write_log(path, new[:1])
    write_log(path, new[1:])
    assert read_log(path) == new
    content = path.read_bytes()
    assert content.count(b"\n") == 2
    assert all(word.encode() not in content for word in WORDS)


def test_a_log_is_only_ever_longer_and_not_touched_by_nothing(tmp_path):
    path = tmp_path / "decisions.jsonl"
    write_log(path, ())
    assert not path.exists()
    write_log(path, take((), file_of(found())).new)
    before = path.read_bytes()
    write_log(path, take((), file_of(found("b"))).new)
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("damage", ["{", '{"id": "x"}', "[]", '{"note": "geheim"}'])
def test_a_damaged_line_is_named_without_its_words(tmp_path, damage):
    path = tmp_path / "decisions.jsonl"
    write_log(path, take((), file_of(found())).new)
    path.write_text(path.read_text(encoding="utf-8") + damage + "\n", encoding="utf-8")
    with pytest.raises(StoreError, match="line 2") as error:
        read_log(path)
    assert "geheim" not in str(error.value)


def test_identical_decisions_add_nothing():
    log = take((), file_of(found(), found("b"))).new
    again = take(log, file_of(found(), found("b"), name="copy.xlsx"))
    assert again.new == ()
    assert [(t.file, t.same, t.new) for t in again.tallies] == [("copy.xlsx", 2, 0)]


def test_earlier_decisions_that_a_file_carried_along_are_no_news():
    shown = Shown(model_id="m@1", score=0.7, suggested=True)
    dated = found(decided_at="2024-01-01T00:00:00Z", shown=shown, note="let op")
    log = take((), file_of(dated)).new
    for carried in (found(note="let op"), found()):
        assert take(log, file_of(carried, time="2025-01-01T00:00:00+00:00")).new == ()


def test_a_decision_that_was_replaced_does_not_come_back_with_an_old_file():
    one = found(decided_at="2024-01-01T00:00:00Z")
    other = found(verdict=Verdict.REJECTED, decided_at="2024-02-01T00:00:00Z")
    log = take((), file_of(one)).new
    log += take(log, file_of(other), policy="newest").new
    late = take(log, file_of(found(), time="2025-01-01T00:00:00+00:00"))
    assert (late.new, late.conflicts) == ((), ())
    assert said(log) == [(0, "a", "Anna", "rejected")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (found(), found(verdict=Verdict.REJECTED)),
        (found(), seen()),
        (seen(), found("b")),
        (found("glad"), found("sad")),
    ],
)
def test_contradictions_of_one_coder_are_listed_and_nothing_is_written(first, second):
    log = take((), file_of(first)).new
    merged = take(log, file_of(second, found("a", at=(20, 30)), time="2024-05-02T00:00:00+00:00"))
    assert merged.undecided
    assert merged.new == ()
    (conflict,) = merged.conflicts
    assert (conflict.file, conflict.place, conflict.outcome) == (
        "review.xlsx",
        "row 7",
        "undecided",
    )
    assert conflict.had == log[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (found(), found("b")),
        (seen(), found(verdict=Verdict.REJECTED)),
        (found(verdict=Verdict.ADDED), found(verdict=Verdict.ACCEPTED)),
        (found(), found(verdict=Verdict.REJECTED, coder="Bram")),
        (found(), found(verdict=Verdict.REJECTED, at=(0, 11))),
    ],
)
def test_what_can_both_hold_is_no_contradiction(first, second):
    log = take((), file_of(first)).new
    merged = take(log, file_of(second))
    assert len(merged.new) == 1
    assert merged.conflicts == ()


def test_newest_goes_by_the_moment_of_the_decision_and_then_of_the_file():
    log = take((), file_of(found(decided_at="2024-05-10T00:00:00Z"))).new
    no = found(verdict=Verdict.REJECTED)
    older = take(log, file_of(no, time="2024-05-09T00:00:00+00:00"), policy="newest")
    assert [c.outcome for c in older.conflicts] == ["older"]
    assert said((*log, *older.new)) == [(0, "a", "Anna", "added")]
    assert len(older.new) == 1  # kept in the log all the same
    newer = take(log, file_of(no, time="2024-05-11T00:00:00+00:00"), policy="newest")
    assert said((*log, *newer.new)) == [(0, "a", "Anna", "rejected")]
    assert newer.new[0].before == (log[0].id,)


def test_keep_leaves_the_log_and_takes_what_contradicts_nothing():
    log = take((), file_of(found())).new
    merged = take(log, file_of(found(verdict=Verdict.REJECTED), found("b")), policy="keep")
    assert [c.outcome for c in merged.conflicts] == ["kept out"]
    assert [d.code for d in merged.new] == ["b"]


def test_seen_without_a_code_takes_the_place_of_every_code():
    log = take((), file_of(found(), found("b"))).new
    later = file_of(seen(), time="2024-07-01T00:00:00+00:00")
    merged = take(log, later, policy="newest")
    assert said((*log, *merged.new)) == [(0, None, "Anna", "seen")]
    assert sorted(merged.new[0].before) == sorted(d.id for d in log)


def test_what_was_coded_blind_stays_known_after_a_later_decision():
    log = take((), file_of(found(origin=Origin.BLIND))).new
    later = file_of(found(verdict=Verdict.REJECTED), time="2024-07-01T00:00:00+00:00")
    log += take(log, later, policy="newest").new
    assert said(log) == [(0, "a", "Anna", "rejected")]
    assert said(log, origin=Origin.BLIND) == [(0, "a", "Anna", "added")]


def test_a_file_that_contradicts_itself_is_not_believed_there():
    merged = take((), file_of(found(), found(verdict=Verdict.REJECTED), found("b", at=(20, 30))))
    assert [d.code for d in merged.new] == ["b"]
    assert {left.reason for left in merged.left} == {
        "the file says two things here that cannot both hold"
    }


def test_what_a_format_did_not_take_over_is_passed_on():
    merged = take((), file_of(left=[NotTaken(place="sheet 1", reason="a drawing")]))
    assert [(x.file, x.place, x.reason) for x in merged.left] == [
        ("review.xlsx", "sheet 1", "a drawing")
    ]


@pytest.mark.parametrize(("code", "near"), [("aa", "a"), ("geldd", "b"), ("qqqq", "")])
def test_an_unknown_code_is_listed_with_the_nearest(code, near):
    merged = take((), file_of(found(code)))
    assert merged.new == ()
    (left,) = merged.left
    assert f'code "{code}" is not in codebook "study" version 2' in left.reason
    assert (f'the nearest is "{near}"' in left.reason) == bool(near)


def test_the_coder_is_the_one_of_the_file_and_else_the_one_that_is_given():
    both = (found(coder=" Bram  de Wit "), found("b", coder=""))
    coders = [d.coder for d in take((), file_of(*both), coder="Anna").new]
    assert coders == ["Bram de Wit", "Anna"]
    coders = {d.coder for d in take((), file_of(*both), coder="Anna", coder_for_all=True).new}
    assert coders == {"Anna"}
    with pytest.raises(InputError, match=r"(?s)row 7.*--coder"):
        take((), file_of(*both))


@pytest.mark.parametrize(
    "change",
    [
        {"transcript": "", "name": ""},
        {"transcript": "another", "name": "renamed.docx"},
        {"text_sha256": "", "name": ""},
        {"text_sha256": "", "transcript": "", "name": "interview 01"},
        {"text_sha256": "", "transcript": "", "name": "Wijk\\Interview 01.docx"},
        {"quote": ""},
        {"quote": "We  bellen\u00a0"},
    ],
)
def test_a_transcript_is_recognised_by_text_by_id_and_by_name(change):
    (kept,) = take((), file_of(replace(found(), **change))).new
    assert (kept.transcript_id, kept.start, kept.end) == ("t1", 0, 10)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text_sha256": "", "transcript": "x", "name": "y"}, "not in this study"),
        ({"quote": "iets anders hier"}, "not what stands at 0 to 10"),
        ({"end": 5000, "quote": ""}, "ends at 5000"),
        ({"start": 10}, "enclose no text"),
        ({"text_sha256": "", "quote": ""}, "another version"),
        ({"code": None}, "needs a code"),
    ],
)
def test_what_has_no_place_is_listed_without_words(change, reason):
    merged = take((), file_of(replace(found(), **change)))
    assert merged.new == ()
    (left,) = merged.left
    assert reason in left.reason
    assert all(word not in left.reason for word in ("bellen", "anders"))
    assert merged.tallies[0].not_taken == 1


def test_another_version_is_refused_with_the_difference_in_numbers():
    old = TEXT.replace("gewoon", "zomaar")
    one = found(text=old, at=(28, 41))
    (left,) = take((), file_of(one), versions={text_sha256(old): old}).left
    assert "another version" in left.reason
    at = TEXT.index("gewoon")
    assert f"begin to differ at character {at}; " in left.difference
    assert f"{at} to {at + 6} of {len(TEXT)}" in left.difference
    (left,) = take((), file_of(one)).left
    assert f"{len(TEXT)} characters now" in left.difference
    assert "gewoon" not in left.reason + left.difference


def test_reanchoring_needs_the_quote_exactly_once():
    old = "Hm. " + TEXT
    geld, twice = old.index("Het geld"), old.index("Dat gaat goed.")
    files = file_of(
        found(text=old, at=(geld, geld + 20)),
        found(text=old, at=(twice, twice + 14)),
        found(text=old, at=(0, 3)),
        found(text=old, at=(5, 9), quote=""),
    )
    merged = take((), files, reanchor=True)
    (kept,) = merged.new
    assert TEXT[kept.start : kept.end] == old[geld : geld + 20]
    assert (kept.text_sha256, kept.moved.start) == (text_sha256(TEXT), geld)
    assert [left.reason.rpartition(" is ")[2] for left in merged.left] == [
        "more than once in it",
        "not in it",
        "the text has changed and the file does not quote the stretch",
    ]
    assert merged.moved == 1
    assert take((*merged.new,), files, reanchor=True).new == ()


def test_a_renamed_transcript_keeps_its_decisions():
    log = take((), file_of(found())).new
    renamed = transcript(name="new.docx", own="t9")
    assert [d.transcript_id for d in with_present_ids(log, [renamed])] == ["t9"]
    present = with_present_ids(log, [renamed])
    assert take(present, file_of(found()), transcripts=[renamed]).new == ()


def test_moments():
    assert to_utc("2024-03-05T12:00:00") == "2024-03-05T12:00:00+00:00"
    assert to_utc("") == to_utc("5 maart") == to_utc("0001-01-01T00:00:00+14:00") == ""


MOMENTS = ("", *(f"2024-05-0{day}T00:00:00+00:00" for day in (1, 2, 3)))
DECISIONS = st.builds(
    lambda code, no, **more: (
        seen(**more)
        if code is None
        else found(code, Verdict.REJECTED if no else Verdict.ADDED, **more)
    ),
    st.sampled_from(["a", "b", "glad", "sad", None]),
    st.booleans(),
    at=st.sampled_from([(0, 10), (20, 30)]),
    coder=st.sampled_from(["Anna", "Bram"]),
    decided_at=st.sampled_from(MOMENTS),
    note=st.sampled_from(["", "let op", "zie ook p. 3"]),
    origin=st.sampled_from(Origin),
    shown=st.sampled_from([None, Shown(model_id="m", score=0.5, suggested=True)]),
)
FILES = st.lists(
    st.builds(
        lambda decisions, day, number: file_of(
            *decisions, name=f"{number}.xlsx", time=f"2024-05-0{day}T12:00:00+00:00"
        ),
        # What one file says twice of one stretch is a case of its own, above.
        st.lists(DECISIONS, max_size=3, unique_by=lambda found: (found.start, found.coder)),
        st.integers(1, 4),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=6,
)


def import_one_by_one(files, **options):
    log = ()
    for file in files:
        log += take(log, file, **options).new
    return log


@settings(max_examples=60)
@given(st.data(), FILES)
def test_any_order_and_repetition_gives_the_same_codings(data, files):
    log = import_one_by_one(files, policy="newest")
    mixed = data.draw(st.permutations(files)) + data.draw(st.lists(st.sampled_from(files)))
    other = import_one_by_one(data.draw(st.permutations(mixed)), policy="newest")
    at_once = take((), *mixed, policy="newest").new
    expected = codings(log, codebook())
    assert codings(other, codebook()) == expected
    assert codings(at_once, codebook()) == expected
    assert import_one_by_one(files, policy="newest") == log
    assert take(log, *files, policy="newest").new == ()


@settings(max_examples=30)
@given(st.data(), FILES)
def test_without_contradictions_no_choice_is_asked_for_in_any_order(data, files):
    agreed = [
        f
        for f in files
        if all(x.verdict is Verdict.ADDED and x.code != "sad" for x in f.review.found)
    ]
    expected = codings(take((), *agreed).new, codebook())
    mixed = data.draw(st.permutations(agreed * 2))
    log = ()
    for file in mixed:
        merged = take(log, file)
        assert not merged.conflicts
        log += merged.new
    assert codings(log, codebook()) == expected


@settings(max_examples=30)
@given(FILES)
def test_every_decision_is_counted_once(files):
    merged = take((), *files, policy="newest")
    counted = sum(t.new + t.same + t.conflicting + t.not_taken for t in merged.tallies)
    assert counted == sum(len(file.review.found) for file in files)
    assert len({d.id for d in merged.new}) == len(merged.new)
    assert json.dumps([d.to_json() for d in merged.new])
