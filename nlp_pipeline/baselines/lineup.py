"""All baselines of a model, on the test passages of its corpus."""

from collections.abc import Iterator, Mapping

from nlp_pipeline.artifact import Model, head_shapes
from nlp_pipeline.baselines.data import (
    TRAIN,
    Array,
    Contender,
    Flags,
    Rows,
    Told,
    all_flags,
    check_rows,
)
from nlp_pipeline.baselines.definitions import definitions
from nlp_pipeline.baselines.linear import frozen, frozen_vectors, tfidf
from nlp_pipeline.baselines.rules import commonest, keyword, majority
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.corpus import TEST


def contenders(
    model: Model,
    base: Model | None,
    rows: Rows,
    codebook: Codebook,
    *,
    seed: int,
    vectors: Mapping[str, Array] | None = None,
    progress: Told | None = None,
) -> tuple[Contender, ...]:
    """Return the baselines: scores and suggestions on the test passages, in the order of the rows.

    They are ``majority``, ``commonest``, ``keyword``, ``tfidf`` and, with a base, ``definitions``
    and ``frozen``. Each learns from the training split, if it learns, and chooses on the validation
    and calibration splits, as the model did.

    Args:
        model: The model to compare with; says how long an input may be.
        base: The encoder without training; None leaves out what needs it.
        rows: The splits of `SPLITS` as `load_rows` gives them; ``language`` may be missing.
        codebook: The codes to suggest; codes of the rows that are not in it are passed over.
        seed: For what is left to chance.
        vectors: What `frozen_vectors` gave for these rows and this base, to save the work.
        progress: Called with what begins.

    Raises:
        CorpusError: A split is missing or empty, or holds no words.
    """
    check_rows(rows)
    coded = all_flags(rows, codebook.code_ids)
    told = progress or _silent
    return (
        *_without_encoder(rows, codebook, coded, seed, told),
        *(_with_encoder(model, base, rows, codebook, coded, vectors, told) if base else ()),
    )


def _without_encoder(
    rows: Rows, codebook: Codebook, coded: Mapping[str, Flags], seed: int, told: Told
) -> Iterator[Contender]:
    yield majority(codebook, coded[TRAIN], len(rows[TEST]))
    yield commonest(codebook, coded[TRAIN], len(rows[TEST]))
    told("keyword")
    yield keyword(codebook, rows[TEST])
    told("tfidf")
    scores, suggested = tfidf(rows, coded, head_shapes(codebook), seed=seed)
    yield Contender(
        name="tfidf",
        note="logistic regression per code on TF-IDF of words, pairs of words and stretches of 3 "
        "to 5 letters, without the question; scores are calibrated probabilities",
        codes=codebook.code_ids,
        scores=scores,
        suggested=suggested,
    )


def _with_encoder(
    model: Model,
    base: Model,
    rows: Rows,
    codebook: Codebook,
    coded: Mapping[str, Flags],
    vectors: Mapping[str, Array] | None,
    told: Told,
) -> Iterator[Contender]:
    told("definitions")
    yield definitions(base, codebook, rows[TEST])
    told("frozen")
    if vectors is None:
        tokens, question = model.config.max_tokens, model.config.context_tokens
        vectors = frozen_vectors(base, rows, max_tokens=tokens, context_tokens=question, told=told)
    scores, suggested = frozen(vectors, coded, head_shapes(codebook))
    yield Contender(
        name="frozen",
        note=f"logistic regression per code on the vectors of the encoder {base.config.name} as it "
        "is, with the question; scores are calibrated probabilities",
        codes=codebook.code_ids,
        scores=scores,
        suggested=suggested,
    )


def _silent(_what: str) -> None:
    """Say nothing."""
