"""Where a model of a study comes from, and from which interviews it has learned already.

A model that has learned from an interview must not be judged by it, nor may one that starts there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_pipeline.config import StudySettings
from nlp_pipeline.exchange import text_sha256
from nlp_pipeline.pipeline.modelnames import MODELS
from nlp_pipeline.pipeline.workplace import Workplace
from nlp_pipeline.records import Transcript
from nlp_pipeline.store import read_json

LEARNED_FROM, OUTSIDE = "learned_from", "outside"
"""In the manifest of a model of a study: the hashes of the texts that it, or one that it started
from, has learned from; and the model from elsewhere with which the study began."""


@dataclass(frozen=True, kw_only=True)
class Heritage:
    """A model by its name or folder, and what it has learned from.

    Attributes:
        model: Its name or folder.
        texts: The hashes of the texts of this study that it has learned from.
        outside: The model from elsewhere with which the study began; for one from elsewhere that
            one itself.
        hashes: The hash of the text of every interview in view, by its id.
    """

    model: str
    texts: frozenset[str]
    outside: str
    hashes: Mapping[str, str]

    @property
    def is_own(self) -> bool:
        """Whether it was made in a study."""
        return bool(self.texts)

    def has_learned_from(self, interviews: Collection[str]) -> bool:
        """Tell whether it has learned from one of these interviews."""
        return any(self.hashes[one] in self.texts for one in interviews if one in self.hashes)

    def after(self, interviews: Collection[str]) -> dict[str, Any]:
        """Return what the manifest of a model says that starts here and learns from these."""
        own = {self.hashes[one] for one in interviews}
        return {LEARNED_FROM: sorted({*self.texts, *own}), OUTSIDE: self.outside}


def heritage_of(model: str, study: Path, transcripts: Sequence[Transcript]) -> Heritage:
    """Return what is known of a model.

    Args:
        model: Its name or folder.
        study: The study folder.
        transcripts: Those of the study.

    Raises:
        ModelError: It is not there.
        StoreError: Its manifest is damaged.
    """
    # This loads torch, which nobody needs who only reads what a model has learned from.
    from nlp_pipeline.artifact import find_model

    made = read_json(find_model(model, folder=study) / "manifest.json")
    texts = frozenset(made.get(LEARNED_FROM, ()))
    return Heritage(
        model=model,
        texts=texts,
        outside=str(made.get(OUTSIDE, StudySettings().model)) if texts else model,
        hashes={t.id: text_sha256(t.text) for t in transcripts},
    )


def learned_from(place: Workplace) -> frozenset[str]:
    """Return the interviews of a study that the model of its run has learned from.

    A model that was trained on few interviews, before there was a test set, has learned from some
    that are now kept for the test.

    Raises:
        StoreError: The manifest of the model is damaged.
    """
    manifest = place.folder / MODELS / place.manifest.model.id.partition("@")[0] / "manifest.json"
    if not manifest.is_file():
        return frozenset()
    texts = {*read_json(manifest).get(LEARNED_FROM, ())}
    return frozenset(t.id for t in place.results.transcripts if text_sha256(t.text) in texts)
