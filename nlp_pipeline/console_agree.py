"""What the command agree prints; never a word of a transcript.

Only what is to be gone by first is shown: blind codings where there are any. All is in the files.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from nlp_pipeline.analysis.agreement_report.forests import PAGE
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.console import print_parts, visible
from nlp_pipeline.wording import counted

if TYPE_CHECKING:
    from nlp_pipeline.analysis.agreement_records import (
        Agreement,
        Anchoring,
        BoundaryAgreement,
        Comparison,
        Estimate,
        Part,
    )
    from nlp_pipeline.pipeline.agreeing import AgreeSummary

_WAYS = {
    "blind": "Coded blind",
    "imported": "Coded elsewhere",
    "assisted": "Coded with suggestions in view",
    "all": "All codings as they are now",
}
_MOST_GROUPS = 10
_ALL_CODES = "*"


def print_agreed(summary: "AgreeSummary", *, language: str) -> None:
    """Print the figures of all passages, with a verdict in a language, and where the rest is."""
    told = summary.agreement
    say = Telling(language=language, told=told)
    first, *others = told.parts
    print_parts(_coders(told), _facets(say, first))
    best = first.people or next(iter(first.with_model), None)
    if best is not None:
        print_parts(_codes(told, best))
    print_parts(*_stretches(say, first), *_anchoring(told))
    if others:
        rest = ", ".join(_WAYS[part.way].lower() for part in others)
        print_parts(f"Also measured, in {summary.files[0]}: {rest}")
    words = summary.with_words
    print_parts(
        _differences(summary),
        f"Written to {summary.folder}: {', '.join(summary.files)}",
        *([f"With words of participants: {', '.join(words)}"] if words else []),
    )


def _differences(summary: "AgreeSummary") -> str:
    """Say on how many passages coders differ and where to settle that."""
    told = summary.agreement
    if not told.disagreements:
        return "There is no passage on which coders differ"
    people = told.disagreements_of_people
    sides = {"people differ": people, "only the model differs": told.disagreements - people}
    differ = ", ".join(
        f"{counted(number, 'passage')} on which {side}" for side, number in sides.items() if number
    )
    if PAGE not in summary.files:
        return f"{differ}: hardest first, in {summary.files[1]}"
    return (
        f"{differ}. Settle them together in {summary.folder / PAGE}: a page for the meeting, "
        "hardest first, with who said what"
    )


def _coders(told: "Agreement") -> Table:
    table = Table("Coder", title="Passages seen", box=SIMPLE)
    ways = [way for way in _WAYS if any(coder.seen.get(way) for coder in told.coders)]
    for name in (*ways, "with a code", "interviews"):
        table.add_column(name, justify="right")
    for coder in told.coders:
        numbers = [coder.seen.get(way, 0) for way in ways]
        cells = (*numbers, coder.coded.get("all", 0), coder.interviews)
        table.add_row(_cell(coder.name), *map(str, cells))
    return table


def _facets(say: Telling, part: "Part") -> Table:
    """Return alpha of coders who have passages in common, and how many have none."""
    title = f"{_WAYS[part.way]}: alpha of label sets (MASI), 95 % interval"
    table = Table("Coders", "Facet", title=title, box=SIMPLE)
    for name in ("passages", "alpha", "interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    met = [one for one in part.comparisons if one.whole.passages]
    for one in met[:_MOST_GROUPS]:
        for facet in one.whole.facets:
            if facet.facet != _ALL_CODES:
                figure = facet.figures["alpha_masi"]
                verdict = say.band(figure) if figure.band else say.reason(figure.reason)
                cells = (str(facet.passages), _number(figure.value), _interval(figure), verdict)
                table.add_row(_names(say.told, one.coders), _cell(facet.facet), *cells)
    apart = len(part.comparisons) - len(met)
    rest = [f"{len(met) - _MOST_GROUPS} more in the file"] if len(met) > _MOST_GROUPS else []
    rest += [f"{apart} without a passage in common"] if apart else []
    table.caption = f"and {', '.join(rest)}" if rest else None
    return table


def _codes(told: "Agreement", one: "Comparison") -> Table:
    best = "cohen_kappa" if one.kind == "pair" else "krippendorff_alpha"
    whole = one.whole
    names = _names(told, one.coders)
    passages, interviews = (
        counted(whole.passages, "passage"),
        counted(whole.interviews, "interview"),
    )
    title = f"{names}: {passages} of {interviews}"
    table = Table("Code", title=title, box=SIMPLE)
    kind = "kappa" if one.kind == "pair" else "alpha"
    for name in ("given by each", kind, "interval", "agree", "AC1", "PABAK"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in whole.codes:
        if any(row.given):
            figure = row.figures[best]
            others = (row.figures[name] for name in ("percent_agreement", "gwet_ac1", "pabak"))
            table.add_row(
                _cell(row.code),
                " ".join(map(str, row.given)),
                _number(figure.value),
                _interval(figure),
                *(_number(other.value) for other in others),
            )
    return table


def _stretches(say: Telling, part: "Part") -> Iterable[str]:
    """Yield what is known of stretches, and of both at once, of coders who met."""
    reasons = {one.boundary_similarity.reason for one in part.boundaries}
    if len(reasons) == 1 and reasons != {""}:
        yield f"The same stretches: not measured, as {say.reason(reasons.pop())}"
    else:
        met = {frozenset(one.coders) for one in part.comparisons if one.whole.passages}
        cut = [one for one in part.boundaries if frozenset(one.coders) in met]
        for one in cut[:_MOST_GROUPS]:
            yield f"The same stretches, {_names(say.told, one.coders)}: {_boundaries(one, say)}"
    together = [one for one in part.characters if one.kind != "pair" or not one.with_model]
    known = [c for c in together if any(f.value is not None for f in c.facets.values())]
    for both in (known or together)[:_MOST_GROUPS]:
        figures = ", ".join(f"{name} {_told(one, say)}" for name, one in both.facets.items())
        who = _names(say.told, both.coders)
        yield f"Stretches and codes together, alpha by character, {who}: {figures}"


def _boundaries(one: "BoundaryAgreement", say: Telling) -> str:
    similar = _told(one.boundary_similarity, say)
    if one.boundary_similarity.value is None:
        return similar
    return f"boundary similarity {similar}, WindowDiff {_told(one.window_diff, say)}"


def _anchoring(told: "Agreement") -> "list[Table]":
    rows: Sequence[Anchoring] = [row for row in told.anchoring if not row.code]
    if not rows:
        return []
    table = Table("Coders", "Facet", title="Anchoring effect: assisted less blind", box=SIMPLE)
    for name in ("blind", "assisted", "difference", "interval"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows[: 2 * _MOST_GROUPS]:
        numbers = (row.blind, row.assisted, row.difference)
        cells = (*(_number(figure.value) for figure in numbers), _interval(row.difference))
        table.add_row(_names(told, row.coders), _cell(row.facet), *cells)
    return [table]


def _names(told: "Agreement", coders: "Sequence[str]") -> Text:
    shown = ("the model" if coder == told.model_id else coder for coder in coders)
    return _cell(", ".join(shown))


def _told(figure: "Estimate", say: Telling) -> str:
    if figure.value is None:
        return f"- ({say.reason(figure.reason)})"
    return _number(figure.value) + ("" if figure.low is None else f" ({_interval(figure)})")


def _interval(figure: "Estimate") -> str:
    return "-" if figure.low is None else f"{figure.low:.2f} to {_number(figure.high)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _cell(text: str) -> Text:
    return Text(visible(text), overflow="fold")
