"""Passages to suggestions, with a loaded model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from nlp_pipeline.artifact import Decision, Model
from nlp_pipeline.cache import Cache
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import ClassifySettings
from nlp_pipeline.encode import token_ids
from nlp_pipeline.errors import ModelError
from nlp_pipeline.forward import choose_device, pool_rows, predict_logits
from nlp_pipeline.records import OTHER_LANGUAGE, Passage, Role, Suggestion
from nlp_pipeline.suggest import suggested_by

Array = npt.NDArray[np.float32]
Progress = Callable[[int], None]

_DIGITS = 6
"""Scores are rounded, so that the last bits of a float sum never decide over equal bytes."""


class Embedder:
    """A model ready to embed: a bare encoder will do.

    Args:
        model: A loaded model.
        settings: Batch size, threads and device.
        cache: Where vectors are looked up first, and kept; None reads every text.

    Raises:
        ModelError: The device asked for is not there.
    """

    def __init__(
        self, model: Model, settings: ClassifySettings, *, cache: Cache | None = None
    ) -> None:
        """Move the network to its device."""
        if settings.threads:
            torch.set_num_threads(settings.threads)
        self._model = model
        self._cache = cache
        self._settings = settings
        self._device = choose_device(settings.device)
        self._network = model.network.to(self._device).eval()

    @property
    def model_id(self) -> str:
        """The model's name and the hash of its files."""
        return self._model.id

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Array:
        """Return unit vectors of the encoder, shape (texts, hidden size).

        Args:
            texts: The texts, without questions.
            progress: Called with the number of texts just done.
        """
        config = self._model.config
        rows = token_ids(self._model.tokenizer, texts, [""] * len(texts), config.input_format)
        vectors = pool_rows(
            self._network,
            rows,
            pad_id=config.encoder.pad_token_id,
            max_tokens=self._settings.batch_tokens,
            progress=progress,
            cache=self._cache,
        )
        unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit


class Classifier(Embedder):
    """A model ready to classify and to embed.

    Args:
        model: A loaded model with heads.
        settings: Batch size, threads and device.
        cache: Where vectors are looked up first, and kept; None reads every passage.

    Raises:
        ModelError: The model is a bare encoder, or the device asked for is not there.
    """

    comparison = None
    """Nothing is compared: the model was trained on its codes."""

    def __init__(
        self, model: Model, settings: ClassifySettings, *, cache: Cache | None = None
    ) -> None:
        """Move the network to its device."""
        if model.codebook is None or not model.config.heads:
            msg = f'model "{model.config.name}" is a bare encoder without heads; train one from it'
            raise ModelError(msg)
        super().__init__(model, settings, cache=cache)
        self.codebook: Codebook = model.codebook

    @property
    def calibrated(self) -> bool:
        """Whether scores are calibrated probabilities."""
        return self._model.config.calibrated

    def classify(
        self, passages: Sequence[Passage], *, progress: Progress | None = None
    ) -> tuple[Suggestion, ...]:
        """Score passages: one suggestion per passage and code, in the order of both.

        Passages in another language than the model's, and what an interviewer says, get none.

        Args:
            passages: The passages to classify.
            progress: Called with the number of passages just done.
        """
        chosen = [p for p in passages if classifiable(p)]
        scores = self.scores(
            [p.text for p in chosen], [p.context for p in chosen], progress=progress
        )
        suggested = suggested_by(self._model.config, scores)
        return tuple(
            Suggestion(
                passage_id=passage.id,
                code=code,
                score=float(score),
                suggested=flag,
                model_id=self.model_id,
            )
            for passage, row, flags in zip(chosen, scores.tolist(), suggested.tolist(), strict=True)
            for code, score, flag in zip(self._model.config.codes, row, flags, strict=True)
        )

    def scores(
        self,
        texts: Sequence[str],
        contexts: Sequence[str],
        *,
        progress: Progress | None = None,
    ) -> npt.NDArray[np.float64]:
        """Return scores between 0 and 1, shape (texts, codes), codes in the model's order."""
        config = self._model.config
        rows = token_ids(self._model.tokenizer, texts, contexts, config.input_format)
        logits = predict_logits(
            self._network,
            rows,
            pad_id=config.encoder.pad_token_id,
            max_tokens=self._settings.batch_tokens,
            progress=progress,
            cache=self._cache,
        )
        return to_scores(logits, [self._decision(code) for code in config.codes])

    def _decision(self, code: str) -> Decision:
        decisions: Mapping[str, Decision] = self._model.config.decisions
        return decisions.get(code, Decision())


def classifiable(passage: Passage) -> bool:
    """Tell whether a model may see a passage: not an interviewer's, in a known language."""
    return passage.role != Role.INTERVIEWER and passage.language != OTHER_LANGUAGE


def to_scores(
    logits: npt.NDArray[np.floating[Any]], decisions: Sequence[Decision]
) -> npt.NDArray[np.float64]:
    """Return ``sigmoid(logit / temperature + offset)`` per code, rounded to six decimals."""
    temperatures = np.array([decision.temperature for decision in decisions])
    offsets = np.array([decision.offset for decision in decisions])
    scaled = logits.astype(np.float64) / temperatures[None, :] + offsets[None, :]
    scores: npt.NDArray[np.float64] = np.round(0.5 * (1.0 + np.tanh(scaled / 2.0)), _DIGITS)
    return scores
