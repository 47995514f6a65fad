"""What every coder said of every passage: the one table on which agreement and learning rest.

The passages are fixed units, whoever cut them. For each coder a passage is in one of three states:
seen with codes, seen without any, or not seen; the last is not the same as the second, and counts
for nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from nlp_pipeline.agreement import Flags
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.records import Coding, Origin, Passage, Suggestion

Places = npt.NDArray[np.int64]
Origins = tuple[Origin | None, ...]

CONSENSUS = "consensus"
"""The name under which the decisions of a consensus meeting are kept: to compare the coders with,
and no coder of its own."""

_BLINDNESS = (Origin.ASSISTED, Origin.IMPORTED, Origin.BLIND)
"""Of several origins on one passage the first counts: suggestions once seen cannot be unseen."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """Codings of a fixed set of passages by some coders, of whom a model may be one.

    Attributes:
        passages: The units.
        coders: Names, or the id of a model.
        codes: The ids of the codes in view.
        coded: Who gave which code, shape (coders, passages, codes); nowhere without ``seen``.
        seen: Who has seen which passage, shape (coders, passages).
        origin: How that coding came about, by coder and passage; None where the coder has not seen
            the passage, and for a model.
    """

    passages: tuple[Passage, ...]
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    coded: Flags
    seen: Flags
    origin: tuple[Origins, ...]

    @property
    def interviews(self) -> tuple[str, ...]:
        """The id of the transcript of each passage."""
        return tuple(passage.transcript_id for passage in self.passages)

    @property
    def sets(self) -> Flags:
        """What the statistics take: ``coded`` with the shape (passages, coders, codes)."""
        return np.moveaxis(self.coded, 0, 1)

    @property
    def looked(self) -> Flags:
        """What the statistics take: ``seen`` with the shape (passages, coders)."""
        return self.seen.T

    def place(self, coder: str) -> int:
        """Return the row of a coder. Raises `ValueError` if there is none of that name."""
        return self.coders.index(coder)

    def of(
        self,
        *,
        coders: Sequence[str] | None = None,
        origin: Origin | None = None,
        passages: Places | Flags | None = None,
        codes: Sequence[str] | None = None,
    ) -> Self:
        """Return a part of the frame; what is left out of the arguments stays whole.

        Args:
            coders: Their names, in the order wanted.
            origin: Only what was coded in this way; the rest counts as not seen. What a model
                suggests stays.
            passages: Positions, or which ones, shape (passages,).
            codes: Their ids, in the order wanted.
        """
        part = self if origin is None else self._with_origin(origin)
        if coders is not None:
            part = part._with_coders([part.place(coder) for coder in coders])
        if codes is not None:
            columns = [part.codes.index(code) for code in codes]
            part = replace(part, codes=tuple(codes), coded=part.coded[:, :, columns])
        return part if passages is None else part._with_passages(passages)

    def joined(self, other: Self) -> Self:
        """Return the frame with those coders of another, of the same passages and codes, added."""
        more = other.of(coders=[coder for coder in other.coders if coder not in self.coders])
        return replace(
            self,
            coders=(*self.coders, *more.coders),
            coded=np.concatenate([self.coded, more.coded]),
            seen=np.concatenate([self.seen, more.seen]),
            origin=(*self.origin, *more.origin),
        )

    def not_seen(self, codings: Iterable[Coding]) -> Self:
        """Return the frame with the passages of these codings as not seen by their coders."""
        seen = self.seen.copy()
        for row, place, _ in _cells(codings, self.passages, self.coders):
            seen[row, place] = False
        return self._seen(seen)

    def with_model(self, model_id: str, suggestions: Iterable[Suggestion]) -> Self:
        """Return the frame with a model as one more coder, the last.

        Passages without any suggestion row were not classified, and count as not seen.
        """
        column = {code: number for number, code in enumerate(self.codes)}
        row = {passage.id: number for number, passage in enumerate(self.passages)}
        coded = np.zeros(self.coded.shape[1:], dtype=np.bool_)
        seen = np.zeros(len(self.passages), dtype=np.bool_)
        for s in suggestions:
            if s.passage_id in row:
                seen[row[s.passage_id]] = True
                if s.suggested and s.code in column:
                    coded[row[s.passage_id], column[s.code]] = True
        return replace(
            self,
            coders=(*self.coders, model_id),
            coded=np.concatenate([self.coded, coded[None]]),
            seen=np.concatenate([self.seen, seen[None]]),
            origin=(*self.origin, (None,) * len(self.passages)),
        )

    def _with_origin(self, origin: Origin) -> Self:
        wanted = [
            [cell in (origin, None) and bool(seen) for cell, seen in zip(*row, strict=True)]
            for row in zip(self.origin, self.seen, strict=True)
        ]
        return self._seen(np.array(wanted, dtype=np.bool_).reshape(self.seen.shape))

    def _seen(self, seen: Flags) -> Self:
        return replace(
            self,
            seen=seen,
            coded=self.coded & seen[:, :, None],
            origin=tuple(
                tuple(cell if known else None for cell, known in zip(*row, strict=True))
                for row in zip(self.origin, seen, strict=True)
            ),
        )

    def _with_coders(self, rows: Sequence[int]) -> Self:
        return replace(
            self,
            coders=tuple(self.coders[row] for row in rows),
            coded=self.coded[list(rows)],
            seen=self.seen[list(rows)],
            origin=tuple(self.origin[row] for row in rows),
        )

    def _with_passages(self, wanted: Places | Flags) -> Self:
        places = np.arange(len(self.passages))[wanted]
        return replace(
            self,
            passages=tuple(self.passages[place] for place in places),
            coded=self.coded[:, places],
            seen=self.seen[:, places],
            origin=tuple(tuple(row[place] for place in places) for row in self.origin),
        )


def frame(codings: Iterable[Coding], passages: Sequence[Passage], codes: Sequence[str]) -> Frame:
    """Lay codings on fixed passages.

    A coding that does not lie exactly on a passage counts for each passage of which it covers at
    least half, and for each that holds at least half of what of the coding lies on passages. So a
    word that was marked, a passage that a reviewer split and two that were joined all count, and
    a coding that touches a passage is never lost. Of several codings of one coder on one passage a
    code that is given holds, even if it was rejected on another part of the passage.

    A rejected code says that the passage was seen, and so do a coding without a code and one with
    a code that is not in ``codes``.

    Args:
        codings: In any order, as from `decisions.codings`.
        passages: The units; those of one transcript do not overlap.
        codes: The codes in view.
    """
    codings = tuple(codings)
    coders = tuple(sorted({coding.coder for coding in codings}))
    column = {code: number for number, code in enumerate(codes)}
    coded = np.zeros((len(coders), len(passages), len(codes)), dtype=np.bool_)
    origin: list[list[Origin | None]] = [[None] * len(passages) for _ in coders]
    for row, place, coding in _cells(codings, passages, coders):
        origin[row][place] = _less_blind(origin[row][place], coding.origin)
        if applies(coding) and coding.code in column:
            coded[row, place, column[coding.code]] = True
    seen = [[cell is not None for cell in row] for row in origin]
    return Frame(
        passages=tuple(passages),
        coders=coders,
        codes=tuple(codes),
        coded=coded,
        seen=np.array(seen, dtype=np.bool_).reshape(coded.shape[:2]),
        origin=tuple(map(tuple, origin)),
    )


def applies(coding: Coding) -> bool:
    """Tell whether a coding says that its code applies."""
    return coding.code is not None and coding.verdict != Verdict.REJECTED


def passages_of(
    codings: Iterable[Coding], passages: Sequence[Passage]
) -> Iterator[tuple[Coding, tuple[int, ...]]]:
    """Yield every coding with the positions of the passages for which it counts; see `frame`."""
    units: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number, passage in enumerate(passages):
        units[passage.transcript_id].append((passage.start, passage.end, number))
    starts = {}
    for name, own in units.items():
        own.sort()
        starts[name] = np.array([start for start, _, _ in own])
    for coding in codings:
        own = units.get(coding.transcript_id, [])
        if not own:
            yield coding, ()
            continue
        first, last = np.searchsorted(starts[coding.transcript_id], (coding.start, coding.end))
        yield coding, tuple(_counted(coding, own[max(0, int(first) - 1) : int(last)]))


def _cells(
    codings: Iterable[Coding], passages: Sequence[Passage], coders: Collection[str]
) -> Iterator[tuple[int, int, Coding]]:
    """Yield coder and passage, by number, of everything that codings count for."""
    row = {coder: number for number, coder in enumerate(coders)}
    known = (coding for coding in codings if coding.coder in row)
    for coding, places in passages_of(known, passages):
        for place in places:
            yield row[coding.coder], place, coding


def _counted(coding: Coding, near: Sequence[tuple[int, int, int]]) -> Iterator[int]:
    shared = [max(0, min(coding.end, end) - max(coding.start, start)) for start, end, _ in near]
    whole = sum(shared)
    for (start, end, number), part in zip(near, shared, strict=True):
        if part and (2 * part >= end - start or 2 * part >= whole):
            yield number


def _less_blind(one: Origin | None, other: Origin) -> Origin:
    return other if one is None else min(one, other, key=_BLINDNESS.index)
