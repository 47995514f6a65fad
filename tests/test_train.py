from pathlib import Path

import numpy as np
import pytest
import torch
from datasets import Dataset
from tiny import write_tiny_model

from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.calibrate import calibrate
from nlp_pipeline.classify import Classifier, to_scores
from nlp_pipeline.config import ClassifySettings, TrainSettings, read_codebook
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.errors import CorpusError, ModelError
from nlp_pipeline.learn import Epoch, parameter_groups
from nlp_pipeline.records import OTHER_LANGUAGE, Passage, Role
from nlp_pipeline.train import train

FAST = TrainSettings(
    epochs=12, patience=12, batch_size=4, learning_rate=3e-3, head_learning_rate=1e-2, dropout=0.0
)
EXAMPLES = [
    ("het team werkt niet", ["barrier", "professional"]),
    ("team is slecht", ["barrier", "professional"]),
    ("the team is bad", ["barrier", "professional"]),
    ("wij vertrouwen en dat werkt goed", ["facilitator", "normative"]),
    ("trust is good", ["facilitator", "normative"]),
    ("vertrouwen is goed", ["facilitator", "normative"]),
    ("geld is slecht", ["barrier", "system"]),
    ("money is bad", ["barrier", "system"]),
    ("de huisarts en het team", []),
    ("the doctor and a team", []),
]


@pytest.fixture
def base(tmp_path: Path) -> Model:
    return load_model(write_tiny_model(tmp_path / "base", heads=False))


def _corpus(**changes: list[tuple[str, list[str]]]) -> dict[str, Dataset]:
    return {split: _dataset(changes.get(split, EXAMPLES)) for split in SPLITS}


def _dataset(examples: list[tuple[str, list[str]]]) -> Dataset:
    return Dataset.from_dict(
        {
            "text": [text for text, _ in examples],
            "context": ["werkt dat ?"] * len(examples),
            "codes": [codes for _, codes in examples],
        }
    )


@pytest.mark.parametrize("method", ["full", "head"])
def test_ten_examples_are_learned(base: Model, method: str) -> None:
    settings = FAST.model_copy(update={"method": method})
    trained = train(base, _corpus(), read_codebook("rmic"), settings, name="new")
    for figures in trained.figures["test"]:
        if figures.coded:
            assert figures.average_precision.value == pytest.approx(1.0), figures.code
    assert trained.config.calibrated
    assert trained.config.codes == read_codebook("rmic").code_ids


def test_one_seed_gives_one_result(tmp_path: Path) -> None:
    def once() -> tuple[tuple[Epoch, ...], object]:
        base = load_model(write_tiny_model(tmp_path / "base", heads=False))
        trained = train(base, _corpus(), read_codebook("rmic"), FAST, name="new")
        return trained.epochs, trained.figures

    assert once() == once()


def test_a_code_of_another_codebook_is_refused_with_its_row(base: Model) -> None:
    corpus = _corpus(train=[("geld", ["barrier"]), ("geld", ["cost"])])
    with pytest.raises(CorpusError, match='"train", row 2: code "cost"'):
        train(base, corpus, read_codebook("rmic"), FAST, name="new")


def test_a_missing_split_is_named(base: Model) -> None:
    corpus = _corpus()
    del corpus["calibration"]
    with pytest.raises(CorpusError, match='"calibration"'):
        train(base, corpus, read_codebook("rmic"), FAST, name="new")


def test_deeper_layers_learn_more_slowly_and_frozen_embeddings_not_at_all(base: Model) -> None:
    network = base.network
    settings = TrainSettings(layer_decay=0.5, learning_rate=0.1)
    groups = parameter_groups(network, settings)
    rates = [group["lr"] for group in groups[1:]]
    assert rates == [0.1, 0.05]
    learned = {id(p) for group in groups for p in group["params"]}
    for parameter in network.encoder.embeddings.parameters():
        assert id(parameter) not in learned
        assert not parameter.requires_grad


def test_calibration_finds_the_temperature_of_overconfident_logits() -> None:
    generator = np.random.default_rng(4)
    honest = generator.normal(0.0, 1.5, size=(4000, 1))
    coded = generator.random((4000, 1)) < 1 / (1 + np.exp(-honest))
    (decision,) = calibrate((honest * 3).astype(np.float32), coded.astype(np.float32))
    assert decision.temperature == pytest.approx(3.0, rel=0.1)
    scores = to_scores((honest * 3).astype(np.float32), [decision])
    for low in (0.1, 0.3, 0.5, 0.7):
        inside = (scores >= low) & (scores < low + 0.2)
        assert coded[inside].mean() == pytest.approx(scores[inside].mean(), abs=0.06)


def test_a_code_without_examples_keeps_the_defaults() -> None:
    (decision,) = calibrate(np.zeros((5, 1), np.float32), np.zeros((5, 1), np.float32))
    assert (decision.temperature, decision.threshold) == (1.0, 0.5)


def _passage(number: int, text: str, **changes: object) -> Passage:
    fields = {
        "id": f"p{number}", "transcript_id": "t", "start": 0, "end": len(text), "text": text,
        "language": "nl", "speaker": "R", "role": Role.RESPONDENT,
    }  # fmt: skip
    return Passage(**{**fields, **changes})


def test_the_classifier_scores_what_it_may_see_and_nothing_else(tmp_path: Path) -> None:
    classifier = Classifier(load_model(write_tiny_model(tmp_path / "m")), ClassifySettings())
    seen: list[int] = []
    found = classifier.classify(
        [
            _passage(1, "het team werkt niet"),
            _passage(2, "hoe werkt dat ?", role=Role.INTERVIEWER),
            _passage(3, "no se", language=OTHER_LANGUAGE),
            _passage(4, "field notes", role=Role.UNKNOWN, language="en"),
        ],
        progress=seen.append,
    )
    codes = classifier.codebook.code_ids
    assert [(s.passage_id, s.code) for s in found] == [(p, c) for p in ("p1", "p4") for c in codes]
    assert all(0 <= s.score <= 1 and s.suggested == (s.score >= 0.5) for s in found)
    assert sum(seen) == 2


def test_scores_do_not_depend_on_what_else_is_in_the_batch(tmp_path: Path) -> None:
    classifier = Classifier(load_model(write_tiny_model(tmp_path / "m")), ClassifySettings())
    texts = ["geld", "het team werkt niet en dat is niet goed", "trust", ""]
    together = classifier.scores(texts, [""] * 4)
    alone = np.concatenate([classifier.scores([text], [""]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)


def test_vectors_have_length_one(tmp_path: Path) -> None:
    classifier = Classifier(load_model(write_tiny_model(tmp_path / "m")), ClassifySettings())
    vectors = classifier.embed(["geld", "the team"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)


def test_a_bare_encoder_cannot_classify(base: Model) -> None:
    with pytest.raises(ModelError, match="without heads"):
        Classifier(base, ClassifySettings())


def test_asking_for_a_gpu_that_is_not_there_says_so(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    model = load_model(write_tiny_model(tmp_path / "m"))
    with pytest.raises(ModelError, match="no CUDA device"):
        Classifier(model, ClassifySettings(device="cuda"))
