"""Which codes are suggested for a passage, from the scores of all of them.

A code by itself is suggested from its threshold on. The facets of a codebook are not filled in by
themselves, though: who codes a barrier also says at which level, and a passage without a valence
seldom has a level. So what is suggested is the best set of codes as a whole. The worth of a set is
the sum over its codes of ``logit(score) - logit(threshold)``, and the weight of its pattern: which
facets have a code in it. The weights come from coded passages (`facet_weights`). Where facets have
nothing to do with each other all weights are nought, and thresholds alone decide. Of an exclusive
facet a set has one code at most.

Finding the likeliest set under such weights is decoding a log-linear model (as in conditional
random fields: Lafferty, McCallum and Pereira 2001), here over a few patterns, so exactly.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from nlp_pipeline.artifact import Decision, HeadShape, ModelConfig

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STRENGTH = 0.5
"""The share of the weights that counts: scores know a part of what they say. On the validation and
calibration splits of the shipped corpora 0.25 to 1 differ little, and all are better than 0."""
MOST_FACETS = 6
"""With more facets than this each is decided by itself: patterns double with every one."""
_EDGE = 1e-6


def suggested_by(config: ModelConfig, scores: Reals) -> Flags:
    """Return which codes a model suggests.

    Args:
        config: The model's.
        scores: Shape (passages, codes), codes in the model's order.
    """
    decisions = [config.decisions.get(code, Decision()) for code in config.codes]
    return suggested(scores, decisions, config.heads, config.together)


def suggested(
    scores: Reals,
    decisions: Sequence[Decision],
    facets: Sequence[HeadShape],
    together: Mapping[str, float],
) -> Flags:
    """Return which codes are suggested, shape (passages, codes).

    Args:
        scores: Shape (passages, codes), the codes of the facets one after the other.
        decisions: The threshold of every code.
        facets: The facets.
        together: The weights of patterns, as `facet_weights` returns them; a pattern that is not in
            it weighs nought.
    """
    thresholds = np.array([decision.threshold for decision in decisions])
    margins = _logit(scores) - _logit(thresholds)[None, :]
    filled = [_filled(margins[:, place], facet) for place, facet in _places(facets)]
    if not together:
        return np.hstack([codes & (worth >= 0)[:, None] for codes, worth in filled])
    # Full patterns come first, so that a score on its threshold is suggested, as without weights.
    patterns = sorted(product((False, True), repeat=len(facets)), reverse=True)
    worth = np.stack([worth for _, worth in filled], axis=1) @ np.array(patterns, dtype=float).T
    worth += np.array([together.get(_key(pattern), 0.0) for pattern in patterns])
    best = np.array(patterns)[worth.argmax(axis=1)]
    return np.hstack([codes & best[:, [row]] for row, (codes, _) in enumerate(filled)])


def facet_weights(coded: Flags, facets: Sequence[HeadShape]) -> dict[str, float]:
    """Return how much oftener each pattern of facets occurs than if they were independent.

    A pattern is a string with 1 for every facet that has a code on a passage and 0 for the others;
    its weight is `STRENGTH` times the logarithm of its share of the passages over the product of
    the facets' own shares. One made-up passage, spread as if they were independent, keeps a pattern
    that does not occur from being impossible.

    Args:
        coded: Shape (passages, codes), the codes of the facets one after the other.
        facets: The facets; with one, or more than `MOST_FACETS`, there are no weights.

    >>> facets = (HeadShape(facet="a", codes=("x",)), HeadShape(facet="b", codes=("y",)))
    >>> facet_weights(np.array([[1, 1], [0, 0]], dtype=bool), facets)
    {'00': 0.255, '01': -0.549, '10': -0.549, '11': 0.255}
    """
    if not 1 < len(facets) <= MOST_FACETS or not len(coded):
        return {}
    filled = np.stack([coded[:, place].any(axis=1) for place, _ in _places(facets)], axis=1)
    weights = {}
    for pattern in product((False, True), repeat=len(facets)):
        alone = float(np.prod((filled == pattern).mean(axis=0)))
        share = (float((filled == pattern).all(axis=1).sum()) + alone) / (len(coded) + 1)
        weight = STRENGTH * np.log(share / alone) if alone else 0.0
        weights[_key(pattern)] = round(float(weight), 3)
    return weights


def _filled(margins: Reals, facet: HeadShape) -> tuple[Flags, Reals]:
    """Return the best codes of a facet if it has any, and what they are worth."""
    top = np.arange(margins.shape[1])[None, :] == margins.argmax(axis=1)[:, None]
    codes = top if facet.exclusive else top | (margins >= 0)
    return codes, np.where(codes, margins, 0.0).sum(axis=1)


def _places(facets: Sequence[HeadShape]) -> list[tuple[slice, HeadShape]]:
    ends = np.cumsum([len(facet.codes) for facet in facets]).tolist()
    return [
        (slice(end - len(facet.codes), end), facet) for end, facet in zip(ends, facets, strict=True)
    ]


def _key(pattern: Sequence[bool]) -> str:
    return "".join("1" if filled else "0" for filled in pattern)


def _logit(shares: Reals) -> Reals:
    inside = np.clip(shares, _EDGE, 1 - _EDGE)
    logits: Reals = np.log(inside / (1 - inside))
    return logits
