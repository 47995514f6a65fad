"""Whether a code may be left to the model, in one word, from blind codings of held-out interviews.

The rules for the word are those of `_word`, and only these:

1. *too little data*: fewer than `LEAST_INTERVIEWS` interviews were coded blind, or fewer than
   `LEAST_CODED` of their passages carry the code.
2. *do not automate*: the people themselves agree less than moderately on the code (the upper end
   of the interval of their kappa lies below `LOW_KAPPA`), so that nobody can say what is right.
3. *suggest*: with the confidence, at least `LEAST_SHARE` of the suggestions can stand unseen, and
   at most the allowed share of these is wrong.
4. *do not automate*: it is never suggested; or, with the confidence, more than half of the
   suggestions are wrong; or the upper end of the interval of the model's kappa with the people lies
   below `LOW_KAPPA`.
5. *weak*: only a smaller part of the suggestions can stand unseen.
6. *too little data*: none can so far, but no more than the allowed share of the suggestions was
   wrong here, or the surest of them could with at most `MOST_TIMES` as many interviews like these.
7. *weak*: none can, and more data is not what is lacking. Every suggestion has to be read.

Leaving what is surest to a model and the rest to people is selective classification (El-Yaniv and
Wiener 2010, Journal of Machine Learning Research 11); how cut-offs are chosen and certified on the
same interviews is told in `selective` (fixed-sequence testing: Angelopoulos et al. 2021, Learn then
Test; bounds: Clopper and Pearson 1934, Korn and Graubard 1998). 0.40 is where agreement begins to
be moderate in the table of Landis and Koch (1977, Biometrics 33).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

import numpy as np

from nlp_pipeline.agreement import Flags
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.intervals import Measured, Resamples
from nlp_pipeline.resample import Reals, draw_counts, kappa, totals, yes_no_tables
from nlp_pipeline.selective import (
    LEAST_CORRELATION,
    LEAST_INTERVIEWS,
    CutOff,
    cut_offs,
    upper_bounds,
)

LEAST_CODED = 10
LEAST_SHARE = 0.5
LOW_KAPPA = 0.40
MOST_TIMES = 10
_TIMES = (1, 2, 3, 4, 5, 6, 8, MOST_TIMES)
_QUICK = 300

Pair = tuple[int, int]


class Word(StrEnum):
    """What may be done with the suggestions for a code."""

    SUGGEST = "suggest"
    WEAK = "weak"
    DO_NOT = "do not automate"
    TOO_LITTLE = "too little data"


class Why(StrEnum):
    """Why a code has its word."""

    CERTIFIED = "certified"
    FEW_INTERVIEWS = "few interviews"
    FEW_CODED = "few passages with the code"
    PEOPLE_DISAGREE = "people disagree"
    NEVER = "never suggested"
    MORE_WRONG = "more wrong than right"
    LOW_KAPPA = "low agreement"
    SMALL_PART = "a small part"
    MORE_WOULD_DO = "more would do"
    TOO_OFTEN_WRONG = "too often wrong"


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """The share of errors that is allowed, and how sure it is to be that there are no more."""

    error: float = 0.10
    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What can be left to the model on one side of a cut-off.

    Attributes:
        score: The cut-off; None where nothing can be left.
        share: What can be left: of the suggestions, or of all passages.
        share_low: Lower bound of the share, with the confidence.
        error: The share of errors in these interviews: of the suggestions left to the model those
            that people do not share, or of the passages with the code those left without it. What
            is promised is that it is at most the allowed one in others.
    """

    score: float | None
    share: float
    share_low: float
    error: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """About how many further passages and interviews would do, if they are like these."""

    passages: int
    interviews: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Certified:
    """What was found of one code.

    Attributes:
        code: The code.
        word: What may be done with its suggestions.
        why: By which rule.
        passages: Coded blind, in held-out interviews.
        interviews: Interviews that these are from.
        coded: Passages that carry the code; one on which people differ counts in part.
        suggested: Passages for which it was suggested.
        wrong: Share of all suggestions that people do not share; None without suggestions.
        accept: Suggestions that can stand unseen.
        dismiss: Passages that can be left without the code unseen.
        kappa: Of the model with the people, on passages that two of them read where there are any.
        people: Kappa of the people with each other on the same passages.
        needed: What is lacking for *suggest*, where at most `MOST_TIMES` as much would do.
    """

    code: str
    word: Word
    why: Why
    passages: int
    interviews: int
    coded: float
    suggested: int
    wrong: float | None
    accept: Left
    dismiss: Left
    kappa: Measured
    people: Measured
    needed: Needed | None

    @property
    def prevalence(self) -> float:
        """Share of the passages that carry the code."""
        return self.coded / self.passages if self.passages else 0.0


def certify(frame: Frame, scores: Reals, *, promise: Promise) -> tuple[Certified, ...]:
    """Certify every code of a frame.

    What is right is what a person says, on average over those who read the passage: of two who
    differ, each is half right, unless `CONSENSUS` is among the coders and settles it.

    Args:
        frame: Passages of held-out interviews, each read blind by one person or more and by the
            model, which is the last coder and whose codes are its suggestions. Nothing else may be
            in it.
        scores: Of the model, shape (passages, codes).
        promise: Which errors are allowed.
    """
    judged = judgements(frame)
    resamples = Resamples(frame.interviews, resamples=promise.resamples, seed=promise.seed)
    return tuple(
        _one_code(frame, column, scores[:, column], judged[:, column], promise, resamples)
        for column in range(len(frame.codes))
    )


def judgements(frame: Frame) -> Reals:
    """Return which share of the people gives each code; shape (passages, codes).

    The model, the last coder, is left out. Where nobody has read a passage it is 0. A consensus
    counts only where the others differ, so that it can take sides and not overrule them.
    """
    people = people_of(frame)
    readers = np.maximum(frame.seen[people].sum(axis=0), 1)[:, None]
    shares: Reals = frame.coded[people].sum(axis=0) / readers
    if CONSENSUS in frame.coders:
        row = frame.place(CONSENSUS)
        settled = frame.seen[row][:, None] & (shares > 0) & (shares < 1)
        shares[settled] = frame.coded[row][settled]
    return shares


def people_of(frame: Frame) -> list[int]:
    """Return the rows of the people in a frame of which the model is the last coder."""
    return [row for row, name in enumerate(frame.coders[:-1]) if name != CONSENSUS]


def _one_code(
    frame: Frame,
    column: int,
    scores: Reals,
    judged: Reals,
    promise: Promise,
    resamples: Resamples,
) -> Certified:
    suggested = frame.coded[-1, :, column]
    accept, dismiss = _cuts(scores, judged, frame.interviews, suggested, promise)
    model, people = _kappas(frame, column, resamples)
    needed = _needed(scores, judged, frame.interviews, suggested, promise)
    found = Certified(
        code=frame.codes[column],
        word=Word.WEAK,
        why=Why.TOO_OFTEN_WRONG,
        passages=len(scores),
        interviews=resamples.n_groups,
        coded=float(judged.sum()),
        suggested=int(suggested.sum()),
        wrong=float(1 - judged[suggested].mean()) if suggested.any() else None,
        accept=_left(accept, scores >= _or(accept, np.inf), suggested, promise, resamples),
        dismiss=_left(
            dismiss,
            ~suggested & (scores < _or(dismiss, -np.inf)),
            np.ones_like(suggested),
            promise,
            resamples,
        ),
        kappa=model,
        people=people,
        needed=needed,
    )
    wrong_low = _lower_bound(suggested * (1 - judged), suggested, promise, resamples)
    word, why = _word(found, wrong_low, promise.error)
    return _with_word(found, word, why)


def _word(found: Certified, wrong_low: float, error: float) -> tuple[Word, Why]:
    """Return the word for a code by the rules at the head of this module, in their order."""
    hopeful = found.needed is not None or (found.wrong is not None and found.wrong <= error)
    rules = (
        (found.interviews < LEAST_INTERVIEWS, Word.TOO_LITTLE, Why.FEW_INTERVIEWS),
        (found.coded < LEAST_CODED, Word.TOO_LITTLE, Why.FEW_CODED),
        (_is_low(found.people), Word.DO_NOT, Why.PEOPLE_DISAGREE),
        (found.accept.share >= LEAST_SHARE, Word.SUGGEST, Why.CERTIFIED),
        (not found.suggested, Word.DO_NOT, Why.NEVER),
        (wrong_low > 1 / 2, Word.DO_NOT, Why.MORE_WRONG),
        (_is_low(found.kappa), Word.DO_NOT, Why.LOW_KAPPA),
        (found.accept.score is not None, Word.WEAK, Why.SMALL_PART),
        (hopeful, Word.TOO_LITTLE, Why.MORE_WOULD_DO),
    )
    fits = ((word, why) for holds, word, why in rules if holds)
    return next(fits, (Word.WEAK, Why.TOO_OFTEN_WRONG))


def _with_word(found: Certified, word: Word, why: Why) -> Certified:
    lacking = word is Word.TOO_LITTLE
    return replace(found, word=word, why=why, needed=found.needed if lacking else None)


def _is_low(measured: Measured) -> bool:
    return measured.interval.high is not None and measured.interval.high < LOW_KAPPA


def _cuts(
    scores: Reals,
    judged: Reals,
    interviews: Sequence[str],
    suggested: Flags,
    promise: Promise,
) -> tuple[CutOff, CutOff]:
    return cut_offs(
        scores=scores,
        coded=judged,
        interviews=interviews,
        suggested=suggested,
        error=promise.error,
        confidence=promise.confidence,
        resamples=promise.resamples,
        seed=promise.seed,
    )


def _or(cut: CutOff, other: float) -> float:
    return other if cut.score is None else cut.score


def _left(cut: CutOff, chosen: Flags, of: Flags, promise: Promise, resamples: Resamples) -> Left:
    if cut.score is None:
        return Left(score=None, share=0.0, share_low=0.0, error=None)
    sums = resamples.sums(np.stack([chosen & of, of], axis=1).astype(np.float64))
    shares = sums[1 + resamples.n_groups :, 0] / np.maximum(sums[1 + resamples.n_groups :, 1], 1)
    low = float(np.quantile(shares, 1 - promise.confidence)) if len(shares) else 0.0
    return Left(score=cut.score, share=cut.share, share_low=low, error=cut.risk)


def _lower_bound(wrong: Reals, of: Flags, promise: Promise, resamples: Resamples) -> float:
    """Bound the share of wrong suggestions from below, with the confidence."""
    size = resamples.tables(of[:, None].astype(np.float64))
    right = size - resamples.tables(wrong[:, None])
    if not size.sum():
        return 0.0
    counts = draw_counts(resamples.n_groups, resamples=_QUICK, seed=promise.seed)
    bound = upper_bounds(
        right, size, confidence=promise.confidence, counts=counts, correlation=LEAST_CORRELATION
    )
    return float(1 - bound[0])


def _kappas(frame: Frame, column: int, resamples: Resamples) -> tuple[Measured, Measured]:
    """Return the kappa of the model with the people, and theirs, over all pairs together."""
    model, people = len(frame.coders) - 1, people_of(frame)
    twice = frame.seen[people].sum(axis=0) > 1
    among = twice if twice.any() else np.ones_like(twice)
    with_model = _kappa(frame, column, [(model, row) for row in people], among, resamples)
    return with_model, _kappa(frame, column, list(combinations(people, 2)), twice, resamples)


def _kappa(
    frame: Frame, column: int, pairs: Sequence[Pair], among: Flags, resamples: Resamples
) -> Measured:
    tables = np.zeros((resamples.n_groups, 4))
    for first, second in pairs:
        seen = frame.seen[first] & frame.seen[second] & among
        one, other = frame.coded[first, seen, column], frame.coded[second, seen, column]
        tables += yes_no_tables(one, other, resamples.groups[seen], n_groups=resamples.n_groups)
    reason = "no two coders read the same passages" if not tables.any() else "one value only"
    with_code = int((tables[:, :3].sum(axis=1) > 0).sum())
    return resamples.measure(
        kappa(totals(resamples.weights, tables)), reason=reason, interviews=with_code
    )


def _needed(
    scores: Reals,
    judged: Reals,
    interviews: Sequence[str],
    suggested: Flags,
    promise: Promise,
) -> Needed | None:
    """Return how much more would do, by pretending that these interviews were there several times.

    Errors are then exactly as frequent as here, so it is a guess, and as good as these figures.
    """
    quick = Promise(
        error=promise.error, confidence=promise.confidence, resamples=_QUICK, seed=promise.seed
    )

    def does(times: int) -> bool:
        names = [f"{copy}:{name}" for copy in range(times) for name in interviews]
        many, said = np.tile(scores, times), np.tile(judged, times)
        accept, _ = _cuts(many, said, names, np.tile(suggested, times), quick)
        return accept.share >= LEAST_SHARE and said.sum() >= LEAST_CODED

    if not judged.any() or not does(MOST_TIMES):
        return None
    more = next(times for times in _TIMES if does(times)) - 1
    return Needed(passages=more * len(scores), interviews=more * len(set(interviews)))
