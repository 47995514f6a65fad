"""What a person wrote in the cells of one row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp_pipeline.codebook import Codebook, Facet
from nlp_pipeline.review.codewords import CodeWords
from nlp_pipeline.review.xlsx.columns import WHOLE, facet_id
from nlp_pipeline.review.xlsx.phrases import is_as_suggested, is_no_code
from nlp_pipeline.review.xlsx.table import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a row decides.

    ``kept`` are the codes that apply, ``open`` the facets that were left undecided although codes
    were suggested for them, and ``problems`` what is not understood, without the row's text.
    """

    kept: tuple[str, ...]
    open: tuple[Facet, ...] = ()
    problems: tuple[str, ...] = ()


class CellReader:
    """Reads the decisions in a row; ``knows_suggestions`` as far as the file tells them."""

    def __init__(self, codebook: Codebook, *, knows_suggestions: bool) -> None:
        """Index the words of the codebook."""
        self._codebook, self._words = codebook, CodeWords(codebook)
        self._order = {code: number for number, code in enumerate(codebook.code_ids)}
        self._facets = {code.id: facet.id for facet in codebook.facets for code in facet.codes}
        self._knows_suggestions = knows_suggestions

    def read(self, row: Row, suggested: Sequence[str]) -> Said:
        """Return what a row decides on a passage with these suggestions."""
        problems: list[str] = []
        whole = self._cell(row.cell(WHOLE), None, suggested, problems)
        kept, left = list(whole or ()), []
        for facet in self._codebook.facets:
            own = [code for code in suggested if self._facets.get(code) == facet.id]
            said = self._cell(row.cell(facet_id(facet.id)), facet, own, problems)
            if said is not None:
                kept = [code for code in kept if self._facets[code] != facet.id] + said
            elif whole is None and own:
                left.append(facet)
        kept = sorted(set(kept), key=self._order.__getitem__)
        problems += self._exclusive(kept)
        return Said(kept=tuple(kept), open=tuple(left), problems=tuple(problems))

    def _cell(
        self, text: str, facet: Facet | None, suggested: Sequence[str], problems: list[str]
    ) -> list[str] | None:
        """Return the codes that a cell keeps, or None for an empty one."""
        if not text:
            return None
        reading = _Cell(words=self._words, codebook=self._codebook, facet=facet)
        reading.add(text, suggested if self._knows_suggestions else None)
        column = "" if facet is None else f'facet "{facet.id}": '
        problems += [column + problem for problem in reading.problems]
        return reading.codes

    def _exclusive(self, kept: Sequence[str]) -> Iterator[str]:
        for facet in self._codebook.facets:
            both = [code for code in kept if self._facets[code] == facet.id]
            if facet.exclusive and len(both) > 1:
                yield f'facet "{facet.id}" takes one code, and there are {len(both)}'


@dataclass(kw_only=True)
class _Cell:
    words: CodeWords
    codebook: Codebook
    facet: Facet | None
    codes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, text: str, suggested: Sequence[str] | None) -> None:
        """Read a cell; ``suggested`` is None where the file does not tell."""
        typed = self.words.split(text, facet=self.facet)
        self.codes += typed.codes
        none = False
        for word in typed.unknown:
            if is_as_suggested(word):
                self._agree(suggested)
            elif is_no_code(word):
                none = True
            else:
                self.problems.append(self.words.problem(word, self.codebook))
        if none and self.codes:
            self.problems.append("it says that no code applies, and also that some do")

    def _agree(self, suggested: Sequence[str] | None) -> None:
        if suggested is None:
            self.problems.append("the file does not say what was suggested; write the codes")
        else:
            self.codes += suggested
