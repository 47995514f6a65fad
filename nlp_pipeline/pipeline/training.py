"""From a coded corpus to a model folder. Importing this loads torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset

from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.markdown import code_table
from nlp_pipeline.analysis.records import Evaluation
from nlp_pipeline.analysis.risk import Allowed
from nlp_pipeline.artifact import Model, load_model, save_model
from nlp_pipeline.base import build_base
from nlp_pipeline.cache import FOLDER, Cache
from nlp_pipeline.card import Origin, provenance
from nlp_pipeline.config import TrainSettings, find_codebook, read_codebook
from nlp_pipeline.corpus import TEST, load_rows, to_jsonl
from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.learn import Epoch
from nlp_pipeline.pace import settled
from nlp_pipeline.pipeline.carding import carded, count_passages, joined, write_card
from nlp_pipeline.pipeline.measuring import measure
from nlp_pipeline.pipeline.reporting import Progress, Silent, of_training
from nlp_pipeline.train import Trained, train

BASE = "base-e5-small-nl-en"
_UNTIL_MEASURED = """\
# {name}

This model has not been measured: its training was stopped at the end. The same command trains it
again; `nlp-pipeline evaluate {name} CORPUS --card` measures it and writes its card.
"""
_COLUMNS = ("text", "context", "codes", "codes_a", "codes_b", "language")


@dataclass(frozen=True, kw_only=True)
class TrainSummary:
    """What training gave: the model folder, its id, and what was measured on the test split.

    ``trained`` has the network as it was learned; ``evaluation`` is of the model as it was saved.
    """

    folder: Path
    model_id: str
    trained: Trained
    evaluation: Evaluation

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "folder": str(self.folder),
            "model_id": self.model_id,
            "test": {
                row.code: {
                    "coded": row.coded,
                    "suggested": row.suggested,
                    "f1": row.f1.value,
                    "average_precision": row.average_precision.value,
                    "kappa": row.kappa.value,
                }
                for row in self.trained.figures["test"]
            },
        }

    def to_table(self) -> str:
        """Return the figures of the test split as a table in Markdown."""
        return code_table(self.evaluation.slices[0])


def train_corpus(
    corpus: Path,
    out: Path,
    *,
    base: str | None,
    codebook: str,
    settings: TrainSettings,
    also: Sequence[Path] = (),
    teachers: Sequence[str] = (),
    progress: Progress | None = None,
    report: Callable[[Epoch], None] | None = None,
) -> TrainSummary:
    """Train a model on a corpus folder, save it, measure it and write its card.

    Training that was stopped goes on where it was, if it is started again with the same data and
    settings; its state is kept beside ``out``. So are the vectors of passages from which heads
    alone are learned, for the next time.

    Args:
        corpus: A folder with ``data/train.jsonl`` and the other splits.
        out: The model folder to write; one that exists is replaced when training has ended.
        base: The model to start from; None builds the base encoder beside ``out`` if it is not
            there yet.
        codebook: Name or path of the codebook.
        settings: How to learn.
        also: Other corpora for the same codebook, to learn from and to calibrate on; their test
            splits are left out, so that figures stay those of ``corpus``.
        teachers: Models whose scores are mixed into the targets (``teacher_share``).
        progress: Where to show how far it is.
        report: Called after every epoch.

    Raises:
        ConfigError: What a corpus says for the card is not understood.
        CorpusError: The corpus is incomplete.
        ModelError: The base is missing or damaged.
    """
    settings = settled(settings)
    rows = load_rows(corpus)
    for other in also:
        for split, more in load_rows(other).items():
            if split != TEST:
                rows[split] += more
    codebook_file = find_codebook(codebook, corpus)
    codes = read_codebook(codebook_file)
    steps = progress or Silent()
    start = _base(base, out, steps)
    data = {
        split: Dataset.from_dict({column: [row.get(column) for row in of] for column in _COLUMNS})
        for split, of in rows.items()
    }
    cache = None
    if settings.method == "head":
        cache = Cache(out.with_name(corpus.resolve().name + FOLDER))
    with steps.stage(*_stage(settings, rows)) as advance:
        trained = train(
            start,
            data,
            codes,
            settings,
            name=out.name,
            teachers=[load_model(teacher) for teacher in teachers],
            cache=cache,
            checkpoint=out.with_name(out.name + ".training"),
            report=report,
            progress=of_training(advance),
        )
    origin = Origin(
        corpus=joined([folder.resolve().name for folder in (corpus, *also)]),
        corpus_sha256=sha256_bytes("".join(map(to_jsonl, rows.values())).encode()),
        base=start.id,
        rows={split: len(of) for split, of in rows.items()},
        counts=count_passages([corpus, *also]),
        settings=settings,
    )
    save_model(
        out,
        config=trained.config,
        network=trained.network,
        tokenizer_json=start.tokenizer.to_str(),
        codebook_yaml=codebook_file.read_text(encoding="utf-8"),
        provenance=provenance(trained, origin),
        card=_UNTIL_MEASURED.format(name=out.name),
    )
    model = load_model(out)
    _, evaluation = measure(
        model,
        corpus,
        rows[TEST],
        split=TEST,
        allowed=Allowed(),
        sampling=Sampling(),
        steps=steps,
        cache=cache,
    )
    if cache is not None:
        cache.tidy()
    write_card(carded(out), model, evaluation, corpus, learned_from=[corpus, *also])
    return TrainSummary(folder=out, model_id=model.id, trained=trained, evaluation=evaluation)


def _stage(settings: TrainSettings, rows: Mapping[str, Sequence[Any]]) -> tuple[str, int]:
    """Return the name of what takes long, and its steps."""
    learned_from = round((1 + settings.joined) * len(rows["train"]))
    if settings.method == "full":
        return "Training", settings.passes * learned_from
    all_but_these = sum(map(len, rows.values())) - len(rows["train"])
    return "Reading passages", learned_from + all_but_these


def _base(base: str | None, out: Path, steps: Progress) -> Model:
    if base is not None:
        return load_model(base)
    folder = out.parent / BASE
    if not folder.exists():
        with steps.stage("Building the base encoder", None):
            build_base(folder)
    return load_model(folder)
