"""Whether people mark the same stretches, and whether they mark them with the same codes.

Both are measured where all who are compared have looked: on passages that they have seen. A stretch
starts or ends at a word, so that half a word more is no other boundary.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp_pipeline.agreement import (
    Flags,
    Pieces,
    Stretch,
    boundary_similarities,
    boundary_terms,
    character_alphas,
    character_terms,
    cut_pieces,
    masi_alphas,
    no_figure,
    number_sets,
    set_tables,
    window_diffs,
    window_terms,
)
from nlp_pipeline.agreement.figures import Ints
from nlp_pipeline.analysis.agreement_records import (
    BoundaryAgreement,
    CharacterAgreement,
    Estimate,
)
from nlp_pipeline.analysis.agreements import Ask, Group
from nlp_pipeline.analysis.estimates import estimate
from nlp_pipeline.frame import Frame, applies
from nlp_pipeline.intervals import Measured, Resamples
from nlp_pipeline.records import Coding, Passage
from nlp_pipeline.resample import Reals, totals

NEAR = 3
"""Two boundaries that are at most so many words apart are one that was moved."""

ON_PASSAGES = "both coded ready-made passages, so where to cut was not theirs to choose"
NO_BOUNDARY = "neither coder sets a boundary"
NOWHERE = "no passage was coded by two people"
_ALPHA = "character_alpha"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Texts, the frame, and the stretches that people marked.

    Attributes:
        texts: By transcript id.
        frame: What was seen.
        stretches: Start, end and code of what applies, by coder and transcript; of a model the
            passages for which it suggests codes.
        places: The positions of the passages of each transcript.
    """

    texts: Mapping[str, str]
    frame: Frame
    stretches: Mapping[tuple[str, str], Sequence[Stretch]]
    places: Mapping[str, Sequence[int]]


def material_of(texts: Mapping[str, str], frame: Frame, codings: Iterable[Coding]) -> Material:
    """Collect the stretches that coders marked.

    Args:
        texts: By transcript id.
        frame: With the model as a coder or not.
        codings: Of the people in the frame.
    """
    stretches: dict[tuple[str, str], list[Stretch]] = {}
    people = set()
    for one in codings:
        people.add(one.coder)
        if one.code is not None and applies(one):
            own = stretches.setdefault((one.coder, one.transcript_id), [])
            own.append((one.start, one.end, one.code))
    for coder in set(frame.coders) - people:
        for passage, code in _given(frame, coder):
            own = stretches.setdefault((coder, passage.transcript_id), [])
            own.append((passage.start, passage.end, code))
    places: dict[str, list[int]] = {}
    for place, passage in enumerate(frame.passages):
        places.setdefault(passage.transcript_id, []).append(place)
    return Material(texts=texts, frame=frame, stretches=stretches, places=places)


def boundaries(material: Material, group: Group, ask: Ask) -> BoundaryAgreement:
    """Compare where two people start and end their stretches."""
    first, second = group.coders
    cut = [_Cut.of(material, name, (first, second)) for name in _shared(material, group.coders)]
    resamples = Resamples(
        [one.transcript for one in cut], resamples=ask.sampling.resamples, seed=ask.sampling.seed
    )
    reason = _no_boundaries(cut, material, (first, second))

    def measured(terms: list[Reals]) -> Reals:
        return resamples.sums(np.array(terms).reshape(len(cut), 2))

    similar = boundary_similarities(
        measured([boundary_terms(one.first, one.second, near=NEAR) for one in cut])
    )
    wrong = window_diffs(measured([window_terms(one.second, one.first) for one in cut]))
    turned = window_diffs(measured([window_terms(one.first, one.second) for one in cut]))
    too_short = reason or "the texts are shorter than the window"

    def told(series: Reals, why: str) -> Estimate:
        shown = np.full_like(series, np.nan) if reason else series
        return estimate("", resamples.measure(shown, reason=why))

    return BoundaryAgreement(
        coders=(first, second),
        interviews=len(cut),
        words=sum(len(one.first) + 1 for one in cut),
        cuts=(sum(int(one.first.sum()) for one in cut), sum(int(one.second.sum()) for one in cut)),
        near=NEAR,
        boundary_similarity=told(similar, reason),
        window_diff=told(wrong, too_short),
        window_diff_other_way=told(turned, too_short),
    )


def characters(material: Material, group: Group, ask: Ask) -> CharacterAgreement:
    """Measure alpha with every character as a unit, uncoded text included."""
    part = material.frame.of(coders=group.coders)
    names = _shared(material, group.coders)
    pieces = [_pieces(material, part, name) for name in names]
    resamples = Resamples(names, resamples=ask.sampling.resamples, seed=ask.sampling.seed)
    facets = {
        facet: [part.codes.index(code) for code in codes if code in part.codes]
        for facet, codes in ask.facets.items()
    }
    twice = sum(float(one.lengths[one.seen.sum(axis=1) >= 2].sum()) for one in pieces)
    return CharacterAgreement(
        kind=group.kind,
        coders=group.coders,
        with_model=group.with_model,
        interviews=len(names),
        characters=round(twice),
        codes=_by_code(pieces, part.codes, resamples),
        facets={
            facet: estimate(_ALPHA, _of_sets(pieces, columns, resamples))
            for facet, columns in facets.items()
            if columns
        },
    )


def _given(part: Frame, coder: str) -> Iterator[tuple[Passage, str]]:
    for place, column in np.argwhere(part.coded[part.place(coder)]).tolist():
        yield part.passages[place], part.codes[column]


def _shared(material: Material, coders: Sequence[str]) -> list[str]:
    """Return the transcripts of which two of the coders have seen the same passage."""
    part = material.frame.of(coders=coders)
    twice = np.flatnonzero(part.seen.sum(axis=0) >= 2)
    return list(dict.fromkeys(part.passages[place].transcript_id for place in twice))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cut:
    """Where two coders cut one text: a flag before each word but the first."""

    transcript: str
    first: Flags
    second: Flags

    @classmethod
    def of(cls, material: Material, transcript: str, coders: tuple[str, str]) -> "_Cut":
        part = material.frame.of(coders=coders)
        both = part.seen[0] & part.seen[1]
        own = (part.passages[place] for place in material.places[transcript] if both[place])
        spans = [(passage.start, passage.end) for passage in own]
        text = material.texts[transcript]
        words = [m.start() for span in sorted(spans) for m in _WORD.finditer(text, *span)]
        flags = [
            _cuts(material.stretches.get((coder, transcript), ()), text, words, spans)
            for coder in coders
        ]
        return cls(transcript=transcript, first=flags[0], second=flags[1])


def _cuts(
    stretches: Sequence[Stretch], text: str, words: Sequence[int], spans: Sequence[tuple[int, int]]
) -> Flags:
    """Mark before which words a stretch starts or after which it ends, where both have looked."""
    flags = np.zeros(len(words), dtype=np.bool_)
    for start, end, _ in stretches:
        bare = start + len(text[start:end]) - len(text[start:end].lstrip())
        if any(a <= bare < b for a, b in spans):
            flags[bisect_right(words, bare) - 1] = True
        if any(a < end <= b for a, b in spans) and bisect_left(words, end) < len(words):
            flags[bisect_left(words, end)] = True
    return flags[1:]


def _no_boundaries(cut: Sequence[_Cut], material: Material, coders: Sequence[str]) -> str:
    if not cut:
        return NOWHERE
    if not any(one.first.any() or one.second.any() for one in cut):
        return NO_BOUNDARY
    units = {(p.transcript_id, p.start, p.end) for p in material.frame.passages}
    marked = {
        (transcript, start, end)
        for (coder, transcript), own in material.stretches.items()
        if coder in coders
        for start, end, _ in own
    }
    return ON_PASSAGES if marked <= units else ""


def _pieces(material: Material, part: Frame, transcript: str) -> Pieces:
    own = material.places[transcript]
    return cut_pieces(
        [material.stretches.get((coder, transcript), ()) for coder in part.coders],
        codes=part.codes,
        length=len(material.texts[transcript]),
        seen=[
            [(part.passages[n].start, part.passages[n].end) for n in own if part.seen[row, n]]
            for row in range(len(part.coders))
        ],
    )


def _by_code(
    pieces: Sequence[Pieces], codes: Sequence[str], resamples: Resamples
) -> dict[str, Estimate]:
    if not pieces:
        return {code: Estimate(value=None, reason=NOWHERE, no_interval=NOWHERE) for code in codes}
    tables = np.array([character_terms(one).sum(axis=0) for one in pieces])
    series = character_alphas(resamples.sums(tables))
    whole = tables.sum(axis=0)
    return {
        code: estimate(
            _ALPHA, resamples.measure(series[:, column], reason=no_figure(whole[column]))
        )
        for column, code in enumerate(codes)
    }


def _of_sets(pieces: Sequence[Pieces], columns: Sequence[int], resamples: Resamples) -> Measured:
    if not pieces:
        return resamples.measure(np.full(1, np.nan), reason=NOWHERE)
    sets = np.concatenate([one.sets[:, :, columns] for one in pieces])
    seen = np.concatenate([one.seen for one in pieces])
    lengths = np.concatenate([one.lengths for one in pieces])
    sizes = [len(one.lengths) for one in pieces]
    groups: Ints = np.repeat(resamples.groups, sizes).astype(np.int64)
    found, values = number_sets(sets, seen)
    apart = 1.0 - np.eye(len(found))
    tables = set_tables(values, apart, groups, n_groups=resamples.n_groups, weights=lengths)
    series = masi_alphas(totals(resamples.weights, tables), apart)
    return resamples.measure(series, reason="all coders use one value only")
