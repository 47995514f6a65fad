"""What is missing in a codebook, and which of its codes people and models will mix up."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

import numpy as np
import numpy.typing as npt

from nlp_pipeline.codebook import Code, Codebook, Facet

OVERLAP = 0.85
"""From this cosine of two definitions on they are reported. In the shipped codebooks one pair of
codes in a hundred is above 0.75, and those above 0.85 are opposites or the same for two groups."""

_ALIKE = 0.9
_DEEPEST = 3
_NAMED = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something to mend or to look at.

    Attributes:
        fault: Whether it has to be mended; the rest is advice.
        kind: What it is, in a word that stays the same.
        codes: The codes that it is about.
        text: A sentence that says so.
    """

    fault: bool
    kind: str
    codes: tuple[str, ...]
    text: str


def check(codebook: Codebook) -> tuple[Finding, ...]:
    """Return what is wrong with a codebook as it is written, faults first."""
    languages = languages_of(codebook)
    found = [
        *_missing(codebook, languages),
        *_same_names(codebook, languages),
        *_alike(codebook, languages),
        *_bare(codebook),
        *(finding for facet in codebook.facets for finding in _nesting(facet)),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.fault))


def overlaps(
    codebook: Codebook,
    embed: Callable[[Sequence[str]], npt.NDArray[np.float32]],
    *,
    limit: float = OVERLAP,
) -> tuple[Finding, ...]:
    """Return the pairs of codes of one facet whose definitions are alike, the most alike first.

    Args:
        codebook: The codebook; definitions are compared within a language.
        embed: Gives every text a vector of length 1.
        limit: The cosine from which a pair is reported.
    """
    likeness: dict[tuple[str, str], float] = {}
    for language in languages_of(codebook):
        for facet in codebook.facets:
            codes = [code for code in facet.codes if code.definition.get(language, "").strip()]
            if len(codes) < 2:
                continue
            vectors = embed([code.definition[language] for code in codes])
            cosines = vectors @ vectors.T
            for i, j in combinations(range(len(codes)), 2):
                pair = (codes[i].id, codes[j].id)
                likeness[pair] = max(likeness.get(pair, -1.0), float(cosines[i, j]))
    alike = sorted(
        (pair for pair in likeness if likeness[pair] >= limit), key=lambda p: -likeness[p]
    )
    return tuple(_overlap(pair, likeness[pair]) for pair in alike)


def languages_of(codebook: Codebook) -> tuple[str, ...]:
    """Return the languages in which anything of a codebook is written, in order of appearance."""
    named = [
        language
        for code in codebook
        for texts in (code.label, code.definition)
        for language, text in texts.items()
        if text.strip()
    ]
    return tuple(dict.fromkeys(named))


def _overlap(pair: tuple[str, str], likeness: float) -> Finding:
    text = (
        f'the definitions of "{pair[0]}" and "{pair[1]}" are much alike (cosine {likeness:.2f}); '
        "say in both what belongs to the other, unless they are opposites"
    )
    return Finding(fault=False, kind="overlap", codes=pair, text=text)


def _missing(codebook: Codebook, languages: Sequence[str]) -> Iterator[Finding]:
    if not languages:
        text = "there is no label and no definition in it at all"
        yield Finding(fault=True, kind="label", codes=codebook.code_ids, text=text)
    for kind in ("label", "definition"):
        for language in languages:
            lacking = [c.id for c in codebook if not getattr(c, kind).get(language, "").strip()]
            if lacking:
                text = f'no {kind} in language "{language}": {_some(lacking)}'
                yield Finding(fault=True, kind=kind, codes=tuple(lacking), text=text)


def _same_names(codebook: Codebook, languages: Sequence[str]) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[str]] = {}
    for code in codebook:
        groups.setdefault(("id", code.id.casefold()), []).append(code.id)
        for language in languages:
            if code.label.get(language, "").strip():
                name = (f"label in {language}", _plain(code.label[language]))
                groups.setdefault(name, []).append(code.id)
    for (what, _), ids in groups.items():
        if len(ids) > 1:
            text = f"the same {what}, but for capitals: {', '.join(ids)}"
            yield Finding(fault=True, kind="same name", codes=tuple(ids), text=text)


def _alike(codebook: Codebook, languages: Sequence[str]) -> Iterator[Finding]:
    for one, other in combinations(codebook, 2):
        pairs = [("ids", one.id.casefold(), other.id.casefold())] + [
            (
                f"labels in {name}",
                _plain(one.label.get(name, "")),
                _plain(other.label.get(name, "")),
            )
            for name in languages
        ]
        near = [what for what, a, b in pairs if a and b and a != b and _ratio(a, b) >= _ALIKE]
        if near:
            text = f'"{one.id}" and "{other.id}" have {" and ".join(near)} that are easy to mix up'
            yield Finding(fault=False, kind="alike", codes=(one.id, other.id), text=text)


def _bare(codebook: Codebook) -> Iterator[Finding]:
    for kind, what in (
        ("include", "what to include"),
        ("exclude", "what to leave out"),
        ("examples", "example"),
    ):
        lacking = tuple(code.id for code in codebook if not getattr(code, kind))
        if lacking:
            number = f"{len(lacking)} of {len(codebook.code_ids)} code(s)"
            text = f"{number} without {what}: {_some(lacking)}"
            yield Finding(fault=False, kind=kind, codes=lacking, text=text)


def _nesting(facet: Facet) -> Iterator[Finding]:
    children: dict[str, list[str]] = {}
    for code in facet.codes:
        if code.parent is not None:
            children.setdefault(code.parent, []).append(code.id)
    if facet.exclusive and children:
        text = (
            f'facet "{facet.id}" allows one code, so a passage cannot have a code and the one that '
            "it is nested under"
        )
        yield Finding(fault=True, kind="nesting", codes=tuple(children), text=text)
    for parent, nested in children.items():
        if len(nested) == 1:
            text = f'"{nested[0]}" is the only code under "{parent}"; merge them, or say what else'
            yield Finding(fault=False, kind="nesting", codes=(parent, *nested), text=text)
    parents = {code.id: code.parent for code in facet.codes}
    deep = tuple(code.id for code in facet.codes if _depth(code, parents) > _DEEPEST)
    if deep:
        text = f"nested more than {_DEEPEST} deep, which few can code alike: {', '.join(deep)}"
        yield Finding(fault=False, kind="nesting", codes=deep, text=text)


def _depth(code: Code, parents: dict[str, str | None]) -> int:
    depth, parent = 1, code.parent
    while parent is not None:
        depth, parent = depth + 1, parents[parent]
    return depth


def _some(codes: Sequence[str]) -> str:
    """Return the first few of some codes; a finding has them all."""
    more = len(codes) - _NAMED
    return ", ".join(codes[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(a=one, b=other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
