"""A model that learns from a choice of the passages, time after time."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from datasets import Dataset

from nlp_pipeline.artifact import Model, head_shapes
from nlp_pipeline.baselines.data import Array, Flags, Rows, Scores, Told, all_flags
from nlp_pipeline.baselines.linear import frozen, frozen_vectors
from nlp_pipeline.classify import Classifier
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import ClassifySettings, TrainSettings
from nlp_pipeline.corpus import SPLITS, TEST
from nlp_pipeline.suggest import suggested_by
from nlp_pipeline.train import train

Method = Literal["head", "full"]
Positions = Mapping[str, Sequence[int]]
_COLUMNS = ("text", "context", "codes", "codes_a", "codes_b")


class Learner:
    """Learns from a choice of passages, and scores all test passages.

    Args:
        base: The encoder to start from; it stays as it is.
        rows: The splits of `SPLITS`.
        codebook: The codes to learn.
        settings: How to learn; its ``method`` is not used.
        method: ``head`` or ``full``.
        vectors: What `frozen_vectors` gave for these rows, or None; for ``head`` only.
        progress: Called with what begins.
    """

    def __init__(
        self,
        base: Model,
        rows: Rows,
        codebook: Codebook,
        settings: TrainSettings,
        method: Method,
        vectors: Mapping[str, Array] | None,
        progress: Told | None,
    ) -> None:
        """Read all passages with the encoder, if that is done once for all."""
        self.base, self.rows, self.codebook, self.progress = base, rows, codebook, progress
        self.settings = settings.model_copy(update={"method": method})
        self.coded = all_flags(rows, codebook.code_ids)
        self.vectors = vectors
        if method == "head" and vectors is None:
            self.vectors = frozen_vectors(
                base,
                rows,
                max_tokens=settings.max_tokens,
                context_tokens=settings.context_tokens,
                told=progress,
            )

    def tell(self, what: str) -> None:
        """Say what begins."""
        if self.progress is not None:
            self.progress(what)

    def learn(self, chosen: Positions) -> tuple[Scores, Flags]:
        """Learn from the chosen passages of each split; a split not named is taken whole."""
        every = {split: list(chosen.get(split, range(len(self.rows[split])))) for split in SPLITS}
        if self.settings.method == "full":
            return self._fine_tuned(every)
        vectors = self.vectors or {}
        return frozen(
            {split: vectors[split][every[split]] for split in SPLITS},
            {split: self.coded[split][every[split]] for split in SPLITS},
            head_shapes(self.codebook),
        )

    def _fine_tuned(self, chosen: Positions) -> tuple[Scores, Flags]:
        # Training changes the encoder that it starts from.
        start = replace(self.base, network=copy.deepcopy(self.base.network))
        data = {split: self._dataset(split, chosen[split]) for split in SPLITS}
        trained = train(start, data, self.codebook, self.settings, name="part")
        model = replace(
            start, config=trained.config, network=trained.network, codebook=self.codebook
        )
        texts, contexts = ([row[name] for row in self.rows[TEST]] for name in ("text", "context"))
        scores = Classifier(model, ClassifySettings()).scores(texts, contexts)
        return scores, suggested_by(trained.config, scores)

    def _dataset(self, split: str, chosen: Sequence[int]) -> Dataset:
        rows = [self.rows[split][i] for i in chosen]
        known = set(self.codebook.code_ids)
        columns = {name: [row.get(name) for row in rows] for name in _COLUMNS}
        columns["codes"] = [[code for code in row["codes"] if code in known] for row in rows]
        return Dataset.from_dict(columns)
