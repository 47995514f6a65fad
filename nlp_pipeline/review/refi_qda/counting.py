"""How the positions of a file count: by who wrote it, confirmed by what it quotes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp_pipeline.errors import InputError
from nlp_pipeline.review.refi_qda.names import PROGRAM, folded
from nlp_pipeline.review.refi_qda.parse import FileSelection, FileSource
from nlp_pipeline.review.refi_qda.texts import COUNTINGS, Counting, Text

_NVIVO = Counting(utf16=True)
_CODE_POINTS = Counting()
_LINE_AS_ONE = Counting(crlf_is_two=False)
_ORIGINS = {
    "nvivo": _NVIVO,
    "atlas": _LINE_AS_ONE,
    "maxqda": _LINE_AS_ONE,
    "qualcoder": _CODE_POINTS,
    PROGRAM: _LINE_AS_ONE,
}
_COMPARED = 20
_SPEAKING = 3
_KEPT = 0.75
_OPEN = (
    "{name}: positions in this file can count in {count} ways that give different stretches of "
    "text, and nothing in it tells which; export it again from NVivo, ATLAS.ti, MAXQDA or "
    "QualCoder, with the names of quotations if there is a choice"
)

Spans = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Evidence:
    """What speaks for a way of counting: selections inside their text, named after it, on edges."""

    inside: int
    names: int
    edges: int

    @property
    def weight(self) -> tuple[int, int, int]:
        """The three in the order in which they are compared."""
        return self.inside, self.names, self.edges


def choose_counting(
    sources: Sequence[tuple[FileSource, Text]], *, origin: str, name: str
) -> tuple[Counting, str]:
    """Return how the positions of a file count, and a sentence on how that was found.

    All sources decide together, since one program wrote them. What its author is known to do is
    kept unless the names of the selections, or else the edges of words, speak for another way.
    Files of our own are read as they are written: in a file with few selections of parts of words
    edges can speak for another way by chance.

    Args:
        sources: The texts with their selections.
        origin: The ``origin`` of the project.
        name: The file, for messages.

    Raises:
        InputError: Several ways give different stretches and nothing tells which is meant.
    """
    usual = _usual(origin)
    outcomes: dict[Spans, list[Counting]] = {}
    for counting in COUNTINGS:
        outcomes.setdefault(_spans(sources, counting), []).append(counting)
    if len(outcomes) == 1:
        chosen = usual or _CODE_POINTS
        return chosen, f"{name}: positions are the same in every way of counting"
    evidence = {spans: _evidence(sources, spans) for spans in outcomes}
    best = max(evidence.values(), key=lambda found: found.weight)
    for spans, countings in outcomes.items():
        found = evidence[spans]
        known = _is_own(origin) and found.inside == best.inside
        if usual in countings and (known or _stands(found, best)):
            return usual, f"{name}: positions count {usual}, as {origin} does"
    leading = [spans for spans in outcomes if evidence[spans].weight == best.weight]
    if len(leading) > 1:
        raise InputError(_OPEN.format(name=name, count=len(leading)))
    chosen = outcomes[leading[0]][0]
    return chosen, f"{name}: positions count {chosen} ({_reason(best, evidence.values())})"


def _stands(usual: _Evidence, best: _Evidence) -> bool:
    """Say whether what the author of a file is known to do can be kept.

    People do code parts of words, so a few edges more elsewhere mean nothing.
    """
    beaten = (usual.inside, usual.names) < (best.inside, best.names)
    return not beaten and usual.edges >= _KEPT * best.edges


def _is_own(origin: str) -> bool:
    return PROGRAM in origin.casefold()


def _usual(origin: str) -> Counting | None:
    known = (counting for word, counting in _ORIGINS.items() if word in origin.casefold())
    return next(known, None)


def _spans(sources: Sequence[tuple[FileSource, Text]], counting: Counting) -> Spans:
    return tuple(
        text.span(s.start, s.end, counting) if s.start is not None and s.end is not None else None
        for source, text in sources
        for s in _coded(source)
    )


def _coded(source: FileSource) -> Iterator[FileSelection]:
    return (selection for selection in source.selections if selection.codings)


def _evidence(sources: Sequence[tuple[FileSource, Text]], spans: Spans) -> _Evidence:
    places = ((s.name, text.canonical) for source, text in sources for s in _coded(source))
    names = edges = inside = 0
    for (name, text), span in zip(places, spans, strict=True):
        if span is not None:
            inside += 1
            names += _is_named_after(name, text[slice(*span)])
            edges += _begins_word(text, span[0]) + _ends_word(text, span[1])
    return _Evidence(inside=inside, names=names, edges=edges)


def _is_named_after(name: str, quote: str) -> bool:
    """Say whether the name of a selection is the start of what it quotes."""
    begin = folded(name).rstrip(".\u2026 ")[:_COMPARED]
    return len(begin) >= _SPEAKING and folded(quote[: 8 * _COMPARED]).startswith(begin)


def _begins_word(text: str, place: int) -> bool:
    return not text[place].isspace() and not (place and text[place - 1].isalnum())


def _ends_word(text: str, place: int) -> bool:
    return not text[place - 1].isspace() and not text[place : place + 1].isalnum()


def _reason(best: _Evidence, all_found: Iterable[_Evidence]) -> str:
    others = [found for found in all_found if found is not best]
    if any(found.inside < best.inside for found in others):
        return f"{best.inside} selections lie inside their text then"
    if any(found.names < best.names for found in others):
        return f"{best.names} selections have a name that is the start of their text then"
    return f"{best.edges} ends of selections are edges of words then"
