"""Rows of dots with whiskers: per code and per part, people with each other and with the model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from nlp_pipeline.analysis.agreement_records import (
    Agreement,
    AgreementSlice,
    Anchoring,
    CodeAgreement,
    Comparison,
    Estimate,
    Part,
)
from nlp_pipeline.analysis.agreement_report.choosing import (
    MOST_PAIRS,
    facet_of,
    figure_of,
    row_of,
    shown_in,
)
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.analysis.pictures import Mark, Scale, axis, number, scale_over, strip, tag
from nlp_pipeline.frame import CONSENSUS

PAGE = "consensus.html"
"""The page to which figures link, beside the report."""

_HEIGHT = 24
_SETS = "alpha_masi"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One row: who, the figure, its picture, and where the passages on which they differ are."""

    who: str
    shape: str
    estimate: Estimate
    picture: Markup | None
    cells: tuple[str, ...]
    differ: int
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """The rows of one code or part; ``prevalence`` is a share, and ``share`` its picture."""

    name: str
    bars: tuple[Bar, ...]
    prevalence: float | None = None
    share: Markup | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forest:
    """Blocks on one scale."""

    title: str
    axis: Markup
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    who: str
    shape: str
    estimate: Estimate
    cells: tuple[str, ...]
    differ: int
    link: str


def shape_of(compared: Comparison) -> str:
    """Return the mark of a comparison: the shape tells who is compared."""
    if not compared.with_model:
        return "diamond"
    if CONSENSUS in compared.coders:
        return "triangle"
    return "square" if compared.kind == "everybody" else "dot"


def code_forests(part: Part, say: Telling, *, linked: bool) -> tuple[Forest, ...]:
    """Return the figures of every code that anybody gave, one forest for each facet."""
    compared = shown_in(part)
    scale = _scale(
        figure_of(row, one) for one in compared for row in one.whole.codes if any(row.given)
    )
    forests = []
    for facet in say.told.facets:
        blocks = [
            block
            for code in facet.codes
            if (block := _code_block(code.id, compared, scale, say, linked=linked)) is not None
        ]
        if blocks:
            forests.append(_forest(say.facet(facet.id), blocks, scale, say))
    return tuple(forests)


def part_forests(part: Part, say: Telling) -> tuple[Forest, ...]:
    """Return alpha of the code sets in every part of the material, one forest for each facet."""
    compared = shown_in(part)
    found = [
        (facet.id, by, value)
        for facet in say.told.facets
        for by, value in dict.fromkeys((s.by, s.value) for c in compared for s in c.slices[1:])
    ]
    lines = {key: _part_lines(compared, *key, say) for key in found}
    scale = _scale(line.estimate for own in lines.values() for line in own)
    forests = []
    for facet in say.told.facets:
        blocks = [
            Block(
                name=say.name(value),
                note=say.name(by),
                bars=tuple(_bar(line, scale) for line in lines[facet.id, by, value]),
            )
            for name, by, value in found
            if name == facet.id and lines[name, by, value]
        ]
        if blocks:
            forests.append(_forest(say.facet(facet.id), blocks, scale, say))
    return tuple(forests)


def anchor_forest(rows: Sequence[Anchoring], say: Telling) -> Forest | None:
    """Return how much higher agreement is where suggestions were in view; None if not known."""
    wanted = _shown(rows)
    if not wanted:
        return None
    scale = _scale((row.difference for row in wanted), ends=(-0.2, 0.2))
    names = dict.fromkeys((row.facet, row.code) for row in wanted)
    blocks = []
    for facet, code in names:
        whole = say.word("whole_facet", facet=say.facet(facet))
        bars = [
            _bar(_anchor_line(row, say), scale)
            for row in wanted
            if (row.facet, row.code) == (facet, code)
            and any(one.value is not None for one in (row.blind, row.assisted))
        ]
        if bars:
            blocks.append(Block(name=say.code(code) if code else whole, bars=tuple(bars)))
    return _forest("", blocks, scale, say) if blocks else None


def link_to(compared: Comparison | None, agreement: Agreement, *, code: str = "") -> str:
    """Return the address of the passages on which some coders differ, the hardest first."""
    wanted = [("code", code)] if code else []
    if compared is not None and compared.kind == "pair" and CONSENSUS not in compared.coders:
        wanted += [("with", name) for name in compared.coders]
    elif compared is not None and not compared.with_model:
        wanted.append(("people", "1"))
    return f"{PAGE}#{urlencode(wanted)}" if wanted else PAGE


def _code_block(
    code: str, compared: Sequence[Comparison], scale: Scale, say: Telling, *, linked: bool
) -> Block | None:
    rows = [(one, row_of(one.whole.codes, code)) for one in compared]
    there = [(one, row) for one, row in rows if row is not None]
    if not any(any(row.given) for _, row in there):
        return None
    prevalence = there[0][1].prevalence
    return Block(
        name=say.code(code),
        bars=tuple(_bar(_code_line(one, row, say, linked=linked), scale) for one, row in there),
        prevalence=prevalence,
        share=None if prevalence is None else _share(prevalence),
    )


def _code_line(one: Comparison, row: CodeAgreement, say: Telling, *, linked: bool) -> _Line:
    has_page = linked and CONSENSUS not in one.coders
    return _Line(
        who=say.who(one),
        shape=shape_of(one),
        estimate=figure_of(row, one),
        cells=(_given(row.given, say),),
        differ=row.differ,
        link=link_to(one, say.told, code=row.code) if has_page and row.differ else "",
    )


def _given(given: Sequence[int], say: Telling) -> str:
    """Return how often each gave a code; of three and more, the fewest and the most."""
    if len(given) < 3:
        return " · ".join(map(say.count, given))
    least, most = say.count(min(given)), say.count(max(given))
    return least if least == most else f"{least} {say.word('to')} {most}"


def _part_lines(
    compared: Sequence[Comparison], facet: str, by: str, value: str, say: Telling
) -> list[_Line]:
    lines = []
    for one in compared:
        found: AgreementSlice | None = next(
            (s for s in one.slices[1:] if (s.by, s.value) == (by, value)), None
        )
        row = None if found is None else facet_of(found, facet)
        if row is not None:
            lines.append(
                _Line(
                    who=say.who(one),
                    shape=shape_of(one),
                    estimate=row.figures[_SETS],
                    cells=(say.count(row.passages), say.count(row.interviews)),
                    differ=row.differ,
                    link="",
                )
            )
    return lines


def _shown(rows: Sequence[Anchoring]) -> list[Anchoring]:
    """Return the rows of the picture: people, then the model with each or with all of them."""
    known = [row for row in rows if CONSENSUS not in row.coders]
    people = [row for row in known if not row.with_model]
    people = [row for row in people if row.kind == "people"] or people
    with_model = [row for row in known if row.with_model]
    pairs = [row for row in with_model if row.kind == "pair"]
    if len({row.coders for row in pairs}) > MOST_PAIRS:
        pairs = [row for row in with_model if row.kind == "everybody"]
    return [*people, *pairs]


def _anchor_line(row: Anchoring, say: Telling) -> _Line:
    compared = Comparison(kind=row.kind, coders=row.coders, with_model=row.with_model, slices=())
    return _Line(
        who=say.who(compared),
        shape=shape_of(compared),
        estimate=row.difference,
        cells=(say.value(row.blind), say.value(row.assisted)),
        differ=0,
        link="",
    )


def _forest(title: str, blocks: Iterable[Block], scale: Scale, say: Telling) -> Forest:
    return Forest(title=title, axis=axis(scale, say.tick), blocks=tuple(blocks))


def _bar(line: _Line, scale: Scale) -> Bar:
    estimate = line.estimate
    picture = None
    if estimate.value is not None:
        mark = Mark(value=estimate.value, low=estimate.low, high=estimate.high, shape=line.shape)
        picture = strip([mark], scale, height=_HEIGHT)
    return Bar(
        who=line.who,
        shape=line.shape,
        estimate=estimate,
        picture=picture,
        cells=line.cells,
        differ=line.differ,
        link=line.link,
    )


def _scale(estimates: Iterable[Estimate], *, ends: tuple[float, float] = (0.0, 1.0)) -> Scale:
    found = ((one.value, one.low, one.high) for one in estimates)
    return scale_over([*ends, *(end for three in found for end in three if end is not None)])


def _share(share: float) -> Markup:
    """Return a bar as long as a share of the whole."""
    full = tag("rect", width="100%", height=5, class_="track-bar", rx=2.5)
    own = tag("rect", width=f"{number(100 * share)}%", height=5, class_="share-bar", rx=2.5)
    return tag("svg", full, own, class_="share", width="100%", height=5, aria_hidden="true")
