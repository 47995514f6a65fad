"""The passages on which coders differ, for the people who meet about them; the hardest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlp_pipeline.agreement import Flags
from nlp_pipeline.analysis.agreement_records import CodeDispute, Disagreement
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.resample import Reals

Ranked = tuple[Disagreement, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Disputed:
    """What is looked at.

    Attributes:
        frame: Who said what; passages in the order of the text.
        model: The id of the model, which may be one of the coders.
        scores: Of the model, shape (passages, codes); nan where it gave none.
        names: The name of the file of each transcript id.
        numbers: Of each passage within its transcript, by its id.
        with_text: Whether the passages themselves are taken in.
    """

    frame: Frame
    model: str
    scores: Reals
    names: Mapping[str, str]
    numbers: Mapping[str, int]
    with_text: bool


def disagreements(disputed: Disputed) -> Ranked:
    """Return the passages on which people, or people and the model, differ about a code.

    The decisions of a consensus meeting are no side in it.
    """
    frame = disputed.frame
    voting = np.array([coder != CONSENSUS for coder in frame.coders], dtype=np.bool_)
    votes = frame.seen & voting[:, None]
    given = (frame.coded & votes[:, :, None]).sum(axis=0)
    apart = (given > 0) & (given < votes.sum(axis=0)[:, None])
    against = _against(disputed)
    found = [
        _one(disputed, int(place), np.flatnonzero(apart[place]).tolist(), against[place])
        for place in np.flatnonzero(apart.any(axis=1))
    ]
    found.sort(key=lambda one: (-one.pairs_apart, -one.model_against))
    return tuple(replace(one, rank=rank) for rank, one in enumerate(found, start=1))


def cut_offs(scores: Reals, suggested: Flags) -> Reals:
    """Return from which score each code is suggested, as far as can be seen; shape (codes,).

    It is halfway between the highest score that was not suggested and the lowest that was.
    """
    low = np.where(suggested & ~np.isnan(scores), scores, np.inf).min(axis=0, initial=np.inf)
    high = np.where(~suggested & ~np.isnan(scores), scores, -np.inf).max(axis=0, initial=-np.inf)
    known = np.isfinite(low) & np.isfinite(high)
    middle = np.full(len(low), 0.5)
    middle[known] = (low[known] + high[known]) / 2
    return middle


def _against(disputed: Disputed) -> Reals:
    """Return how sure the model is against most of the people; 0 where it is with them."""
    frame = disputed.frame
    if disputed.model not in frame.coders:
        return np.zeros(disputed.scores.shape)
    row = frame.place(disputed.model)
    suggested = frame.coded[row]
    people = [n for n, coder in enumerate(frame.coders) if n != row and coder != CONSENSUS]
    looked = frame.seen[people].sum(axis=0)[:, None]
    given = frame.coded[people].sum(axis=0)
    wrong = np.where(suggested, 2 * given < looked, 2 * given > looked) & frame.seen[row][:, None]
    cut = cut_offs(disputed.scores, suggested)
    scores = np.nan_to_num(disputed.scores, nan=0.0)
    beyond = np.where(suggested, 1 - cut, cut)
    away = np.abs(scores - cut) / np.maximum(beyond, 1e-9)
    known: Reals = np.where(wrong & ~np.isnan(disputed.scores), np.minimum(away, 1.0), 0.0)
    return known


def _one(disputed: Disputed, place: int, columns: Sequence[int], against: Reals) -> Disagreement:
    frame = disputed.frame
    passage = frame.passages[place]
    codes = tuple(_code(disputed, place, column, float(against[column])) for column in columns)
    return Disagreement(
        rank=0,
        passage_id=passage.id,
        number=disputed.numbers[passage.id],
        transcript_id=passage.transcript_id,
        transcript=disputed.names[passage.transcript_id],
        start=passage.start,
        end=passage.end,
        language=passage.language,
        role=passage.role.value,
        ways=_ways(frame, place),
        pairs_apart=sum(code.pairs_apart for code in codes),
        model_against=max(code.model_against for code in codes),
        codes=codes,
        agreed=_agreed(frame, place),
        text=passage.text if disputed.with_text else "",
        context=passage.context if disputed.with_text else "",
    )


def _code(disputed: Disputed, place: int, column: int, against: float) -> CodeDispute:
    frame, model = disputed.frame, disputed.model
    said = {
        coder: bool(frame.coded[row, place, column])
        for row, coder in enumerate(frame.coders)
        if frame.seen[row, place]
    }
    consensus, people = said.pop(CONSENSUS, None), [v for c, v in said.items() if c != model]
    score = float(disputed.scores[place, column])
    return CodeDispute(
        code=frame.codes[column],
        given_by=tuple(coder for coder, gave in said.items() if gave),
        not_given_by=tuple(coder for coder, gave in said.items() if not gave),
        pairs_apart=sum(people) * (len(people) - sum(people)),
        model_score=None if np.isnan(score) else round(score, 4),
        model_suggested=said.get(model),
        model_against=round(against, 4),
        consensus=consensus,
    )


def _ways(frame: Frame, place: int) -> dict[str, str]:
    cells = zip(frame.coders, frame.origin, strict=True)
    return {coder: own.value for coder, row in cells if (own := row[place]) is not None}


def _agreed(frame: Frame, place: int) -> tuple[str, ...]:
    rows = [n for n, c in enumerate(frame.coders) if frame.seen[n, place] and c != CONSENSUS]
    given = frame.coded[rows, place].sum(axis=0).tolist()
    return tuple(code for code, n in zip(frame.codes, given, strict=True) if n == len(rows))
