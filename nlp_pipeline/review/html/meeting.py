"""The review page of a consensus meeting: only passages on which coders differ, with who said what.

What the model said is in the page apart, and is shown only when the meeting asks for it. A decision
that was made without it is as blind as the codings that it is about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.results import PassageResult, Results


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispute:
    """A passage on which coders differ.

    Attributes:
        passage_id: The passage.
        codes: What has to be settled.
        votes: Of each code, what each person who saw the passage said; also of codes on which only
            the model differs from people.
        agreed: Codes that all people gave.
        origin: How people coded it: the least blind of them.
        among_people: Whether people differ; if not, the model differs from them.
    """

    passage_id: str
    codes: tuple[str, ...]
    votes: Mapping[str, Mapping[str, bool]]
    agreed: tuple[str, ...]
    origin: Origin
    among_people: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """What a meeting is about.

    Attributes:
        people: The coders, in the order in which they are shown everywhere.
        model: The id of the model, or "" if it takes no part.
        disputes: The hardest first.
    """

    people: tuple[str, ...]
    model: str
    disputes: tuple[Dispute, ...]


def about(meeting: Meeting) -> dict[str, Any]:
    """Return what the page has to know of the meeting as a whole."""
    return {
        "coder": CONSENSUS,
        "people": meeting.people,
        "model": meeting.model,
        "count": len(meeting.disputes),
        "of_people": sum(one.among_people for one in meeting.disputes),
    }


def at_meeting(
    transcripts: Iterable[Mapping[str, Any]],
    results: Results,
    decisions: Sequence[Coding],
    meeting: Meeting,
) -> list[dict[str, Any]]:
    """Return the transcripts of a review page with the passages in dispute only.

    Args:
        transcripts: As a review page has them, with every passage.
        results: The run.
        decisions: Of all coders, whose notes are shown beside the passages.
        meeting: What is in dispute; transcripts without a dispute are left out.
    """
    ranks = {one.passage_id: (rank, one) for rank, one in enumerate(meeting.disputes, start=1)}
    codes = {code: number for number, code in enumerate(results.codebook.code_ids)}
    noted = _notes(decisions)
    found = []
    for transcript in transcripts:
        rows = results.by_transcript[transcript["id"]]
        near = _near(transcript["passages"])
        notes = noted.get(transcript["id"], ())
        kept = [
            {
                **_place(passage),
                **_dispute(*ranks[row.passage.id], codes, meeting),
                **_model(row, codes, meeting),
                "number": row.number,
                "near": around,
                "notes": _notes_on(row, notes),
            }
            for row, passage, around in zip(rows, transcript["passages"], near, strict=True)
            if row.passage.id in ranks
        ]
        if kept:
            plain = {name: value for name, value in transcript.items() if name != "units"}
            found.append({**plain, "passages": kept, "earlier": []})
    return found


def _place(passage: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("start", "end", "block", "language")
    return {name: passage[name] for name in wanted if name in passage}


def _dispute(
    rank: int, dispute: Dispute, codes: Mapping[str, int], meeting: Meeting
) -> dict[str, Any]:
    people = {name: number for number, name in enumerate(meeting.people)}
    return {
        "id": dispute.passage_id,
        "rank": rank,
        "doubt": round(1 - rank / (len(meeting.disputes) + 1), 6),
        "suggested": sorted(codes[code] for code in dispute.codes),
        "votes": {
            codes[code]: {people[name]: said for name, said in votes.items() if name in people}
            for code, votes in dispute.votes.items()
        },
        "agreed": sorted(codes[code] for code in dispute.agreed),
        "origin": dispute.origin.value,
        "people": dispute.among_people,
    }


def _model(row: PassageResult, codes: Mapping[str, int], meeting: Meeting) -> dict[str, Any]:
    if not (meeting.model and row.is_classified):
        return {}
    return {
        "model": {
            "suggested": [codes[code] for code in row.suggested],
            "scores": {codes[code]: score for code, score in row.scores.items()},
        }
    }


def _near(passages: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Return where the passage before each begins and that after it ends, in the same turn."""
    around = []
    for number, passage in enumerate(passages):
        own = [passage]
        for other in (number - 1, number + 1):
            if 0 <= other < len(passages) and passages[other]["block"] == passage["block"]:
                own.append(passages[other])
        around.append([min(p["start"] for p in own), max(p["end"] for p in own)])
    return around


def _notes(decisions: Iterable[Coding]) -> dict[str, list[Coding]]:
    notes: dict[str, list[Coding]] = {}
    for one in decisions:
        if one.note and one.coder != CONSENSUS:
            notes.setdefault(one.transcript_id, []).append(one)
    return notes


def _notes_on(row: PassageResult, notes: Iterable[Coding]) -> list[list[str]]:
    passage = row.passage
    on = (one for one in notes if one.start < passage.end and passage.start < one.end)
    return [list(pair) for pair in dict.fromkeys((one.coder, one.note) for one in on)]
