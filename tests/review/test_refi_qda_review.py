"""What a reviewer does in her tool, and what comes back of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refi_files import MODEL_NAME, NS, Work, decided, export, known, pack
from review_examples import MODEL, example, make_results, make_transcript, nested

from nlp_pipeline.exchange import Shown, Verdict
from nlp_pipeline.readers.canonical import canonical
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.refi_qda import read


@pytest.fixture
def results():
    return example()


@pytest.fixture
def first(results):
    """Return the first passage; facilitator and professional are suggested for it."""
    return results.rows[0].passage


def exported(results, tmp_path, decisions=(), **options):
    return Work(export(results, tmp_path / "p.qdpx", decisions, **options))


def coding(passage, code, verdict, coder="Anna", **more):
    return Coding(
        transcript_id=passage.transcript_id,
        start=passage.start,
        end=passage.end,
        code=code,
        coder=coder,
        origin=more.pop("origin", Origin.ASSISTED),
        verdict=verdict,
        **more,
    )


@pytest.mark.parametrize("line_ends", ["lf", "crlf"])
@pytest.mark.parametrize("blind", [False, True])
def test_a_file_that_nobody_touched_decides_nothing(results, tmp_path, blind, line_ends):
    path = export(results, tmp_path / "p.qdpx", blind=blind, coder="Anna", line_ends=line_ends)
    back = read(path, known(results))
    assert (back.found, back.not_taken) == ((), ())


def test_earlier_decisions_come_back_as_they_were(results, first, tmp_path):
    last = results.rows[-1].passage
    decisions = [
        coding(first, "facilitator", "accepted", note="  zie p. 3\n🙂 "),
        coding(first, "professional", "rejected", note="twijfel"),
        coding(first, "system", "added", "Bob", origin=Origin.BLIND),
        coding(last, None, "seen", "Bob"),
    ]
    back = read(export(results, tmp_path / "p.qdpx", decisions, coder="Anna"), known(results))
    again = {
        Coding(
            transcript_id=f.transcript,
            start=f.start,
            end=f.end,
            code=f.code,
            coder=f.coder,
            origin=f.origin,
            verdict=str(f.verdict),
            note=f.note,
        )
        for f in back.found
    }
    assert again == set(decisions)
    assert back.not_taken == ()


def test_deleting_rejects_what_was_suggested_and_accepts_the_rest(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    work.delete(first, "professional")
    back = work.read(results)
    assert decided(back) == [
        (first.start, first.end, "facilitator", "accepted", "Anna"),
        (first.start, first.end, "professional", "rejected", "Anna"),
    ]
    scores = results.rows[0].scores
    assert {f.code: f.shown for f in back.found} == {
        code: Shown(model_id=MODEL, score=scores[code], suggested=True)
        for code in ("facilitator", "professional")
    }
    assert {f.origin for f in back.found} == {Origin.ASSISTED}
    assert {f.quote for f in back.found} == {first.text}


def test_deleting_everything_is_seen_without_a_code(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    work.delete(first)
    span = (first.start, first.end)
    assert decided(work.read(results)) == [
        (*span, "", "seen", "Anna"),
        (*span, "facilitator", "rejected", "Anna"),
        (*span, "professional", "rejected", "Anna"),
    ]


def test_the_mark_for_seen_passages_rejects_what_was_left_there(results, first, tmp_path):
    work = exported(results, tmp_path)
    work.add(first.start, first.end, None, user="Bob")
    span = (first.start, first.end)
    assert decided(work.read(results)) == [
        (*span, "", "seen", "Bob"),
        (*span, "facilitator", "rejected", "Bob"),
        (*span, "professional", "rejected", "Bob"),
    ]


def test_own_codes_decide_on_the_whole_passage(results, first, tmp_path):
    work = exported(results, tmp_path)
    work.delete(first, "facilitator")
    work.add(first.start, first.end, "barrier", user="Bob", note="toch niet")
    back = work.read(results)
    span = (first.start, first.end)
    assert decided(back) == [
        (*span, "barrier", "added", "Bob"),
        (*span, "facilitator", "rejected", "Bob"),
        (*span, "professional", "accepted", "Bob"),
    ]
    added = next(f for f in back.found if f.verdict is Verdict.ADDED)
    assert (added.note, added.shown, added.decided_at) == (
        "toch niet",
        None,
        "2026-03-05T09:00:00Z",
    )


def test_a_selection_that_took_a_space_too_many_is_the_passage(results, first, tmp_path):
    work = exported(results, tmp_path)
    work.add(first.start - 1, first.end + 1, "barrier", user="Bob")
    assert (first.start, first.end, "barrier", "added", "Bob") in decided(work.read(results))


def test_a_coding_elsewhere_does_not_decide_on_the_passage(results, first, tmp_path):
    work = exported(results, tmp_path)
    work.add(first.start + 4, first.end - 5, "barrier", user="Bob")
    expected = [(first.start + 4, first.end - 5, "barrier", "added", "Bob")]
    assert decided(work.read(results)) == expected


def test_a_suggestion_that_was_moved_is_rejected_and_added_anew(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    selection = next(work.root.iter(f"{NS}PlainTextSelection"))
    selection.set("endPosition", str(first.end - 10))
    span = (first.start, first.end)
    assert decided(work.read(results)) == [
        (first.start, first.end - 10, "facilitator", "added", "Anna"),
        (first.start, first.end - 10, "professional", "added", "Anna"),
        (*span, "facilitator", "rejected", "Anna"),
        (*span, "professional", "rejected", "Anna"),
    ]


def test_a_deleted_earlier_coding_is_taken_back(results, first, tmp_path):
    before = [coding(first, "system", "added")]
    work = exported(results, tmp_path, before, coder="Anna")
    work.delete(first, "system", user="Anna")
    assert decided(work.read(results)) == [
        (first.start, first.end, "system", "rejected", "Anna"),
    ]


def test_a_rejected_suggestion_that_is_still_shown_stays_rejected(results, first, tmp_path):
    before = [coding(first, "professional", "rejected")]
    work = exported(results, tmp_path, before, coder="Anna")
    work.add(first.start, first.end, "barrier", user="Anna")
    span = (first.start, first.end)
    assert decided(work.read(results)) == [
        (*span, "barrier", "added", "Anna"),
        (*span, "facilitator", "accepted", "Anna"),
        (*span, "professional", "rejected", "Anna"),
    ]


def test_two_reviewers_in_one_file_stay_apart(results, first, tmp_path):
    second = results.rows[1].passage
    work = exported(results, tmp_path)
    work.add(first.start, first.end, "facilitator", user="Anna")
    work.add(second.start, second.end, None, user="Bob")
    coders = {(start, coder) for start, _, _, _, coder in decided(work.read(results))}
    assert coders == {(first.start, "Anna"), (second.start, "Bob")}


def test_a_deletion_by_nobody_known_is_listed_and_not_taken(results, first, tmp_path):
    work = exported(results, tmp_path)
    work.delete(first, "professional")
    back = work.read(results)
    assert back.found == ()
    assert "1 suggestion(s) are gone" in back.not_taken[0].reason


def test_the_tools_name_of_the_coder_is_hers(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    work.add(first.start, first.end, "barrier", user="LAPTOP\\akl")
    back = work.read(results)
    assert {coder for *_, coder in decided(back)} == {"Anna"}
    assert "is taken for Anna" in back.notes[-1]


def test_a_tool_that_forgets_who_coded_decides_nothing(results, first, tmp_path):
    work = exported(results, tmp_path, [coding(first, "system", "added")], coder="Anna")
    for element in work.root.iter(f"{NS}PlainTextSelection", f"{NS}Coding"):
        del element.attrib["creatingUser"]
    assert decided(work.read(results)) == [(first.start, first.end, "system", "added", "Anna")]


def test_a_file_without_any_coding_rejects_nothing(results, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    for selection in list(work.root.iter(f"{NS}PlainTextSelection")):
        selection.getparent().remove(selection)
    back = work.read(results)
    assert back.found == ()
    assert "no coding left" in back.not_taken[0].reason


def test_without_what_was_shown_only_peoples_codings_are_taken(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    for source in work.root.iter(f"{NS}TextSource"):
        source.find(f"{NS}Description").text = source.find(f"{NS}Description").text[:90]
    work.delete(first, "professional")
    work.add(first.start, first.end, "barrier", user="Bob")
    back = work.read(results)
    assert decided(back) == [(first.start, first.end, "barrier", "added", "Bob")]
    assert back.found[0].origin is Origin.IMPORTED
    assert any("damaged" in lost.reason for lost in back.not_taken)


def test_blind_codings_are_blind(results, first, tmp_path):
    second = results.rows[1].passage
    work = exported(results, tmp_path, blind=True, coder="Anna")
    work.add(first.start, first.end, "facilitator", user="Anna")
    work.add(second.start, second.end, None, user="Anna")
    back = work.read(results)
    assert decided(back) == [
        (first.start, first.end, "facilitator", "added", "Anna"),
        (second.start, second.end, "", "seen", "Anna"),
    ]
    assert {(f.origin, f.shown) for f in back.found} == {(Origin.BLIND, None)}


def test_a_text_that_was_changed_keeps_peoples_codings_with_their_quotes(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    file = f"sources/{work.source().get('guid')}.txt"
    work.parts[file] = b"Vooraf. " + work.parts[file]
    for selection in work.source().findall(f"{NS}PlainTextSelection"):
        for name in ("startPosition", "endPosition"):
            selection.set(name, str(int(selection.get(name)) + 8))
    work.add(first.start + 8, first.end + 8, "barrier", user="Anna")
    back = work.read(results)
    (found,) = back.found
    assert (found.quote, found.transcript) == (first.text, results.transcripts[0].id)
    assert found.text_sha256 not in {"", read_hash(results)}
    assert any("not the one that was exported" in lost.reason for lost in back.not_taken)


def read_hash(results):
    from nlp_pipeline.review.refi_qda.texts import text_hash

    return text_hash(results.transcripts[0].text)


def test_line_ends_at_the_end_of_a_text_do_not_matter(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    file = f"sources/{work.source().get('guid')}.txt"
    work.parts[file] = work.parts[file].rstrip()
    work.delete(first, "professional")
    back = work.read(results)
    assert len(back.found) == 2
    assert {f.text_sha256 for f in back.found} == {read_hash(results)}


def test_new_guids_and_names_in_another_language_do_not_matter(results, first, tmp_path):
    # ATLAS.ti gives everything a new GUID whenever it exports.
    work = exported(results, tmp_path, coder="Anna", language="nl")
    work.delete(first, "professional")
    whole = work.save().read_bytes()
    assert whole
    content = dict(work.parts)
    for number, guid in enumerate(
        {e.get("guid") for e in Work(work.path).root.iter() if e.get("guid")}
    ):
        new = f"00000000-0000-4000-8000-{number:012d}"
        content = {
            name.replace(guid, new): data.replace(guid.encode(), new.encode())
            for name, data in content.items()
        }
    pack(work.path, content)
    back = read(work.path, known(results))
    assert [verdict for _, _, _, verdict, _ in decided(back)] == ["accepted", "rejected"]


SIGNS = st.sampled_from([*"ab .,=<&", "\n", "é", "e\u0301", "🙂", "👩\u200d⚕️", "]]>"])
WORDS = st.lists(SIGNS, min_size=1, max_size=30).map("".join)


@settings(max_examples=25)
@given(st.lists(WORDS, min_size=1, max_size=3), st.data(), st.sampled_from(["lf", "crlf"]))
def test_any_codings_in_any_text_come_back_the_same(tmp_path_factory, said, data, line_ends):
    codebook = nested()
    spoken = [("R", canonical(words) + "x", ("care", "when0")) for words in said]
    results = make_results(make_transcript("a.txt", spoken), codebook=codebook)
    (transcript,) = results.transcripts
    decisions = {}
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(transcript.text) - 1))
        end = data.draw(st.integers(start + 1, len(transcript.text)))
        code = data.draw(st.sampled_from(codebook.code_ids))
        coder = data.draw(st.sampled_from(["Anna", "Bo <b>", "Chloë 🙂"]))
        note = data.draw(WORDS.map(canonical) | st.just(""))
        decisions[start, end, code, coder] = Coding(
            transcript_id=transcript.id,
            start=start,
            end=end,
            code=code,
            coder=coder,
            origin=data.draw(st.sampled_from(list(Origin))),
            verdict=data.draw(st.sampled_from(["accepted", "added", "rejected"])),
            note=note,
        )
    path = tmp_path_factory.mktemp("r") / "p.qdpx"
    export(results, path, list(decisions.values()), line_ends=line_ends)
    back = read(path, known(results))
    again = {(f.start, f.end, f.code, f.coder): f for f in back.found}
    assert again.keys() == decisions.keys()
    for key, decision in decisions.items():
        found = again[key]
        assert (str(found.verdict), found.origin, found.note) == (
            decision.verdict,
            decision.origin,
            decision.note,
        )
        assert found.quote == transcript.text[found.start : found.end]


def test_a_part_of_a_word_in_a_short_text_does_not_change_how_positions_count(tmp_path):
    # Counted with a CRLF as two, the stretch would begin and end at edges of words.
    spoken = [("R", words, ("care", "when0")) for words in ("aax", "ax")]
    results = make_results(make_transcript("a.txt", spoken), codebook=nested())
    (transcript,) = results.transcripts
    decided_by = [
        Coding(
            transcript_id=transcript.id,
            start=7,
            end=9,
            code="care",
            coder=coder,
            origin=Origin.BLIND,
            verdict="accepted",
            note="",
        )
        for coder in ("Anna", "Bo <b>")
    ]
    path = tmp_path / "p.qdpx"
    export(results, path, decided_by, line_ends="crlf")
    back = read(path, known(results))
    assert sorted((f.start, f.end, f.code, f.coder) for f in back.found) == [
        (7, 9, "care", "Anna"),
        (7, 9, "care", "Bo <b>"),
    ]


def test_a_suggestion_that_was_recoded_keeps_its_place(results, first, tmp_path):
    from nlp_pipeline.review.refi_qda.codes import code_guid

    work = exported(results, tmp_path, coder="Anna")
    reference = next(work.root.iter(f"{NS}CodeRef"))
    reference.set("targetGUID", code_guid("barrier"))
    assert work.users()[MODEL_NAME]
    span = (first.start, first.end)
    assert decided(work.read(results)) == [
        (*span, "barrier", "added", "Anna"),
        (*span, "facilitator", "rejected", "Anna"),
        (*span, "professional", "accepted", "Anna"),
    ]


def test_a_transcript_that_is_not_in_the_study_says_so(results, first, tmp_path):
    work = exported(results, tmp_path, coder="Anna")
    work.delete(first, "professional")
    work.save()
    fewer = replace(known(results), transcripts=results.transcripts[1:])
    back = read(work.path, fewer)
    assert {f.transcript for f in back.found} == {results.transcripts[0].id}
