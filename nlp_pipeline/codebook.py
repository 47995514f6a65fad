"""Codebooks: facets of codes, with definitions in one or more languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from nlp_pipeline.errors import CodebookError


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One code; ``parent`` is the id of the code it is nested under, in the same facet.

    ``label`` and ``definition`` map a language to text. ``color`` is a CSS hexadecimal colour.
    """

    id: str
    label: Mapping[str, str]
    definition: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    color: str = "#777777"

    def name(self, language: str) -> str:
        """Return the label in a language, else in any language there is, else the id."""
        return self.label.get(language) or next(iter(self.label.values()), self.id)

    def meaning(self, language: str) -> str:
        """Return the definition in a language, else in any language there is, else nothing."""
        return self.definition.get(language) or next(iter(self.definition.values()), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """A question asked of every passage; ``exclusive`` when at most one code can answer it."""

    id: str
    codes: tuple[Code, ...]
    exclusive: bool = False
    label: Mapping[str, str] = field(default_factory=dict)

    def name(self, language: str) -> str:
        """Return the label in a language, else in any language there is, else the id."""
        return self.label.get(language) or next(iter(self.label.values()), self.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Codebook:
    """A named version of a set of facets. Code ids are unique over all facets.

    Raises:
        CodebookError: An id occurs twice, a parent is missing or nesting runs in a circle.
    """

    name: str
    version: str
    facets: tuple[Facet, ...]

    def __post_init__(self) -> None:
        """Check that ids are unique and that every parent exists, without circles."""
        ids = self.code_ids
        problems = [
            f'code "{i}" occurs twice' for i in sorted({i for i in ids if ids.count(i) > 1})
        ]
        facet_ids = [facet.id for facet in self.facets]
        problems += [
            f'facet "{i}" occurs twice'
            for i in sorted({i for i in facet_ids if facet_ids.count(i) > 1})
        ]
        if not ids:
            problems.append("there is no code in it")
        for facet in self.facets:
            parents = {code.id: code.parent for code in facet.codes}
            for code in facet.codes:
                if code.parent is not None and code.parent not in parents:
                    problems.append(
                        f'code "{code.id}" has a parent "{code.parent}" that is not in its facet'
                    )
                elif _is_circular(code.id, parents):
                    problems.append(f'code "{code.id}" is nested under itself')
        if problems:
            msg = f'codebook "{self.name}": ' + "; ".join(problems)
            raise CodebookError(msg)

    def __iter__(self) -> Iterator[Code]:
        """Iterate over all codes, facet by facet, in the order of the file."""
        for facet in self.facets:
            yield from facet.codes

    @property
    def code_ids(self) -> tuple[str, ...]:
        """The ids of all codes in order."""
        return tuple(code.id for code in self)

    def code(self, code_id: str) -> Code:
        """Return a code by its id.

        Raises:
            CodebookError: It is not in this codebook; the message names the nearest code.
        """
        for code in self:
            if code.id == code_id:
                return code
        near = get_close_matches(code_id, self.code_ids, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        msg = f'code "{code_id}" is not in codebook "{self.name}" version {self.version}.{hint}'
        raise CodebookError(msg)

    def facet_of(self, code_id: str) -> Facet:
        """Return the facet that holds a code.

        Raises:
            CodebookError: The code is not in this codebook.
        """
        code = self.code(code_id)
        return next(facet for facet in self.facets if code in facet.codes)


def _is_circular(code_id: str, parents: Mapping[str, str | None]) -> bool:
    seen = {code_id}
    parent = parents[code_id]
    while parent is not None and parent in parents:
        if parent in seen:
            return True
        seen.add(parent)
        parent = parents[parent]
    return False
