"""The geometry of the pictures on the overview page; the template draws them.

Widths and places are per cent, so that a picture fits any column without distortion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from nlp_pipeline.codebook import Code, Facet
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.results import Results

BINS = 20
"""How many columns the spread of a code's scores has."""

SPREAD_HEIGHT = 21
"""How high the highest column of a spread is, in pixels."""

HEAT_STEPS = 8
"""How many shades a heat map has, apart from none at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a spread: its place and whether the code is suggested for most of it."""

    y: float
    height: float
    suggested: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBar:
    """How often a code is suggested; ``share`` is of the classified passages, in per cent."""

    code: Code
    depth: int
    count: int
    share: str
    width: float
    spread: tuple[Column, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a stacked bar."""

    code: Code
    count: int
    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """One transcript with a stacked bar for each facet."""

    transcript: Transcript
    number: int
    passages: int
    bars: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """How many passages have two codes; ``shade`` runs from 0 to `HEAT_STEPS`."""

    row: Code
    column: Code
    count: int
    width: float
    shade: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cross:
    """Two facets crossed; ``is_diverging`` when the columns are two and can face each other."""

    rows: Facet
    columns: Facet
    is_diverging: bool
    cells: tuple[tuple[Cell, ...], ...]


def code_bars(results: Results) -> tuple[tuple[Facet, tuple[CodeBar, ...]], ...]:
    """Return the bars of every facet, all on one scale."""
    top = max(results.counts.values(), default=0)
    depths = _depths(results)
    return tuple(
        (
            facet,
            tuple(
                CodeBar(
                    code=code,
                    depth=depths[code.id],
                    count=results.counts[code.id],
                    share=_share(results.counts[code.id], results.classified),
                    width=_percent(results.counts[code.id], top),
                    spread=_spread(results, code.id),
                )
                for code in facet.codes
            ),
        )
        for facet in results.codebook.facets
    )


def stacks(results: Results) -> tuple[Stack, ...]:
    """Return the stacked bars of every transcript; each facet has its own scale."""
    facets = results.codebook.facets
    counts = results.counts_by_transcript
    tops = [
        max((sum(counts[t.id][c.id] for c in facet.codes) for t in results.transcripts), default=0)
        for facet in facets
    ]
    return tuple(
        Stack(
            transcript=transcript,
            number=number,
            passages=len(results.by_transcript[transcript.id]),
            bars=tuple(
                _pieces(facet, counts[transcript.id], top)
                for facet, top in zip(facets, tops, strict=True)
            ),
        )
        for number, transcript in enumerate(results.transcripts)
    )


def crosses(results: Results) -> tuple[Cross, ...]:
    """Return every pair of facets crossed; the facet with more codes has the rows."""
    return tuple(_cross(results, *pair) for pair in combinations(results.codebook.facets, 2))


def _cross(results: Results, first: Facet, second: Facet) -> Cross:
    columns, rows = sorted((first, second), key=lambda facet: len(facet.codes))
    counts = results.together(rows, columns)
    top = max(counts.values(), default=0)
    cells = tuple(
        tuple(_cell(row, column, counts[row.id, column.id], top) for column in columns.codes)
        for row in rows.codes
    )
    return Cross(rows=rows, columns=columns, is_diverging=len(columns.codes) == 2, cells=cells)


def _cell(row: Code, column: Code, count: int, top: int) -> Cell:
    shade = -(-count * HEAT_STEPS // top) if top else 0
    return Cell(row=row, column=column, count=count, width=_percent(count, 2 * top), shade=shade)


def _pieces(facet: Facet, counts: Mapping[str, int], top: int) -> tuple[Piece, ...]:
    pieces, before = [], 0
    for code in facet.codes:
        count = counts[code.id]
        if count:
            x, width = _percent(before, top), _percent(count, top)
            pieces.append(Piece(code=code, count=count, x=x, width=width))
        before += count
    return tuple(pieces)


def _spread(results: Results, code: str) -> tuple[Column, ...]:
    total, suggested = [0] * BINS, [0] * BINS
    for row in results.rows:
        if code in row.scores:
            place = min(int(row.scores[code] * BINS), BINS - 1)
            total[place] += 1
            suggested[place] += code in row.suggested
    return _columns(total, suggested)


def _columns(total: Sequence[int], suggested: Sequence[int]) -> tuple[Column, ...]:
    # Most scores are near 0; on a square root scale the few high ones can be seen as well.
    top = max(total) ** 0.5 or 1.0
    heights = (round(SPREAD_HEIGHT * count**0.5 / top, 1) for count in total)
    return tuple(
        Column(y=round(SPREAD_HEIGHT - height, 1), height=height, suggested=2 * some > count)
        for height, count, some in zip(heights, total, suggested, strict=True)
    )


def _depths(results: Results) -> Mapping[str, int]:
    parents = {code.id: code.parent for code in results.codebook}

    def depth(code: str) -> int:
        parent = parents[code]
        return 0 if parent is None else 1 + depth(parent)

    return {code: depth(code) for code in parents}


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    share = 100 * part / whole
    return "<1 %" if 0 < share < 1 else f"{share:.0f} %"
