"""Where to cut a turn: the division into passages that costs least.

Units (see `segment.units`) are grouped into passages. A division costs

    sum over passages of length(words)  +  sum over cuts of cut(boundary)

``length(w)``
    ``length_weight * ((w - target) / room) ** 2``, where the room is ``target_words`` below the
    target and ``max_words - target_words`` above it: 0 at the target, 1 at nothing and at the
    greatest length. A passage under ``min_words`` costs so much more that it is only made where
    nothing else fits; a passage over ``max_words`` only where one unit alone is longer.
``cut(b)``
    ``cut_cost``
    ``- paragraph_bonus``  if the speaker's text starts a new line or paragraph there,
    ``- opener_bonus``     if what follows starts with a word such as "but" or "daarnaast",
    ``+ inside_cost``      once at a clause, 1.5 times at a conjunction, twice elsewhere, if the
                           boundary lies inside a sentence,
    ``+ topic_weight * t`` where ``t``, from -1 (the topic turns) to 1, is the likeness of the two
                           units before and the two units after the boundary, as compared with the
                           other boundaries of the same transcript.

Likeness is compared within the transcript because encoders differ in how alike they find any two
sentences. Of divisions that cost the same, the one with the earlier last cut is taken.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp_pipeline.config import SegmentSettings
from nlp_pipeline.segment.units import Unit

Embed = Callable[[Sequence[str]], npt.NDArray[np.floating[Any]]]
"""Turns n texts into n unit vectors, shape (n, d)."""

_TOO_SHORT = 100.0
_WINDOW = 2
_SMALLEST_SPREAD = 0.01
"""Likenesses that differ less than this, in cosine, are as good as equal."""


def cut_turn(
    units: Sequence[Unit], *, topic: Sequence[float], settings: SegmentSettings
) -> tuple[tuple[int, int], ...]:
    """Return the cheapest division of a turn, as half-open ranges of units.

    Args:
        units: The units of one turn; at least one.
        topic: Per boundary between units, -1 (turns) to 1 (goes on); one fewer than units.
        settings: Lengths, costs and weights.
    """
    cuts = [0.0]
    cuts += [cut_cost(unit, t, settings) for unit, t in zip(units[1:], topic, strict=True)]
    best, since = [0.0], [0]
    for last in range(1, len(units) + 1):
        cost, first = min(_ways(units, last, cuts, best, settings))
        best.append(cost)
        since.append(first)
    ranges, last = [], len(units)
    while last:
        ranges.append((since[last], last))
        last = since[last]
    return tuple(reversed(ranges))


def cut_cost(unit: Unit, topic: float, settings: SegmentSettings) -> float:
    """Return what it costs to start a passage with a unit; negative where a cut is welcome."""
    return (
        settings.cut_cost
        - settings.paragraph_bonus * unit.paragraph
        - settings.opener_bonus * unit.opener
        + settings.inside_cost * unit.inside
        + settings.topic_weight * topic
    )


def length_cost(words: int, settings: SegmentSettings) -> float:
    """Return what a passage of this many words costs."""
    target = settings.target_words
    room = target if words <= target else max(1, settings.max_words - target)
    short = _TOO_SHORT if words < settings.min_words else 0.0
    return short + settings.length_weight * ((words - target) / room) ** 2


def topic_scores(turns: Sequence[Sequence[str]], embed: Embed) -> list[list[float]]:
    """Return, per turn and boundary, from -1 (the topic turns) to 1 (it goes on).

    Args:
        turns: The units' texts of each turn of one transcript.
        embed: Called once, with the texts of all turns.

    Raises:
        ValueError: ``embed`` does not return one vector per text.
    """
    texts = [text for turn in turns for text in turn]
    if not texts:
        return [[] for _ in turns]
    vectors = np.asarray(embed(texts), dtype=np.float64)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        msg = f"embed gave an array of shape {vectors.shape} for {len(texts)} texts"
        raise ValueError(msg)
    likenesses, first = [], 0
    for turn in turns:
        likenesses.append(_likenesses(vectors[first : first + len(turn)]))
        first += len(turn)
    return _compared(likenesses)


def _ways(
    units: Sequence[Unit],
    last: int,
    cuts: Sequence[float],
    best: Sequence[float],
    settings: SegmentSettings,
) -> list[tuple[float, int]]:
    """Return cost and first unit of every passage that can end before unit ``last``."""
    ways: list[tuple[float, int]] = []
    words = 0
    for first in range(last - 1, -1, -1):
        words += units[first].words
        if words > settings.max_words and ways:
            break
        cost = best[first] + cuts[first] + length_cost(words, settings)
        ways.append((round(cost, 9), first))
    return ways


def _likenesses(vectors: npt.NDArray[np.float64]) -> list[float]:
    """Return the cosine of the units before and after each boundary, to three decimals.

    Rounded, so that the last bits of another machine's arithmetic seldom move a cut.
    """
    found = []
    for k in range(1, len(vectors)):
        before = vectors[max(0, k - _WINDOW) : k].sum(axis=0)
        after = vectors[k : k + _WINDOW].sum(axis=0)
        size = float(np.linalg.norm(before) * np.linalg.norm(after))
        found.append(round(float(before @ after) / size, 3) if size else 0.0)
    return found


def _compared(likenesses: Sequence[Sequence[float]]) -> list[list[float]]:
    every = np.array([value for turn in likenesses for value in turn])
    if not len(every):
        return [[] for _ in likenesses]
    mean, spread = float(every.mean()), max(float(every.std()), _SMALLEST_SPREAD)
    return [
        [min(1.0, max(-1.0, (value - mean) / (2 * spread))) for value in turn]
        for turn in likenesses
    ]
