"""The tables of the report: three figures apart, what is taken for what, and all figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlp_pipeline.analysis.agreement_records import (
    ALL_CODES,
    Comparison,
    Disagreements,
    Estimate,
    FacetName,
    Part,
)
from nlp_pipeline.analysis.agreement_report.choosing import in_order, row_of
from nlp_pipeline.analysis.agreement_report.forests import PAGE
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.frame import CONSENSUS

MOST_HARDEST: Final = 30
"""As many of the hardest passages are listed."""

MOST_MIXED: Final = 6
"""Of as many pairs it is shown what they take for what: those with the most passages in common."""

PAIR_FIGURES: Final = (
    "cohen_kappa",
    "krippendorff_alpha",
    "percent_agreement",
    "gwet_ac1",
    "pabak",
    "precision",
    "recall",
    "f1",
)
GROUP_FIGURES: Final = (
    "krippendorff_alpha",
    "fleiss_kappa",
    "percent_agreement",
    "gwet_ac1",
    "pabak",
)
_SHADES: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Three:
    """Two coders or more, and the answers to the three questions, each a name and a figure."""

    who: str
    stretches: tuple[tuple[str, Estimate], ...]
    codes: tuple[tuple[str, Estimate], ...]
    together: tuple[tuple[str, Estimate], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A count, how dark it is (0 to 8), and whether it is what both say."""

    count: int
    shade: int
    is_right: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """What the first coder says, in rows, against the second, in columns."""

    title: str
    corner: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """All figures of one comparison, a row for each code."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, str, tuple[Estimate, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hard:
    """One code in dispute of a passage; ``first`` says that it is the first of the passage."""

    first: bool
    count: int
    rank: int
    transcript: str
    number: int
    passage_id: str
    code: str
    gave: str
    gave_not: str
    settled: str
    link: str


def three_figures(part: Part, say: Telling) -> list[Three]:
    """Return the three figures of every pair of people, of all, and of the model with each."""
    found = []
    for one in in_order(part):
        if CONSENSUS in one.coders:
            continue
        cut = next((b for b in part.boundaries if {*b.coders} == {*one.coders}), None)
        both = next((c for c in part.characters if c.coders == one.coders), None)
        stretches: tuple[tuple[str, Estimate], ...] = ()
        if cut is not None:
            similar, wrong = cut.boundary_similarity, cut.window_diff
            stretches = ((say.word("boundary_similarity"), similar),)
            if not (wrong.value is None and wrong.reason == similar.reason):
                stretches += ((say.word("window_diff"), wrong),)
        found.append(
            Three(
                who=say.who(one),
                stretches=stretches,
                codes=tuple(
                    (say.facet(row.facet), row.figures["alpha_masi"])
                    for row in one.whole.facets
                    if row.facet != ALL_CODES
                ),
                together=()
                if both is None
                else tuple((say.facet(name), one) for name, one in both.facets.items()),
            )
        )
    return found


def mixed_up(part: Part, found: Disagreements, say: Telling) -> list[Grid]:
    """Return what pairs take for what: of people, and of the model with each person."""
    pairs = pairs_of(part)
    if len(pairs) > MOST_MIXED:
        pairs = sorted(pairs, key=lambda one: -one.whole.passages)[:MOST_MIXED]
    return [
        grid
        for pair in pairs
        for facet in say.told.facets
        if (grid := _grid(pair, found, facet, say)) is not None
    ]


def pairs_of(part: Part) -> list[Comparison]:
    """Return the pairs of people, and of the model with each, that coded a passage in common."""
    pairs = (one for one in part.comparisons if one.kind == "pair" and one.whole.passages)
    return [one for one in pairs if CONSENSUS not in one.coders]


def all_figures(part: Part, say: Telling) -> list[Figures]:
    """Return every figure of every comparison, per code that was given."""
    found = []
    for one in in_order(part):
        names = PAIR_FIGURES if one.kind == "pair" else GROUP_FIGURES
        rows = tuple(
            (
                say.code(row.code),
                "–" if row.prevalence is None else say.percent(row.prevalence),
                " · ".join(map(say.count, row.given)),
                tuple(row.figures[name] for name in names),
            )
            for row in one.whole.codes
            if any(row.given)
        )
        if rows:
            title = f"{say.who(one)}: {say.passages(one.whole.passages)}"
            heads = tuple(say.word(name) for name in names)
            found.append(Figures(title=title, heads=heads, rows=rows))
    return found


def reasons(part: Part, say: Telling) -> list[str]:
    """Return why figures or intervals of the part are missing, each once."""
    rows = [row for one in part.comparisons for row in one.whole.codes if any(row.given)]
    facets = [row for one in part.comparisons for row in one.whole.facets]
    figures = [*(row.figures for row in rows), *(row.figures for row in facets)]
    found = (
        reason
        for own in figures
        for estimate in own.values()
        for reason in (estimate.reason, estimate.no_interval)
        if reason
    )
    return [say.reason(reason) for reason in dict.fromkeys(found)]


def hardest(found: Disagreements, say: Telling, *, linked: bool) -> list[Hard]:
    """Return the codes in dispute of the hardest passages."""
    return list(_hardest(found, say, linked=linked))


def _hardest(found: Disagreements, say: Telling, *, linked: bool) -> Iterator[Hard]:
    settled = {True: say.word("yes"), False: say.word("no"), None: ""}
    for passage in found.passages[:MOST_HARDEST]:
        for number, code in enumerate(passage.codes):
            yield Hard(
                first=number == 0,
                count=len(passage.codes),
                rank=passage.rank,
                transcript=passage.transcript,
                number=passage.number,
                passage_id=passage.passage_id,
                code=say.code(code.code),
                gave=_named(code.given_by, say),
                gave_not=_named(code.not_given_by, say),
                settled=settled[code.consensus],
                link=f"{PAGE}#passage={passage.passage_id}" if linked else "",
            )


def _named(coders: Sequence[str], say: Telling) -> str:
    return ", ".join(say.coder(name) for name in coders) or say.word("nobody")


def _grid(pair: Comparison, found: Disagreements, facet: FacetName, say: Telling) -> Grid | None:
    """Return a grid, or None where neither gave a code.

    What both gave is known from the figures, what only one gave from the passages.
    """
    codes = [code.id for code in facet.codes]
    rows = [row_of(pair.whole.codes, code) for code in codes]
    both = [0 if row is None else (sum(row.given) - row.differ) // 2 for row in rows]
    given = [code for code, row in zip(codes, rows, strict=True) if row and any(row.given)]
    if not given:
        return None
    counts = _off_diagonal(pair, found, given)
    for place, code in enumerate(given):
        counts[place][place] = both[codes.index(code)]
    one, other = (say.coder(name) for name in pair.coders)
    heads = (*(say.code(code) for code in given), say.word("no_code"))
    return Grid(
        title=f"{say.who(pair)}: {say.facet(facet.id)}",
        corner=say.word("rows_columns", rows=one, columns=other),
        heads=heads,
        rows=tuple(
            (head, _cells(number, row))
            for number, (head, row) in enumerate(zip(heads, counts, strict=True))
        ),
    )


def _off_diagonal(pair: Comparison, found: Disagreements, codes: Sequence[str]) -> list[list[int]]:
    first, second = pair.coders
    none = len(codes)
    counts = [[0] * (none + 1) for _ in range(none + 1)]
    for passage in found.passages:
        of_first = [
            codes.index(c.code)
            for c in passage.codes
            if c.code in codes and first in c.given_by and second in c.not_given_by
        ]
        of_second = [
            codes.index(c.code)
            for c in passage.codes
            if c.code in codes and second in c.given_by and first in c.not_given_by
        ]
        for row in of_first or ([none] if of_second else []):
            for column in of_second or [none]:
                counts[row][column] += 1
    return counts


def _cells(number: int, counts: Sequence[int]) -> tuple[Cell, ...]:
    whole = sum(counts)
    last = len(counts) - 1
    return tuple(
        Cell(
            count=count,
            shade=-(-count * _SHADES // whole) if whole else 0,
            is_right=column == number != last,
        )
        for column, count in enumerate(counts)
    )
