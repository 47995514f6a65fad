"""What is compared in an evaluation: one row a passage, one column a code, and no words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from nlp_pipeline.agreement import Flags
from nlp_pipeline.errors import CorpusError

Places = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Suggestions and codings of the same passages.

    Attributes:
        facets: The ids of the codes of each facet; together, in order, they are the columns.
        scores: Shape (passages, codes).
        suggested: Same shape.
        coded: Same shape; the adjudicated coding.
        people: What two people said, each of the same shape.
        read_twice: Passages that both of them read, shape (passages,).
        interviews: The interview of each passage.
    """

    facets: Mapping[str, tuple[str, ...]]
    scores: Scores
    suggested: Flags
    coded: Flags
    people: tuple[Flags, Flags]
    read_twice: Flags
    interviews: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check that the shapes fit."""
        shape = (len(self.interviews), len(self.codes))
        shapes = {array.shape for array in (self.scores, self.suggested, self.coded, *self.people)}
        if shapes != {shape} or self.read_twice.shape != shape[:1]:
            msg = f"passages and codes do not fit: {sorted(shapes)} where {shape} was expected"
            raise CorpusError(msg)

    @property
    def codes(self) -> tuple[str, ...]:
        """The ids of all codes in the order of the columns."""
        return tuple(code for codes in self.facets.values() for code in codes)

    def columns(self, facet: str) -> list[int]:
        """Return the columns of the codes of a facet."""
        return [self.codes.index(code) for code in self.facets[facet]]

    def take(self, places: Places) -> Self:
        """Return the same for some of the passages."""
        return replace(
            self,
            scores=self.scores[places],
            suggested=self.suggested[places],
            coded=self.coded[places],
            people=(self.people[0][places], self.people[1][places]),
            read_twice=self.read_twice[places],
            interviews=tuple(self.interviews[place] for place in places),
        )

    def judged(self, scores: Scores, suggested: Flags) -> Self:
        """Return the same passages with the suggestions of something else."""
        return replace(self, scores=scores, suggested=suggested)


def flags_of(codings: Sequence[Sequence[str] | None], codes: Sequence[str]) -> Flags:
    """Return which passages carry which codes; codes that are not asked for count nowhere.

    >>> flags_of([["b", "x"], None], ["a", "b"]).tolist()
    [[False, True], [False, False]]
    """
    flags = np.zeros((len(codings), len(codes)), dtype=np.bool_)
    column = {code: number for number, code in enumerate(codes)}
    for row, coding in enumerate(codings):
        flags[row, [column[code] for code in coding or () if code in column]] = True
    return flags
