"""The commands of the review round trip: export, import, log and sample."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages of the review files."""

    NL = "nl"
    EN = "en"


class Format(StrEnum):
    """The formats of review files."""

    REFI_QDA = "refi-qda"
    XLSX = "xlsx"
    HTML = "html"
    DOCX = "docx"
    CSV = "csv"


class LineEnds(StrEnum):
    """The line ends of texts for other programs."""

    LF = "lf"
    CRLF = "crlf"


class By(StrEnum):
    """What is drawn."""

    TRANSCRIPT = "transcript"
    PASSAGE = "passage"


class Strategy(StrEnum):
    """How it is drawn."""

    RANDOM = "random"
    UNCERTAIN = "uncertain"
    MIXED = "mixed"


Place = Annotated[
    Path,
    typer.Argument(help="A study folder, a folder with results, or a run.", metavar="STUDY_OR_RUN"),
]
FormatOption = Annotated[Format, typer.Option("--format", help="The tool it is for.")]
LanguageOption = Annotated[Language, typer.Option(help="Language of the review files.")]
LineEndsOption = Annotated[
    LineEnds, typer.Option(help="Line ends of texts in a REFI-QDA project; crlf for MAXQDA.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of tables, for scripts.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to an app."""
    example = "Example: nlp-pipeline"
    app.command("export", epilog=f"{example} export my-study --format xlsx --out review.xlsx")(
        export
    )
    app.command("import", epilog=f"{example} import review.xlsx --coder Anna --study my-study")(
        import_
    )
    app.command("reanchor", epilog=f"{example} reanchor my-study")(reanchor)
    app.command("log", epilog=f"{example} log my-study --coder Anna")(log)
    app.command("sample", epilog=f"{example} sample my-study --share 20% --coders Anna,Bram")(
        sample
    )


def export(
    run: Place,
    format: FormatOption,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    language: LanguageOption = Language.EN,
    blind: Annotated[bool, typer.Option("--blind", help="Show no suggestions.")] = False,
    coder: Annotated[str, typer.Option(help="Who will review it.")] = "",
    line_ends: LineEndsOption = LineEnds.LF,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write a run for people to review, in the format of the tool that they have.

    What was decided before is in it. The file comes back with nlp-pipeline import.
    """
    from nlp_pipeline import console, console_review
    from nlp_pipeline.exchange import ExportOptions
    from nlp_pipeline.pipeline.reviewing import export_run, now

    options = ExportOptions(
        language=language.value,
        blind=blind,
        coder=" ".join(coder.split()),
        line_ends=line_ends.value,
        created_at=now(),
    )
    summary = export_run(run, out, format=format.value, options=options, force=force)
    for warning in summary.warnings:
        console.say(f"Warning: {warning}")
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_review.print_exported(summary)


def import_(
    files: Annotated[list[Path], typer.Argument(help="Files that were reviewed, of any format.")],
    coder: Annotated[str, typer.Option(help="Who reviewed them, where a file does not tell.")] = "",
    study: Annotated[
        Path, typer.Option(help="The study folder, folder with results, or run.")
    ] = Path(),
    newest: Annotated[
        bool, typer.Option("--newest", help="Of decisions that contradict, the later one holds.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Of decisions that contradict, the earlier import holds.")
    ] = False,
    reanchor: Annotated[
        bool,
        typer.Option("--reanchor", help="Look for quoted text where a transcript has changed."),
    ] = False,
    coder_for_all: Annotated[
        bool, typer.Option("--coder-for-all", help="Take --coder even where a file has a name.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it does; do nothing.")] = (
        False
    ),
    columns: Annotated[
        str,
        typer.Option(
            help="What the columns of another program's table hold: a YAML file, or one of "
            "atlas_ti, dedoose, maxqda, nvivo, taguette; see docs/outside.md.",
            metavar="NAME_OR_FILE",
        ),
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help="One column of such a table, say code=Label.", metavar="FIELD=HEADER"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take over what people decided in review files, and say what was not taken over.

    Files can be given twice and in any order. Decisions of one coder that contradict each other are
    listed, and nothing is written until --newest or --keep says which holds.
    """
    from nlp_pipeline import console, console_review
    from nlp_pipeline.decisions import MergeOptions
    from nlp_pipeline.pipeline.reviewing import import_files, now
    from nlp_pipeline.review.outside.columns import read_columns

    if newest and keep:
        msg = "give --newest or --keep, not both"
        raise typer.BadParameter(msg)
    if coder_for_all and not coder.strip():
        msg = "--coder-for-all needs --coder NAME"
        raise typer.BadParameter(msg)
    options = MergeOptions(
        coder=coder,
        coder_for_all=coder_for_all,
        policy="newest" if newest else "keep" if keep else "ask",
        reanchor=reanchor,
        imported_at=now(),
    )
    summary = import_files(
        files,
        study,
        options=options,
        columns=read_columns(columns, column or []),
        dry_run=dry_run,
    )
    console_review.report_left(summary)
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_review.print_imported(summary, dry_run=dry_run)
    raise typer.Exit(summary.exit_code)


def reanchor(
    study: Place,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it does; do nothing.")] = (
        False
    ),
    as_json: AsJson = False,
) -> None:
    """Move earlier decisions along with their words after a transcript has changed.

    Only where the words stand exactly once in the present text; the others are listed. Nothing is
    taken out of the log, and doing it twice changes nothing.
    """
    from nlp_pipeline import console, console_review
    from nlp_pipeline.pipeline.moving import move_decisions
    from nlp_pipeline.pipeline.reviewing import now

    summary = move_decisions(study, at=now(), dry_run=dry_run)
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_review.print_moved(summary)
    raise typer.Exit(summary.exit_code)


def log(
    study: Place,
    coder: Annotated[str, typer.Option(help="Only decisions of this coder.")] = "",
    code: Annotated[str, typer.Option(help="Only of this code; - for passages without one.")] = "",
    transcript: Annotated[
        str, typer.Option(help="Only of transcripts with this in their name.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show every decision that was ever imported: who, when, what was shown, what was before."""
    from nlp_pipeline import console, console_review
    from nlp_pipeline.pipeline.reviewing import LogQuery, show_log

    rows = show_log(study, LogQuery(coder=coder, code=code, transcript=transcript))
    if as_json:
        console.print_json(
            {"decisions": [{**row.to_json(), "transcript": name} for row, name in rows]}
        )
    else:
        console_review.print_log(rows)


def sample(
    study: Place,
    coders: Annotated[str, typer.Option(help="Who codes it, with commas between the names.")],
    share: Annotated[str, typer.Option(help="How much to draw, such as 20%.")] = "20%",
    by: Annotated[By, typer.Option(help="What is drawn.")] = By.PASSAGE,
    strategy: Annotated[
        Strategy, typer.Option(help="Only a random sample is fit to measure agreement.")
    ] = Strategy.RANDOM,
    blind: Annotated[
        bool, typer.Option("--blind/--show-suggestions", help="Whether suggestions are left out.")
    ] = True,
    format: FormatOption = Format.XLSX,
    group: Annotated[
        str,
        typer.Option(help="The column of attributes.csv to divide by; by default its first one."),
    ] = "",
    seed: Annotated[
        int | None, typer.Option(help="To draw the same sample again; recorded either way.", min=0)
    ] = None,
    language: LanguageOption = Language.EN,
    line_ends: LineEndsOption = LineEnds.LF,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Draw passages or transcripts to be coded by several people, and write a file for each.

    Passages without a suggestion are drawn as well, and every language and group in proportion.
    """
    from nlp_pipeline import console, console_review
    from nlp_pipeline.exchange import ExportOptions
    from nlp_pipeline.pipeline.reviewing import now
    from nlp_pipeline.pipeline.sampling import SampleOptions, draw_sample

    options = SampleOptions(
        share=_share(share),
        by=by.value,
        strategy=strategy.value,
        coders=tuple(coders.split(",")),
        format=format.value,
        group=group,
        seed=seed,
    )
    written = ExportOptions(
        language=language.value, blind=blind, line_ends=line_ends.value, created_at=now()
    )
    summary = draw_sample(study, options=options, export=written, force=force)
    for warning in summary.warnings:
        console.say(f"Warning: {warning}")
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_review.print_sampled(summary)


def _share(text: str) -> float:
    """Return a share that is written as a percentage, or as a part of 1."""
    bare = text.strip().replace(",", ".")
    try:
        value = float(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        msg = "--share has to be above 0% and at most 100%, such as 20%"
        raise typer.BadParameter(msg)
    return value
