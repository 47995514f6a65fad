"""What a figure of agreement is called, in the languages of the reports."""

from collections.abc import Mapping
from dataclasses import dataclass

_LANDIS_KOCH = (
    (0.20, "slight"),
    (0.40, "fair"),
    (0.60, "moderate"),
    (0.80, "substantial"),
    (1.00, "almost_perfect"),
)
"""The words of Landis and Koch (1977) and the highest kappa of each."""

_KRIPPENDORFF = ((0.8, "reliable"), (0.667, "tentative"))
"""The words for Krippendorff's (2004) bounds, and the lowest alpha of each."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "poor": {"en": "poor agreement", "nl": "slechte overeenstemming"},
    "slight": {"en": "slight agreement", "nl": "geringe overeenstemming"},
    "fair": {"en": "fair agreement", "nl": "matige overeenstemming"},
    "moderate": {"en": "moderate agreement", "nl": "redelijke overeenstemming"},
    "substantial": {"en": "substantial agreement", "nl": "substantiële overeenstemming"},
    "almost_perfect": {"en": "almost perfect agreement", "nl": "bijna perfecte overeenstemming"},
    "reliable": {"en": "reliable", "nl": "betrouwbaar"},
    "tentative": {
        "en": "enough for tentative conclusions only",
        "nl": "alleen genoeg voor voorlopige conclusies",
    },
    "unreliable": {"en": "too low to rely on", "nl": "te laag om op te bouwen"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A range of figures that share a word.

    Attributes:
        id: Such as ``almost_perfect``.
        words: By language.
    """

    id: str
    words: Mapping[str, str]


def landis_koch(kappa: float) -> Band:
    """Return the band of a kappa as it is shown, with two decimals (Landis and Koch 1977).

    >>> landis_koch(0.604).id, landis_koch(-0.2).words["nl"]
    ('moderate', 'slechte overeenstemming')
    """
    shown = round(kappa, 2)
    if shown < 0:
        return _band("poor")
    return _band(next((word for most, word in _LANDIS_KOCH if shown <= most), "almost_perfect"))


def krippendorff_band(alpha: float) -> Band:
    """Return what an alpha allows, with three decimals (Krippendorff 2004).

    He asks it of the lower bound of the interval rather than of the figure.

    >>> krippendorff_band(0.743).id, krippendorff_band(0.6).words["en"]
    ('tentative', 'too low to rely on')
    """
    shown = round(alpha, 3)
    return _band(next((word for least, word in _KRIPPENDORFF if shown >= least), "unreliable"))


def band_words() -> Mapping[str, Mapping[str, str]]:
    """Return what every band is called, by its id and by language."""
    return _WORDS


def _band(word: str) -> Band:
    return Band(id=word, words=_WORDS[word])
