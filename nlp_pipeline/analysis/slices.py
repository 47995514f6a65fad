"""The parts of a corpus that are looked at apart: by language, setting, role, kind, hard case."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from nlp_pipeline.analysis.figures import Draws, Sampling, code_rows, facet_rows
from nlp_pipeline.analysis.material import Material, Places
from nlp_pipeline.analysis.records import Slice

ALL = "all"
OTHER = "other"
HARD = "hard"
ANY, NONE = "any", "none"
"""Of hard cases: all that are marked, and all that are not."""

ATTRIBUTES = ("language", "setting", "speaker_role", "kind")
"""The columns of a corpus by which it is cut."""

_OPEN_ENDED = ("setting", "speaker_role")
_LEAST_OF_MANY = 30


def slices(
    material: Material, attributes: Mapping[str, Sequence[str]], sampling: Sampling
) -> tuple[Slice, ...]:
    """Return the figures of all passages and of every part of them.

    Args:
        material: What is compared.
        attributes: A value per passage of each of `ATTRIBUTES` and `HARD` that there is; passages
            without a value are in no part.
        sampling: How intervals are made.
    """
    everything = np.arange(len(material.interviews))
    found = [slice_of(material, ALL, ALL, sampling)] if len(everything) else []
    for by, value, places in _parts(attributes):
        found.append(slice_of(material.take(places), by, value, sampling))
    return tuple(found)


def slice_of(material: Material, by: str, value: str, sampling: Sampling) -> Slice:
    """Return the figures of some passages."""
    draws = Draws(material.interviews, sampling)
    return Slice(
        by=by,
        value=value,
        passages=len(material.interviews),
        interviews=draws.n_groups,
        codes=code_rows(material, draws),
        facets=facet_rows(material, draws),
    )


def _parts(attributes: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, Places]]:
    for by in ATTRIBUTES:
        values = _lumped(attributes.get(by, ()), _LEAST_OF_MANY if by in _OPEN_ENDED else 0)
        # With one value only, the part is the whole.
        yield from _by_value(by, values) if len(set(values) - {""}) > 1 else ()
    marks = attributes.get(HARD, ())
    if any(marks):
        yield from _by_value(HARD, [ANY if mark else NONE for mark in marks])
        yield from _by_value(HARD, marks)


def _by_value(by: str, values: Sequence[str]) -> Iterator[tuple[str, str, Places]]:
    """Yield the parts, the largest first and the rest that was put together last."""
    counted = Counter(value for value in values if value)
    for value in sorted(counted, key=lambda value: (value == OTHER, -counted[value], value)):
        yield by, value, np.flatnonzero(np.array(values) == value)


def _lumped(values: Sequence[str], least: int) -> list[str]:
    counted = Counter(values)
    return [value if not value or counted[value] >= least else OTHER for value in values]
