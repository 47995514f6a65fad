"""What coders differ on, as a page for the meeting that settles it."""

from pathlib import Path

from nlp_pipeline.analysis.agreement_records import CodeDispute, Disagreement, Disagreements
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.pipeline.workplace import Workplace
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.html.meeting import Dispute, Meeting
from nlp_pipeline.review.html.page import write

_LEAST_BLIND = (Origin.ASSISTED, Origin.IMPORTED, Origin.BLIND)


def meeting_of(found: Disagreements, people: tuple[str, ...], *, model: str) -> Meeting:
    """Return what a meeting has to settle, the hardest first.

    Args:
        found: Where coders differ.
        people: The coders that are people.
        model: The id of the model, or "" if it takes no part.
    """
    named = tuple(sorted(people))
    return Meeting(
        people=named,
        model=model,
        disputes=tuple(_dispute(one, named) for one in found.passages),
    )


def write_meeting(
    place: Workplace,
    codings: tuple[Coding, ...],
    meeting: Meeting,
    path: Path,
    *,
    language: str,
) -> None:
    """Write the page of a meeting; what was settled earlier is filled in.

    Raises:
        StoreError: The disk refuses.
    """
    # The moment of the last import, so that the same study gives the same page.
    moments = [decision.imported_at for decision in place.log]
    options = ExportOptions(language=language, coder=CONSENSUS, created_at=max(moments, default=""))
    write(place.results, codings, path, options=options, meeting=meeting)


def _dispute(one: Disagreement, people: tuple[str, ...]) -> Dispute:
    among_people = one.pairs_apart > 0
    votes = {code.code: _votes(code, people) for code in one.codes}
    unanimous = [code.code for code in one.codes if set(votes[code.code].values()) == {True}]
    disputed = [c.code for c in one.codes if c.pairs_apart or not among_people]
    ways = {Origin(one.ways[name]) for name in people if name in one.ways}
    return Dispute(
        passage_id=one.passage_id,
        codes=tuple(disputed),
        votes=votes,
        agreed=(*one.agreed, *(code for code in unanimous if among_people)),
        origin=min(ways, key=_LEAST_BLIND.index, default=Origin.IMPORTED),
        among_people=among_people,
    )


def _votes(code: CodeDispute, people: tuple[str, ...]) -> dict[str, bool]:
    said = {
        **dict.fromkeys(code.given_by, True),
        **dict.fromkeys(code.not_given_by, False),
    }
    return {name: said[name] for name in people if name in said}
