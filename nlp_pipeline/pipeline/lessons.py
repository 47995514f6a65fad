"""What there is to learn in a study: the passages that somebody has seen, and what they said.

A passage that was seen and left without a code is a negative; one that nobody has seen is not in.
Importing this loads torch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Self

import numpy as np

from nlp_pipeline.agreement import Flags
from nlp_pipeline.classify import classifiable
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.errors import InputError
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.coded import StudyFrame
from nlp_pipeline.records import Origin, Passage
from nlp_pipeline.resample import Counts, Reals


@dataclass(frozen=True, kw_only=True, eq=False)
class Lessons:
    """Passages that people have seen, one row each, and one column a code.

    Attributes:
        codebook: The codes.
        passages: The passages, in the order of the run.
        targets: What to learn, from 0 to 1: the coding of a consensus meeting, else the share of
            the people who saw a passage that gave it the code.
        coded: What to measure by: the consensus, else what more than half gave of those who coded
            the passage blind, or of all if nobody did.
        sets: What every single coder said of each passage; for one that has been settled, nobody.
        people: What the two coders said who have most passages in common.
        read_twice: Which passages both of these saw.
        aided: Passages that only people saw who had suggestions in view.
    """

    codebook: Codebook
    passages: tuple[Passage, ...]
    targets: Reals
    coded: Flags
    sets: tuple[tuple[tuple[str, ...], ...], ...]
    people: tuple[Flags, Flags]
    read_twice: Flags
    aided: Flags

    @property
    def codes(self) -> tuple[str, ...]:
        """The ids of the codes, in the order of the columns."""
        return tuple(self.codebook.code_ids)

    @property
    def interviews(self) -> tuple[str, ...]:
        """The interview of each passage."""
        return tuple(passage.transcript_id for passage in self.passages)

    def places(self, interviews: Sequence[str]) -> Counts:
        """Return the rows of some interviews."""
        wanted = {*interviews}
        return np.array([n for n, own in enumerate(self.interviews) if own in wanted], np.int64)

    def take(self, places: Counts) -> Self:
        """Return the same for some of the passages."""
        return replace(
            self,
            passages=tuple(self.passages[place] for place in places),
            targets=self.targets[places],
            coded=self.coded[places],
            sets=tuple(self.sets[place] for place in places),
            people=(self.people[0][places], self.people[1][places]),
            read_twice=self.read_twice[places],
            aided=self.aided[places],
        )

    @property
    def rows(self) -> Mapping[str, list[Any]]:
        """The columns from which `train.train` learns."""
        codes = np.array(self.codes, dtype=object)
        return {
            "text": [passage.text for passage in self.passages],
            "context": [passage.context for passage in self.passages],
            "language": [passage.language for passage in self.passages],
            "codes": [list(codes[row > 0.5]) for row in self.targets],
            "coders": [[list(one) for one in own] for own in self.sets],
        }

    @property
    def sha256(self) -> str:
        """The hash of what was learned from."""
        of = [
            [passage.id, row.tolist()]
            for passage, row in zip(self.passages, self.targets, strict=True)
        ]
        return sha256_json([list(self.codes), of])


def find_lessons(study: StudyFrame) -> Lessons:
    """Return what people said of the passages of a study.

    Raises:
        InputError: Nobody has coded anything yet, or everything that was seen has the same codes.
    """
    frame = study.frame.of(coders=study.people)
    usable = np.array([classifiable(passage) for passage in frame.passages], dtype=np.bool_)
    frame = frame.of(passages=usable & frame.seen.any(0))
    if not len(frame.passages):
        msg = (
            f"{study.place.folder}: there are no codings of this run yet; have passages coded "
            "(nlp-pipeline sample or export) and bring them back with nlp-pipeline import"
        )
        raise InputError(msg)
    blind = study.by_origin.get(Origin.BLIND)
    blind = None if blind is None else blind.of(coders=blind.coders[:-1])
    if blind is not None:
        known = {passage.id: place for place, passage in enumerate(blind.passages)}
        blind = blind.of(passages=np.array([known[p.id] for p in frame.passages], np.int64))
    found = _lessons(frame, blind, study.place.codebook)
    _check_variety(found, study)
    return found


def _lessons(frame: Frame, blind: Frame | None, codebook: Codebook) -> Lessons:
    settled, agreed = _settled(frame)
    everyone, _ = _shares(frame)
    targets = np.where(settled[:, None], agreed, everyone)
    measure = everyone
    if blind is not None:
        alone, read = _shares(blind)
        measure = np.where(read[:, None], alone, everyone)
    first, second = _pair(frame)
    return Lessons(
        codebook=codebook,
        passages=frame.passages,
        targets=targets,
        coded=np.where(settled[:, None], agreed, measure) > 0.5,
        sets=tuple(() if settled[n] else _sets(frame, n) for n in range(len(settled))),
        people=(frame.coded[first], frame.coded[second]),
        read_twice=frame.seen[first] & frame.seen[second] & (first != second),
        aided=np.array(
            [
                all(o in (None, Origin.ASSISTED) for o in column)
                for column in zip(*frame.origin, strict=True)
            ],
            dtype=np.bool_,
        ),
    )


def _settled(frame: Frame) -> tuple[Flags, Reals]:
    """Return which passages a consensus meeting has settled, and how."""
    if CONSENSUS not in frame.coders:
        shape = frame.coded.shape[1:]
        return np.zeros(shape[0], dtype=np.bool_), np.zeros(shape)
    row = frame.place(CONSENSUS)
    return frame.seen[row], frame.coded[row].astype(np.float64)


def _shares(frame: Frame) -> tuple[Reals, Flags]:
    """Return the share of those who saw a passage that gave each code, and who saw it at all."""
    own = [row for row, coder in enumerate(frame.coders) if coder != CONSENSUS]
    readers = frame.seen[own].sum(0)
    given = frame.coded[own].sum(0) / np.maximum(readers, 1)[:, None]
    return given.astype(np.float64), readers > 0


def _sets(frame: Frame, place: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            code for code, given in zip(frame.codes, frame.coded[row, place], strict=True) if given
        )
        for row, coder in enumerate(frame.coders)
        if coder != CONSENSUS and frame.seen[row, place]
    )


def _pair(frame: Frame) -> tuple[int, int]:
    """Return the rows of the two people who have most passages in common; of one alone, twice."""
    own = [row for row, coder in enumerate(frame.coders) if coder != CONSENSUS] or [0]
    pairs = list(combinations(own, 2)) or [(own[0], own[0])]
    return max(pairs, key=lambda pair: int((frame.seen[pair[0]] & frame.seen[pair[1]]).sum()))


def _check_variety(found: Lessons, study: StudyFrame) -> None:
    if (found.targets == found.targets[0]).all():
        codes = ", ".join(c for c, t in zip(found.codes, found.targets[0], strict=True) if t > 0)
        msg = (
            f"{study.place.folder}: every passage that was seen ({len(found.passages)}) "
            f"has the same codes ({codes or 'none'}), so there is nothing to tell apart; code "
            "passages with and without each code, and import again"
        )
        raise InputError(msg)
