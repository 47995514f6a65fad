"""Units: the smallest pieces of a turn that a passage is made of.

A unit is a sentence, with what cannot stand alone (a back-channel, "[lacht]", a time stamp) joined
to its neighbour. A sentence that is longer than a passage may be, as in speech recognition without
punctuation, is taken apart into clauses, and a clause that is still too long into equal parts.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from nlp_pipeline.config import SegmentSettings
from nlp_pipeline.segment.lines import line_starts
from nlp_pipeline.segment.sentences import sentence_starts
from nlp_pipeline.segment.talk import (
    conjunctions,
    is_backchannel,
    is_remark,
    is_time,
    phrase_length,
    topic_openers,
    words_of,
)

AT_CLAUSE, AT_CONJUNCTION, AT_WORD = 1.0, 1.5, 2.0
"""How bad it is to cut inside a sentence, as multiples of ``inside_cost``."""

_CLAUSE_WORDS = 6
_END_WORDS = 30
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A piece of a turn, with the white space after it; offsets count from the turn's start.

    ``paragraph``, ``opener`` and ``inside`` describe the boundary before the unit: it follows a
    break on purpose, it starts with a word that opens a topic, it lies inside a sentence (0: no).
    """

    start: int
    end: int
    words: int
    paragraph: bool = False
    opener: bool = False
    inside: float = 0.0


def turn_units(text: str, *, language: str, settings: SegmentSettings) -> tuple[Unit, ...]:
    """Cut the text of one turn into units that tile it; white space only gives none."""
    starts = sentence_starts(text, language=language)
    if not starts:
        return ()
    paragraphs = set(line_starts(text))
    edges = zip(starts, (*starts[1:], len(text)), strict=True)
    sentences = [
        Unit(
            start=start,
            end=end,
            words=_count(text, start, end),
            paragraph=start in paragraphs,
            opener=_opens_topic(text[start:end], language),
        )
        for start, end in edges
    ]
    units = [
        unit
        for sentence in _joined(sentences, text)
        for unit in _shortened(sentence, text, language, settings)
    ]
    return (replace(units[0], start=0), *units[1:])


def _count(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _opens_topic(sentence: str, language: str) -> bool:
    words = words_of(sentence[:80])
    return bool(words) and phrase_length(words, 0, topic_openers(language)) > 0


def _joined(sentences: Sequence[Unit], text: str) -> list[Unit]:
    """Join what cannot stand alone: remarks to what went before, the rest to what follows."""
    joined: list[Unit] = []
    waiting: Unit | None = None
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        if is_remark(words) and joined and waiting is None:
            joined[-1] = _join(joined[-1], sentence, opener=joined[-1].opener)
            continue
        whole = sentence if waiting is None else _join(waiting, sentence, opener=sentence.opener)
        if is_backchannel(words) or is_time(words) or is_remark(words):
            waiting = whole
        else:
            joined.append(whole)
            waiting = None
    if waiting is not None and joined:
        joined[-1] = _join(joined[-1], waiting, opener=joined[-1].opener)
    elif waiting is not None:
        joined.append(waiting)
    return joined


def _join(first: Unit, second: Unit, *, opener: bool) -> Unit:
    return replace(first, end=second.end, words=first.words + second.words, opener=opener)


def _shortened(unit: Unit, text: str, language: str, settings: SegmentSettings) -> Iterator[Unit]:
    if unit.words <= settings.max_words:
        yield unit
        return
    found = list(_WORD.finditer(text, unit.start, unit.end))
    cuts = _clause_cuts([match[0] for match in found], language, settings)
    positions = sorted(cuts)
    for first, last in zip(positions, (*positions[1:], len(found)), strict=True):
        yield Unit(
            start=found[first].start(),
            end=found[last].start() if last < len(found) else unit.end,
            words=last - first,
            paragraph=unit.paragraph and not first,
            opener=unit.opener if not first else cuts[first][1],
            inside=cuts[first][0],
        )


def _clause_cuts(
    words: Sequence[str], language: str, settings: SegmentSettings
) -> dict[int, tuple[float, bool]]:
    """Return the positions of words at which a long sentence may be cut: how bad, and opener."""
    plain = [(words_of(word) or [""])[0] for word in words]
    openers, joins = topic_openers(language), conjunctions(language)
    opening = [k for k in range(1, len(words)) if phrase_length(plain, k, openers)]
    marked = [k for k in range(1, len(words)) if words[k - 1][-1] in ",;:–—"]
    joining = [k for k in range(1, len(words)) if phrase_length(plain, k, joins)]
    cuts = {0: (0.0, False)}
    for positions, badness in (
        (opening, AT_CLAUSE),
        (marked, AT_CLAUSE),
        (joining, AT_CONJUNCTION),
    ):
        for k in _apart(positions, cuts, len(words)):
            cuts[k] = (badness, k in opening)
    _free_ends(cuts, words)
    for first, last in pairwise([*sorted(cuts), len(words)]):
        if last - first > settings.max_words:
            parts = ceil((last - first) / settings.target_words)
            cuts.update(
                {first + (last - first) * p // parts: (AT_WORD, False) for p in range(1, parts)}
            )
    return cuts


def _apart(positions: Sequence[int], taken: Iterable[int], end: int) -> list[int]:
    """Return the positions that leave clauses of a few words on both sides, from the left."""
    edges = sorted({*taken, end})
    kept: list[int] = []
    for k in positions:
        before, after = edges[bisect_right(edges, k) - 1], edges[bisect_right(edges, k)]
        left = max(before, kept[-1]) if kept else before
        if k - left >= _CLAUSE_WORDS and after - k >= _CLAUSE_WORDS:
            kept.append(k)
    return kept


def _free_ends(cuts: dict[int, tuple[float, bool]], words: Sequence[str]) -> None:
    """Take away the cuts that would leave a back-channel alone at either end."""
    for k in [k for k in cuts if 0 < k <= _END_WORDS]:
        if is_backchannel(" ".join(words[:k])):
            del cuts[k]
    for k in [k for k in cuts if k > 0 and len(words) - k <= _END_WORDS]:
        if is_backchannel(" ".join(words[k:])):
            del cuts[k]
