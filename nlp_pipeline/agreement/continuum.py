"""Agreement on cuts and codes together: alpha by character, uncoded text included.

Every character is a unit, and what a coder put on it is its value: a set of codes, where no code
is a value too. This is Krippendorff's nominal alpha (2011) on characters. Its observed coincidences
are the overlaps of the stretches, as in the alpha for unitising of Krippendorff, Mathet, Bouvry and
Widlöcher (2016); chance is that of characters here, where theirs leaves out pairs within a stretch.
It is not the alpha_U of Krippendorff (1995, 2004), which squares the lengths of what differs.

A character is no independent unit: the figure says how much text is coded alike, and its interval
must come from resampled interviews.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp_pipeline.agreement.figures import Figure, Flags, Ints, Reals
from nlp_pipeline.agreement.labelsets import number_sets
from nlp_pipeline.agreement.nominal import (
    krippendorff_alphas,
    no_figure,
    rating_terms,
    value_counts,
    yes_no_counts,
)

Stretch = tuple[int, int, str]
"""Start, end (half-open) and code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pieces:
    """A text cut at the edges of all stretches of all coders.

    Attributes:
        lengths: In characters, shape (pieces,).
        sets: The codes on each piece, shape (pieces, coders, codes).
        seen: Whether the coder has seen it, shape (pieces, coders).
    """

    lengths: Reals
    sets: Flags
    seen: Flags


def cut_pieces(
    codings: Sequence[Sequence[Stretch]],
    *,
    codes: Sequence[str],
    length: int,
    seen: Sequence[Sequence[tuple[int, int]]] | None = None,
) -> Pieces:
    """Cut a text at the edges of all stretches.

    Args:
        codings: The stretches of each coder; they may overlap. Codes not in ``codes`` are left out.
        codes: The codes in view.
        length: Of the text, in characters.
        seen: What each coder has seen; the whole text if left out.
    """
    looked = [[(0, length)]] * len(codings) if seen is None else seen
    marked = [[(*span, None) for span in part] for part in looked]
    spans = [span for part in (*codings, *marked) for span in part]
    edges = {0, length, *(edge for start, end, _ in spans for edge in (start, end))}
    cuts = np.array(sorted(edge for edge in edges if 0 <= edge <= length), dtype=np.int64)
    covered = np.stack([_covered(part, codes, cuts) for part in codings], axis=1)
    known = np.stack([_covered(part, [None], cuts)[:, 0] for part in marked], axis=1)
    return Pieces(lengths=np.diff(cuts).astype(np.float64), sets=covered, seen=known)


def character_terms(pieces: Pieces) -> Reals:
    """Return what each piece adds to the sums of each code, shape (pieces, codes, 8).

    Add them up over pieces, interviews or resamples and pass the sums to `character_alphas`.
    """
    return rating_terms(yes_no_counts(pieces.sets, pieces.seen)) * pieces.lengths[:, None, None]


def character_alphas(sums: Reals) -> Reals:
    """Return alpha of sums of `character_terms`, shape (..., 8); nan where it is undefined."""
    return krippendorff_alphas(sums)


def character_alpha(pieces: Pieces) -> Figure:
    """Return alpha by character with the whole set of codes as one value, no code included.

    >>> one, two = [(0, 50, "barrier")], [(0, 40, "barrier")]
    >>> pieces = cut_pieces([one, two], codes=["barrier"], length=100)
    >>> round(character_alpha(pieces).value, 3)
    0.799
    """
    found, values = number_sets(pieces.sets, pieces.seen)
    counts = value_counts(values, n_values=len(found))
    sums = (rating_terms(counts) * pieces.lengths[:, None]).sum(axis=0)
    reason = no_figure(sums)
    if reason:
        return Figure(value=None, reason=reason)
    return Figure(value=float(krippendorff_alphas(sums)))


def _covered(
    stretches: Sequence[tuple[int, int, str | None]], codes: Sequence[str | None], cuts: Ints
) -> Flags:
    """Return which pieces each code lies on, shape (pieces, codes)."""
    covered = np.zeros((len(cuts) - 1, len(codes)), dtype=np.bool_)
    for start, end, code in stretches:
        if code in codes:
            first, last = np.searchsorted(cuts, (start, end))
            covered[first:last, list(codes).index(code)] = True
    return covered
