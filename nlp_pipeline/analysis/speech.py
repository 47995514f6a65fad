"""How the report speaks one language: its words, its numbers and the names of codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from nlp_pipeline.agreement import landis_koch
from nlp_pipeline.analysis.phrases import NAMES, PHRASES, REASONS
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.review.clean import printable

_DIGITS = re.compile(r"\d+")
_ONE = re.compile(r"(?<![\d.,\u202f])1 (passage|interview)s\b")


class Figured(Protocol):
    """A figure with its interval, each None where there is none."""

    @property
    def value(self) -> float | None:
        """The figure."""

    @property
    def low(self) -> float | None:
        """Lower bound."""

    @property
    def high(self) -> float | None:
        """Upper bound."""


@dataclass(frozen=True, kw_only=True)
class Speech:
    """A language of `UI_LANGUAGES` and a codebook, which names codes; without it ids are shown."""

    language: str
    codebook: Codebook | None = None

    def word(self, key: str, **parts: str) -> str:
        """Return a phrase with its blanks filled in."""
        shown = {name: printable(part) for name, part in parts.items()}
        return PHRASES.of(self.language)[key].format(**shown)

    def name(self, value: str) -> str:
        """Return how an attribute or one of its values is called."""
        if not value.strip():
            return self.word("unnamed")
        known = NAMES.of(self.language)
        return known[value] if value in known else printable(value.replace("_", " "))

    def code(self, code_id: str) -> str:
        """Return the label of a code, else its id."""
        codes: Mapping[str, Code] = {code.id: code for code in self.codebook or ()}
        return printable(codes[code_id].name(self.language) if code_id in codes else code_id)

    def facet(self, facet_id: str) -> str:
        """Return the label of a facet, else its id."""
        known: tuple[Facet, ...] = self.codebook.facets if self.codebook else ()
        facets = {facet.id: facet for facet in known}
        return printable(facets[facet_id].name(self.language) if facet_id in facets else facet_id)

    def decimal(self, value: float, places: int = 2) -> str:
        """Return a number with a point or a comma.

        >>> Speech(language="nl").decimal(-0.104), Speech(language="en").decimal(-0.001)
        ('−0,10', '0.00')
        """
        text = f"{round(value, places) + 0.0:.{places}f}".replace("-", "\u2212")
        return text.replace(".", ",") if self.language == "nl" else text

    def tick(self, value: float) -> str:
        """Return a number beside an axis, with as few decimals as it has."""
        places = next((n for n in range(3) if round(value, n) == round(value, 6)), 3)
        return self.decimal(value, places)

    def score(self, value: float) -> str:
        """Return a score with enough decimals to set it apart from nought.

        >>> Speech(language="en").score(0.004), Speech(language="en").score(0.62)
        ('0.004', '0.62')
        """
        return self.decimal(value, 3 if value < 0.1 else 2)

    def count(self, value: int) -> str:
        """Return a whole number, its thousands apart."""
        return f"{value:,}".replace(",", "\u202f")

    def passages(self, count: int) -> str:
        """Return a number of passages in words.

        >>> Speech(language="en").passages(1), Speech(language="nl").passages(12)
        ('1 passage', '12 passages')
        """
        return self._counted("passage", count)

    def interviews(self, count: int) -> str:
        """Return a number of interviews in words."""
        return self._counted("interview", count)

    def number_of_codes(self, count: int) -> str:
        """Return a number of codes in words."""
        return self._counted("code", count)

    def percent(self, share: float) -> str:
        """Return a share as a percentage; one that is not nought is not shown as nought."""
        text = "<1" if 0 < share < 0.005 else f"{100 * share:.0f}"
        return f"{text}\u00a0%" if self.language == "nl" else f"{text}%"

    def value(self, estimate: Figured) -> str:
        """Return the figure of an estimate, a dash where there is none."""
        return "–" if estimate.value is None else self.decimal(estimate.value)

    def interval(self, estimate: Figured) -> str:
        """Return the interval of an estimate, nothing where there is none."""
        if estimate.value is None or estimate.low is None or estimate.high is None:
            return ""
        return f"{self.decimal(estimate.low)} {self.word('to')} {self.decimal(estimate.high)}"

    def both(self, estimate: Figured) -> str:
        """Return a figure and its interval for a sentence."""
        interval = self.interval(estimate)
        return f"{self.value(estimate)} ({interval})" if interval else self.value(estimate)

    def reason(self, reason: str) -> str:
        """Return why there is no figure; what is not known in this language stays in English."""
        numbers = _DIGITS.findall(reason)
        pattern = _DIGITS.sub("{}", reason)
        if self.language == "nl" and pattern in REASONS:
            return singular(REASONS[pattern].format(*numbers))
        return singular(printable(reason))

    def agreement(self, kappa: float) -> str:
        """Return the word of Landis and Koch for a kappa as it is shown, with two decimals.

        >>> Speech(language="en").agreement(0.604)
        'moderate agreement'
        """
        return landis_koch(kappa).words[self.language]

    def _counted(self, thing: str, count: int) -> str:
        word = f"one_{thing}" if count == 1 else f"many_{thing}s"
        return self.word(word, count=self.count(count))


def singular(text: str) -> str:
    """Return a text in which one passage or interview is one; both languages share these words.

    >>> singular("1 interviews; an interval takes 5"), singular("11 passages")
    ('1 interview; an interval takes 5', '11 passages')
    """
    return _ONE.sub(r"1 \1", text)
