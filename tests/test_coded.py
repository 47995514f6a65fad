import numpy as np
import pytest
from coded_study import answers_of, decide, rerun, write_study

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("template") / "study", interviews=3)


@pytest.fixture
def study(template, tmp_path):
    """Return a copy of a study with three interviews that nobody has coded yet."""
    from shutil import copytree

    return copytree(template, tmp_path / "my-study")


def said(found, coder, passage):
    place = found.passages.index(passage)
    row = found.place(coder)
    if not found.seen[row, place]:
        return None
    return {c for c, on in zip(found.codes, found.coded[row, place], strict=True) if on}


def test_the_model_is_one_more_coder_with_its_suggestions_and_scores(study):
    decide(study, "Anna", {answers_of(study)[0]: ["barrier", "system"]})
    found = study_frame(study)
    results = find_workplace(study).results
    assert (found.people, found.model) == (("Anna",), results.model_id)
    for place, row in enumerate(results.rows):
        own = said(found.frame, found.model, row.passage)
        assert own == (set(row.suggested) if row.is_classified else None)
        assert np.isnan(found.scores[place]).all() == (not row.is_classified)
    assert said(found.frame, "Anna", answers_of(study)[0]) == {"barrier", "system"}
    assert said(found.frame, "Anna", answers_of(study)[1]) is None
    assert (found.unscored, found.left_out.notes) == ((), ())


def test_what_was_coded_blind_stays_in_its_own_frame(study):
    one, two = answers_of(study)[:2]
    decide(study, "Anna", {one: ["barrier"], two: []})
    decide(study, "Anna", {one: ["barrier"]}, origin=Origin.ASSISTED, verdict=Verdict.REJECTED)
    decide(study, "Anna", {one: ["facilitator"]}, origin=Origin.ASSISTED)
    found = study_frame(study)
    assert said(found.frame, "Anna", one) == {"facilitator"}
    assert said(found.by_origin[Origin.BLIND], "Anna", one) == {"barrier"}
    assert said(found.by_origin[Origin.BLIND], "Anna", two) == set()
    assert said(found.by_origin[Origin.ASSISTED], "Anna", one) == {"facilitator"}
    assert said(found.by_origin[Origin.ASSISTED], "Anna", two) is None
    assert Origin.IMPORTED not in found.by_origin
    assert found.by_origin[Origin.BLIND].coders == ("Anna", found.model)


def test_codes_that_the_codebook_lacks_are_counted_and_not_taken_for_no(study):
    one, two, three = answers_of(study)[:3]
    decide(study, "Anna", {one: ["old", "barrier"], two: ["old"]})
    decide(study, "Anna", {three: ["old"]}, verdict=Verdict.REJECTED)
    found = study_frame(study)
    assert dict(found.left_out.waiting) == {"old": 2}
    assert "old (2)" in found.left_out.notes[0]
    assert said(found.frame, "Anna", one) is None
    assert said(found.frame, "Anna", two) is None
    assert said(found.frame, "Anna", three) == set()
    assert {c.code for c in found.codings} == {"barrier", "old"}


def test_decisions_on_other_texts_and_beside_all_passages_are_told(study):
    passages = answers_of(study)
    decide(study, "Anna", {passages[0]: ["barrier"], (passages[0].transcript_id, 0, 3): ["system"]})
    decide(
        study,
        "Bram",
        {p: ["barrier"] for p in passages if p.transcript_id != passages[0].transcript_id},
    )
    path = study / "transcripts" / "01.txt"
    path.write_bytes(path.read_bytes() + b"\n\nRespondent: And that was all I had to say of it.\n")
    rerun(study)
    found = study_frame(study)
    assert found.left_out.other_text == 4
    assert found.left_out.outside in (0, 1)  # a speaker's name may be outside of every passage
    assert any("another version" in note for note in found.left_out.notes)


def test_attributes_come_per_passage(study):
    (study / "attributes.csv").write_text("transcript,group\n00.txt,nurse\n", encoding="utf-8")
    decide(study, "Anna", {answers_of(study)[0]: []})
    found = study_frame(study)
    of = dict(zip(found.frame.interviews, found.attribute("group"), strict=True))
    assert sorted(of.values()) == ["", "", "nurse"]
    assert found.attribute_names == ("group",)


def test_an_earlier_run_can_be_named(study):
    first = find_workplace(study).run
    decide(study, "Anna", {answers_of(study)[0]: ["barrier"]})
    rerun(study, model_id="other@0123456789ab")
    assert study_frame(study).model == "other@0123456789ab"
    runs = [path.name for path in (study / "runs").iterdir()]
    assert len(runs) == 2
    assert study_frame(study, first.name).model == "keywords@0123456789ab"
    with pytest.raises(InputError, match="no run"):
        study_frame(study, "nowhere")
