"""Codings of a file at their characters: who, where, which code; and what has no place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from nlp_pipeline.exchange import NotTaken
from nlp_pipeline.review.refi_qda.match import Mark, Meaning, Recognised
from nlp_pipeline.review.refi_qda.names import is_model_user
from nlp_pipeline.review.refi_qda.parse import FileProject, FileSelection, FileSource
from nlp_pipeline.review.refi_qda.record import Record
from nlp_pipeline.review.refi_qda.texts import Counting, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One coding at its characters in the canonical text.

    ``code`` is the id of a code, or None for the mark of a stretch that was seen. ``user`` is a
    name in the file; ``by_model`` says whether it is that of the model.
    """

    start: int
    end: int
    code: str | None
    user: str
    by_model: bool
    note: str
    created: str
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedSource:
    """A source with its text, its codings and what the export had shown of it, if that is known."""

    name: str
    text: Text
    recognised: Recognised
    record: Record | None
    codings: tuple[Placed, ...]


def place_codings(
    project: FileProject,
    source: FileSource,
    text: Text,
    *,
    counting: Counting,
    meanings: Mapping[str, Meaning],
    said: frozenset[str] = frozenset(),
) -> tuple[list[Placed], list[NotTaken]]:
    """Return the codings of a source in the order of the file, and those that have no place.

    Args:
        project: The users and codes that codings refer to.
        source: The source, with its selections.
        text: Its text.
        counting: How positions count.
        meanings: What each code of the file is.
        said: Lines that the program itself wrote into descriptions, which are nobody's note.
    """
    placed: list[Placed] = []
    lost: list[NotTaken] = []
    unknown: dict[str, int] = {}
    for selection in source.selections:
        place = f"{source.name}, selection {selection.guid}"
        if not selection.codings:
            continue
        span = _span(selection, text, counting)
        if span is None:
            lost.append(NotTaken(place=place, reason="its positions are outside the text"))
            continue
        for coding in selection.codings:
            meaning = meanings.get(coding.code)
            if meaning is None:
                unknown[coding.code] = unknown.get(coding.code, 0) + 1
            elif meaning is not Mark.TO_CODE:
                user = project.users.get(coding.user, "")
                placed.append(
                    Placed(
                        start=span[0],
                        end=span[1],
                        code=None if isinstance(meaning, Mark) else meaning,
                        user=user,
                        by_model=is_model_user(user),
                        note="" if is_model_user(user) else _note(selection, said),
                        created=_moment(coding.created),
                        place=place,
                    )
                )
    lost += _of_unknown_codes(source.name, unknown, project)
    lost += _memos(source)
    return placed, lost


def _span(selection: FileSelection, text: Text, counting: Counting) -> tuple[int, int] | None:
    if selection.start is None or selection.end is None:
        return None
    return text.span(selection.start, selection.end, counting)


def _note(selection: FileSelection, said: frozenset[str]) -> str:
    lines = selection.description.split("\n")
    if not said.intersection(lines):
        return selection.description
    return "\n".join(line for line in lines if line not in said).strip()


def _of_unknown_codes(
    name: str, unknown: Mapping[str, int], project: FileProject
) -> Iterator[NotTaken]:
    for code, count in unknown.items():
        path = " > ".join(project.codes.get(code, ("a code that the file does not list",)))
        yield NotTaken(place=name, reason=f"{count} coding(s) with {path[:80]}")


def _memos(source: FileSource) -> Iterator[NotTaken]:
    bare = sum(not selection.codings for selection in source.selections)
    linked = sum(selection.has_notes for selection in source.selections)
    counts = {
        "selection(s) without a code, such as memos": bare,
        "coding(s) of the whole document": source.whole_codings,
        "selection(s) with linked memos; their codes are taken, the memos are not": linked,
    }
    for what, count in counts.items():
        if count:
            yield NotTaken(place=source.name, reason=f"{count} {what}")


def _moment(created: str) -> str:
    """Return a time that has an offset as it is, else ""."""
    try:
        return created if datetime.fromisoformat(created).tzinfo is not None else ""
    except ValueError:
        return ""
