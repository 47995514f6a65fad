"""How coders agree on fixed passages: every pair and group, every code, facet and part."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from nlp_pipeline.agreement import Flags
from nlp_pipeline.analysis.agreement_records import (
    ALL_CODES,
    AgreementSlice,
    CodeAgreement,
    Comparison,
    FacetAgreement,
    Kind,
)
from nlp_pipeline.analysis.estimates import estimate, estimates
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.intervals import Resamples, measure_codes, measure_pair, measure_sets
from nlp_pipeline.patterns import measure_pair_patterns, measure_patterns

ALL = "all"
MASI = "alpha_masi"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Who is compared; in a pair the second is the reference."""

    kind: Kind
    coders: tuple[str, ...]
    with_model: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A value of each passage, "" where it belongs to no part."""

    by: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is measured of every group.

    Attributes:
        facets: The codes of each facet.
        cuts: By what the passages are divided.
        sampling: How intervals are made.
    """

    facets: Mapping[str, tuple[str, ...]]
    cuts: tuple[Cut, ...]
    sampling: Sampling


@dataclass(frozen=True, kw_only=True, eq=False)
class _Judged:
    """What the coders of a group said of the passages that two of them have seen."""

    sets: Flags
    seen: Flags
    interviews: tuple[str, ...]
    codes: tuple[str, ...]
    is_pair: bool

    @property
    def both(self) -> Flags:
        """Passages that the first two have seen."""
        return self.seen[:, 0] & self.seen[:, 1]

    def columns(self, codes: Sequence[str]) -> list[int]:
        return [self.codes.index(code) for code in codes if code in self.codes]

    def differ(self, columns: Sequence[int]) -> int:
        """Count the passages on which coders differ about any of some codes."""
        given = (self.sets[:, :, columns] & self.seen[:, :, None]).sum(axis=1)
        apart = (given > 0) & (given < self.seen.sum(axis=1)[:, None])
        return int(apart.any(axis=1).sum())


def groups_of(people: Sequence[str], model: str, *, reference: str = "") -> tuple[Group, ...]:
    """Return who is compared with whom: all people, people and the model, and every pair.

    Args:
        people: Their names. The consensus of a meeting is compared with, but is in no group.
        model: The id of the model, or "" to leave it out.
        reference: Who is the reference of each of its pairs, perhaps the model. Of the others the
            consensus is, or the person where the other is the model.
    """
    last = (CONSENSUS, reference)
    ordered = sorted(people, key=lambda name: (last.index(name) if name in last else -1, name))
    coders = [name for name in ordered if name != CONSENSUS]
    found = []
    if len(coders) > 2:
        found.append(Group(kind="people", coders=tuple(sorted(coders)), with_model=False))
    if len(coders) > 1 and model:
        everybody = (*sorted(coders), model)
        found.append(Group(kind="everybody", coders=everybody, with_model=True))
    found += [Group(kind="pair", coders=two, with_model=False) for two in combinations(ordered, 2)]
    for one in ordered if model else ():
        two = (one, model) if reference == model else (model, one)
        found.append(Group(kind="pair", coders=two, with_model=True))
    return tuple(found)


def compare_group(frame: Frame, group: Group, ask: Ask) -> Comparison:
    """Measure how some coders agree on all passages and on every part of them."""
    part = frame.of(coders=group.coders)
    twice = part.seen.sum(axis=0) >= 2
    return Comparison(
        kind=group.kind,
        coders=group.coders,
        with_model=group.with_model,
        slices=tuple(
            _slice(part, twice & chosen, by, value, ask) for by, value, chosen in _parts(ask, twice)
        ),
    )


def _parts(ask: Ask, twice: Flags) -> Iterator[tuple[str, str, Flags]]:
    """Yield all passages, then every part where there is more than one, the largest first."""
    yield ALL, ALL, twice
    for cut in ask.cuts:
        values = np.array(cut.values, dtype=np.str_)
        counted = Counter(values[twice].tolist())
        counted.pop("", None)
        if len(counted) > 1:
            for value in sorted(counted, key=lambda value: (-counted[value], value)):
                yield cut.by, value, values == value


def _slice(part: Frame, chosen: Flags, by: str, value: str, ask: Ask) -> AgreementSlice:
    places = np.flatnonzero(chosen)
    judged = _Judged(
        sets=part.sets[places],
        seen=part.looked[places],
        interviews=tuple(part.passages[place].transcript_id for place in places),
        codes=part.codes,
        is_pair=len(part.coders) == 2,
    )
    resamples = Resamples(
        judged.interviews, resamples=ask.sampling.resamples, seed=ask.sampling.seed
    )
    facets = {facet: codes for facet, codes in ask.facets.items() if judged.columns(codes)}
    return AgreementSlice(
        by=by,
        value=value,
        passages=len(places),
        interviews=len(set(judged.interviews)),
        codes=_codes(judged, facets, resamples),
        facets=tuple(_facets(judged, facets, resamples)),
    )


def _codes(
    judged: _Judged, facets: Mapping[str, tuple[str, ...]], resamples: Resamples
) -> tuple[CodeAgreement, ...]:
    sets, seen = judged.sets, judged.seen
    if judged.is_pair:
        rows = measure_pair(sets[:, 0], sets[:, 1], judged.both, resamples, codes=judged.codes)
    else:
        rows = measure_codes(sets, seen, resamples, codes=judged.codes)
    facet_of = {code: facet for facet, codes in facets.items() for code in codes}
    given = (sets & seen[:, :, None]).sum(axis=0)
    return tuple(
        CodeAgreement(
            code=row.code,
            facet=facet_of[row.code],
            passages=row.passages,
            interviews=row.interviews,
            seen=tuple(seen.sum(axis=0).tolist()),
            given=tuple(given[:, column].tolist()),
            prevalence=row.prevalence,
            differ=judged.differ([column]),
            figures=estimates(row.figures),
        )
        for column, row in enumerate(rows)
    )


def _facets(
    judged: _Judged, facets: Mapping[str, tuple[str, ...]], resamples: Resamples
) -> Iterator[FacetAgreement]:
    whole = {ALL_CODES: judged.codes} if len(facets) > 1 else {}
    for facet, codes in {**facets, **whole}.items():
        columns = judged.columns(codes)
        sets, seen = judged.sets[:, :, columns], judged.seen
        figures = {MASI: measure_sets(sets, seen, resamples)}
        if facet != ALL_CODES:
            figures |= measure_patterns(sets, seen, resamples)
            if judged.is_pair:
                figures |= measure_pair_patterns(sets[:, 0], sets[:, 1], judged.both, resamples)
        yield FacetAgreement(
            facet=facet,
            passages=len(seen),
            interviews=resamples.n_groups,
            coded=tuple((sets.any(axis=2) & seen).sum(axis=0).tolist()),
            differ=judged.differ(columns),
            figures={name: estimate(name, one) for name, one in figures.items()},
        )
