"""Which passages to code next: those of which a model is least sure, and those unlike all coded.

Doubt alone picks the same hard sentence again and again; so half of a batch is spread out. The
spread is farthest-first (Gonzalez 1985, Theoretical Computer Science 38), the core-set choice of
active learning (Sener and Savarese 2018).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from nlp_pipeline.resample import Reals
from nlp_pipeline.selective import LEAST_INTERVIEWS

ENOUGH_INTERVIEWS = LEAST_INTERVIEWS
"""Test interviews that need blind codings before anything can be certified."""

ENOUGH_PASSAGES = 200
"""Blind passages of test interviews from which on passages are drawn to learn from only: a code on
one passage of seven is then on 29, the fewest that can show an error below 10 % with 95 %
confidence if none is wrong."""


def has_test_set(blind: Mapping[str, int], whole: Mapping[str, int]) -> bool:
    """Tell whether there are enough blind codings of test interviews, or no more to be had.

    Args:
        blind: How many passages of each test interview were coded blind.
        whole: How many passages each has.

    >>> has_test_set({"a": 10}, {"a": 10, "b": 5})
    False
    >>> has_test_set({"a": 10, "b": 5}, {"a": 10, "b": 5})
    True
    """
    coded = sum(number > 0 for number in blind.values())
    enough = coded >= ENOUGH_INTERVIEWS and sum(blind.values()) >= ENOUGH_PASSAGES
    return enough or all(blind.get(name, 0) >= number for name, number in whole.items())


def most_doubted(doubts: Sequence[float], number: int) -> list[int]:
    """Return the places of the highest doubts, the highest first; of equal ones the earlier."""
    order = np.argsort(-np.asarray(doubts, dtype=np.float64), kind="stable")
    return [int(place) for place in order[:number]]


def most_diverse(vectors: Reals, known: Reals, number: int) -> list[int]:
    """Return the places of vectors that are far from those known and from each other.

    Each is the one farthest from its nearest neighbour among all that are known or chosen; without
    any, the first is the one farthest from the mean.

    Args:
        vectors: Unit vectors to choose from, shape (passages, width).
        known: Those of passages that are coded or chosen already.
        number: How many.

    >>> import numpy as np
    >>> most_diverse(np.array([[1.0, 0], [0.8, 0.6], [0, 1.0]]), np.array([[1.0, 0]]), 2)
    [2, 1]
    """
    number = min(number, len(vectors))
    start = known if len(known) else vectors.mean(axis=0, keepdims=True) if number else known
    nearest = (vectors @ start.T).max(axis=1, initial=-np.inf)
    chosen: list[int] = []
    for _ in range(number):
        nearest[chosen] = np.inf
        place = int(np.argmin(nearest))
        chosen.append(place)
        nearest = np.maximum(nearest, vectors @ vectors[place])
    return chosen
