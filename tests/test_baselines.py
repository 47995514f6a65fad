from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import write_tiny_model

from nlp_pipeline.agreement import CodeFigures, cohen_kappa, compare
from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.baselines import Contender, contenders, frozen_vectors, learning_curve, transfer
from nlp_pipeline.baselines.data import coded_flags
from nlp_pipeline.baselines.definitions import definitions
from nlp_pipeline.baselines.rules import commonest, keyword, majority
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.config import TrainSettings, read_codebook
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.errors import CorpusError
from nlp_pipeline.train import train

RMIC = read_codebook("rmic")
SETTINGS = TrainSettings(epochs=1, batch_size=8, max_tokens=64, context_tokens=16)
SAID = {
    "nl": {
        "barrier": "dat werkt slecht",
        "facilitator": "dat werkt goed",
        "system": "het geld en het systeem",
        "normative": "wij vertrouwen de huisarts",
        "": "ik en het team",
    },
    "en": {
        "barrier": "that works bad",
        "facilitator": "that works good",
        "system": "the money and the system",
        "normative": "we trust the doctor",
        "": "i and the team",
    },
}


def a_row(said: str, *codes: str, language: str = "en", interview: str = "i1") -> dict:
    return {
        "text": said,
        "context": "",
        "codes": list(codes),
        "language": language,
        "transcript_id": interview,
    }


def rows_of(split: str, language: str, interviews: int) -> list[dict]:
    """Passages of which the words tell the codes: every code of SAID, and both facets at once."""
    words = SAID[language]
    found = []
    for number in range(interviews):
        who = f"{language}-{split}-{number}"
        for valence in ("barrier", "facilitator", ""):
            for level in ("system", "normative", ""):
                said = f"{words[valence]} , {words[level]}"
                codes = [code for code in (valence, level) if code]
                found.append(a_row(said, *codes, language=language, interview=who))
    return found


def small_corpus(interviews: int = 3) -> dict[str, list[dict]]:
    return {
        split: [row for language in SAID for row in rows_of(split, language, interviews)]
        for split in SPLITS
    }


@pytest.fixture
def rows() -> dict[str, list[dict]]:
    return small_corpus()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(write_tiny_model(tmp_path_factory.mktemp("base") / "base", heads=False))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(write_tiny_model(tmp_path_factory.mktemp("model") / "model"))


@pytest.fixture(scope="module")
def found(base: Model, model: Model) -> tuple[Contender, ...]:
    """The contenders on the small corpus."""
    return contenders(model, base, small_corpus(), RMIC, seed=1)


@pytest.fixture(scope="module")
def vectors(base: Model) -> dict:
    """The vectors of the small corpus."""
    return frozen_vectors(base, small_corpus(), max_tokens=64, context_tokens=16)


def by_name(found: tuple) -> dict:
    return {contender.name: contender for contender in found}


def figures(contender: Contender, rows: dict) -> list[CodeFigures]:
    coded = coded_flags(rows["test"], RMIC.code_ids)
    return [
        compare(
            code,
            scores=contender.scores[:, i],
            suggested=contender.suggested[:, i],
            coded=coded[:, i],
        )
        for i, code in enumerate(contender.codes)
    ]


def test_every_contender_judges_every_passage_and_code(rows: dict, found: tuple) -> None:
    names = ["majority", "commonest", "keyword", "tfidf", "definitions", "frozen"]
    assert [contender.name for contender in found] == names
    for contender in found:
        assert contender.codes == RMIC.code_ids
        assert contender.scores.shape == contender.suggested.shape == (len(rows["test"]), 8)
        assert np.isfinite(contender.scores).all()
        assert contender.note


def test_without_a_base_only_what_needs_it_is_left_out(rows: dict, model: Model) -> None:
    found = by_name(contenders(model, None, rows, RMIC, seed=1))
    assert list(found) == ["majority", "commonest", "keyword", "tfidf"]


@pytest.mark.parametrize("name", ["tfidf", "frozen"])
@pytest.mark.parametrize("code", ["barrier", "facilitator", "system", "normative"])
def test_what_learns_learns_what_words_tell(rows: dict, found: tuple, name: str, code: str) -> None:
    contender = by_name(found)[name]
    column = RMIC.code_ids.index(code)
    coded = coded_flags(rows["test"], RMIC.code_ids)[:, column]
    kappa = cohen_kappa(contender.suggested[:, column], coded).value
    assert kappa is not None
    assert kappa > 0.8


@pytest.mark.parametrize("name", ["tfidf", "frozen"])
def test_a_code_without_an_example_is_not_suggested(found: tuple, name: str) -> None:
    contender = by_name(found)[name]
    column = RMIC.code_ids.index("functional")
    assert not contender.suggested[:, column].any()
    assert (contender.scores[:, column] < 0.5).all()


def test_a_code_that_every_training_passage_carries_does_not_stop_it(
    base: Model, model: Model
) -> None:
    rows = small_corpus(1)
    for row in rows["train"]:
        row["codes"] = [*row["codes"], "clinical"]
    found = by_name(contenders(model, base, rows, RMIC, seed=1))
    for name in ("tfidf", "frozen", "majority"):
        assert found[name].scores[:, RMIC.code_ids.index("clinical")].min() > 0.5


def test_the_codes_of_the_test_passages_are_not_looked_at(
    rows: dict, base: Model, model: Model, found: tuple
) -> None:
    for row in rows["test"]:
        row["codes"] = ["professional"]
    after = contenders(model, base, rows, RMIC, seed=1)
    for first, second in zip(found, after, strict=True):
        assert np.array_equal(first.scores, second.scores), first.name
        assert np.array_equal(first.suggested, second.suggested), first.name


def test_vectors_that_were_read_before_give_the_same(
    rows: dict, base: Model, model: Model, found: tuple, vectors: dict
) -> None:
    assert {split: len(vectors[split]) for split in SPLITS} == {s: len(rows[s]) for s in SPLITS}
    saved = contenders(model, base, rows, RMIC, seed=1, vectors=vectors)
    for first, second in zip(found, saved, strict=True):
        assert np.array_equal(first.scores, second.scores), first.name


def test_the_frozen_contender_is_what_training_the_heads_gives(
    rows: dict, base: Model, found: tuple
) -> None:
    data = {
        split: Dataset.from_dict({c: [row[c] for row in of] for c in ("text", "context", "codes")})
        for split, of in rows.items()
    }
    head = SETTINGS.model_copy(update={"method": "head"})
    trained = train(base, data, RMIC, head, name="heads")
    contender = by_name(found)["frozen"]
    for ours, theirs in zip(figures(contender, rows), trained.figures["test"], strict=True):
        assert ours.f1 == theirs.f1
        assert ours.kappa == theirs.kappa


def test_what_begins_is_told(base: Model, model: Model) -> None:
    rows = small_corpus(1)
    told: list[str] = []
    contenders(model, base, rows, RMIC, seed=1, progress=told.append)
    assert told[:4] == ["keyword", "tfidf", "definitions", "frozen"]
    assert not any(row["text"] in line for row in rows["test"] for line in told)


@pytest.mark.parametrize("split", SPLITS)
def test_an_empty_split_is_named(rows: dict, base: Model, model: Model, split: str) -> None:
    with pytest.raises(CorpusError, match=f"no passages in the split.*{split}"):
        contenders(model, base, {**rows, split: []}, RMIC, seed=1)


def test_passages_without_words_are_an_error_of_the_corpus(rows: dict, model: Model) -> None:
    wordless = [{**row, "text": "?"} for row in rows["train"]]
    with pytest.raises(CorpusError, match="no words"):
        contenders(model, None, {**rows, "train": wordless}, RMIC, seed=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=8, max_size=8), min_size=1, max_size=9))
def test_majority_is_right_on_at_least_half_of_what_it_saw(training: list[list[bool]]) -> None:
    flags = np.array(training)
    found = majority(RMIC, flags, 2)
    assert ((flags == found.suggested[0]).mean(0) >= 0.5).all()
    assert found.scores.shape == (2, 8)


def test_commonest_takes_one_code_per_facet_if_there_is_one() -> None:
    training = coded_flags(
        [a_row("", "barrier"), a_row("", "barrier", "facilitator"), a_row("")], RMIC.code_ids
    )
    found = commonest(RMIC, training, 2)
    assert found.suggested.sum(0).tolist() == [2, 0, 0, 0, 0, 0, 0, 0]
    assert found.scores[0, :2] == pytest.approx([2 / 3, 1 / 3])


@pytest.mark.parametrize(
    ("said", "language", "codes"),
    [
        ("De verzekeraars en de wet zitten in de weg.", "nl", {"system"}),
        ("Laws, insurers, grants: politics, really.", "en", {"system"}),
        ("We moved the dossiers.", "en", set()),
        ("De dossiers zijn verhuisd.", "nl", {"functional"}),
        ("Is dat zo? Ja, dat is wel zo.", "nl", set()),
    ],
)
def test_keyword_takes_words_of_the_codebook_in_the_language_of_the_passage(
    said: str, language: str, codes: set[str]
) -> None:
    found = keyword(RMIC, [a_row(said, language=language)])
    levels = {code for code, yes in zip(found.codes, found.suggested[0], strict=True) if yes}
    assert levels - {"barrier", "facilitator"} == codes


def small_codebook(**definitions_of: str) -> Codebook:
    codes = tuple(
        Code(id=code, label={"en": code}, definition={"en": text})
        for code, text in definitions_of.items()
    )
    return Codebook(name="small", version="1", facets=(Facet(id="about", codes=codes),))


def test_keyword_passes_over_words_that_all_codes_share_and_keeps_ties() -> None:
    codebook = small_codebook(a="care for money", b="care for trust", c="care for trust")
    said = [a_row("care"), a_row("the money"), a_row("trust"), a_row("care", language="nl")]
    assert keyword(codebook, said).suggested.tolist() == [
        [False, False, False],
        [True, False, False],
        [False, True, True],
        [False, False, False],
    ]


def test_definitions_suggest_the_code_whose_definition_is_said(base: Model) -> None:
    codebook = small_codebook(
        money="the money system", trust="we trust that doctor", good="that works good and not bad"
    )
    said = [f"{code.id} : {code.meaning('en')}" for code in codebook]
    found = definitions(base, codebook, [a_row(one) for one in said])
    assert found.scores.argmax(1).tolist() == [0, 1, 2]
    assert found.suggested.any()


def test_definitions_guess_a_language_that_is_not_told(base: Model) -> None:
    said = "Het geld en het systeem, dat werkt niet goed."
    told = definitions(base, RMIC, [a_row(said, language="nl")])
    untold = definitions(base, RMIC, [{"text": said}])
    assert np.array_equal(told.scores, untold.scores)


def test_definitions_in_one_language_serve_the_other(base: Model) -> None:
    codebook = small_codebook(money="the money system", trust="we trust that doctor")
    both = [a_row(said, language=lang) for lang in SAID for said in SAID[lang].values()]
    assert np.isfinite(definitions(base, codebook, both).scores).all()


def test_transfer_measures_all_pairs_of_languages(rows: dict, base: Model) -> None:
    found = transfer(base, rows, RMIC, SETTINGS, method="head")
    pairs = [(one.learned_from, one.measured_on) for one in found]
    assert pairs == [("en", "en"), ("en", "nl"), ("nl", "en"), ("nl", "nl")]
    for one in found:
        assert {rows["test"][i]["language"] for i in one.positions} == {one.measured_on}
        assert one.scores.shape == one.suggested.shape == (len(one.positions), 8)
    coded = coded_flags(rows["test"], RMIC.code_ids)
    own = found[0]
    assert (own.suggested == coded[own.positions]).mean() > 0.95


def test_transfer_knows_nothing_of_the_other_language(rows: dict, base: Model) -> None:
    before = transfer(base, rows, RMIC, SETTINGS, method="head")
    for split in SPLITS:
        for row in rows[split]:
            if row["language"] == "nl":
                row["codes"] = ["functional"]
    after = transfer(base, rows, RMIC, SETTINGS, method="head")
    for first, second in zip(before[:2], after[:2], strict=True):
        assert first.learned_from == "en"
        assert np.array_equal(first.scores, second.scores)
    assert not np.array_equal(before[3].scores, after[3].scores)


def test_transfer_by_full_training_leaves_the_base_as_it_is(base: Model) -> None:
    rows = small_corpus(1)
    weights = {name: tensor.clone() for name, tensor in base.network.state_dict().items()}
    rows["train"][0]["codes"] = ["an older code"]
    found = transfer(base, rows, RMIC, SETTINGS, method="full")
    assert [one.method for one in found] == ["full"] * 4
    assert all(torch.equal(weights[name], t) for name, t in base.network.state_dict().items())


def test_transfer_needs_two_languages(rows: dict, base: Model) -> None:
    dutch = {split: [row for row in of if row["language"] == "nl"] for split, of in rows.items()}
    with pytest.raises(CorpusError, match="all its passages are in nl"):
        transfer(base, dutch, RMIC, SETTINGS, method="head")
    with pytest.raises(CorpusError, match='split "test" has no passages in en'):
        transfer(base, {**rows, "test": dutch["test"]}, RMIC, SETTINGS, method="head")


def test_transfer_says_where_the_language_is_missing(rows: dict, base: Model) -> None:
    del rows["calibration"][4]["language"]
    with pytest.raises(CorpusError, match='split "calibration", row 5: "language" is missing'):
        transfer(base, rows, RMIC, SETTINGS, method="head")


def test_the_curve_ends_where_all_interviews_are_learned_from(
    rows: dict, base: Model, found: tuple, vectors: dict
) -> None:
    curve = learning_curve(
        base, rows, RMIC, SETTINGS, sizes=[99, 2, 6], draws=3, seed=4, vectors=vectors
    )
    assert [(point.interviews, point.draws) for point in curve] == [(2, 3), (6, 1)]
    assert curve[-1].passages == len(rows["train"])
    f1 = [row.f1.value for row in figures(by_name(found)["frozen"], rows)]
    assert curve[-1].macro_f1["valence"] == pytest.approx((f1[0] + f1[1]) / 2)


def test_more_interviews_teach_codes_that_few_have(rows: dict, base: Model) -> None:
    # Every interview is about one code only, so one interview cannot teach the others.
    for i, row in enumerate(rows["train"]):
        row["transcript_id"] = " ".join(row["codes"]) or f"none {i % 2}"
    found = learning_curve(base, rows, RMIC, SETTINGS, sizes=[1, 10], draws=2, seed=1)
    assert found[0].mean_kappa["valence"] < found[1].mean_kappa["valence"] - 0.2


def test_a_larger_draw_holds_the_smaller_one(rows: dict, base: Model) -> None:
    # Interview k has 2 ** k passages, so the number of passages tells which were drawn.
    (passages := rows["train"])[31:] = []
    for i, row in enumerate(passages):
        row["transcript_id"] = f"i{(i + 1).bit_length()}"
    vectors = frozen_vectors(base, rows, max_tokens=64, context_tokens=16)
    sizes = range(1, 6)
    for seed in range(3):
        curve = learning_curve(
            base, rows, RMIC, SETTINGS, sizes=sizes, draws=1, seed=seed, vectors=vectors
        )
        drawn = [point.passages for point in curve]
        assert [count.bit_count() for count in drawn] == list(sizes)
        assert all(small & large == small for small, large in pairwise(drawn))


def test_a_curve_is_the_same_for_the_same_seed(rows: dict, base: Model, vectors: dict) -> None:
    def curve(seed: int) -> tuple:
        return learning_curve(
            base, rows, RMIC, SETTINGS, sizes=[1, 2], draws=2, seed=seed, vectors=vectors
        )

    assert curve(3) == curve(3)


def test_a_curve_by_full_training(rows: dict, base: Model) -> None:
    (point,) = learning_curve(base, rows, RMIC, SETTINGS, sizes=[1], draws=2, seed=3, method="full")
    assert (point.method, point.draws, point.passages) == ("full", 2, 9)
    assert set(point.macro_f1) == {"valence", "level"}


def test_a_facet_without_codes_in_the_test_split_has_no_figures(rows: dict, base: Model) -> None:
    for row in rows["test"]:
        row["codes"] = [code for code in row["codes"] if code in ("barrier", "facilitator")]
    (point,) = learning_curve(base, rows, RMIC, SETTINGS, sizes=[3], draws=1, seed=3)
    assert list(point.macro_f1) == list(point.mean_kappa) == ["valence"]


def test_codes_outside_the_codebook_are_passed_over(rows: dict, model: Model) -> None:
    before = contenders(model, None, rows, RMIC, seed=1)
    for of in rows.values():
        of[0]["codes"] = [*of[0]["codes"], "an older code"]
    after = contenders(model, None, rows, RMIC, seed=1)
    assert all(np.array_equal(a.scores, b.scores) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(("sizes", "draws"), [([], 1), ([0], 1), ([1], 0)])
def test_a_curve_needs_sizes_and_draws(
    rows: dict, base: Model, sizes: list[int], draws: int
) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        learning_curve(base, rows, RMIC, SETTINGS, sizes=sizes, draws=draws, seed=1)


def test_the_model_says_how_long_an_input_may_be(base: Model, model: Model) -> None:
    rows = small_corpus(1)
    for of in rows.values():
        for row in of:
            # The words that tell the codes come last.
            row["text"] = "the " * 9 + row["text"]
    longer = by_name(contenders(model, base, rows, RMIC, seed=1))["frozen"]
    assert not (longer.scores == longer.scores[0]).all()
    config = model.config.model_copy(update={"max_tokens": 10})
    short = by_name(contenders(replace(model, config=config), base, rows, RMIC, seed=1))["frozen"]
    assert (short.scores == short.scores[0]).all()
