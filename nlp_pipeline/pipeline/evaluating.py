"""A model measured on a coded corpus: figures, report, worst errors. Importing this loads torch."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from nlp_pipeline.analysis.evaluation import not_beaten
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.analysis.records import Contender, Evaluation, Slice
from nlp_pipeline.analysis.report import write_report
from nlp_pipeline.analysis.risk import Allowed
from nlp_pipeline.analysis.worst import worst_errors, write_worst
from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.corpus import TEST, load_split
from nlp_pipeline.pipeline.carding import Carded, carded, check_split, write_card
from nlp_pipeline.pipeline.contending import Comparison, Extras, compare_with
from nlp_pipeline.pipeline.gathering import Row
from nlp_pipeline.pipeline.measuring import measure
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.store import write_json

FORMAT = 1
FILES = ("evaluation.json", "evaluation.html", "worst-errors.html", "worst-errors.csv")
WITH_WORDS = FILES[2:]
"""The files that hold what participants said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluateOptions:
    """What is measured, and how: the split, the errors allowed, the resamples, what is added.

    With ``card``, the card in the model folder is written again from what was found.
    """

    split: str = TEST
    allowed: Allowed = field(default_factory=Allowed)
    sampling: Sampling = field(default_factory=Sampling)
    extras: Extras = field(default_factory=Extras)
    card: bool = False


@dataclass(frozen=True, kw_only=True)
class EvaluateSummary:
    """What an evaluation gave, the folder that holds it, and the card if one was written."""

    folder: Path
    evaluation: Evaluation
    card: Path | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that were written."""
        return FILES

    @property
    def with_words(self) -> tuple[str, ...]:
        """Those of them that hold what participants said."""
        return WITH_WORDS

    @property
    def whole(self) -> Slice:
        """The figures of all passages."""
        return self.evaluation.slices[0]

    @property
    def baselines(self) -> tuple[Contender, ...]:
        """What the model was compared with; the first contender is the model itself."""
        return self.evaluation.contenders[1:]

    @property
    def not_beaten(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The baselines that are as good as the model or better, per facet and figure."""
        return not_beaten(self.whole.facets, self.baselines)

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping; all the rest is in ``evaluation.json``."""
        told = self.evaluation
        return {
            "folder": str(self.folder),
            "files": list(FILES),
            "files_with_words_of_participants": list(WITH_WORDS),
            "model_id": told.model_id,
            "corpus": told.corpus,
            "split": told.split,
            "passages": told.passages,
            "interviews": told.interviews,
            "facets": [asdict(row) for row in self.whole.facets],
            "codes": [asdict(row) for row in self.whole.codes],
            "calibration_error": {row.code: asdict(row.error) for row in told.reliability},
            "baselines": [row.name for row in self.baselines],
            "not_beaten": self.not_beaten,
            "notes": list(told.notes),
            "card": None if self.card is None else str(self.card),
        }


def evaluate_model(
    model: str,
    corpus: Path,
    out: Path | None,
    *,
    options: EvaluateOptions,
    progress: Progress | None = None,
) -> EvaluateSummary:
    """Measure a model on one split of a corpus and write what was found.

    Args:
        model: Name or folder of the model.
        corpus: A folder with passages in ``data``.
        out: Where the files go, replacing those of an earlier evaluation; None: a folder named
            after the model, in the folder where the program runs.
        options: What to measure.
        progress: Where to show how far it is.

    Raises:
        ConfigError: A card was asked for with figures on passages that the model has seen, or
            what a corpus says for the card is not understood.
        CorpusError: The split is missing, malformed or empty, or shares no code with the model.
        ModelError: The model is missing, damaged or a bare encoder.
        StoreError: The disk refuses.
    """
    steps = progress or Silent()
    rows = load_split(corpus, options.split)
    to_card = _to_card(model, corpus, options)
    with steps.stage("Loading the model", None):
        loaded = load_model(model)
    material, evaluation = measure(
        loaded,
        corpus,
        rows,
        split=options.split,
        allowed=options.allowed,
        sampling=options.sampling,
        steps=steps,
    )
    found = compare_with(
        loaded,
        corpus,
        material,
        split=options.split,
        extras=options.extras,
        sampling=options.sampling,
        steps=steps,
    )
    evaluation = _joined(evaluation, found)
    folder = out or Path(f"evaluation-{loaded.config.name}")
    _write(folder, evaluation, loaded, material, rows)
    card = write_card(to_card, loaded, evaluation, corpus) if to_card else None
    return EvaluateSummary(folder=folder, evaluation=evaluation, card=card)


def _to_card(model: str, corpus: Path, options: EvaluateOptions) -> Carded | None:
    if not options.card:
        return None
    found = carded(model)
    check_split(found, corpus, options.split)
    return found


def _joined(evaluation: Evaluation, found: Comparison) -> Evaluation:
    itself = Contender(
        name=evaluation.model_id,
        note="the model that is evaluated",
        facets=evaluation.slices[0].facets,
        codes=evaluation.slices[0].codes,
    )
    return replace(
        evaluation,
        contenders=(itself, *found.contenders) if found.contenders else (),
        transfer=found.transfer,
        learning=found.learning,
        notes=(*evaluation.notes, *found.notes),
    )


def _write(
    folder: Path,
    evaluation: Evaluation,
    model: Model,
    material: Material,
    rows: Sequence[Row],
) -> None:
    write_json(folder / FILES[0], {"format": FORMAT, **asdict(evaluation)})
    write_report(evaluation, folder / FILES[1], codebook=model.codebook)
    name = model.config.name
    title = f"Worst errors of {name} on {evaluation.corpus}, {evaluation.split}"
    write_worst(worst_errors(material), rows, folder, title=title)
