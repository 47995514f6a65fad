"""What a network learns from: the tokens of passages, and targets from those who coded them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from datasets import Dataset

from nlp_pipeline.artifact import Model, ModelConfig
from nlp_pipeline.classify import Classifier
from nlp_pipeline.config import ClassifySettings, TrainSettings
from nlp_pipeline.corpus import CODERS, SPLITS
from nlp_pipeline.encode import token_ids
from nlp_pipeline.errors import CorpusError, ModelError

_CODER_COLUMNS = tuple(f"codes_{coder}" for coder in CODERS)


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Token ids and targets (from 0 to 1, shape passages by codes) of one split.

    ``bare`` are the token ids of the same passages without their questions. A target between 0 and
    1 says that coders differed.
    """

    rows: list[list[int]]
    bare: list[list[int]]
    targets: npt.NDArray[np.float32]


def examples_of(
    base: Model, config: ModelConfig, corpus: Mapping[str, Dataset], split: str
) -> Examples:
    """Return the passages of one split as a network reads them, and what they carry.

    Args:
        base: Whose tokenizer is taken.
        config: The codes, and how passages are presented.
        corpus: The splits, with the columns ``text``, ``context`` and ``codes``.
        split: The name of the split.

    Raises:
        CorpusError: The split is missing or empty, or a code is not in the codebook.
    """
    data = corpus.get(split)
    if data is None or not len(data):
        msg = f'the corpus has no passages in the split "{split}"; it needs {", ".join(SPLITS)}'
        raise CorpusError(msg)
    position = {code: i for i, code in enumerate(config.codes)}
    targets = np.zeros((len(data), len(position)), dtype=np.float32)
    for row, codes in enumerate(data["codes"]):
        unknown = [code for code in codes if code not in position]
        if unknown:
            msg = f'split "{split}", row {row + 1}: code "{unknown[0]}" is not in the codebook'
            raise CorpusError(msg)
        targets[row, [position[code] for code in codes]] = 1.0
    texts, contexts = list(data["text"]), list(data["context"])
    form = config.input_format
    return Examples(
        rows=token_ids(base.tokenizer, texts, contexts, form),
        bare=token_ids(base.tokenizer, texts, [""] * len(texts), form),
        targets=targets,
    )


def softened(
    examples: Examples,
    data: Dataset,
    settings: TrainSettings,
    config: ModelConfig,
    teachers: Sequence[Model],
) -> Examples:
    """Mix into the targets what single coders said, what is usual, and what teachers say.

    Raises:
        ModelError: A teacher does not know all codes.
    """
    targets = examples.targets.copy()
    if settings.coder_share:
        # A column is read from the data set each time that it is asked for.
        columns = [list(data[name]) for name in _CODER_COLUMNS if name in data.column_names]
        read = [[column[row] for column in columns] for row in range(len(data))]
        if "coders" in data.column_names:
            read = [[*own, *more] for own, more in zip(read, data["coders"], strict=True)]
        for row, codings in enumerate(read):
            told = [_flags(codes, config.codes) for codes in codings if codes is not None]
            if told:
                mean = np.mean(told, axis=0)
                targets[row] += settings.coder_share * (mean - targets[row])
    if settings.label_smoothing:
        targets += settings.label_smoothing * (targets.mean(0) - targets)
    if teachers:
        scores = np.mean([_scores_of(teacher, data, config) for teacher in teachers], axis=0)
        targets += settings.teacher_share * (scores.astype(np.float32) - targets)
    return replace(examples, targets=targets.astype(np.float32))


def _scores_of(teacher: Model, data: Dataset, config: ModelConfig) -> npt.NDArray[np.float64]:
    missing = sorted(set(config.codes) - set(teacher.config.codes))
    if missing:
        msg = f"{teacher.id} cannot teach: it does not know the code(s) {', '.join(missing)}"
        raise ModelError(msg)
    scores = Classifier(teacher, ClassifySettings()).scores(
        list(data["text"]), list(data["context"])
    )
    return scores[:, [teacher.config.codes.index(code) for code in config.codes]]


def _flags(codes: Sequence[str], known: Sequence[str]) -> npt.NDArray[np.float32]:
    return np.array([code in codes for code in known], dtype=np.float32)
