"""From one language to the other."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from nlp_pipeline.artifact import Model
from nlp_pipeline.baselines.data import (
    TRAIN,
    TUNING,
    Array,
    Crossing,
    Rows,
    Told,
    check_rows,
    column,
)
from nlp_pipeline.baselines.learner import Learner, Method
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.corpus import SPLITS, TEST
from nlp_pipeline.errors import CorpusError


def transfer(
    base: Model,
    rows: Rows,
    codebook: Codebook,
    settings: TrainSettings,
    *,
    method: Method,
    vectors: Mapping[str, Array] | None = None,
    progress: Told | None = None,
) -> tuple[Crossing, ...]:
    """Learn from the interviews in one language and measure on the test passages in each.

    Thresholds are set on the validation and calibration passages of the language learned from, so
    that nothing is known of the other. Each language has fewer passages than the whole corpus: the
    figures on a language's own passages are those to compare with, not the model's.

    Args:
        base: The encoder to start from; it stays as it is.
        rows: The splits of `SPLITS`, with the column ``language``.
        codebook: The codes to learn; codes of the rows that are not in it are passed over.
        settings: How to learn; its ``method`` is not used.
        method: ``head`` takes seconds per language, ``full`` as long as training does.
        vectors: What `frozen_vectors` gave for these rows and this base, to save the work.
        progress: Called with what begins.

    Raises:
        CorpusError: There is one language only, or one is missing from a split.
    """
    check_rows(rows)
    languages = {split: column(rows[split], "language", split) for split in SPLITS}
    learner = Learner(base, rows, codebook, settings, method, vectors, progress)
    found = []
    for source in _languages(languages):
        learner.tell(f"learning from {source}")
        own = {split: _where(languages[split], source) for split in (TRAIN, *TUNING)}
        scores, suggested = learner.learn(own)
        found += [
            Crossing(
                learned_from=source,
                measured_on=target,
                method=method,
                positions=(here := np.array(_where(languages[TEST], target), dtype=np.int64)),
                codes=codebook.code_ids,
                scores=scores[here],
                suggested=suggested[here],
            )
            for target in _languages(languages)
        ]
    return tuple(found)


def _languages(languages: Mapping[str, Sequence[str]]) -> list[str]:
    found = sorted({language for values in languages.values() for language in values})
    problems = list(_missing(languages, found))
    if len(found) < 2:
        problems = [f"all its passages are in {found[0]}"]
    if problems:
        msg = f"transfer needs two languages in every split of the corpus: {'; '.join(problems)}"
        raise CorpusError(msg)
    return found


def _missing(languages: Mapping[str, Sequence[str]], found: Sequence[str]) -> Iterator[str]:
    for split, values in languages.items():
        absent = [language for language in found if language not in values]
        if absent:
            yield f'split "{split}" has no passages in {", ".join(absent)}'


def _where(values: Sequence[str], value: str) -> list[int]:
    return [i for i, found in enumerate(values) if found == value]
