"""What every training of a study gave: ``rounds.json`` in its folder, one entry a model."""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp_pipeline.analysis.records import Estimate
from nlp_pipeline.errors import StoreError
from nlp_pipeline.store import read_json, write_json

ROUNDS_FILE = "rounds.json"
"""In a study folder."""

FORMAT: Final = "nlp-pipeline rounds"
FORMAT_VERSION: Final = 1

TEST, FOLDS = "test", "folds"
"""On what a model was measured: the kept test interviews, or each interview in turn left out."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeResult(_Part):
    """The figures of one code; the intervals are by resampling interviews."""

    code: str
    coded: int
    suggested: int
    f1: Estimate
    kappa: Estimate
    average_precision: Estimate


class Round(_Part):
    """One training.

    Attributes:
        trained_at: When, in ISO 8601 and UTC.
        model: The name of the model, which is its folder in ``models``.
        model_id: Its name and the start of its hash.
        base: The id of the model that it started from.
        method: ``head`` or ``full``.
        passages: How many passages it learned from, all of them seen by somebody.
        coded: How many of these carry a code.
        interviews: Of how many interviews they are.
        measured_on: `TEST` or `FOLDS`.
        measured_passages: On how many passages it was measured.
        measured_interviews: Of how many interviews these are.
        mean_f1: The mean of F1 over the codes that occur there.
        mean_f1_left_out: The same on the interviews that were learned from, each scored by heads
            that had not learned from it; None where that was not done, or is ``mean_f1`` itself.
        codes: The figures per code, in the order of the codebook.
        others: The same mean for what it was compared with, by name.
        is_default: Whether it became the model of the study.
        reason: Why, or why not.
        seed: The seed of the training.
    """

    trained_at: str
    model: str
    model_id: str
    base: str
    method: Literal["head", "full"]
    passages: int
    coded: int
    interviews: int
    measured_on: Literal["test", "folds"]
    measured_passages: int
    measured_interviews: int
    mean_f1: Estimate
    mean_f1_left_out: Estimate | None = None
    codes: tuple[CodeResult, ...]
    others: dict[str, Estimate]
    is_default: bool
    reason: str
    seed: int


class _File(_Part):
    format: Literal["nlp-pipeline rounds"] = FORMAT
    format_version: Literal[1] = FORMAT_VERSION
    rounds: tuple[Round, ...] = ()


def read_rounds(study: Path) -> tuple[Round, ...]:
    """Return the rounds of a study in the order of training; none if there was no training.

    Raises:
        StoreError: The file is damaged.
    """
    path = study / ROUNDS_FILE
    if not path.is_file():
        return ()
    try:
        return _File.model_validate(read_json(path)).rounds
    except ValidationError as error:
        msg = f"{path}: damaged, or written by another version of this program"
        raise StoreError(msg) from error


def add_round(study: Path, found: Round) -> None:
    """Add a round. Raises `StoreError` if the file is damaged or the disk refuses."""
    rounds = (*read_rounds(study), found)
    write_json(study / ROUNDS_FILE, _File(rounds=rounds).model_dump(mode="json"))
