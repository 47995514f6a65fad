import csv
import json
import shutil
from pathlib import Path

import pytest
from coded_study import decide
from story import ANNA, THEMES, StoryModel, passages_of, run_story, simulate, write_story

from nlp_pipeline.analysis.records import Estimate
from nlp_pipeline.cli import main
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.pipeline import nexting
from nlp_pipeline.pipeline.nexting import DOUBT, LEARN, SPREAD, TEST, NextOptions, choose_next
from nlp_pipeline.pipeline.rounds import Round, add_round
from nlp_pipeline.pipeline.splitting import study_split
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin

EXPORT = ExportOptions(language="nl", blind=True, created_at="2024-05-06T07:08:09+00:00")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = write_story(tmp_path_factory.mktemp("made") / "study", interviews=12, answers=6)
    run_story(folder)
    return folder


@pytest.fixture
def study(made, tmp_path):
    return shutil.copytree(made, tmp_path / "study")


@pytest.fixture
def tested(study, monkeypatch):
    """Return a study whose test interviews are coded; vectors come from the story's own model."""
    simulate(study, ANNA, passages_of(study, interviews=kept_of(study)))

    def load(opened):
        return StoryModel(opened.codebook)

    monkeypatch.setattr(nexting, "load_classifier", load)
    return study


def kept_of(folder):
    return study_split(find_workplace(folder)).test


def options(number=20, **more):
    return NextOptions(number=number, **{"coders": ("Anna", "Bram"), "format": "csv"} | more)


def drawn_of(summary):
    record = json.loads((summary.folder / "sample.json").read_text(encoding="utf-8"))
    return record, {how: [tuple(place) for place in part] for how, part in record["drawn"].items()}


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_first_half_is_drawn_from_test_interviews_and_all_is_blind(study):
    summary = choose_next(
        study,
        options=options(seed=5),
        export=ExportOptions(language="nl", blind=False, created_at=EXPORT.created_at),
    )
    record, drawn = drawn_of(summary)
    test = kept_of(study)
    assert summary.drawn == {TEST: 10, LEARN: 10}
    assert all(place[0] in test for place in drawn[TEST])
    assert not any(place[0] in test for place in drawn[LEARN])
    assert record["seed"] == summary.seed == 5
    assert record["blind"] is True
    assert any("no suggestions" in warning for warning in summary.warnings)
    assert [path.name for path in summary.files] == ["Anna.csv", "Bram.csv"]
    assert all(row["score"] == "" for path in summary.files for row in rows_of(path))


def test_the_same_seed_draws_the_same_and_another_does_not(study, tmp_path):
    found = []
    for number, seed in enumerate((7, 7, 8)):
        summary = choose_next(
            study, options=options(seed=seed, out=tmp_path / str(number)), export=EXPORT
        )
        found.append(drawn_of(summary)[1])
    assert found[0] == found[1] != found[2]


def test_what_somebody_has_seen_does_not_come_again(study):
    seen = passages_of(study)[::2]
    decide(study, "Cas", {p: [] for p in seen}, origin=Origin.ASSISTED)
    summary = choose_next(study, options=options(100), export=EXPORT)
    _, drawn = drawn_of(summary)
    places = {place for part in drawn.values() for place in part}
    assert places == {(p.transcript_id, p.start, p.end) for p in passages_of(study)[1::2]}
    assert any("only 36 passages" in warning for warning in summary.warnings)


def test_with_a_test_set_come_doubt_and_variety_from_other_interviews(tested):
    summary = choose_next(tested, options=options(20, seed=3), export=EXPORT)
    record, drawn = drawn_of(summary)
    assert summary.drawn == {DOUBT: 10, SPREAD: 10}
    places = [place for part in drawn.values() for place in part]
    assert len({*places}) == 20
    assert not {place[0] for place in places} & kept_of(tested)
    assert record["fit_for_agreement"] is False
    doubts = doubts_of(tested)
    least = min(doubts[place] for place in drawn[DOUBT])
    assert all(doubts[place] <= least for place in doubts if place not in drawn[DOUBT])


def doubts_of(folder):
    from nlp_pipeline.sample import doubts

    place = find_workplace(folder)
    free = [p for p in passages_of(folder) if p.transcript_id not in kept_of(folder)]
    found = doubts(free, place.results.suggestions)
    return {(p.transcript_id, p.start, p.end): found[p.id] for p in free}


def test_with_a_test_set_suggestions_may_be_shown(tested):
    export = ExportOptions(language="nl", blind=False, created_at=EXPORT.created_at)
    summary = choose_next(tested, options=options(6), export=export)
    assert any(row["score"] for row in rows_of(summary.files[0]))


def test_test_interviews_are_never_shown_to_learn_from(tested):
    others = [p for p in passages_of(tested) if p.transcript_id not in kept_of(tested)]
    decide(tested, "Cas", {p: [] for p in others}, origin=Origin.ASSISTED)
    with pytest.raises(InputError, match="has been seen"):
        choose_next(tested, options=options(), export=EXPORT)


def test_files_that_are_there_are_not_replaced(study):
    choose_next(study, options=options(seed=1), export=EXPORT)
    with pytest.raises(InputError, match="--force"):
        choose_next(study, options=options(seed=1), export=EXPORT)
    choose_next(study, options=options(seed=1), export=EXPORT, force=True)


def test_the_curve_of_earlier_rounds_is_shown_and_drawn(study):
    for passages, figure in ((40, 0.41), (90, 0.62)):
        add_round(study, made_round(passages, figure))
    summary = choose_next(study, options=options(), export=EXPORT)
    assert [line.split()[0] for line in summary.curve] == ["gecodeerde", "40", "90"]
    assert summary.picture == study / "progress.svg"
    assert "<svg" in Path(summary.picture).read_text(encoding="utf-8")


def made_round(passages, figure):
    estimate = Estimate(value=figure, low=figure - 0.1, high=figure + 0.1)
    return Round(
        trained_at=EXPORT.created_at,
        model=f"m{passages}",
        model_id=f"m{passages}@0123456789ab",
        base="base@0123456789ab",
        method="head",
        passages=passages,
        coded=passages // 2,
        interviews=9,
        measured_on="test",
        measured_passages=18,
        measured_interviews=3,
        mean_f1=estimate,
        codes=(),
        others={},
        is_default=True,
        reason="",
        seed=20,
    )


def test_the_command_prints_no_word_of_a_participant(study, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["next", str(study), "--n", "10", "--coders", "Anna", "--format", "csv"])
    told = capsys.readouterr()
    assert stopped.value.code == 0
    assert "Anna.csv" in told.out
    assert "one coder" in told.err
    assert not any(p.text[:25] in told.out + told.err for p in passages_of(study))


def printed(capsys, *arguments):
    with pytest.raises(SystemExit):
        main(["next", *map(str, arguments), "--format", "csv", "--seed", "1"])
    told = capsys.readouterr()
    return " ".join(told.out.split()), " ".join(told.err.split())


def test_next_speaks_the_language_that_is_asked_for(study, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "120")
    add_round(study, made_round(40, 0.41))
    dutch, _ = printed(capsys, study, "--language", "nl", "--out", tmp_path / "nl")
    for said in (
        "Getrokken",
        "bij toeval, uit testinterviews",
        "Bij toeval en blind",
        "Geschreven",
    ):
        assert said in dutch
    for said in ("Drawn", "by chance", "chosen", "Written", "Seed"):
        assert said not in dutch
    english, _ = printed(capsys, study, "--out", tmp_path / "en")
    assert "By chance and blind: 0 passages of 0 test interviews are coded blind" in english
    assert "by chance, from test interviews" in english


def test_next_tells_the_reason_in_dutch_once_there_is_a_test_set(tested, capsys):
    out, _ = printed(capsys, tested, "--language", "nl")
    assert "het model is het minst zeker" in out
    assert "om van te leren" in out


def test_next_counts_one_in_the_singular(study, capsys):
    first, last, *_ = passages_of(study, interviews=kept_of(study))
    decide(study, "Cas", {p: [] for p in passages_of(study) if p != last}, origin=Origin.ASSISTED)
    decide(study, "Anna", {first: []})
    out, err = printed(capsys, study, "--n", "5")
    assert "only 1 passage is left" in err
    assert "1 passage of 1 test interview is coded blind" in out


def test_every_theme_can_be_coded_in_the_file(study):
    summary = choose_next(study, options=options(4), export=EXPORT)
    assert {*THEMES} <= {row["code"] for row in rows_of(summary.files[0])}
