"""Agreement on where the text is cut, whatever the pieces are called.

A segmentation is an array of booleans over the places where a cut could be: after each unit but the
last. Choose units that a coder could cut between, such as words or sentences, not characters: what
counts as near is a number of units.
"""

from collections.abc import Sequence

import numpy as np

from nlp_pipeline.agreement.figures import Figure, Flags, Ints, Reals, divide

_LEAST_WINDOW = 2


def cut_flags(stretches: Sequence[tuple[int, int]], places: Sequence[int]) -> Flags:
    """Mark the places at which a stretch starts or ends.

    Args:
        stretches: Start and end offset of each stretch that a coder marked.
        places: Offsets at which a cut could be, in order: the start of each unit but the first.
            An edge elsewhere is moved to the nearest of them; the ends of the text are not cuts.

    >>> cut_flags([(0, 10), (21, 30)], [10, 20, 30]).tolist()
    [True, True, True]
    """
    flags = np.zeros(len(places), dtype=np.bool_)
    known = np.asarray(places, dtype=np.int64)
    if not len(known):
        return flags
    edges = np.unique(np.asarray(stretches, dtype=np.int64).reshape(-1))
    # Half a unit beyond the outer places is the start or the end of the text.
    step = float(np.median(np.diff(known))) if len(known) > 1 else float(known[0])
    inside = edges[(edges > known[0] - step / 2) & (edges < known[-1] + step / 2)]
    flags[_nearest(inside, known)] = True
    return flags


def boundary_terms(first: Flags, second: Flags, *, near: int = 1) -> Reals:
    """Return what one text adds to boundary similarity: what is right, and all there is.

    Args:
        first: Shape (places,).
        second: Same shape.
        near: At most this many places apart, two cuts are one cut that was moved, and cost their
            distance divided by ``near + 1``. Fournier's n_t is ``near + 1``.
    """
    matched = int(np.sum(first & second))
    lonely, moved = _pair_up(first & ~second, second & ~first, near)
    alone = lonely - 2 * len(moved)
    everything = matched + alone + len(moved)
    return np.array([everything - alone - sum(moved) / (near + 1), everything], dtype=np.float64)


def boundary_similarities(sums: Reals) -> Reals:
    """Return boundary similarity of sums of `boundary_terms`, shape (..., 2)."""
    return divide(sums[..., 0], sums[..., 1])


def boundary_similarity(first: Flags, second: Flags, *, near: int = 1) -> Figure:
    """Return boundary similarity (Fournier 2013): 1 for the same cuts, 0 for none in common.

    >>> a, b = np.array([True, False, False, True]), np.array([True, False, True, False])
    >>> boundary_similarity(a, b).value
    0.75
    """
    right, everything = boundary_terms(first, second, near=near).tolist()
    if not everything:
        return Figure(value=None, reason="neither coder sets a boundary")
    return Figure(value=right / everything)


def window_terms(reference: Flags, other: Flags, *, window: int | None = None) -> Reals:
    """Return what one text adds to WindowDiff: windows with unequal numbers of cuts, and windows.

    Args:
        reference: Shape (places,).
        other: Same shape.
        window: Width in units; half the mean length of the reference's pieces if left out.
    """
    units = len(reference) + 1
    width = window or max(_LEAST_WINDOW, round(units / (int(reference.sum()) + 1) / 2))
    if width >= units:
        return np.zeros(2)
    one, two = (np.concatenate([[0], np.cumsum(flags)]) for flags in (reference, other))
    wrong = one[width:] - one[:-width] != two[width:] - two[:-width]
    return np.array([wrong.sum(), len(wrong)], dtype=np.float64)


def window_diffs(sums: Reals) -> Reals:
    """Return WindowDiff of sums of `window_terms`, shape (..., 2)."""
    return divide(sums[..., 0], sums[..., 1])


def window_diff(reference: Flags, other: Flags, *, window: int | None = None) -> Figure:
    """Return WindowDiff (Pevzner and Hearst 2002): the share of windows that differ, 0 is best.

    It is not the same with the coders exchanged, as the width follows from the reference.

    >>> window_diff(np.array([True, False, False]), np.array([False, True, False])).value
    0.5
    """
    wrong, windows = window_terms(reference, other, window=window).tolist()
    if not windows:
        return Figure(value=None, reason="the text is shorter than the window")
    if not (reference.any() or other.any()):
        return Figure(value=None, reason="neither coder sets a boundary")
    return Figure(value=wrong / windows)


def _nearest(edges: Ints, places: Ints) -> Ints:
    right = np.clip(np.searchsorted(places, edges), 0, len(places) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.abs(places[left] - edges) <= np.abs(places[right] - edges)
    return np.where(closer, left, right)


def _pair_up(first: Flags, second: Flags, near: int) -> tuple[int, list[int]]:
    """Count cuts of one coder only, and pair those near each other, the nearest pairs first."""
    free = [set(np.flatnonzero(flags).tolist()) for flags in (first, second)]
    lonely, moved = len(free[0]) + len(free[1]), []
    for distance in range(1, near + 1):
        for place in sorted(free[0] | free[1]):
            for here, there in (free, free[::-1]):
                if place in here and place + distance in there:
                    here.remove(place)
                    there.remove(place + distance)
                    moved.append(distance)
    return lonely, moved
