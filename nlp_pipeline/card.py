"""The model card: what a model is for, what it learned from, and how good it was found to be.

Only counts and figures go into a card, never a passage.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from nlp_pipeline.agreement import CodeFigures, Figure
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.train import Trained

_PACKAGES = ("torch", "transformers", "tokenizers", "scikit-learn", "datasets")
_CARD = """\
# {name}

Suggests codes of the codebook `{codebook}` (version {version}) for passages of Dutch and English
interviews. The model suggests; people decide.

## Use

For a first coding of transcripts that people then review, and for measuring how far such a
coding agrees with theirs on their own material. Run it with `nlp-pipeline run`.

Not for decisions about persons, for counting opinions without review, for other languages than
Dutch and English, or for clinical notes and other text that is not talk about care and services.

## How it was made

Encoder: {layers} layers, {hidden} wide, {pieces} word pieces, from `{base}`.
One linear head per facet on the mean of the token states, the question before a passage as second
segment.
Method `{method}`, seed {seed}{epochs}. Each code has a temperature and an offset, fitted on the
validation and calibration splits, and a threshold, chosen there for F1.

It was made from the corpus `{corpus}`; interviews are split, never passages:

{rows}

## Figures on the test split

{test_rows} passages of interviews that the model did not learn from and on which nothing was set.
kappa is Cohen's kappa of the suggested code against the coding of people; AP is average precision.

{table}

These interviews were written for the corpus. On real interviews of another project expect less,
and measure it on a blind sample before relying on it.
"""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a model was made from: ``rows`` are passages per split, ``base`` is a model id."""

    corpus: str
    corpus_sha256: str
    base: str
    rows: Mapping[str, int]
    settings: TrainSettings


def model_card(trained: Trained, origin: Origin, *, codebook: Codebook) -> str:
    """Return the card of a trained model in Markdown."""
    shape = trained.config.encoder
    best = [epoch.number for epoch in trained.epochs if epoch.best]
    return _CARD.format(
        name=trained.config.name,
        codebook=codebook.name,
        version=codebook.version,
        layers=shape.num_hidden_layers,
        hidden=shape.hidden_size,
        pieces=shape.vocab_size,
        base=origin.base,
        method=origin.settings.method,
        seed=origin.settings.seed,
        epochs=f", epoch {best[-1]} of {len(trained.epochs)}" if best else "",
        corpus=origin.corpus,
        rows="\n".join(f"- {split}: {number} passages" for split, number in origin.rows.items()),
        test_rows=origin.rows["test"],
        table=figures_table(trained.figures["test"]),
    )


def figures_table(figures: tuple[CodeFigures, ...]) -> str:
    """Return the figures of every code as a table in Markdown; undefined ones as a dash."""
    lines = [
        "| code | coded | suggested | precision | recall | F1 | AP | kappa |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in figures:
        values = (row.precision, row.recall, row.f1, row.average_precision, row.kappa)
        cells = " | ".join(_cell(value) for value in values)
        lines.append(f"| {row.code} | {row.coded} | {row.suggested} | {cells} |")
    return "\n".join(lines)


def provenance(trained: Trained, origin: Origin) -> dict[str, Any]:
    """Return what the manifest says of a model's making: settings, counts, hashes and figures."""
    return {
        "kind": "classifier",
        "base": origin.base,
        "corpus": origin.corpus,
        "corpus_sha256": origin.corpus_sha256,
        "passages": dict(origin.rows),
        "settings": origin.settings.model_dump(mode="json"),
        "packages": {package: version(package) for package in _PACKAGES},
        "epochs": [asdict(epoch) for epoch in trained.epochs],
        "figures": {
            split: [asdict(figures) for figures in of] for split, of in trained.figures.items()
        },
    }


def _cell(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.2f}"
