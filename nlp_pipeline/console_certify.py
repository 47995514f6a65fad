"""What the commands certify and next print; never a word of a transcript."""

from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from nlp_pipeline.certify import Why
from nlp_pipeline.console import print_parts, visible
from nlp_pipeline.review.fitness import CHANGES, WORDS
from nlp_pipeline.wording import counted

if TYPE_CHECKING:
    from nlp_pipeline.pipeline.certificate import Certificate, CodeCertificate, Estimate
    from nlp_pipeline.pipeline.certifying import CertifySummary
    from nlp_pipeline.pipeline.nexting import NextSummary

_WORD_COLUMNS, _WORD_WIDTH, _CODE_WIDTH = 2, 8, 14

_WHY = {
    "nl": {
        "certified": "",
        "few interviews": "te weinig blind gecodeerde testinterviews",
        "few passages with the code": "te weinig passages met de code",
        "people disagree": "mensen zijn het zelf niet eens; kijk naar het codeboek",
        "never suggested": "mensen geven deze code, het model nooit",
        "more wrong than right": "voorstellen zijn vaker fout dan goed",
        "low agreement": "model en mensen zijn het te weinig eens",
        "a small part": "alleen de zekerste voorstellen",
        "more would do": "meer gegevens kunnen genoeg zijn",
        "too often wrong": "lees elk voorstel: te vaak fout voor de toegestane fout",
    },
    "en": {
        "certified": "",
        "few interviews": "too few test interviews coded blind",
        "few passages with the code": "too few passages with the code",
        "people disagree": "people do not agree themselves; look at the codebook",
        "never suggested": "people give this code, the model never does",
        "more wrong than right": "suggestions are more often wrong than right",
        "low agreement": "model and people agree too little",
        "a small part": "only the surest suggestions",
        "more would do": "more data may be enough",
        "too often wrong": "read every suggestion: too often wrong for the error allowed",
    },
}
_NOUNS = {
    "nl": {
        "passages": ("passage", "passages"),
        "further": ("passage", "passages"),
        "interviews": ("interview", "interviews"),
        "test": ("testinterview", "testinterviews"),
        "coders": ("persoon", "mensen"),
    },
    "en": {
        "passages": ("passage", "passages"),
        "further": ("further passage", "further passages"),
        "interviews": ("interview", "interviews"),
        "test": ("test interview", "test interviews"),
        "coders": ("person", "people"),
    },
}
_TEXT = {
    "nl": {
        "title": "Wat aan het model kan worden overgelaten",
        "heads": (
            "Code",
            "Oordeel",
            "met code",
            "fout /\nvoorstellen",
            "laten\nstaan",
            "ongecodeerd\nlaten",
            "kappa model\n/ mensen",
        ),
        "rests": "{passages} uit {interviews}, blind gecodeerd door {coders}; model {model}",
        "promise": "Laten staan: welk deel van de voorstellen, ten minste het getal tussen haakjes;"
        " met {confidence} zekerheid is daarvan hoogstens {error} fout in andere zulke interviews. "
        "Ongecodeerd laten: welk deel van alle passages; hoogstens {error} van de passages met de "
        "code wordt daardoor gemist. De belofte geldt per code.",
        "ten_times": "meer dan tien keer zoveel",
        "needed": "nog ongeveer {passages} ({interviews})",
        "void": "Dit certificaat geldt niet meer; sindsdien veranderd: {changed}",
        "holds": "Dit certificaat geldt.",
        "written": "Geschreven naar {path}. Doe nlp-pipeline run nog eens om de oordelen in het "
        "overzicht en de werkmap van de run te zien",
    },
    "en": {
        "title": "What can be left to the model",
        "heads": (
            "Code",
            "Verdict",
            "coded",
            "wrong /\nsuggested",
            "let\nstand",
            "leave\nuncoded",
            "kappa model\n/ people",
        ),
        "rests": "{passages} of {interviews}, coded blind by {coders}; model {model}",
        "promise": "Let stand: which share of the suggestions, at least the number in brackets; "
        "with {confidence} confidence at most {error} of these is wrong in other such interviews. "
        "Leave uncoded: which share of all passages; at most {error} of the passages with the code "
        "is missed by that. The promise is for each code by itself.",
        "ten_times": "more than ten times as much",
        "needed": "about {passages} ({interviews})",
        "void": "This certificate is void; changed since: {changed}",
        "holds": "This certificate holds.",
        "written": "Written to {path}. Do nlp-pipeline run once more to see the verdicts in the "
        "overview and the workbook of the run",
    },
}

_NEXT = {
    "nl": {
        "drawn": "Getrokken",
        "by chance, from test interviews": "bij toeval, uit testinterviews",
        "by chance, from the others": "bij toeval, uit de andere",
        "the model is least sure": "het model is het minst zeker",
        "unlike what was coded": "anders dan wat is gecodeerd",
        "written": "Toevalsgetal (--seed) {seed}. Geschreven naar {folder}: {files}",
    },
    "en": {"drawn": "Drawn", "written": "Seed {seed}. Written to {folder}: {files}"},
}


def print_certified(summary: "CertifySummary", *, language: str, checked: bool) -> None:
    """Print a certificate as a table with what it promises.

    Args:
        summary: The certificate.
        language: Of the words: nl or en.
        checked: Whether it was only looked at, and not made now.
    """
    text, told = _TEXT[language], summary.certificate
    table = Table(title=str(text["title"]), box=SIMPLE, collapse_padding=True)
    longest = max((len(row.code) for row in told.codes), default=0)
    least = (min(max(longest, _WORD_WIDTH), _CODE_WIDTH), _WORD_WIDTH)
    for number, head in enumerate(text["heads"]):
        words = number < _WORD_COLUMNS
        # Long names of codes fold, so that the figures stay whole.
        table.add_column(
            head,
            justify="left" if words else "right",
            no_wrap=_WORD_COLUMNS <= number < len(text["heads"]) - 1,
            min_width=least[number] if words else None,
        )
    for row in told.codes:
        table.add_row(*_row(row, language))
    print_parts(
        table,
        _rests(told, language),
        str(text["promise"]).format(confidence=f"{told.confidence:.0%}", error=f"{told.error:.0%}"),
        *_reasons(told, language),
        *summary.notes,
        _state(summary, language, checked=checked),
    )


def _rests(told: "Certificate", language: str) -> str:
    nouns = _NOUNS[language]
    return str(_TEXT[language]["rests"]).format(
        passages=counted(told.passages, *nouns["passages"]),
        interviews=counted(told.interviews, *nouns["test"]),
        coders=counted(told.coders, *nouns["coders"]),
        model=visible(told.model_id),
    )


def _row(row: "CodeCertificate", language: str) -> list[Text | str]:
    return [
        Text(visible(row.code), overflow="fold"),
        WORDS.of(language)[row.word],
        f"{row.coded:.4g} ({row.prevalence:.0%})",
        "-" if row.wrong is None else f"{row.wrong:.0%} / {row.suggested}",
        _share(row.accept.share, row.accept.share_low, row.accept.score),
        _share(row.dismiss.share, row.dismiss.share_low, row.dismiss.score),
        f"{_figure(row.kappa)} / {_figure(row.people)}",
    ]


def _share(share: float, low: float, score: float | None) -> str:
    return "-" if score is None else f"{share:.0%} ({low:.0%})"


def _figure(estimate: "Estimate") -> str:
    return "-" if estimate.value is None else f"{estimate.value:.2f}"


def _reasons(told: "Certificate", language: str) -> list[str]:
    """Say why codes have their words, and what is lacking."""
    lines: dict[str, list[str]] = {}
    for row in told.codes:
        why = _WHY[language][row.why.value]
        if row.needed is not None:
            needed = str(_TEXT[language]["needed"]).format(
                passages=counted(row.needed.passages, *_NOUNS[language]["further"]),
                interviews=counted(row.needed.interviews, *_NOUNS[language]["interviews"]),
            )
            why = f"{why}; {needed}"
        elif row.why is Why.MORE_WOULD_DO:
            why = f"{why}; {_TEXT[language]['ten_times']}"
        if why:
            lines.setdefault(why, []).append(visible(row.code))
    return [f"  {', '.join(codes)}: {why}" for why, codes in lines.items()]


def _state(summary: "CertifySummary", language: str, *, checked: bool) -> str:
    text = _TEXT[language]
    if summary.changed:
        changed = ", ".join(CHANGES.of(language)[part] for part in summary.changed)
        return str(text["void"]).format(changed=changed)
    return str(text["holds"] if checked else text["written"]).format(path=summary.path)


def print_next(summary: "NextSummary", *, language: str) -> None:
    """Print what is to be coded next, why these passages, and what earlier rounds brought.

    Args:
        summary: What was chosen.
        language: Of the words: nl or en.
    """
    text = _NEXT[language]
    table = Table(text["drawn"], box=SIMPLE)
    table.add_column("passages", justify="right")
    for how, number in summary.drawn.items():
        table.add_row(text.get(how, how), str(number))
    print_parts(
        table,
        summary.reason,
        *summary.curve,
        text["written"].format(
            seed=summary.seed,
            folder=summary.folder,
            files=", ".join(path.name for path in summary.files),
        ),
    )
