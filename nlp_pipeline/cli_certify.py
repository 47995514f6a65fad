"""The commands certify and next: what may be left to the model, and what to code to get there."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages of words and review files."""

    NL = "nl"
    EN = "en"


class Format(StrEnum):
    """The formats of review files."""

    REFI_QDA = "refi-qda"
    XLSX = "xlsx"
    HTML = "html"
    DOCX = "docx"
    CSV = "csv"


Study = Annotated[Path, typer.Argument(help="A study folder.", metavar="STUDY")]
LanguageOption = Annotated[Language, typer.Option(help="Language of the words.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of tables, for scripts.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to an app."""
    example = "Example: nlp-pipeline"
    app.command("certify", epilog=f"{example} certify my-study --error 0.1")(certify)
    app.command("next", epilog=f"{example} next my-study --n 50 --coders Anna,Bram")(next_)


def certify(
    study: Study,
    run: Annotated[str, typer.Option(help="The name of a run; by default the newest.")] = "",
    error: Annotated[
        float,
        typer.Option(
            help="The share of errors allowed in what is left to the model.", min=0.001, max=0.5
        ),
    ] = 0.10,
    confidence: Annotated[
        float, typer.Option(help="How sure that is to be.", min=0.501, max=0.999)
    ] = 0.95,
    resamples: Annotated[
        int, typer.Option(help="Draws of interviews behind each interval.", min=100)
    ] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 20,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the certificate still holds.")
    ] = False,
    language: LanguageOption = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Say per code what may be left to the model: suggest, weak, do not automate, too little data.

    It goes by what people coded blind in the interviews that are kept for the test, with the
    scores of the newest run. The certificate is void once the codebook, the passages or the model
    change; with --check the exit code is then 1.
    """
    from nlp_pipeline import console, console_certify
    from nlp_pipeline.certify import Promise
    from nlp_pipeline.pipeline.certifying import certify_study, check_certificate

    if check:
        summary = check_certificate(study)
    else:
        promise = Promise(error=error, confidence=confidence, resamples=resamples, seed=seed)
        summary = certify_study(study, run=run or None, promise=promise)
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_certify.print_certified(summary, language=language.value, checked=check)
    raise typer.Exit(summary.exit_code)


def next_(
    study: Study,
    n: Annotated[int, typer.Option("--n", help="How many passages.", min=1)] = 50,
    coders: Annotated[
        str, typer.Option(help="Who codes them, with commas between the names.")
    ] = "coder",
    blind: Annotated[
        bool,
        typer.Option(
            "--blind/--show-suggestions",
            help="Whether suggestions are left out; for the test set they always are.",
        ),
    ] = True,
    format: Annotated[Format, typer.Option("--format", help="The tool it is for.")] = Format.XLSX,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; by default in samples/ of the study.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="To draw the same again; recorded either way.", min=0)
    ] = None,
    language: LanguageOption = Language.EN,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Choose the passages to code next, and show what earlier rounds brought.

    By chance until the test interviews have enough blind codings to certify with; then those of
    which the model is least sure and those unlike what was coded so far, from other interviews.
    """
    from nlp_pipeline import console, console_certify
    from nlp_pipeline.exchange import ExportOptions
    from nlp_pipeline.pipeline.nexting import NextOptions, choose_next
    from nlp_pipeline.pipeline.reviewing import now

    summary = choose_next(
        study,
        options=NextOptions(
            number=n,
            coders=tuple(name for name in coders.split(",") if name.strip()),
            format=format.value,
            seed=seed,
            out=out,
        ),
        export=ExportOptions(language=language.value, blind=blind, created_at=now()),
        force=force,
    )
    for warning in summary.warnings:
        console.say(f"Warning: {warning}")
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_certify.print_next(summary, language=language.value)
