"""`train` for a study: what counts, how it is measured, and what becomes of the default."""

import json
import shutil

import numpy as np
import pytest
from coded_study import decide
from story import ANNA, BRAM, THEMES, passages_of, run_story, simulate, truth_of, write_story
from story_model import write_story_encoder

from nlp_pipeline import pipeline
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.artifact import load_model
from nlp_pipeline.cli import main
from nlp_pipeline.config import TrainSettings, read_settings
from nlp_pipeline.errors import InputError, ModelError
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.network import Network
from nlp_pipeline.pipeline import adapting
from nlp_pipeline.pipeline.adapting import train_study
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.lessons import find_lessons
from nlp_pipeline.pipeline.preparing import AdaptOptions
from nlp_pipeline.pipeline.rounds import read_rounds
from nlp_pipeline.pipeline.splitting import study_split
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Return a study of eleven interviews that has been run and not coded, and its encoder."""
    folder = write_story(tmp_path_factory.mktemp("adapting") / "study", interviews=11, answers=20)
    encoder = folder.parent / "outside"
    settings = (folder / "study.yaml").read_text(encoding="utf-8")
    lines = f"model: '{encoder}'  # de onze\nsegment:\n  min_words: 1\n"
    (folder / "study.yaml").write_text(f"# Onze instellingen.\n{settings}{lines}", encoding="utf-8")
    run_story(folder)
    texts = [t.text for t in find_workplace(folder).results.transcripts]
    write_story_encoder(encoder, texts)
    return folder


@pytest.fixture
def study(fresh, tmp_path):
    return shutil.copytree(fresh, tmp_path / "study")


def trained(study, *, seed=20, **options):
    options.setdefault("method", "head")
    return train_study(
        study,
        options=AdaptOptions(**options),
        settings=TrainSettings(seed=seed),
        sampling=Sampling(resamples=100),
    )


@pytest.fixture(scope="module")
def coded(fresh, tmp_path_factory):
    """Return the same, with all interviews coded blind by two people."""
    folder = shutil.copytree(fresh, tmp_path_factory.mktemp("coded") / "study")
    interviews = [t.id for t in find_workplace(folder).results.transcripts]
    for coder in (ANNA, BRAM):
        simulate(folder, coder, passages_of(folder, interviews=interviews))
    return folder


@pytest.fixture(scope="module")
def first(coded, tmp_path_factory):
    """Return the coded study after a training, and what that said."""
    folder = shutil.copytree(coded, tmp_path_factory.mktemp("first") / "study")
    return folder, trained(folder)


def test_the_test_interviews_are_measured_on_and_never_learned_from(first):
    folder, summary = first
    made = json.loads((summary.folder / "manifest.json").read_text(encoding="utf-8"))
    test = study_split(find_workplace(folder)).test
    assert set(made["measured_interviews"]) <= test
    assert test.isdisjoint(made["learned_interviews"])
    assert summary.round.measured_on == "test"
    assert summary.round.interviews + summary.round.measured_interviews == 11


def test_the_new_model_learned_the_themes_and_is_what_runs_take(first):
    folder, summary = first
    own, definitions = summary.compared
    assert definitions.name == "definitions"
    assert own.mean_f1.value > definitions.mean_f1.value + 0.1
    left_out = summary.round.mean_f1_left_out
    assert left_out.value > definitions.mean_f1.value + 0.1
    assert left_out.low < left_out.value < left_out.high
    assert summary.round.is_default
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    assert read_settings(folder / "study.yaml").model == summary.round.model == "samen-in-de-wijk-1"
    assert text.startswith("# Onze instellingen.")
    assert "min_words: 1" in text
    study = pipeline.load_study([folder])
    assert pipeline.load_classifier(study).model_id == summary.round.model_id


def test_the_figures_in_the_round_are_those_of_the_model_that_was_saved(first):
    folder, summary = first
    (found,) = read_rounds(folder)
    assert found == summary.round
    assert [row.code for row in found.codes] == list(THEMES)
    lessons = find_lessons(study_frame(folder))
    measured = lessons.take(lessons.places(tuple(study_split(find_workplace(folder)).test)))
    assert [row.coded for row in found.codes] == measured.coded.sum(0).tolist()
    assert found.measured_passages == len(measured.passages)


def test_card_manifest_and_rounds_hold_no_word_of_a_participant(first):
    folder, summary = first
    texts = {passage.text for passage in passages_of(folder)}
    files = [*summary.folder.glob("*.md"), *summary.folder.glob("*.json"), folder / "rounds.json"]
    for path in files:
        if path.name != "tokenizer.json":
            told = path.read_text(encoding="utf-8")
            assert not any(text[:40] in told for text in texts), path.name
    card = (summary.folder / "README.md").read_text(encoding="utf-8")
    assert "split before anything was shown" in card
    assert "study Samen in de wijk" in card


def test_the_same_seed_gives_the_same_figures(coded, first, tmp_path):
    again = trained(shutil.copytree(coded, tmp_path / "study"))
    assert again.round.model_dump(exclude={"trained_at"}) == first[1].round.model_dump(
        exclude={"trained_at"}
    )


def test_a_second_round_starts_from_outside_again_and_is_compared_with_the_first(first, tmp_path):
    folder = shutil.copytree(first[0], tmp_path / "study")
    second = trained(folder)
    assert second.round.model == "samen-in-de-wijk-2"
    assert second.round.base.startswith("outside@")
    assert any("starts from" in note for note in second.notes)
    assert {row.name for row in second.compared} == {
        "samen-in-de-wijk-2",
        "samen-in-de-wijk-1",
        "definitions",
    }
    # The same figures are no reason to change.
    assert not second.round.is_default
    assert read_settings(folder / "study.yaml").model == "samen-in-de-wijk-1"
    with pytest.raises(ModelError, match="has learned from interviews on which"):
        trained(folder, base="samen-in-de-wijk-1")


def test_the_default_can_be_left_as_it_is_and_a_name_is_taken_once(coded, tmp_path):
    folder = shutil.copytree(coded, tmp_path / "study")
    before = (folder / "study.yaml").read_bytes()
    summary = trained(folder, keep_default=True, name="proef")
    assert not summary.round.is_default
    assert (folder / "study.yaml").read_bytes() == before
    with pytest.raises(InputError, match="is there already"):
        trained(folder, name="proef")
    with pytest.raises(InputError, match="cannot name a model"):
        trained(folder, name="../elders")


def test_a_training_that_is_stopped_leaves_everything_as_it_was(coded, tmp_path, monkeypatch):
    folder = shutil.copytree(coded, tmp_path / "study")
    before = (folder / "study.yaml").read_bytes()

    def stopped(*_args, **_options):
        raise KeyboardInterrupt

    for step in ("weigh", "move_file", "set_default"):
        with monkeypatch.context() as patch:
            patch.setattr(adapting, step, stopped)
            with pytest.raises(KeyboardInterrupt):
                trained(folder)
        assert (folder / "study.yaml").read_bytes() == before, step
        assert read_rounds(folder) == (), step
    assert trained(folder).round.is_default


def test_after_a_few_more_codings_no_passage_is_read_again(coded, tmp_path, monkeypatch):
    folder = shutil.copytree(coded, tmp_path / "study")
    one = trained(folder)
    before = {path: path.read_bytes() for path in (folder / "models" / ".embeddings").iterdir()}
    assert before
    decide(folder, CONSENSUS, {passages_of(folder)[0]: ["tijd"]})
    # Codings and heads are new, what the encoder makes of the passages is not.
    read = []
    monkeypatch.setattr(Network, "_states", lambda *_args: read.append(1))
    other = trained(folder)
    assert other.round.model != one.round.model
    assert not read
    assert {path: path.read_bytes() for path in before} == before


def test_with_few_interviews_each_is_left_out_in_turn(study):
    interviews = [t.id for t in find_workplace(study).results.transcripts][:4]
    simulate(study, ANNA, passages_of(study, interviews=interviews))
    summary = trained(study)
    assert summary.round.measured_on == "folds"
    assert summary.round.measured_interviews == summary.round.interviews == 4
    assert any("fewer than 8" in note for note in summary.notes)
    made = json.loads((summary.folder / "manifest.json").read_text(encoding="utf-8"))
    assert made["learned_interviews"] == sorted(interviews)
    card = (summary.folder / "README.md").read_text(encoding="utf-8")
    assert "left out in turn" in card


def test_an_interview_that_is_left_out_is_not_learned_from(study):
    """One interview in which every theme is coded the wrong way round cannot be foreseen."""
    interviews = [t.id for t in find_workplace(study).results.transcripts][:5]
    odd = interviews[2]
    simulate(study, ANNA, passages_of(study, interviews=[i for i in interviews if i != odd]))
    others = {p: sorted(set(THEMES) - truth_of(p)) for p in passages_of(study, interviews=[odd])}
    decide(study, "Anna", others)
    alone = trained(study, name="met")
    own = {row.code: row for row in alone.compared[0].codes}
    assert own["tijd"].recall.value < 0.9
    assert alone.compared[0].mean_f1.value < 0.8


def test_passages_that_nobody_has_seen_are_not_in(study):
    passages = passages_of(study)
    interviews = sorted({p.transcript_id for p in passages})[:3]
    seen = [p for p in passages if p.transcript_id in interviews][::2]
    simulate(study, ANNA, seen)
    lessons = find_lessons(study_frame(study))
    assert {p.id for p in lessons.passages} == {p.id for p in seen}
    bare = [n for n, p in enumerate(lessons.passages) if not ANNA.codes_of(p)]
    assert bare
    assert not lessons.targets[bare].any()
    assert trained(study).round.passages == len(seen)


def test_a_consensus_holds_and_without_one_the_share_of_coders(study):
    one, two, three, four = passages_of(study)[:4]
    decide(study, "Anna", {one: ["tijd"], two: ["tijd"], three: ["tijd"], four: ["geld"]})
    decide(study, "Bram", {one: [], two: ["tijd", "geld"], three: []})
    decide(study, "Cor", {one: ["tijd"], two: []}, origin=Origin.ASSISTED)
    decide(study, CONSENSUS, {three: ["geld"]})
    lessons = find_lessons(study_frame(study))
    place = {p.id: n for n, p in enumerate(lessons.passages)}
    codes = ("tijd", "geld")
    columns = [lessons.codes.index(code) for code in codes]
    targets = lessons.targets[:, columns]
    assert targets[place[one.id]].tolist() == pytest.approx([2 / 3, 0])
    assert targets[place[two.id]].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert targets[place[three.id]].tolist() == [0, 1]
    # What is measured by is what was coded blind: of one, Anna says yes and Bram says no.
    assert not lessons.coded[place[one.id]].any()
    assert lessons.coded[place[two.id], columns].tolist() == [True, False]
    assert lessons.sets[place[three.id]] == ()
    assert lessons.sets[place[two.id]] == (("tijd",), ("tijd", "geld"), ())
    assert lessons.read_twice.sum() == 3


def test_nothing_imported_one_interview_and_one_value_are_told(study):
    with pytest.raises(InputError, match="there are no codings of this run yet"):
        trained(study)
    passages = passages_of(study)
    decide(study, "Anna", dict.fromkeys(passages[:30], ()))
    with pytest.raises(InputError, match=r"has the same codes \(none\)"):
        trained(study)


def test_one_interview_is_too_few(study):
    passages = passages_of(study)
    own = [p for p in passages if p.transcript_id == passages[0].transcript_id]
    simulate(study, ANNA, own)
    with pytest.raises(InputError, match="it takes at least two"):
        trained(study)


def test_a_code_that_nobody_used_is_kept_and_never_suggested(study):
    interviews = [t.id for t in find_workplace(study).results.transcripts][:4]
    told = {
        p: sorted(ANNA.codes_of(p) - {"taal"}) for p in passages_of(study, interviews=interviews)
    }
    decide(study, "Anna", told)
    decide(study, "Bram", {next(iter(told)): ["oude-code"]})
    summary = trained(study)
    assert summary.little["taal"] == 0
    assert any("oude-code" in note for note in summary.notes)
    classifier = pipeline.load_classifier(pipeline.load_study([study], model=summary.round.model))
    assert "taal" in classifier.codebook.code_ids
    found = classifier.classify(passages_of(study))
    assert not any(s.suggested for s in found if s.code == "taal")


def test_the_command_prints_one_table_without_words_of_participants(coded, tmp_path, capsys):
    folder = shutil.copytree(coded, tmp_path / "study")
    with pytest.raises(SystemExit) as left:
        main(["train", str(folder), "--method", "head", "--resamples", "100"])
    printed = capsys.readouterr().out
    assert left.value.code == 0
    assert "is now the model of this study" in printed
    assert all(code in printed for code in THEMES)
    assert not any(p.text[:40] in printed for p in passages_of(folder))
    with pytest.raises(SystemExit) as wrong:
        main(["train", str(folder), "--out", str(tmp_path / "x")])
    assert wrong.value.code == 2


def test_training_in_full_learns_and_goes_the_same_way(coded, tmp_path):
    folder = shutil.copytree(coded, tmp_path / "study")
    summary = train_study(
        folder,
        options=AdaptOptions(method="full"),
        settings=TrainSettings(epochs=1, batch_size=32, frozen_layers=0),
        sampling=Sampling(resamples=100),
    )
    assert summary.round.method == "full"
    model = load_model(summary.folder)
    assert model.config.codes == tuple(THEMES)
    assert not list((folder / "models").glob(".samen*"))
    assert np.isfinite(summary.compared[0].mean_f1.value)


def test_training_in_full_leaves_interviews_out_in_turn_when_there_are_few(study):
    interviews = [t.id for t in find_workplace(study).results.transcripts][:3]
    simulate(study, ANNA, passages_of(study, interviews=interviews)[::3])
    summary = train_study(
        study,
        options=AdaptOptions(method="full"),
        settings=TrainSettings(epochs=1, batch_size=16, frozen_layers=0),
        sampling=Sampling(resamples=100),
    )
    assert (summary.round.method, summary.round.measured_on) == ("full", "folds")
    assert summary.round.measured_interviews == 3
    left = sorted(path.name for path in (study / "models").iterdir())
    assert left == [".embeddings", summary.folder.name]
