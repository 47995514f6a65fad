"""Logistic regression per code: on TF-IDF counts, and on the vectors of a frozen encoder."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from nlp_pipeline.agreement import average_precision
from nlp_pipeline.artifact import HeadShape, Model
from nlp_pipeline.baselines.data import (
    TRAIN,
    Array,
    Flags,
    Row,
    Rows,
    Scores,
    Told,
    check_rows,
    decide,
)
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.encode import InputFormat, token_ids
from nlp_pipeline.errors import CorpusError
from nlp_pipeline.forward import PREDICT_TOKENS, choose_device, pool_rows
from nlp_pipeline.heads import fit_linear

_PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Inverse penalties to choose from; all codes take the same."""

_ALWAYS, _NEVER = 4.0, -4.0
"""The logits of a code that all passages of the training split carry, or none."""


def frozen_vectors(
    base: Model,
    rows: Rows,
    *,
    max_tokens: int,
    context_tokens: int,
    told: Told | None = None,
) -> dict[str, Array]:
    """Return the mean-pooled vectors of all splits, shape (passages, hidden size) each.

    This is nearly all the work of the frozen baseline, of transfer and of the learning curve with
    ``method="head"``: do it once and hand the result to each.

    Args:
        base: The encoder.
        rows: The splits of `SPLITS`.
        max_tokens: The longest input; that of the model to compare with.
        context_tokens: The longest question, likewise.
        told: Called with the split that is read now.

    Raises:
        CorpusError: A split is missing or empty.
    """
    check_rows(rows)
    form = InputFormat(
        prefix=base.config.prefix, max_tokens=max_tokens, context_tokens=context_tokens
    )
    network = base.network.to(choose_device("auto")).eval()
    vectors = {}
    for split in SPLITS:
        if told is not None:
            told(f"reading the {split} split with the base encoder")
        texts, contexts = _column(rows[split], "text"), _column(rows[split], "context")
        ids = token_ids(base.tokenizer, texts, contexts, form)
        pad_id = base.config.encoder.pad_token_id
        vectors[split] = pool_rows(network, ids, pad_id=pad_id, max_tokens=PREDICT_TOKENS)
    return vectors


def frozen(
    vectors: Mapping[str, Array], coded: Mapping[str, Flags], facets: Sequence[HeadShape]
) -> tuple[Scores, Flags]:
    """Learn heads on vectors; return scores and suggestions of the test split."""
    weights, biases = fit_linear(vectors[TRAIN], coded[TRAIN])
    logits = {split: vectors[split] @ weights.T + biases for split in SPLITS[1:]}
    return decide(logits, coded, facets)


def tfidf(
    rows: Rows, coded: Mapping[str, Flags], facets: Sequence[HeadShape], *, seed: int
) -> tuple[Scores, Flags]:
    """Learn from words, pairs of words and stretches of letters of the passages, question left out.

    The penalty is that of the highest mean average precision on the validation split.

    Raises:
        CorpusError: The training passages hold no words.
    """
    features = _features(rows)
    fitted = [_logits(features, coded[TRAIN], penalty, seed) for penalty in _PENALTIES]
    held_out = coded[SPLITS[1]]
    values = [_mean_average_precision(logits[SPLITS[1]], held_out) for logits in fitted]
    return decide(fitted[int(np.argmax(values))], coded, facets)


def _features(rows: Rows) -> dict[str, Any]:
    vectorizer = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),
        ]
    )
    try:
        vectorizer.fit(_column(rows[TRAIN], "text"))
    except ValueError as error:
        msg = f'split "{TRAIN}": its passages hold no words to learn from'
        raise CorpusError(msg) from error
    return {split: vectorizer.transform(_column(rows[split], "text")) for split in SPLITS}


def _logits(
    features: Mapping[str, Any], training: Flags, penalty: float, seed: int
) -> dict[str, Scores]:
    logits = {split: np.zeros((features[split].shape[0], training.shape[1])) for split in SPLITS}
    for index in range(training.shape[1]):
        own = training[:, index]
        usual = _ALWAYS if own.all() else _NEVER
        model = _balanced(features[TRAIN], own, penalty, seed) if own.any() != own.all() else None
        for split in SPLITS:
            logits[split][:, index] = (
                usual if model is None else model.decision_function(features[split])
            )
    return logits


def _balanced(features: Any, coded: Flags, penalty: float, seed: int) -> LogisticRegression:
    model = LogisticRegression(
        C=penalty, class_weight="balanced", solver="liblinear", random_state=seed, max_iter=1000
    )
    return model.fit(features, coded)


def _mean_average_precision(logits: npt.NDArray[np.float64], coded: Flags) -> float:
    figures = [average_precision(logits[:, i], coded[:, i]).value for i in range(coded.shape[1])]
    return float(np.mean([value for value in figures if value is not None] or [0.0]))


def _column(rows: Sequence[Row], name: str) -> list[str]:
    return [row[name] for row in rows]
