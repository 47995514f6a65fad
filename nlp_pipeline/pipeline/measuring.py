"""A loaded model measured on one split of a corpus. Importing this loads torch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nlp_pipeline.analysis.evaluation import About, evaluate
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.analysis.records import Evaluation
from nlp_pipeline.analysis.risk import Allowed, risk_curves
from nlp_pipeline.analysis.slices import ATTRIBUTES, HARD
from nlp_pipeline.artifact import Model
from nlp_pipeline.cache import Cache
from nlp_pipeline.classify import Classifier
from nlp_pipeline.config import ClassifySettings
from nlp_pipeline.corpus import TEST
from nlp_pipeline.pipeline.gathering import Row, material_of, shared_codes
from nlp_pipeline.pipeline.reporting import Progress
from nlp_pipeline.store import hash_file

_NO_INTERVIEWS = "passages have no transcript_id, so interviews are not known: no intervals"


def measure(
    model: Model,
    corpus: Path,
    rows: Sequence[Row],
    *,
    split: str,
    allowed: Allowed,
    sampling: Sampling,
    steps: Progress,
    cache: Cache | None = None,
) -> tuple[Material, Evaluation]:
    """Classify the passages of a split and return them with all figures of the model on them.

    Args:
        model: The model.
        corpus: The corpus folder.
        rows: The passages of the split.
        split: Its name.
        allowed: Which errors are allowed in what is left to the model.
        sampling: How interviews are resampled.
        steps: Where to show how far it is.
        cache: Where vectors of passages are looked up first, and kept.

    Raises:
        CorpusError: There are no passages, or none carries a code of the model.
        ModelError: The model is a bare encoder.
        StoreError: The file of the split cannot be read.
    """
    classifier = Classifier(model, ClassifySettings(), cache=cache)
    facets, notes = shared_codes(model, corpus, split, rows)
    material = material_of(model, classifier, rows, facets, steps)
    about = About(
        model_id=model.id,
        calibrated=model.config.calibrated,
        corpus=corpus.resolve().name,
        corpus_sha256=hash_file(corpus / "data" / f"{split}.jsonl"),
        split=split,
    )
    attributes = {by: [str(row.get(by) or "") for row in rows] for by in (*ATTRIBUTES, HARD)}
    with steps.stage("Resampling interviews", None):
        risk = risk_curves(material, allowed, sampling)
        found = evaluate(material, attributes, about, sampling=sampling, risk=risk)
    return material, replace(found, notes=(*found.notes, *notes, *_remarks(rows, split)))


def _remarks(rows: Sequence[Row], split: str) -> Iterator[str]:
    if split != TEST:
        yield (
            f'a model made from this corpus has seen the split "{split}", '
            "so that its figures here are better than on other text"
        )
    if not all(row.get("transcript_id") for row in rows):
        yield _NO_INTERVIEWS
