"""What an evaluation is about: the codes that model and corpus share, and what each says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nlp_pipeline.analysis.material import Material, flags_of
from nlp_pipeline.artifact import Model
from nlp_pipeline.classify import Classifier
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.corpus import CODERS, SPLITS, load_split
from nlp_pipeline.errors import CorpusError, ModelError
from nlp_pipeline.pipeline.reporting import Progress
from nlp_pipeline.suggest import suggested_by

Row = Mapping[str, Any]


def shared_codes(
    model: Model, corpus: Path, split: str, rows: Sequence[Row]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the codes of each facet that both model and corpus know, and notes on the others.

    Args:
        model: The model.
        corpus: The corpus folder; a code may occur in any of its splits.
        split: The split that is measured.
        rows: Its passages.

    Raises:
        CorpusError: There are no passages, or no code is shared.
    """
    if not rows:
        msg = f'{corpus}: no passages in the split "{split}", so nothing can be measured'
        raise CorpusError(msg)
    used = {code for row in _all_rows(corpus, split, rows) for code in row["codes"]}
    known = model.config.codes
    facets = {
        head.facet: tuple(code for code in head.codes if code in used)
        for head in model.config.heads
    }
    facets = {facet: codes for facet, codes in facets.items() if codes}
    if not facets:
        msg = f"{corpus}: no code of the model {model.id} is on any passage of this corpus"
        raise CorpusError(msg)
    notes = [
        f'code "{code}" of the corpus is not known to the model' for code in sorted(used - {*known})
    ]
    notes += [f'code "{code}" is on no passage of the corpus' for code in known if code not in used]
    return facets, [f"{note}; it is left out" for note in notes]


def material_of(
    model: Model,
    classifier: Classifier,
    rows: Sequence[Row],
    facets: Mapping[str, tuple[str, ...]],
    steps: Progress,
) -> Material:
    """Classify passages and put the suggestions beside what people coded."""
    codes = [code for of in facets.values() for code in of]
    columns = [model.config.codes.index(code) for code in codes]
    texts, questions = [row["text"] for row in rows], [row["context"] for row in rows]
    with steps.stage("Classifying passages", len(rows)) as advance:
        scores = classifier.scores(texts, questions, progress=advance)
    read = [[row.get(f"codes_{coder}") for row in rows] for coder in CODERS]
    first, second = (flags_of(codings, codes) for codings in read)
    return Material(
        facets=facets,
        scores=scores[:, columns],
        suggested=suggested_by(model.config, scores)[:, columns],
        coded=flags_of([row["codes"] for row in rows], codes),
        people=(first, second),
        read_twice=np.array([None not in codings for codings in zip(*read, strict=True)]),
        interviews=tuple(str(row.get("transcript_id") or "") for row in rows),
    )


def restricted(codebook: Codebook | None, facets: Mapping[str, tuple[str, ...]]) -> Codebook:
    """Return a codebook with only these codes; a code whose parent is left out has none.

    Raises:
        ModelError: There is no codebook.
    """
    if codebook is None:
        msg = "this model has no codebook, so there is nothing to compare it with"
        raise ModelError(msg)
    kept = {code for codes in facets.values() for code in codes}
    return replace(
        codebook,
        facets=tuple(
            replace(
                facet,
                codes=tuple(
                    replace(code, parent=code.parent if code.parent in kept else None)
                    for code in facet.codes
                    if code.id in kept
                ),
            )
            for facet in codebook.facets
            if facet.id in facets
        ),
    )


def _all_rows(corpus: Path, split: str, rows: Sequence[Row]) -> Iterator[Row]:
    yield from rows
    for other in SPLITS:
        if other != split and (corpus / "data" / f"{other}.jsonl").is_file():
            yield from load_split(corpus, other)
