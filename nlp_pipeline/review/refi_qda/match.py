"""Recognising what a file speaks of: its codes in the codebook, its texts among the transcripts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from nlp_pipeline.codebook import Code, Codebook
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.refi_qda.codes import MARKS, code_guid
from nlp_pipeline.review.refi_qda.names import folded, guid, same, source_names
from nlp_pipeline.review.refi_qda.parse import FileSource
from nlp_pipeline.review.refi_qda.phrases import every
from nlp_pipeline.review.refi_qda.texts import Text, text_hash


class Mark(Enum):
    """A code that the program itself added to the codebook of an export."""

    TO_CODE = "to_code"
    SEEN = "seen"


Meaning = str | Mark
"""The id of a code of the codebook, or a mark."""


def match_codes(
    codes: Mapping[str, tuple[str, ...]], codebook: Codebook
) -> tuple[Mapping[str, Meaning], Mapping[str, str]]:
    """Return what the codes of a file are, and why others are not taken.

    A code is recognised by its name in any language and by the folders above it. GUIDs are only
    trusted for a code that still has its name, since tools give new ones or keep old ones.

    Args:
        codes: GUID to the path of names.
        codebook: The codebook of the study.

    Returns:
        GUID to code id or mark, and GUID to the reason why it is neither.
    """
    found: dict[str, Meaning] = {}
    unknown: dict[str, str] = {}
    above = {path[:-1] for path in codes.values() if len(path) > 1}
    for own, path in codes.items():
        if path in above and _is_folder(path, codebook):
            continue
        candidates = _candidates(own, path, codebook)
        if len(candidates) == 1:
            found[own] = candidates[0]
        elif mark := _mark(path[-1]):
            found[own] = mark
        elif candidates:
            unknown[own] = f"{_shown(path)} could be each of: {', '.join(candidates)}"
        else:
            unknown[own] = f"{_shown(path)} is not in the codebook of this study"
    return found, unknown


def _candidates(own: str, path: Sequence[str], codebook: Codebook) -> list[str]:
    named = [code for code in codebook if folded(path[-1]) in _names(code)]
    exact = [code.id for code in named if code_guid(code.id) == own]
    if exact:
        return exact
    fitting = [code for code in named if _fits(path[:-1], code, codebook)]
    depths = {code.id: _depth(path[:-1], code, codebook) for code in fitting}
    return [code.id for code in fitting if depths[code.id] == max(depths.values())]


def _fits(above: Sequence[str], code: Code, codebook: Codebook) -> bool:
    """Say whether the folder right above a code in a file can be that of the codebook."""
    return not above or _depth(above, code, codebook) > 0


def _depth(above: Sequence[str], code: Code, codebook: Codebook) -> int:
    """Return how many names above a code agree with the codebook, from the code upwards."""
    depth = 0
    for name, names in zip(reversed(above), _names_above(code, codebook), strict=False):
        if folded(name) not in names:
            break
        depth += 1
    return depth


def _names_above(code: Code, codebook: Codebook) -> Iterable[set[str]]:
    while code.parent is not None:
        code = codebook.code(code.parent)
        yield _names(code)
    facet = codebook.facet_of(code.id)
    yield _all_names(facet.id, facet.label)


def _names(code: Code) -> set[str]:
    return _all_names(code.id, code.label)


def _all_names(own: str, label: Mapping[str, str]) -> set[str]:
    names = {own, *label.values()}
    told_apart = {f"{name} ({tag}{own})" for name in names for tag in ("", "facet ")}
    return {folded(name) for name in names | told_apart}


def _is_folder(path: Sequence[str], codebook: Codebook) -> bool:
    """Say whether a folder is that of a facet or of the marks."""
    names = [_all_names(facet.id, facet.label) for facet in codebook.facets]
    names.append({folded(n) for word in every("marks") for n in (word, f"{word} (review)")})
    return len(path) == 1 and any(folded(path[0]) in each for each in names)


def _mark(name: str) -> Mark | None:
    for mark in MARKS:
        words = {folded(n) for word in every(mark) for n in (word, f"{word} (review)")}
        if folded(name) in words:
            return Mark(mark)
    return None


def _shown(path: Sequence[str]) -> str:
    text = " > ".join(path)
    return f'code "{text[:80]}"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """Which transcript a source is.

    ``transcript`` is its id, or "". ``text_sha256`` is the hash of the text in which positions of
    the file count: that of the transcript where the texts agree.
    """

    transcript: str
    text_sha256: str


class Transcripts:
    """The transcripts of a study, to be recognised by text, by id and by name, in this order."""

    def __init__(self, transcripts: Sequence[Transcript]) -> None:
        """Index the transcripts."""
        self._hashes = {t.id: text_hash(t.text) for t in transcripts}
        self._by_text = {self._hashes[t.id]: t.id for t in transcripts}
        # Some tools take line ends away from the end of a text, or put one there.
        self._by_body: dict[str, list[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        exported = source_names(transcripts)
        for transcript in transcripts:
            body = text_hash(transcript.text.rstrip())
            self._by_body.setdefault(body, []).append(transcript.id)
            path = transcript.source_name
            bare = path.rsplit("/", 1)[-1]
            for name in (exported[transcript.id], path, bare, bare.rsplit(".", 1)[0]):
                self._by_name.setdefault(folded(name), set()).add(transcript.id)
        self._by_guid = {guid("source", t.id): t.id for t in transcripts}

    def find(self, source: FileSource, text: Text, *, recorded: str) -> Recognised:
        """Return which transcript a source is; ``recorded`` is the id in its record, or ""."""
        by_text = self._by_text.get(text.sha256)
        if by_text is not None and self._hashes.get(recorded) != text.sha256:
            return Recognised(transcript=by_text, text_sha256=text.sha256)
        own = recorded if recorded in self._hashes else self._named(source)
        bodies = self._by_body.get(text_hash(text.canonical.rstrip()), [])
        if own in bodies or (not own and len(bodies) == 1):
            own = own or bodies[0]
            return Recognised(transcript=own, text_sha256=self._hashes[own])
        return Recognised(transcript=own, text_sha256=text.sha256)

    def _named(self, source: FileSource) -> str:
        by_guid = self._by_guid.get(same(source.guid))
        if by_guid is not None:
            return by_guid
        named = self._by_name.get(folded(source.name), set())
        return next(iter(named)) if len(named) == 1 else ""
