"""``split.csv`` in a study: drawn once, added to, edited before there are codes, never moved."""

import csv
import io
import json
from dataclasses import replace

import pytest
from coded_study import answers_of, decide, rerun, write_study
from lxml.html import document_fromstring

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.ids import make_id
from nlp_pipeline.pipeline.reviewing import export_run
from nlp_pipeline.pipeline.sampling import SampleOptions, draw_sample
from nlp_pipeline.pipeline.splitting import SEAL_FILE, SPLIT_FILE, keep_split, study_split
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin, Transcript


def transcripts(number, *, start=0):
    return [transcript(f"{n:02d}.txt", f"Tekst {n}.") for n in range(start, start + number)]


def transcript(name, text):
    return Transcript(
        id=make_id("transcript", name, text),
        language="nl",
        text=text,
        turns=(),
        source_name=name,
        source_sha256="0" * 64,
    )


def rows_of(folder):
    text = (folder / SPLIT_FILE).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text else ","))


def write_rows(folder, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / SPLIT_FILE).write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))


def by_name(split, there):
    return {t.source_name: split.splits[t.id] for t in there}


def test_a_transcript_that_comes_later_is_added_and_none_moves(tmp_path):
    first = keep_split(tmp_path, transcripts(9))
    before = rows_of(tmp_path)
    second = keep_split(tmp_path, transcripts(14))
    assert rows_of(tmp_path)[:9] == before
    assert by_name(first, transcripts(9)).items() <= by_name(second, transcripts(14)).items()
    assert {row["seed"] for row in before} == {"20"}
    assert all(row["drawn_at"] for row in before)


def test_the_same_transcripts_again_leave_the_file_as_it_is(tmp_path):
    keep_split(tmp_path, transcripts(5))
    before = (tmp_path / SPLIT_FILE).read_bytes()
    keep_split(tmp_path, transcripts(5))
    keep_split(tmp_path, transcripts(3))
    assert (tmp_path / SPLIT_FILE).read_bytes() == before


def test_a_renamed_and_a_corrected_transcript_and_a_copy_stay_where_they_were(tmp_path):
    there = transcripts(9)
    found = keep_split(tmp_path, there)
    where = by_name(found, there)
    changed = [
        transcript("nieuw.txt", there[0].text),
        transcript(there[1].source_name, "Tekst 1, verbeterd."),
        transcript("kopie.txt", there[2].text),
        *there[2:],
    ]
    now = by_name(keep_split(tmp_path, changed), changed)
    assert now["nieuw.txt"] == where["00.txt"]
    assert now["01.txt"] == where["01.txt"]
    assert now["kopie.txt"] == where["02.txt"]
    assert {name: now[name] for name in where if name in now}.items() <= where.items()
    again = [transcript("later.txt", "Tekst 1, verbeterd."), *changed[2:]]
    assert by_name(keep_split(tmp_path, again), again)["later.txt"] == where["01.txt"]


def test_two_copies_that_come_together_go_to_one_split(tmp_path):
    there = [*transcripts(8), transcript("a.txt", "Dubbel."), transcript("b.txt", "Dubbel.")]
    for seed in range(5):
        found = by_name(keep_split(tmp_path / str(seed), there, seed=seed), there)
        assert found["a.txt"] == found["b.txt"]


def test_a_person_may_make_the_file_with_names_and_splits_alone(tmp_path):
    lines = ["name,split", *(f"{n:02d},{'Test' if n < 3 else 'train'}" for n in range(6))]
    (tmp_path / SPLIT_FILE).write_text("\n".join(lines), encoding="utf-8")
    found = keep_split(tmp_path, transcripts(7))
    assert {f"{n:02d}.txt" for n in range(3)} <= {
        name for name, split in by_name(found, transcripts(7)).items() if split == "test"
    }
    assert len(rows_of(tmp_path)) == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("naam,waar\n00,test\n", "row 1: there has to be a column name"),
        ("name,split\n00,tset\n", 'row 2: "tset" is no split; give one of train'),
        ("name,split\n00,test\n00,train\n", "row 3: this interview has a row already, row 2"),
        ("name,split\n,test\n", "row 2: it has neither a name nor an id"),
        ("name,split\n00,train\n01,train\n02,train\n", 'no interview is in the split "test"'),
        ("", "row 1"),
    ],
)
def test_a_file_that_is_wrong_is_named_by_row(tmp_path, text, message):
    (tmp_path / SPLIT_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        keep_split(tmp_path, transcripts(3))


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "study", interviews=4)


def moved(rows):
    train = next(n for n, row in enumerate(rows) if row["split"] == "train")
    test = next(n for n, row in enumerate(rows) if row["split"] == "test")
    return [
        row | {"split": {train: "test", test: "train"}.get(n, row["split"])}
        for n, row in enumerate(rows)
    ]


def test_a_run_splits_the_interviews_before_anything_is_shown(study):
    assert {row["split"] for row in rows_of(study)} == {
        "train",
        "validation",
        "calibration",
        "test",
    }


def test_before_there_are_codes_an_interview_can_be_moved_and_after_not(study):
    place = find_workplace(study)
    drawn = study_split(place).splits
    write_rows(study, moved(rows_of(study)))
    edited = study_split(place).splits
    assert edited != drawn
    assert not (study / SEAL_FILE).exists()
    decide(study, "Anna", {answers_of(study)[0]: ["barrier"]})
    assert study_split(place).splits == edited
    write_rows(study, moved(rows_of(study)))
    with pytest.raises(InputError, match="put it back"):
        study_split(place)


def test_a_file_that_is_lost_after_codes_came_is_made_again(study):
    place = find_workplace(study)
    decide(study, "Anna", {answers_of(study)[0]: ["barrier"]})
    before = study_split(place).splits
    (study / SPLIT_FILE).unlink()
    assert study_split(place).splits == before


def test_a_folder_with_results_has_no_split(study):
    place = replace(find_workplace(study), is_study=False)
    with pytest.raises(InputError, match="only a study has a split"):
        study_split(place)


def test_a_blind_sample_takes_test_interviews_first_and_an_export_warns_of_them(study, tmp_path):
    test = study_split(find_workplace(study)).test
    options = SampleOptions(share=0.1, coders=("Anna", "Bram"), format="csv", seed=1)
    blind = ExportOptions(blind=True, created_at="2024-03-05T10:00:00+00:00")
    drawn = draw_sample(study, options=options, export=blind)
    record = json.loads((drawn.folder / "sample.json").read_text(encoding="utf-8"))
    assert {transcript for transcript, _, _ in record["passages"]} <= test
    assert not any("kept to test" in warning for warning in drawn.warnings)
    for shown in (blind, replace(blind, blind=False)):
        told = export_run(study, tmp_path / f"{shown.blind}.csv", format="csv", options=shown)
        assert any("kept to test" in warning for warning in told.warnings) is not shown.blind


def test_a_run_marks_test_interviews_and_says_so_until_they_are_coded_blind(tmp_path):
    study = write_study(tmp_path / "study", interviews=6, answers=2)
    place = find_workplace(study)
    kept = study_split(place).test
    names = {t.source_name for t in place.results.transcripts if t.id in kept}
    overview = place.run / "review" / "overview.html"
    written = overview.read_bytes()
    page = document_fromstring(written)
    marked = {e.getprevious().text_content() for e in page.find_class("kept")}
    assert marked == names
    overview.unlink()
    summary = rerun(study)
    assert summary.state == "restored"
    assert overview.read_bytes() == written
    (note,) = [n for n in summary.notes if "kept to test" in n]
    assert f"{len(kept)} of these nobody has coded blind" in note
    told = {p: ["barrier"] for p in answers_of(study) if p.transcript_id in kept}
    decide(study, "Anna", told, origin=Origin.ASSISTED)
    assert note in rerun(study).notes
    decide(study, "Bram", told)
    assert not [n for n in rerun(study).notes if "kept to test" in n]
