from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from datasets import Dataset
from tiny import write_tiny_model

from nlp_pipeline.artifact import Model, load_model, save_model
from nlp_pipeline.calibrate import calibrate
from nlp_pipeline.checkpoint import Checkpoint, save_checkpoint
from nlp_pipeline.classify import Classifier, Embedder, to_scores
from nlp_pipeline.config import ClassifySettings, TrainSettings, read_codebook
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.errors import CorpusError, ModelError
from nlp_pipeline.examples import examples_of, softened
from nlp_pipeline.learn import Epoch
from nlp_pipeline.losses import contrast
from nlp_pipeline.pace import parameter_groups, settled
from nlp_pipeline.records import OTHER_LANGUAGE, Passage, Role
from nlp_pipeline.suggest import suggested_by
from nlp_pipeline.train import Trained, _config, train

FAST = TrainSettings(
    epochs=12, patience=12, batch_size=4, learning_rate=3e-3, head_learning_rate=1e-2, dropout=0.0,
    frozen_layers=0, average=0.0, coder_share=0.0,
)  # fmt: skip
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


@pytest.mark.parametrize("method", ["full", "head"])
def test_thresholds_and_figures_are_those_of_the_weights_as_they_are_kept(
    tmp_path: Path, base: Model, method: str
) -> None:
    settings = FAST.model_copy(update={"method": method, "epochs": 2})
    trained = train(base, _corpus(), read_codebook("rmic"), settings, name="new")
    loaded = _kept(trained, base, tmp_path / "new")
    measured, kept = trained.network.state_dict(), loaded.network.state_dict()
    assert all(torch.equal(measured[name], kept[name]) for name in kept)
    texts = [text for text, _ in EXAMPLES]
    scores = Classifier(loaded, ClassifySettings()).scores(texts, ["werkt dat ?"] * len(texts))
    suggested = suggested_by(loaded.config, scores).sum(axis=0)
    assert [row.suggested for row in trained.figures["test"]] == suggested.tolist()
    assert suggested.any()


def _kept(trained: Trained, base: Model, folder: Path) -> Model:
    save_model(
        folder,
        config=trained.config,
        network=trained.network,
        tokenizer_json=base.tokenizer.to_str(),
        codebook_yaml=None,
        provenance={},
        card="",
    )
    return replace(load_model(folder), codebook=read_codebook("rmic"))


def test_training_stops_when_validation_gets_no_better(base: Model) -> None:
    """The best epoch has everything right, so that no later one can be better."""
    settings = FAST.model_copy(update={"epochs": 12, "patience": 2})
    epochs = train(base, _corpus(), read_codebook("rmic"), settings, name="new").epochs
    values = [epoch.validation for epoch in epochs]
    best = values.index(max(values))
    assert len(epochs) == best + 3 < 12


def test_with_sums_in_bf16_as_much_is_learned_and_weights_are_not_halved(tmp_path: Path) -> None:
    found = {}
    for precision in ("fp32", "bf16"):
        settings = FAST.model_copy(update={"precision": precision})
        base = load_model(write_tiny_model(tmp_path / "base", heads=False))
        trained = train(base, _corpus(), read_codebook("rmic"), settings, name="new")
        values = [row.average_precision.value for row in trained.figures["test"] if row.coded]
        assert values == pytest.approx([1.0] * len(values))
        assert {t.dtype for t in trained.network.state_dict().values()} == {torch.float32}
        found[precision] = trained.epochs[0].loss
    assert found["bf16"] == pytest.approx(found["fp32"], rel=0.05)
    assert found["bf16"] != found["fp32"]


@pytest.mark.parametrize(
    ("features", "precision"),
    [
        ({"avx512_f": True, "amx_bf16": False, "avx512_bf16": False}, "fp32"),
        ({"avx512_bf16": True}, "bf16"),
        ({"amx_bf16": True}, "bf16"),
        ({"architecture": "aarch64", "neon": True}, "fp32"),
    ],
)
def test_the_precision_goes_by_the_processor(
    monkeypatch: pytest.MonkeyPatch, features: dict[str, bool], precision: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    assert settled(TrainSettings()).precision == precision
    for asked in ("fp32", "bf16"):
        told = TrainSettings(precision=asked)
        assert settled(told) == told


@pytest.mark.skipif(not Path("/proc/cpuinfo").is_file(), reason="only Linux lists features there")
@pytest.mark.skipif(torch.cuda.is_available(), reason="then the GPU decides")
def test_the_features_of_this_processor_are_those_that_the_system_lists() -> None:
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    has_bf16 = "amx_bf16" in flags or "avx512_bf16" in flags
    assert settled(TrainSettings()).precision == ("bf16" if has_bf16 else "fp32")


def test_a_model_learns_which_facets_are_coded_together(base: Model) -> None:
    """Here a passage has both a valence and a level, or neither."""
    settings = FAST.model_copy(update={"method": "head"})
    together = train(base, _corpus(), read_codebook("rmic"), settings, name="new").config.together
    assert min(together["11"], together["00"]) > 0 > max(together["10"], together["01"])


def test_the_classifier_suggests_whole_sets_of_codes(tmp_path: Path) -> None:
    """With weights that leave nothing else, every passage has codes of both facets or of none."""
    model = load_model(write_tiny_model(tmp_path / "tiny"))
    passages = [_passage(number, text) for number, (text, _) in enumerate(EXAMPLES)]
    apart = Classifier(model, ClassifySettings()).classify(passages)
    config = model.config.model_copy(update={"together": {"10": -99.0, "01": -99.0}})
    joined = Classifier(replace(model, config=config), ClassifySettings()).classify(passages)
    assert [one.score for one in apart] == [one.score for one in joined]
    valence = {"barrier", "facilitator"}
    for passage in passages:
        codes = {s.code for s in joined if s.suggested and s.passage_id == passage.id}
        assert bool(codes & valence) == bool(codes - valence)


def test_one_seed_gives_one_result(tmp_path: Path) -> None:
    def once() -> tuple[tuple[Epoch, ...], object]:
        base = load_model(write_tiny_model(tmp_path / "base", heads=False))
        trained = train(base, _corpus(), read_codebook("rmic"), FAST, name="new")
        return trained.epochs, trained.figures

    assert once() == once()


class StoppedError(Exception):
    """Stands for a killed process."""


@pytest.mark.parametrize(
    ("contrast_epochs", "batch"), [(0, 1), (0, 3), (0, 4), (0, 8), (2, 2), (2, 4), (2, 6), (2, 9)]
)
def test_training_that_was_killed_ends_with_the_same_weights(
    tmp_path: Path, contrast_epochs: int, batch: int
) -> None:
    """Two passes of contrast are four batches."""
    settings = FAST.model_copy(
        update={"epochs": 4, "checkpoint_batches": 2, "average": 0.5, "dropout": 0.1}
        | {"contrast_epochs": contrast_epochs}
    )
    state = tmp_path / "new.training"
    told: list[int] = []
    read: list[str] = []

    def once(checkpoint: Path | None, stop_at: int | None) -> tuple[object, dict[str, object]]:
        base = load_model(write_tiny_model(tmp_path / "base", heads=False))
        seen = 0

        def progress(done: int, of: int, note: str) -> None:
            nonlocal seen
            told.append(done)
            assert done <= of == 10 * (4 + contrast_epochs)
            if note.startswith("first reading"):
                assert not seen or contrast_epochs
                read.append(note)
                return
            seen += 1
            assert 0 <= float(note.removeprefix("loss ")) < 20
            if seen == stop_at:
                raise StoppedError

        trained = train(
            base, _corpus(), read_codebook("rmic"), settings,
            name="new", checkpoint=checkpoint, progress=progress,
        )  # fmt: skip
        return trained.epochs, trained.network.state_dict()

    with pytest.raises(StoppedError):
        once(state, batch)
    assert state.is_file() == (batch > 2 * (contrast_epochs + 1))
    told.clear()
    epochs, weights = once(state, None)
    assert told == sorted(told)
    assert "first reading 10 of 10" in read
    wanted_epochs, wanted = once(None, None)
    assert epochs == wanted_epochs
    for name, tensor in wanted.items():
        assert torch.equal(weights[name], tensor), name
    assert not list(tmp_path.glob("new.training*"))


def test_a_state_of_other_data_is_not_taken_up(tmp_path: Path) -> None:
    state = tmp_path / "new.training"
    save_checkpoint(state, Checkpoint(tensors={}, facts={"fingerprint": "of another run"}))
    base = load_model(write_tiny_model(tmp_path / "base", heads=False))
    settings = FAST.model_copy(update={"epochs": 1})
    trained = train(base, _corpus(), read_codebook("rmic"), settings, name="new", checkpoint=state)
    assert len(trained.epochs) == 1


def test_a_damaged_state_is_named(tmp_path: Path, base: Model) -> None:
    state = tmp_path / "new.training"
    state.write_bytes(b"not a state")
    with pytest.raises(ModelError, match=r"new\.training"):
        train(base, _corpus(), read_codebook("rmic"), FAST, name="new", checkpoint=state)


@pytest.mark.parametrize(
    "change",
    [
        {"loss": "focal"},
        {"loss": "asymmetric"},
        {"contrast": 0.1},
        {"contrast_epochs": 3},
        {"average": 0.8},
        {"pooling": "first"},
        {"pooling": "passage"},
        {"pooling": "cue"},
        {"label_smoothing": 0.05},
    ],
)
def test_every_way_of_learning_learns(base: Model, change: dict[str, object]) -> None:
    settings = FAST.model_copy(update=change)
    trained = train(base, _corpus(), read_codebook("rmic"), settings, name="new")
    for figures in trained.figures["test"]:
        if figures.coded:
            assert figures.average_precision.value > 0.9, figures.code


def test_passage_pooling_counts_no_word_of_the_question(tmp_path: Path) -> None:
    model = load_model(write_tiny_model(tmp_path / "m"))
    states = torch.randn(1, 6, 32)
    model.network._states = lambda *_: states  # type: ignore[method-assign]
    ids, mask = torch.tensor([[0, 5, 6, 2, 7, 2]]), torch.ones(1, 6)
    model.network.pooling = "passage"
    assert torch.allclose(model.network.pool(ids, mask), states[:, :3].mean(1))
    model.network.pooling = "mean"
    assert torch.allclose(model.network.pool(ids, mask), states.mean(1))


def test_what_single_coders_and_teachers_said_moves_the_targets(
    tmp_path: Path, base: Model
) -> None:
    examples = [("geld", ["barrier"]), ("team", [])]
    data = _dataset(examples).add_column("codes_a", [["barrier"], []])
    data = data.add_column("codes_b", [[], []])
    codes = read_codebook("rmic").code_ids
    config = _config(base, read_codebook("rmic"), FAST, "new")
    plain = examples_of(base, config, {"train": data}, "train")
    settings = FAST.model_copy(update={"coder_share": 0.5})
    soft = softened(plain, data, settings, config, ())
    assert soft.targets[:, codes.index("barrier")].tolist() == [0.75, 0.0]
    teacher = load_model(write_tiny_model(tmp_path / "teacher"))
    scores = Classifier(teacher, ClassifySettings()).scores(
        list(data["text"]), list(data["context"])
    )
    settings = FAST.model_copy(update={"teacher_share": 1.0})
    taught = softened(plain, data, settings, config, (teacher,))
    np.testing.assert_allclose(taught.targets, scores, atol=1e-6)


def test_like_passages_are_near_under_the_contrastive_loss() -> None:
    targets = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    right = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
    wrong = right[[0, 2, 1, 3]]
    assert contrast(right, targets) < contrast(wrong, targets)
    assert contrast(right, torch.zeros(4, 2)) == 0.0


def test_passes_of_contrast_bring_passages_of_like_codes_together(tmp_path: Path) -> None:
    def apart(epochs: int) -> float:
        """Return how much more alike passages of like codes are than others."""
        base = load_model(write_tiny_model(tmp_path / "base", heads=False))
        settings = FAST.model_copy(update={"epochs": 1, "contrast_epochs": epochs})
        trained = train(base, _corpus(), read_codebook("rmic"), settings, name="new")
        model = replace(base, config=trained.config, network=trained.network)
        vectors = Embedder(model, ClassifySettings()).embed([text for text, _ in EXAMPLES[:8]])
        alike = np.array([[a == b for _, a in EXAMPLES[:8]] for _, b in EXAMPLES[:8]])
        likeness = vectors @ vectors.T
        return float(likeness[alike].mean() - likeness[~alike].mean())

    assert apart(30) > apart(0) + 0.5


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
    settings = TrainSettings(layer_decay=0.5, learning_rate=0.1, frozen_layers=0)
    groups = parameter_groups(network, settings)
    rates = [group["lr"] for group in groups[1:]]
    assert rates == [0.1, 0.05]
    learned = {id(p) for group in groups for p in group["params"]}
    for parameter in network.encoder.embeddings.parameters():
        assert id(parameter) not in learned
        assert not parameter.requires_grad


def test_calibration_finds_temperature_and_offset_of_logits_that_are_off() -> None:
    generator = np.random.default_rng(4)
    honest = generator.normal(0.0, 1.5, size=(4000, 1))
    coded = generator.random((4000, 1)) < 1 / (1 + np.exp(-honest))
    logits = (honest * 3 + 2).astype(np.float32)
    (decision,) = calibrate(logits, coded.astype(np.float32))
    assert decision.temperature == pytest.approx(3.0, rel=0.1)
    assert decision.offset == pytest.approx(-2 / 3, rel=0.2)
    scores = to_scores(logits, [decision])
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
