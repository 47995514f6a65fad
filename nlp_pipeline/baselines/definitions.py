"""The codebook alone: what `run` suggests under a codebook that no model was trained on."""

from collections.abc import Sequence

from nlp_pipeline.artifact import Model
from nlp_pipeline.baselines.data import Contender, Row
from nlp_pipeline.classify import Embedder
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import LANGUAGES, ClassifySettings
from nlp_pipeline.language import passage_languages
from nlp_pipeline.untrained import Untrained, suggest


def definitions(encoder: Model, codebook: Codebook, test: Sequence[Row]) -> Contender:
    """Suggest the codes whose definitions and examples are most like the passage.

    Nothing is learned: no coded passage is looked at. A passage that does not say its language is
    compared in the one that it seems to be in.
    """
    untrained = Untrained(Embedder(encoder, ClassifySettings()), codebook)
    likeness = untrained.likeness([str(row["text"]) for row in test], _languages(test))
    cut_off = untrained.comparison.cut_off
    return Contender(
        name="definitions",
        note="the codes whose definitions and examples are most like the passage by the encoder "
        f"{encoder.config.name} as it is, from a likeness of {cut_off:.2f}; learns nothing; the "
        "score is a likeness and not a probability",
        codes=codebook.code_ids,
        scores=likeness,
        suggested=suggest(likeness, codebook, cut_off=cut_off),
    )


def _languages(rows: Sequence[Row]) -> list[str]:
    guessed = passage_languages([str(row["text"]) for row in rows], default=LANGUAGES[0])
    told = [str(row.get("language") or "") for row in rows]
    return [
        known if known in LANGUAGES else guess for known, guess in zip(told, guessed, strict=True)
    ]
