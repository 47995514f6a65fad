"""How the report of agreement speaks a language: its words, and the names of codes and coders."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp_pipeline.analysis.agreement_records import (
    ALL_CODES,
    Agreement,
    CodeName,
    Comparison,
    Estimate,
    FacetName,
)
from nlp_pipeline.analysis.agreement_report.phrases import NAMING, PHRASES, REASONS
from nlp_pipeline.analysis.phrases import PHRASES as SHARED
from nlp_pipeline.analysis.speech import Speech, singular
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.review.clean import printable

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Telling(Speech):
    """A language of `UI_LANGUAGES` and what was measured, which names codes and coders."""

    told: Agreement

    def word(self, key: str, **parts: str) -> str:
        """Return a phrase with its blanks filled in."""
        shown = {name: printable(part) for name, part in parts.items()}
        return (PHRASES if key in PHRASES else SHARED).of(self.language)[key].format(**shown)

    def code(self, code_id: str) -> str:
        """Return the label of a code, else its id."""
        codes = {code.id: code for facet in self.told.facets for code in facet.codes}
        return self._label(codes.get(code_id), code_id)

    def facet(self, facet_id: str) -> str:
        """Return the label of a facet, else its id."""
        if facet_id == ALL_CODES:
            return self.word("all_codes")
        facets = {facet.id: facet for facet in self.told.facets}
        return self._label(facets.get(facet_id), facet_id)

    def coder(self, name: str) -> str:
        """Return what a coder is called."""
        if name == self.told.model_id:
            return self.word("the_model")
        return self.word("consensus") if name == CONSENSUS else printable(name)

    def who(self, compared: Comparison) -> str:
        """Return who is compared, in a few words."""
        if compared.kind == "everybody":
            return self.word("everybody")
        if compared.kind == "people":
            return self.word("people")
        one, other = (self.coder(name) for name in compared.coders)
        return self.word("two", one=one, other=other)

    def listed(self, names: Iterable[str]) -> str:
        """Return names as a sentence has them.

        >>> from nlp_pipeline.analysis.agreement_report.speaking import listed
        >>> listed(["a", "b", "c"], "and")
        'a, b and c'
        """
        return listed(list(names), self.word("and"))

    def codes(self, ids: Iterable[str]) -> str:
        """Return the labels of codes as a sentence has them."""
        return self.listed(self.code(code) for code in ids)

    def band(self, estimate: Estimate) -> str:
        """Return what an estimate is called, or "" where that has no name."""
        return self.told.words[estimate.band][self.language] if estimate.band else ""

    def reason(self, reason: str) -> str:
        """Return why there is no figure; what is not known in this language stays in English."""
        pattern = _DIGITS.sub("{}", reason)
        if self.language == "nl" and pattern in REASONS:
            return singular(REASONS[pattern].format(*_DIGITS.findall(reason)))
        return self._naming(reason) or super().reason(reason)

    def says(self, reason: str) -> bool:
        """Tell whether a reason is in the language of the page."""
        return self.language == "en" or self.reason(reason) != singular(printable(reason))

    def noted(self, note: str) -> str:
        """Return a note as a sentence."""
        text = self.reason(note)
        return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")

    def verdict(self, estimate: Estimate) -> str:
        """Return a figure's name of size, or why there is no figure."""
        if estimate.value is None:
            return self.reason(estimate.reason)
        band, words = self.band(estimate), self.told.words
        if estimate.low_band in ("", estimate.band):
            return band
        low_band = words[estimate.low_band][self.language]
        return self.word("at_low", band=band, low_band=low_band)

    def _naming(self, reason: str) -> str:
        """Return a reason with names in it in Dutch, "" for any other."""
        for before, after, dutch in NAMING if self.language == "nl" else ():
            if reason.startswith(before) and reason.endswith(after):
                return dutch.format(printable(reason.removeprefix(before).removesuffix(after)))
        return ""

    def _label(self, named: CodeName | FacetName | None, otherwise: str) -> str:
        labels: Mapping[str, str] = named.label if named is not None else {}
        own = labels.get(self.language) or next((one for one in labels.values() if one), otherwise)
        return printable(own)


def listed(names: list[str], word: str) -> str:
    """Return names with commas, and a word before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
