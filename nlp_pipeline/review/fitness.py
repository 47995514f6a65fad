"""What a certificate says of each code, in a word and in a sentence for those who review."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import ceil

from nlp_pipeline.certify import Word
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.wording import Phrases

WORDS = Phrases(
    {
        Word.SUGGEST: ("suggest", "voorstellen"),
        Word.WEAK: ("weak", "zwak"),
        Word.DO_NOT: ("do not automate", "niet automatiseren"),
        Word.TOO_LITTLE: ("too little data", "te weinig gegevens"),
    }
)
"""The word for a code."""

CHANGES = Phrases(
    {
        "codebook": ("the codebook", "het codeboek"),
        "segmentation": ("how passages are cut", "hoe passages worden geknipt"),
        "model": ("the model", "het model"),
    }
)
"""What can change and so void a certificate."""

_TEXT = Phrases(
    {
        Word.SUGGEST: (
            "Suggestions of {score} or higher can stand unread: with {confidence} confidence at "
            "most {error} of these is wrong in other such interviews. Read the others.",
            "Suggesties van {score} of hoger kunnen ongelezen blijven staan: met {confidence} "
            "zekerheid is daarvan in andere zulke interviews hoogstens {error} fout. Lees de "
            "andere.",
        ),
        Word.WEAK: (
            "Read every suggestion: too many are wrong to let any stand unread.",
            "Lees elke suggestie: er zijn er te veel fout om ze ongelezen te laten staan.",
        ),
        "weak_in_part": (
            "Only suggestions of {score} or higher, fewer than half of them, can stand unread: "
            "with {confidence} confidence at most {error} of these is wrong in other such "
            "interviews. Read all others.",
            "Alleen suggesties van {score} of hoger, minder dan de helft, kunnen ongelezen blijven "
            "staan: met {confidence} zekerheid is daarvan in andere zulke interviews hoogstens "
            "{error} fout. Lees alle andere.",
        ),
        Word.DO_NOT: (
            "Do not go by the suggestions for this code: decide on every passage yourself.",
            "Ga voor deze code niet af op de suggesties: beslis zelf over elke passage.",
        ),
        Word.TOO_LITTLE: (
            "Too little was coded blind to say what can be left to the model: read every "
            "suggestion.",
            "Er is te weinig blind gecodeerd om te zeggen wat aan het model kan worden "
            "overgelaten: lees elke suggestie.",
        ),
        "void": (
            "The certificate of this study does not hold for these suggestions; changed since: "
            "{changed}. Read every suggestion until the study has been certified again.",
            "Het certificaat van deze studie geldt niet voor deze suggesties; sindsdien veranderd: "
            "{changed}. Lees elke suggestie tot de studie opnieuw is gecertificeerd.",
        ),
        "damaged": (
            "The certificate of this study cannot be read. Read every suggestion until the study "
            "has been certified again.",
            "Het certificaat van deze studie is niet leesbaar. Lees elke suggestie tot de studie "
            "opnieuw is gecertificeerd.",
        ),
    }
)
_POINT = Phrases({"point": (".", ",")})
_SHOWN, _MARGIN = 100, 0.00505


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeFitness:
    """The word for a code; ``score`` is from where suggestions can stand unread, if anywhere."""

    word: Word
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fitness:
    """What a study's certificate says of the suggestions of a run; nothing where there is none.

    Attributes:
        codes: What it says of each code; nothing where it does not hold.
        error: The share of errors that is allowed in what is left to the model.
        confidence: How sure it is that there are no more.
        void: What has changed since and so voids it, in the words of `CHANGES`.
        damaged: Whether there is one that cannot be read.
    """

    codes: Mapping[str, CodeFitness] = field(default_factory=dict)
    error: float = 0.0
    confidence: float = 0.0
    void: tuple[str, ...] = ()
    damaged: bool = False

    @property
    def mark(self) -> str:
        """A hash of all that is shown of it; "" for nothing."""
        shown = self.codes or self.void or self.damaged
        return sha256_json(asdict(self)) if shown else ""

    def word(self, code: str, language: str) -> str:
        """Return the word for a code; "" where there is none."""
        own = self.codes.get(code)
        return WORDS.of(language)[own.word] if own else ""

    def meaning(self, code: str, language: str) -> str:
        """Return what the word means for who reads the suggestions; "" where there is none."""
        own = self.codes.get(code)
        if own is None:
            return ""
        in_part = own.word is Word.WEAK and own.score is not None
        text = _TEXT.of(language)["weak_in_part" if in_part else own.word]
        return text.format(
            score=_from(own, language),
            error=_percent(self.error, language),
            confidence=_percent(self.confidence, language),
        )

    def note(self, language: str) -> str:
        """Return why nothing is said of any code though there is a certificate, else ""."""
        text = _TEXT.of(language)
        if self.damaged:
            return text["damaged"]
        changed = ", ".join(CHANGES.of(language)[part] for part in self.void)
        return text["void"].format(changed=changed) if changed else ""


NO_FITNESS = Fitness()
"""What is said of a run without a certificate."""


def _from(own: CodeFitness, language: str) -> str:
    """Return from which score suggestions can stand.

    What is shown is so high that a score that was rounded up to it is high enough as well.
    """
    if own.score is None:
        return ""
    shown = ceil(round((own.score + _MARGIN) * _SHOWN, 6)) / _SHOWN
    text = f"{shown:.2f}" if shown <= 1 else f"{own.score:.4f}"
    return text.replace(".", _POINT.of(language)["point"])


def _percent(share: float, language: str) -> str:
    return f"{100 * share:g}\u00a0%".replace(".", _POINT.of(language)["point"])
