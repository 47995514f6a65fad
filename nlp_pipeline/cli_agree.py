"""The command agree: how far coders agree, the model among them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages of what is written for people."""

    NL = "nl"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command(
        "agree",
        epilog="Example: nlp-pipeline agree my-study --coders Anna,Bram,model --by group",
    )(agree)


def agree(
    study: Annotated[
        Path,
        typer.Argument(
            help="A study folder, a folder with results, or a run.", metavar="STUDY_OR_RUN"
        ),
    ],
    run: Annotated[str, typer.Option(help="The name of a run; by default the newest.")] = "",
    coders: Annotated[
        str,
        typer.Option(help='Only these, with commas between them; "model" is the model.'),
    ] = "",
    reference: Annotated[
        str, typer.Option(help="The coder against whom precision and recall are taken.")
    ] = "",
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Divide by language, role or a column of attributes.csv; may be repeated. By "
            "default by all that have few values."
        ),
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Only what was coded blind.")] = False,
    assisted: Annotated[
        bool, typer.Option("--assisted", help="Only what was coded with suggestions in view.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Only all codings together, as they are now.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; by default agreement in the study.")
    ] = None,
    resamples: Annotated[
        int, typer.Option(help="Draws of interviews behind each interval.", min=100)
    ] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 20,
    language: Annotated[Language, typer.Option(help="Language of verdicts and report.")] = (
        Language.EN
    ),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of tables, for scripts.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress and no tables.")] = False,
) -> None:
    """Say how far coders agree with each other and with the model, per code, with intervals.

    What was coded blind, with suggestions in view and elsewhere is measured apart, and all of it
    together. Read agreement.html first; settle differences in consensus.html, which holds what
    participants said, as do agreement.xlsx and disagreements.json; the other files do not.
    """
    from rich.console import Console

    from nlp_pipeline import console, console_agree
    from nlp_pipeline.analysis.figures import Sampling
    from nlp_pipeline.pipeline.agreeing import agree as measure
    from nlp_pipeline.pipeline.asked import AgreeOptions
    from nlp_pipeline.progress import Bars

    if blind + assisted + everything > 1:
        msg = "give one of --blind, --assisted and --all"
        raise typer.BadParameter(msg)
    options = AgreeOptions(
        run=run,
        coders=tuple(name for part in coders.split(",") if (name := " ".join(part.split()))),
        reference=" ".join(reference.split()),
        by=tuple(by or ()),
        way="blind" if blind else "assisted" if assisted else "all" if everything else "",
        sampling=Sampling(resamples=resamples, seed=seed),
        language=language.value,
    )
    with Bars(Console(stderr=True), quiet=quiet or as_json) as bars:
        summary = measure(study, out, options=options, progress=bars)
    for note in summary.agreement.notes:
        console.say(f"Note: {note}")
    if as_json:
        console.print_json(summary.to_json())
    elif not quiet:
        console_agree.print_agreed(summary, language=language.value)
