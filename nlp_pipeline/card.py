"""The model card: what a model is for, what it learned from, and how good it was found to be.

Its parts follow Mitchell et al. (2019). Only counts and figures go into a card, never a passage;
what it says of a corpus beyond that is in the corpus's own ``card.yaml``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nlp_pipeline.analysis import markdown
from nlp_pipeline.analysis.figures import LEAST_PASSAGES
from nlp_pipeline.analysis.records import Evaluation, Slice
from nlp_pipeline.analysis.slices import ANY, HARD, NONE
from nlp_pipeline.artifact import ModelConfig
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import LANGUAGES, TrainSettings, language_table
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.train import Trained

_PACKAGES = ("torch", "transformers", "tokenizers", "scikit-learn", "datasets")
_TEMPLATES = Path(__file__).parent / "analysis" / "templates"
_LANGUAGE = "language"
_FEW = 3
_POOLING = {
    "mean": "the mean of all token states",
    "first": "the state of the first token",
    "passage": "the mean of the token states of the passage",
    "cue": "a weighing of the passage's token states, of its own for every code",
}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a model was made from: ``rows`` are passages per split, ``base`` is a model id.

    ``counts`` has for every corpus its passages and interviews per split that was used.
    """

    corpus: str
    corpus_sha256: str
    base: str
    rows: Mapping[str, int]
    counts: Sequence[Mapping[str, tuple[int, int]]]
    settings: TrainSettings


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A corpus that a model learned from, as its card tells of it.

    Attributes:
        name: Its name.
        counts: Passages and interviews (or other sources) of each split that was used; empty
            where they are not known.
        about: What it is, in sentences.
    """

    name: str
    counts: Mapping[str, tuple[int, int]]
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the card of a model of a study says where that of a corpus tells of splits.

    ``learned`` says in sentences which interviews did what; ``measured`` ends the one that says on
    what the figures rest.
    """

    learned: str
    measured: str


def provenance(trained: Trained, origin: Origin) -> dict[str, Any]:
    """Return what the manifest says of a model's making: settings, counts, hashes and figures."""
    return {
        "kind": "classifier",
        "base": origin.base,
        "corpus": origin.corpus,
        "corpus_sha256": origin.corpus_sha256,
        "passages": dict(origin.rows),
        "counts": [{split: list(of) for split, of in per.items()} for per in origin.counts],
        "settings": origin.settings.model_dump(mode="json"),
        "packages": {package: version(package) for package in _PACKAGES},
        "epochs": [asdict(epoch) for epoch in trained.epochs],
        "figures": {
            split: [asdict(figures) for figures in of] for split, of in trained.figures.items()
        },
    }


def model_card(
    config: ModelConfig,
    codebook: Codebook,
    made: Mapping[str, Any],
    evaluation: Evaluation,
    *,
    corpora: Sequence[Learned],
    people: str = "",
    elsewhere: str = "",
    told: Told | None = None,
) -> str:
    """Return the card of a model in Markdown.

    Args:
        config: Its configuration.
        codebook: Its codebook.
        made: What its manifest says, as `provenance` gave it.
        evaluation: What was measured.
        corpora: What it learned from.
        people: What there is to say of the two codings that the evaluation compares, in sentences.
        elsewhere: What was found about this model on other material, in Markdown.
        told: How interviews were used, where it was not by the splits of a corpus.
    """
    whole = evaluation.slices[0]
    card = _template().render(
        name=config.name,
        codebook=codebook,
        facets=[(head.facet, ", ".join(head.codes)) for head in config.heads],
        languages=_languages(evaluation),
        limits=list(_limits(evaluation)),
        max_tokens=config.max_tokens,
        learned=_learned(corpora, made["passages"]),
        corpora=corpora,
        measured_on_own=evaluation.corpus in {corpus.name for corpus in corpora},
        shape=config.encoder,
        pooling=_POOLING[config.pooling],
        made=made,
        epochs=_epochs(made["epochs"]),
        settings=yaml.safe_dump(dict(made["settings"]), sort_keys=False).strip(),
        packages=", ".join(f"{name} {number}" for name, number in made["packages"].items()),
        evaluation=evaluation,
        facet_table=markdown.facet_table(whole),
        code_table=markdown.code_table(whole),
        by_language=markdown.parts_table(evaluation, _LANGUAGE),
        by_hard=markdown.parts_table(evaluation, HARD),
        least=LEAST_PASSAGES,
        contenders_table=markdown.contenders_table(evaluation),
        people_read=any(row.human_kappa.value is not None for row in whole.codes),
        people=people,
        elsewhere=elsewhere,
        told=told,
        error=markdown.share(evaluation.risk[0].error) if evaluation.risk else "",
        confidence=markdown.share(evaluation.risk[0].confidence) if evaluation.risk else "",
        trust_table=markdown.trust_table(evaluation),
    )
    return re.sub(r"\n{3,}", "\n\n", card).strip() + "\n"


def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Markdown, not HTML: nothing in it comes from a transcript.
        autoescape=False,
    )
    return environment.get_template("card.md.j2")


def _learned(corpora: Sequence[Learned], passages: Mapping[str, int]) -> str:
    rows = [[corpus.name, *(_counted(corpus, split) for split in SPLITS)] for corpus in corpora]
    if len(corpora) > 1 or not corpora[0].counts:
        rows.append(["together", *(f"{passages.get(split, 0)} passages" for split in SPLITS)])
    return markdown.table(["corpus", *SPLITS], rows)


def _counted(corpus: Learned, split: str) -> str:
    if split not in corpus.counts:
        return "not used" if corpus.counts else markdown.NOTHING
    passages, interviews = corpus.counts[split]
    return f"{passages} passages" + (f" of {interviews} interviews" if interviews else "")


def _epochs(epochs: Sequence[Mapping[str, Any]]) -> str:
    best = [epoch["number"] for epoch in epochs if epoch["best"]]
    return f", epoch {best[-1]} of {len(epochs)}" if best else ""


def _languages(evaluation: Evaluation) -> str:
    found = [part.value for part in evaluation.slices if part.by == _LANGUAGE]
    return " and ".join(
        language_table(value).name["en"] if value in LANGUAGES else value for value in found
    )


def _limits(evaluation: Evaluation) -> Iterator[str]:
    whole = evaluation.slices[0]
    known = sorted(
        (row.kappa.value, row.code) for row in whole.codes if row.kappa.value is not None
    )
    if len(known) > _FEW:
        weak = ", ".join(f"`{code}` ({markdown.number(kappa)})" for kappa, code in known[:_FEW])
        yield f"It agrees least with people on {weak}; in brackets Cohen's kappa."
    seldom = [row.code for row in whole.codes if row.coded < LEAST_PASSAGES]
    if seldom:
        yield (
            f"On fewer than {LEAST_PASSAGES} of the passages measured, so that little is known: "
            + ", ".join(f"`{code}`" for code in seldom)
            + "."
        )
    parts = {part.value: part for part in evaluation.slices if part.by == HARD}
    if {ANY, NONE} <= set(parts):
        yield (
            "On passages that the coders had marked as hard its mean kappa is "
            f"{_kappas(parts[ANY])}, on the others {_kappas(parts[NONE])}."
        )


def _kappas(part: Slice) -> str:
    told = [f"{markdown.number(row.mean_kappa.value)} for {row.facet}" for row in part.facets]
    return " and ".join(told)
