"""What changed between two versions of a codebook."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nlp_pipeline.codebook import Code, Codebook

_PARTS = ("label", "definition", "include", "exclude", "examples")


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What changed; every pair or triple starts with an id of the old codebook.

    Attributes:
        added: New codes.
        removed: Codes that are gone and of which nothing says what became of them.
        renamed: Old id and new id: by the map, or because the definition is the same.
        merged: Old ids and the one new id, by the map.
        split: Old id and the new ids, by the map.
        moved: Id, and what it was and is nested under: a code, or else the facet.
        changed: Id in the new codebook, and which of its parts say something else.
        facets: What changed about facets, in words.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    merged: tuple[tuple[tuple[str, ...], str], ...] = ()
    split: tuple[tuple[str, tuple[str, ...]], ...] = ()
    moved: tuple[tuple[str, str, str], ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    facets: tuple[str, ...] = ()

    @property
    def needs_migration(self) -> bool:
        """Whether codings can be on codes that the new codebook lacks."""
        return bool(self.removed or self.renamed or self.merged or self.split)

    def to_json(self) -> dict[str, Any]:
        """Return them as a JSON-like mapping."""
        return asdict(self) | {"needs_migration": self.needs_migration}


def compare(
    old: Codebook, new: Codebook, mapping: Mapping[str, tuple[str, ...]] | None = None
) -> Changes:
    """Return what changed between two codebooks.

    Args:
        old: The earlier one.
        new: The later one.
        mapping: What became of old codes, where that is known.
    """
    before, after = set(old.code_ids), set(new.code_ids)
    known = {code: to for code, to in (mapping or {}).items() if code in before - after}
    into: dict[str, list[str]] = {}
    for code, to in known.items():
        if len(to) == 1:
            into.setdefault(to[0], []).append(code)
    merged = {target: codes for target, codes in into.items() if len(codes) > 1 or target in before}
    renamed = {codes[0]: target for target, codes in into.items() if target not in merged}
    gone = [code for code in old if code.id not in after and code.id not in known]
    fresh = [
        code for code in new if code.id not in before | {t for to in known.values() for t in to}
    ]
    renamed |= _same_definitions(gone, fresh)
    same = {code: code for code in old.code_ids if code in after} | renamed
    return Changes(
        added=tuple(code.id for code in fresh if code.id not in renamed.values()),
        removed=tuple(
            code
            for code in old.code_ids
            if code not in after | renamed.keys() and not known.get(code)
        ),
        renamed=tuple((code, renamed[code]) for code in old.code_ids if code in renamed),
        merged=tuple((tuple(codes), target) for target, codes in merged.items()),
        split=tuple((code, to) for code, to in known.items() if len(to) > 1),
        moved=_moved(old, new, same),
        changed=_changed(old, new, same),
        facets=_facets(old, new),
    )


def _same_definitions(gone: list[Code], fresh: list[Code]) -> dict[str, str]:
    """Return which codes only have another id: those whose definition nobody else has."""
    pairs = [
        (one.id, other.id)
        for one in gone
        for other in fresh
        if (mine := _said(one.definition)) and mine == _said(other.definition)
    ]
    olds, news = [one for one, _ in pairs], [other for _, other in pairs]
    return {one: other for one, other in pairs if olds.count(one) == 1 and news.count(other) == 1}


def _moved(
    old: Codebook, new: Codebook, same: Mapping[str, str]
) -> tuple[tuple[str, str, str], ...]:
    moved = []
    for code, now in same.items():
        above, parent = old.code(code).parent, new.code(now).parent
        was, facet = old.facet_of(code).id, new.facet_of(now).id
        if was != facet or (above and same.get(above, above)) != parent:
            moved.append((code, above or f"(facet {was})", parent or f"(facet {facet})"))
    return tuple(moved)


def _changed(
    old: Codebook, new: Codebook, same: Mapping[str, str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    changed = []
    for code, now in same.items():
        one, other = old.code(code), new.code(now)
        parts = tuple(p for p in _PARTS if _said(getattr(one, p)) != _said(getattr(other, p)))
        if parts:
            changed.append((now, parts))
    return tuple(changed)


def _facets(old: Codebook, new: Codebook) -> tuple[str, ...]:
    before, after = ({facet.id: facet for facet in book.facets} for book in (old, new))
    lines = [f'facet "{name}" is new' for name in after if name not in before]
    lines += [f'facet "{name}" is gone' for name in before if name not in after]
    for name in after:
        if name in before and before[name].exclusive != after[name].exclusive:
            now = "allows one code per passage" if after[name].exclusive else "allows several codes"
            lines.append(f'facet "{name}" now {now}')
    return tuple(lines)


def _said(part: Mapping[str, str] | tuple[str, ...]) -> object:
    """Return what a part of a code says, whatever its line breaks and its order of languages."""
    if isinstance(part, Mapping):
        texts = {name: " ".join(text.split()) for name, text in part.items()}
        return {name: text for name, text in texts.items() if text}
    return tuple(" ".join(text.split()) for text in part)
