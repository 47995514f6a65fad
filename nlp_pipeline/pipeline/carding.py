"""The card of a model folder, written from an evaluation and from what its corpora say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp_pipeline.analysis.records import Evaluation
from nlp_pipeline.artifact import Model, find_model
from nlp_pipeline.card import Learned, model_card
from nlp_pipeline.config import read_yaml
from nlp_pipeline.corpus import SPLITS, TEST, load_split
from nlp_pipeline.errors import ConfigError, ModelError
from nlp_pipeline.store import atomic_write, disk_error, read_json

CARD = "README.md"
NOTES = "notes.md"
"""In a model folder: what was found about this model elsewhere; goes into its card. Training the
model again leaves it out, because it no longer holds then."""

CORPUS_CARD = "card.yaml"
_JOINED = " + "
_NEEDED = ("base", "corpus", "passages", "settings", "packages", "epochs")


class CorpusCard(BaseModel):
    """What the card of a model says of a corpus (``card.yaml`` in its folder).

    ``about`` says what it is, ``people`` what to think of the agreement of its coders.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str = ""
    people: str = ""


@dataclass(frozen=True, kw_only=True)
class Carded:
    """A model folder whose card can be written: what its manifest says of its making."""

    folder: Path
    made: Mapping[str, Any]

    @property
    def corpora(self) -> tuple[str, ...]:
        """The names of the corpora that it learned from, the one that it was measured on first."""
        return tuple(str(self.made["corpus"]).split(_JOINED))


def joined(names: Sequence[str]) -> str:
    """Return how a manifest names several corpora."""
    return _JOINED.join(names)


def carded(name_or_path: str | Path) -> Carded:
    """Return a model folder with what its manifest says of its making.

    Raises:
        ModelError: It is missing, or its manifest does not say how it was made.
    """
    folder = find_model(name_or_path)
    made = read_json(folder / "manifest.json")
    missing = [key for key in _NEEDED if key not in made]
    if missing:
        msg = (
            f"{folder / 'manifest.json'}: does not say how the model was made "
            f"({', '.join(missing)}), so no card can be written"
        )
        raise ModelError(msg)
    return Carded(folder=folder, made=made)


def check_split(model: Carded, corpus: Path, split: str) -> None:
    """Refuse a card with figures on passages that the model has learned from.

    Raises:
        ConfigError: It has seen this split.
    """
    if split != TEST and corpus.resolve().name in model.corpora:
        msg = (
            f'the model has seen the split "{split}" of {corpus}, so its card cannot have figures '
            f"on it; leave out --card, or measure on the split {TEST}"
        )
        raise ConfigError(msg)


def write_card(
    found: Carded,
    model: Model,
    evaluation: Evaluation,
    corpus: Path,
    *,
    learned_from: Sequence[Path] | None = None,
) -> Path:
    """Write the card of a model folder in place of an earlier one, and return its path.

    Args:
        found: The folder.
        model: The model, loaded.
        evaluation: What was measured.
        corpus: The folder of the corpus that it was measured on.
        learned_from: The folders of the corpora that it learned from, as the manifest names them;
            by default they are looked for beside ``corpus``.

    Raises:
        ConfigError: The ``card.yaml`` of a corpus is not understood, or notes are not UTF-8.
        CorpusError: A split of a corpus is malformed.
        ModelError: The model has no codebook.
        StoreError: The disk refuses.
    """
    if model.codebook is None:
        msg = f"{found.folder}: a model without a codebook has no card of this kind"
        raise ModelError(msg)
    beside = corpus.resolve().parent
    folders = learned_from or [beside / name for name in found.corpora]
    card = model_card(
        model.config,
        model.codebook,
        found.made,
        evaluation,
        corpora=_learned(folders, found.made),
        people=read_corpus_card(corpus).people,
        elsewhere=_notes(found.folder / NOTES),
    )
    path = found.folder / CARD
    with atomic_write(path) as temporary:
        temporary.write_bytes(card.encode("utf-8"))
    return path


def read_corpus_card(corpus: Path) -> CorpusCard:
    """Read the ``card.yaml`` of a corpus; one that has none says nothing.

    Raises:
        ConfigError: It is not YAML, or holds something else.
    """
    path = corpus / CORPUS_CARD
    if not path.is_file():
        return CorpusCard()
    try:
        card = CorpusCard.model_validate(read_yaml(path))
    except ValidationError as error:
        places = ", ".join(str(problem["loc"][0]) for problem in error.errors() if problem["loc"])
        msg = f'{path}: only "about" and "people" are known, both text; look at {places or "it"}'
        raise ConfigError(msg) from error
    return CorpusCard(about=card.about.strip(), people=card.people.strip())


def _notes(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip() if path.is_file() else ""
    except OSError as error:
        raise disk_error(path, error, "read") from error
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8"
        raise ConfigError(msg) from error


def count_passages(folders: Sequence[Path]) -> list[dict[str, tuple[int, int]]]:
    """Return for every corpus the passages and interviews of each split that is learned from.

    The test split of the first is measured on; those of the others are not used.

    Raises:
        CorpusError: A line of a split is malformed.
    """
    return [_counts(folder, first=place == 0) for place, folder in enumerate(folders)]


def _learned(folders: Sequence[Path], made: Mapping[str, Any]) -> list[Learned]:
    return [
        Learned(
            name=folder.resolve().name,
            counts={split: tuple(numbers) for split, numbers in of.items()},
            about=read_corpus_card(folder).about,
        )
        for folder, of in zip(folders, _known_counts(folders, made), strict=True)
    ]


def _known_counts(folders: Sequence[Path], made: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return what the manifest counted; where it did not, what is there now, if it adds up."""
    if "counts" in made:
        counted: list[Mapping[str, Any]] = made["counts"]
        return counted
    counts = count_passages(folders)
    sums: Counter[str] = Counter()
    for of in counts:
        sums.update({split: number for split, (number, _) in of.items()})
    return counts if sums == Counter(made["passages"]) else [{} for _ in folders]


def _counts(folder: Path, *, first: bool) -> dict[str, tuple[int, int]]:
    found = {}
    for split in SPLITS:
        if (first or split != TEST) and (folder / "data" / f"{split}.jsonl").is_file():
            rows = load_split(folder, split)
            interviews = {row["transcript_id"] for row in rows if row.get("transcript_id")}
            found[split] = (len(rows), len(interviews))
    return found
