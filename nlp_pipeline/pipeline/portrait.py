"""The manifest and the card of a model of a study; no word of a participant. Loads torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlp_pipeline.agreement import CodeFigures, compare
from nlp_pipeline.analysis.evaluation import About, evaluate
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.artifact import Model
from nlp_pipeline.card import Learned, Origin, Told, model_card, provenance
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.pipeline.lessons import Lessons
from nlp_pipeline.pipeline.plan import Plan
from nlp_pipeline.pipeline.splitting import StudySplit
from nlp_pipeline.pipeline.starting import plain_name
from nlp_pipeline.pipeline.teaching import Taught
from nlp_pipeline.store import atomic_write, read_json
from nlp_pipeline.train import Trained

CARD = "README.md"


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """How a model was made: what it learned, from what, and what else its manifest says."""

    taught: Taught
    lessons: Lessons
    plan: Plan
    split: StudySplit
    settings: TrainSettings
    base: str
    study: str
    extra: Mapping[str, Any]

    @property
    def name(self) -> str:
        """How manifest and card call the material."""
        return f"study {plain_name(self.study)}"

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Passages and interviews of each split that was used; with folds, all are learned from."""
        lessons, plan = self.lessons, self.plan
        used = {
            name: tuple(i for i in plan.touched if self.split.splits[i] == name) for name in SPLITS
        }
        if plan.measured_on == "folds":
            used = {SPLITS[0]: plan.learn}
        return {name: (len(lessons.places(own)), len(own)) for name, own in used.items() if own}


def provenance_of(made: Made) -> dict[str, Any]:
    """Return what the manifest says of how a model was made."""
    trained = Trained(
        config=made.taught.config,
        network=made.taught.network,
        epochs=made.taught.epochs,
        figures=_figures(made),
    )
    origin = Origin(
        corpus=made.name,
        corpus_sha256=made.lessons.sha256,
        base=made.base,
        rows={name: passages for name, (passages, _) in made.counts.items()},
        counts=[made.counts],
        settings=made.settings,
    )
    return {
        **provenance(trained, origin),
        "measured_on": made.plan.measured_on,
        "learned_interviews": sorted(made.plan.learn),
        "measured_interviews": sorted(made.plan.measure),
        **made.extra,
    }


def portray(
    folder: Path,
    made: Made,
    model: Model,
    material: Material,
    measured: Lessons,
    sampling: Sampling,
) -> None:
    """Write the card of a model that was saved.

    Args:
        folder: The model folder.
        made: How it was made.
        model: The model, loaded.
        material: What was measured.
        measured: The passages of it.
        sampling: How intervals are made.
    """
    about = About(
        model_id=model.id,
        calibrated=True,
        corpus=made.name,
        corpus_sha256=made.lessons.sha256,
        split=made.plan.measured_on,
    )
    languages = {"language": [passage.language for passage in measured.passages]}
    card = model_card(
        model.config,
        made.lessons.codebook,
        read_json(folder / "manifest.json"),
        evaluate(material, languages, about, sampling=sampling),
        corpora=[Learned(name=made.name, counts=made.counts)],
        told=_told(made),
    )
    with atomic_write(folder / CARD) as temporary:
        temporary.write_bytes(card.encode("utf-8"))


def _told(made: Made) -> Told:
    whole = (
        "It learned from passages that somebody has seen; one left without a code is a negative."
    )
    if made.plan.measured_on == "folds":
        learned = (
            "Every interview was left out in turn and scored by a model that had not learned from "
            "it; from these scores temperatures and thresholds were set. The model that was kept "
            "learned from all of them."
        )
        measured = "each interview by a model that had not learned from it"
    else:
        learned = (
            "Interviews were split before anything was shown. Nothing was learned or set on those "
            "of the split `test`; how logits become scores, and the score from which a code is "
            "suggested, were set on interviews that were held out of learning."
        )
        measured = "from which nothing was learned and on which nothing was set"
    return Told(learned=f"{whole} {learned}", measured=measured)


def _figures(made: Made) -> dict[str, tuple[CodeFigures, ...]]:
    """Return figures on interviews left out in turn; the others are of the model as it is saved."""
    taught, lessons = made.taught, made.lessons
    if taught.scores is None or taught.suggested is None:
        return {}
    places = lessons.places(made.plan.learn)
    coded: np.ndarray[Any, np.dtype[np.bool_]] = lessons.coded[places]
    scores, suggested = taught.scores[places], taught.suggested[places]
    return {
        "folds": tuple(
            compare(code, scores=scores[:, n], suggested=suggested[:, n], coded=coded[:, n])
            for n, code in enumerate(lessons.codes)
        )
    }
