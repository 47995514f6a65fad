"""Rows of dots with whiskers: kappa per code, per part of the passages, per way of suggesting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from nlp_pipeline.analysis.pictures import Mark, Scale, axis, scale_over, strip
from nlp_pipeline.analysis.records import Estimate, Evaluation, FacetRow, Slice, Transfer
from nlp_pipeline.analysis.speech import Speech
from nlp_pipeline.review.clean import printable

ALL, HARD = "all", "hard"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row before it is drawn.

    Attributes:
        name: What it is about.
        figure: The model's figure.
        people: The same figure for two people, where that makes sense.
        cells: More figures, as text.
        note: A line of explanation.
        note_language: Its language, where that is not the language of the page.
        shape: The mark of the figure.
    """

    name: str
    figure: Estimate
    people: Estimate | None = None
    cells: tuple[str, ...] = ()
    note: str = ""
    note_language: str = ""
    shape: str = "dot"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line with its picture; ``picture`` is None where there is nothing to draw."""

    line: Line
    picture: Markup | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Forest:
    """Rows in named groups on one scale, with the heads of the columns of further figures."""

    head: str
    axis: Markup
    heads: tuple[str, ...]
    has_people: bool
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    title: str = ""


Groups = Sequence[tuple[str, Sequence[Line]]]


def draw(
    groups: Groups, speech: Speech, *, head: str, heads: tuple[str, ...] = (), title: str = ""
) -> Forest:
    """Return groups of lines as rows on one scale; a group without lines is left out."""
    lines = [line for _, group in groups for line in group]
    scale = scale_over([0.0, 1.0, *_ends(lines)])
    return Forest(
        head=head,
        axis=axis(scale, speech.tick),
        heads=heads,
        has_people=any(line.people is not None and line.people.value is not None for line in lines),
        groups=tuple(
            (name, tuple(Row(line=line, picture=_picture(line, scale)) for line in group))
            for name, group in groups
            if group
        ),
        title=title,
    )


def code_forest(evaluation: Evaluation, speech: Speech) -> Forest:
    """Return kappa per code, the facets as groups."""
    whole = whole_slice(evaluation)
    groups = [
        (
            speech.facet(facet.facet),
            [
                Line(
                    name=speech.code(row.code),
                    figure=row.kappa,
                    people=row.human_kappa,
                    cells=(speech.count(row.coded),),
                )
                for row in whole.codes
                if row.facet == facet.facet
            ],
        )
        for facet in whole.facets
    ]
    return draw(groups, speech, head=speech.word("code"), heads=(speech.word("coded"),))


def slice_forests(evaluation: Evaluation, speech: Speech, *, hard: bool) -> tuple[Forest, ...]:
    """Return per facet the mean kappa of parts of the passages: the hard cases or all others."""
    parts = [s for s in evaluation.slices if s.by != ALL and (s.by == HARD) == hard]
    kinds = list(dict.fromkeys(part.by for part in parts))
    heads = (speech.word("passages"), speech.word("interviews"))
    return tuple(
        draw(
            [
                ("" if hard else speech.name(by), _part_lines(parts, by, facet, speech))
                for by in kinds
            ],
            speech,
            head=speech.word("hard") if hard else "",
            heads=heads,
            title=speech.facet(facet),
        )
        for facet in dict.fromkeys(row.facet for part in parts for row in part.facets)
    )


def contender_forest(evaluation: Evaluation, speech: Speech) -> Forest:
    """Return the mean kappa of the model and of each baseline, the facets as groups."""
    own = [
        (
            row.facet,
            replace(_way(speech.word("this_model"), row, speech), people=row.human_mean_kappa),
        )
        for row in whole_slice(evaluation).facets
    ]
    others = [other for other in evaluation.contenders if other.name != evaluation.model_id]
    groups = [
        (
            speech.facet(facet),
            [
                line,
                *(
                    replace(
                        _way(speech.name(other.name), row, speech),
                        note=printable(other.note),
                        note_language="en",
                        shape="square",
                    )
                    for other in others
                    if (row := of_facet(other.facets, facet)) is not None
                ),
            ],
        )
        for facet, line in own
    ]
    return draw(groups, speech, head=speech.word("way"), heads=(speech.word("macro_f1"),))


def transfer_forest(evaluation: Evaluation, speech: Speech) -> Forest:
    """Return the mean kappa from one language to another, the facets as groups."""
    facets = dict.fromkeys(row.facet for pair in evaluation.transfer for row in pair.facets)
    groups = [
        (
            speech.facet(facet),
            [
                _transfer_line(pair, row, speech)
                for pair in evaluation.transfer
                if (row := of_facet(pair.facets, facet)) is not None
            ],
        )
        for facet in facets
    ]
    return draw(groups, speech, head=speech.word("learned"), heads=(speech.word("macro_f1"),))


def whole_slice(evaluation: Evaluation) -> Slice:
    """Return the figures of all passages, an empty slice where there are none."""
    empty = Slice(by=ALL, value=ALL, passages=0, interviews=0, codes=(), facets=())
    return next((part for part in evaluation.slices if part.by == ALL), empty)


def of_facet(rows: Iterable[FacetRow], facet: str) -> FacetRow | None:
    """Return the figures of a facet, None where there are none."""
    return next((row for row in rows if row.facet == facet), None)


def _part_lines(parts: Sequence[Slice], by: str, facet: str, speech: Speech) -> list[Line]:
    found = ((part, of_facet(part.facets, facet)) for part in parts if part.by == by)
    return [
        Line(
            name=speech.name(part.value),
            figure=row.mean_kappa,
            people=row.human_mean_kappa,
            cells=(speech.count(part.passages), speech.count(part.interviews)),
        )
        for part, row in found
        if row is not None
    ]


def _way(name: str, row: FacetRow, speech: Speech) -> Line:
    return Line(name=name, figure=row.mean_kappa, cells=(speech.value(row.macro_f1),))


def _transfer_line(pair: Transfer, row: FacetRow, speech: Speech) -> Line:
    ends = (_languages(pair.learned_from, speech), _languages(pair.measured_on, speech))
    return replace(
        _way(" → ".join(ends), row, speech),
        note=speech.name(pair.method),
        shape="dot" if pair.measured_on in pair.learned_from.split("+") else "square",
    )


def _languages(value: str, speech: Speech) -> str:
    return " + ".join(speech.name(part) for part in value.split("+"))


def _ends(lines: Iterable[Line]) -> Iterable[float]:
    for line in lines:
        figure = line.figure
        people = None if line.people is None else line.people.value
        ends = (figure.value, figure.low, figure.high, people)
        yield from (end for end in ends if end is not None)


def _picture(line: Line, scale: Scale) -> Markup | None:
    figure, marks = line.figure, []
    if figure.value is not None:
        marks.append(Mark(value=figure.value, low=figure.low, high=figure.high, shape=line.shape))
    if line.people is not None and line.people.value is not None:
        marks.append(Mark(value=line.people.value, shape="diamond"))
    return strip(marks, scale) if marks else None
