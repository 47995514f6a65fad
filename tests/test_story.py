"""A new study from the first passage to a certificate, with coders whose errors are known."""

from dataclasses import replace

import numpy as np
import pytest
from story import (
    ANNA,
    BRAM,
    CODERS,
    THEMES,
    code_file,
    expected_kappa,
    passages_of,
    run_story,
    truth_of,
    write_story,
)

from nlp_pipeline.certify import Word
from nlp_pipeline.cli import main
from nlp_pipeline.config import read_codebook
from nlp_pipeline.intervals import Resamples, measure_pair
from nlp_pipeline.pipeline.certificate import read_certificate
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.rounds import read_rounds
from nlp_pipeline.pipeline.splitting import study_split


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return the passages of a story that was run."""
    folder = write_story(tmp_path_factory.mktemp("story") / "study", interviews=20, answers=12)
    run_story(folder)
    return folder, passages_of(folder)


def flags(passages, says):
    told = [says(passage) for passage in passages]
    return np.array([[code in codes for code in THEMES] for codes in told], dtype=bool)


def test_the_codebook_has_nine_themes_with_dutch_labels_only(told):
    codebook = read_codebook("codebook.yaml", folder=told[0])
    assert len([*codebook]) == 9
    assert len(codebook.facets) == 1
    assert {*codebook.code_ids} == {*THEMES}
    assert all({*code.label} == {"nl"} for code in codebook)


def test_every_answer_is_one_passage_and_every_theme_comes_up(told):
    _, passages = told
    assert len(passages) == 20 * 12
    truth = flags(passages, truth_of)
    assert (truth.sum(axis=0) > 0).all()
    assert 0.25 < (~truth.any(axis=1)).mean() < 0.45
    assert truth.sum(axis=1).max() == 2


def test_coders_err_as_often_as_they_are_told_to(told):
    _, passages = told
    truth = flags(passages, truth_of)
    for coder in CODERS:
        many = [
            flags(passages, replace(coder, name=f"{coder.name} {n}").codes_of) for n in range(4)
        ]
        said = np.mean(many, axis=0)
        for column, code in enumerate(THEMES):
            miss, alarm = coder.rates(code)
            there = truth[:, column]
            assert 1 - said[there, column].mean() == pytest.approx(miss, abs=0.12)
            assert said[~there, column].mean() == pytest.approx(alarm, abs=0.02)


def test_kappa_lies_in_its_interval_as_often_as_it_should(told):
    """Of many pairs of people with these errors, whose kappa in the long run is known."""
    _, passages = told
    truth = flags(passages, truth_of)
    common = [code for code in THEMES if code not in ("taal", "vervoer")]
    resamples = Resamples([p.transcript_id for p in passages], resamples=400, seed=4)
    inside = []
    for number in range(12):
        pair = [replace(coder, name=f"{coder.name} {number}") for coder in (ANNA, BRAM)]
        first, second = (flags(passages, coder.codes_of) for coder in pair)
        rows = measure_pair(first, second, np.ones(len(passages), bool), resamples, codes=[*THEMES])
        for column, row in enumerate(rows):
            if row.code in common:
                there = int(truth[:, column].sum())
                expected = expected_kappa(
                    *pair, row.code, with_code=there, without=len(passages) - there
                )
                found = row.figures["cohen_kappa"].interval
                inside.append(found.low <= expected <= found.high)
    assert len(inside) == 12 * len(common)
    assert np.mean(inside) >= 0.88


def test_the_kappa_that_is_expected_is_right_where_it_can_be_told():
    perfect = replace(ANNA, usual=(0.0, 0.0), miss={}, alarm={})
    blind = replace(ANNA, usual=(0.5, 0.5), miss={}, alarm={})
    assert expected_kappa(perfect, perfect, "geld", with_code=30, without=70) == 1.0
    assert expected_kappa(perfect, blind, "geld", with_code=30, without=70) == pytest.approx(0.0)
    # Of 100 passages 20 + 5 + 10 + 15 in the four cells, the example of a kappa of 0.4.
    one = replace(ANNA, usual=(0.0, 0.0), miss={}, alarm={})
    other = replace(ANNA, usual=(0.2, 0.4), miss={}, alarm={})
    assert expected_kappa(one, other, "geld", with_code=25, without=25) == pytest.approx(0.4)


def call(*arguments):
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in arguments])
    return stopped.value.code


@pytest.mark.slow
def test_three_rounds_of_coding_training_certifying_and_running(tmp_path, monkeypatch, capsys):
    """All by the commands that a user gives, with a network that really learns."""
    monkeypatch.setenv("COLUMNS", "120")
    study = write_story(tmp_path / "wijk", interviews=16, answers=6)
    assert call("run", study, "--quiet") == 0
    assert call("certify", study) == 1  # nothing was coded yet
    for number in (1, 2, 3):
        batch = tmp_path / f"round {number}"
        order = ["next", study, "--n", 28, "--coders", "Anna,Bram", "--seed", number]
        assert call(*order, "--format", "csv", "--out", batch) == 0
        for coder in CODERS:
            code_file(batch / f"{coder.name}.csv", coder)
        assert call("import", batch / "Anna.csv", batch / "Bram.csv", "--study", study) == 0
        assert call("train", study, "--method", "head", "--json") == 0
        # Whether it is better than the definitions already or not.
        assert call("run", study, "--model", f"models/samen-in-de-wijk-{number}", "--quiet") == 0
        assert call("certify", study, "--resamples", 100) == 0

    _the_rounds_brought_something(study)
    _the_certificate_is_about_the_test_interviews(study)
    assert call("certify", study, "--check") == 0
    out = capsys.readouterr().out
    assert not any(passage.text[:25] in out for passage in passages_of(study))


def _the_rounds_brought_something(study):
    rounds = read_rounds(study)
    assert len(rounds) == 3
    assert [one.passages for one in rounds] == sorted({one.passages for one in rounds})
    assert rounds[-1].mean_f1.value > 0


def _the_certificate_is_about_the_test_interviews(study):
    told, found = read_certificate(study), study_frame(study)
    test = study_split(found.place).test
    assert told.interviews == len(test) == 4
    assert {row.word for row in told.codes} == {Word.TOO_LITTLE}
    assert told.model_id == found.model
    in_test = [p for p in passages_of(study) if p.transcript_id in test]
    assert told.passages == len(in_test)
    for row in told.codes:
        coded = np.mean([[row.code in c.codes_of(p) for p in in_test] for c in CODERS], axis=0)
        assert row.coded == pytest.approx(coded.sum())
