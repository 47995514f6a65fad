"""Codings as REFI-QDA selections: one per stretch of text, coder and note."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.records import Coding, Transcript
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.refi_qda.codes import code_guid, mark_guid
from nlp_pipeline.review.refi_qda.names import PROJECT, guid
from nlp_pipeline.review.refi_qda.record import score_line
from nlp_pipeline.review.results import PassageResult

NAME_CHARACTERS = 60
"""How much of a quoted text becomes the name of its selection."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """A stretch of text with what one user has put on it.

    ``codes`` are GUIDs; ``description`` is a note, or what the model says.
    """

    start: int
    end: int
    user: str
    codes: tuple[str, ...]
    description: str = ""


def of_model(rows: Iterable[PassageResult], codebook: Codebook, *, model: str) -> list[Selection]:
    """Return the suggestions of a model; the score of each code is in the description.

    Args:
        rows: The passages of one transcript.
        codebook: The codebook of the suggestions.
        model: The id of the model; it is also the user.
    """
    return [
        Selection(
            start=row.passage.start,
            end=row.passage.end,
            user=model,
            codes=tuple(code_guid(code) for code in row.suggested),
            description="\n".join(
                [model, *(score_line(code, row.scores[code]) for code in row.suggested)]
            ),
        )
        for row in rows
        if row.suggested
    ]


def to_be_coded(rows: Iterable[PassageResult], *, user: str) -> list[Selection]:
    """Return a mark on every passage, for a coder who is shown no suggestions."""
    mark = (mark_guid("to_code"),)
    return [
        Selection(start=row.passage.start, end=row.passage.end, user=user, codes=mark)
        for row in rows
    ]


def of_people(decisions: Iterable[Coding]) -> list[Selection]:
    """Return what people coded before; what they rejected has no place in such a file."""
    groups: dict[tuple[int, int, str, str], list[str]] = {}
    for coding in decisions:
        own = visible(coding)
        if own:
            key = (coding.start, coding.end, coding.coder, coding.note)
            codes = groups.setdefault(key, [])
            if own not in codes:
                codes.append(own)
    return [
        Selection(start=start, end=end, user=coder, codes=tuple(codes), description=note)
        for (start, end, coder, note), codes in groups.items()
    ]


def visible(coding: Coding) -> str:
    """Return the GUID of the code or mark that shows a decision, or "" if nothing can show it."""
    if coding.code is None:
        return mark_guid("seen")
    return "" if coding.verdict == Verdict.REJECTED else code_guid(coding.code)


def to_element(
    selection: Selection, transcript: Transcript, users: Mapping[str, str]
) -> etree._Element:
    """Return a ``PlainTextSelection``; ``users`` maps who coded to a GUID."""
    user, tag = users[selection.user], f"{{{PROJECT}}}"
    place = (transcript.id, selection.start, selection.end, selection.user, selection.description)
    quote = transcript.text[selection.start : selection.end][: 4 * NAME_CHARACTERS]
    element = etree.Element(
        f"{tag}PlainTextSelection",
        {
            "guid": guid("selection", *place),
            "name": " ".join(printable(quote).split())[:NAME_CHARACTERS],
            "startPosition": str(selection.start),
            "endPosition": str(selection.end),
            "creatingUser": user,
        },
    )
    if selection.description:
        etree.SubElement(element, f"{tag}Description").text = printable(selection.description)
    for code in selection.codes:
        own = {"guid": guid("coding", *place, code), "creatingUser": user}
        coding = etree.SubElement(element, f"{tag}Coding", own)
        etree.SubElement(coding, f"{tag}CodeRef", {"targetGUID": code})
    return element


def in_order(selections: Iterable[Selection]) -> Sequence[Selection]:
    """Return selections in the order of the text, longer ones first."""
    return sorted(selections, key=lambda s: (s.start, -s.end, s.user, s.description))
