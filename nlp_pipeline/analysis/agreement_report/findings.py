"""What was found, in sentences that claim no more than the figures."""

from collections.abc import Iterable, Iterator, Sequence

from nlp_pipeline.analysis.agreement_records import Anchoring, Comparison, Disagreements, Part
from nlp_pipeline.analysis.agreement_report.choosing import (
    facet_of,
    figure_of,
    model_pairs,
    people_of,
    row_of,
)
from nlp_pipeline.analysis.agreement_report.speaking import Telling

_SETS = "alpha_masi"
_BANDS = (
    "almost_perfect",
    "substantial",
    "moderate",
    "fair",
    "slight",
    "poor",
    "reliable",
    "tentative",
    "unreliable",
)


def facet_findings(part: Part, say: Telling) -> list[tuple[str, list[str]]]:
    """Return what was found of each facet: its name and sentences."""
    found = []
    for facet in say.told.facets:
        codes = [code.id for code in facet.codes]
        sentences = [*_people(part, facet.id, codes, say), *_model(part, facet.id, codes, say)]
        if sentences:
            found.append((say.facet(facet.id), sentences))
    return found


def other_findings(disputes: Disagreements, say: Telling) -> list[str]:
    """Return what was found that is of no single facet."""
    rows = say.told.anchoring
    found = [_anchored(row, say) for row in rows if _is_of_people(row, rows)]
    return [*filter(None, found), *_differing(disputes, say)]


def compared_with_people(part: Part, codes: Iterable[str]) -> dict[str, list[str]]:
    """Return how the model does beside people, code by code.

    Returns:
        The codes on which kappa of the model with every person is not below the interval of
        people (``as``), with every person is below it (``less``), is below it with some
        (``mixed``), and on which the two cannot be compared (``unknown``). Codes that nobody gave
        are in none.
    """
    people = people_of(part)
    found: dict[str, list[str]] = {"as": [], "less": [], "mixed": [], "unknown": []}
    for code in codes:
        kind = _beside(part, people, code)
        if kind:
            found[kind].append(code)
    return found


def _differing(disputes: Disagreements, say: Telling) -> Iterator[str]:
    """Yield on how many passages people differ, and on how many only the model does."""
    of_people = disputes.of_people
    of_model = len(disputes.passages) - of_people
    if of_people:
        yield say.word("count_differ", passages=say.passages(of_people))
    elif len(say.told.people) > 1 or not of_model:
        yield say.word("none_differ")
    if of_model:
        yield say.word("model_differs", passages=say.passages(of_model))


def _people(part: Part, facet: str, codes: Sequence[str], say: Telling) -> Iterator[str]:
    people = people_of(part)
    row = None if people is None else facet_of(people.whole, facet)
    if people is None or row is None:
        return
    names = say.listed(say.coder(name) for name in people.coders)
    figure = row.figures[_SETS]
    yield say.word(
        "pair_set" if people.kind == "pair" else "people_set",
        people=names,
        passages=say.passages(row.passages),
        alpha=say.both(figure),
        verdict=say.verdict(figure),
    )
    parts = list(_by_band(people, codes, say))
    if parts:
        key = "people_codes" if people.kind == "pair" else "group_codes"
        yield say.word(key, people=names, list="; ".join(parts))


def _by_band(people: Comparison, codes: Sequence[str], say: Telling) -> Iterator[str]:
    bands: dict[str, list[str]] = {}
    for code in codes:
        row = row_of(people.whole.codes, code)
        if row is not None and any(row.given):
            bands.setdefault(figure_of(row, people).band, []).append(code)
    for band in _BANDS:
        if band in bands:
            word = say.told.words[band][say.language]
            key = "band_codes" if people.kind == "pair" else "group_band_codes"
            yield say.word(key, band=word, codes=say.codes(bands[band]))
    if "" in bands:
        yield say.word("not_defined", codes=say.codes(bands[""]))


def _model(part: Part, facet: str, codes: Sequence[str], say: Telling) -> Iterator[str]:
    pairs = model_pairs(part)
    people = people_of(part)
    if people is None:
        for pair in pairs:
            row = facet_of(pair.whole, facet)
            if row is not None:
                figure = row.figures[_SETS]
                person = next(n for n in pair.coders if n != say.told.model_id)
                yield say.word(
                    "model_alone",
                    person=say.coder(person),
                    alpha=say.both(figure),
                    verdict=say.verdict(figure),
                )
        return
    if not pairs:
        return
    names = say.listed(say.coder(name) for name in people.coders)
    found = compared_with_people(part, codes)
    for kind, key in (
        ("as", "model_as"),
        ("less", "model_less"),
        ("mixed", "model_mixed"),
        ("unknown", "model_unknown"),
    ):
        if found[kind]:
            yield say.word(key, people=names, codes=say.codes(found[kind]))


def _beside(part: Part, people: Comparison | None, code: str) -> str:
    own = None if people is None else row_of(people.whole.codes, code)
    theirs = [row_of(pair.whole.codes, code) for pair in model_pairs(part)]
    if people is None or own is None or not any(theirs):
        return ""
    if not any(any(row.given) for row in (own, *theirs) if row is not None):
        return ""
    least = figure_of(own, people).low
    values = [None if row is None else row.figures["cohen_kappa"].value for row in theirs]
    if least is None or None in values:
        return "unknown"
    below = [value < least for value in values if value is not None]
    return "less" if all(below) else "mixed" if any(below) else "as"


def _is_of_people(row: Anchoring, rows: Sequence[Anchoring]) -> bool:
    """Tell whether a row is about a facet as a whole and about all people."""
    kinds = {other.kind for other in rows if not other.with_model}
    wanted = "people" if "people" in kinds else "pair"
    return not row.code and not row.with_model and row.kind == wanted


def _anchored(row: Anchoring, say: Telling) -> str:
    difference = row.difference
    if difference.value is None:
        return ""
    low, high = difference.low, difference.high
    sentence = say.word(
        "anchored" if difference.value >= 0 else "anchored_lower",
        facet=say.facet(row.facet),
        people=say.listed(say.coder(name) for name in row.coders),
        difference=say.decimal(abs(difference.value)),
        interval=say.interval(difference) or say.reason(difference.no_interval),
    )
    if low is not None and high is not None and low <= 0 <= high:
        sentence += " " + say.word("may_be_chance")
    return sentence
