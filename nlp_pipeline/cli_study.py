"""The commands for a study itself: init, and codebook check, diff and migrate."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nlp_pipeline.pipeline.starting import StartOptions


class Language(StrEnum):
    """The languages of the next steps and of review files."""

    NL = "nl"
    EN = "en"


BookArgument = Annotated[
    str,
    typer.Argument(
        help="A codebook file, a study folder, or the name of a shipped codebook.",
        metavar="CODEBOOK",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of tables, for scripts.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to an app."""
    example = "Example: nlp-pipeline"
    app.command("init", epilog=f"{example} init my-study --codebook rmic --yes")(init)
    group = typer.Typer(
        help="Check a codebook, see what changed in it, and bring codings along.",
        epilog=f"{example} codebook check my-study",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("check", epilog=f"{example} codebook check my-study")(check)
    group.command("diff", epilog=f"{example} codebook diff codebook-1.yaml my-study")(diff)
    group.command("migrate", epilog=f"{example} codebook migrate my-study map.yaml --dry-run")(
        migrate
    )
    app.add_typer(group, name="codebook")


def init(
    folder: Annotated[Path, typer.Argument(help="The study folder to make.", metavar="DIR")],
    name: Annotated[
        str | None, typer.Option(help="What the study is called; by default as its folder.")
    ] = None,
    codebook: Annotated[
        str | None,
        typer.Option(
            help="rmic or cfir (copied), empty (to fill in), or a file; by default rmic.",
            metavar="NAME_OR_FILE",
        ),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="Language of the next steps; by default English.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; take the defaults where nothing is said.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a study folder: settings with explanations, a codebook, and what to do next.

    On a terminal it asks what is not said. Nothing that is there already is overwritten.
    """
    from nlp_pipeline import console, console_study
    from nlp_pipeline.pipeline.starting import StartOptions, check_new, start_study

    check_new(folder)
    if sys.stdin.isatty() and not (yes or as_json):
        options = _asked(folder, name, codebook, language)
    else:
        options = StartOptions(
            name=folder.resolve().name if name is None else name,
            codebook=codebook or "rmic",
            language=(language or Language.EN).value,
        )
    started = start_study(folder, options)
    if as_json:
        console.print_json(started.to_json())
    else:
        console_study.print_started(started)


def _asked(
    folder: Path, name: str | None, codebook: str | None, language: Language | None
) -> "StartOptions":
    """Ask for what was not said on the command line; a codebook that is not there, once more."""
    from nlp_pipeline.config import read_codebook
    from nlp_pipeline.console import say
    from nlp_pipeline.errors import CodebookError
    from nlp_pipeline.pipeline.starting import (
        EMPTY,
        StartOptions,
        codebook_source,
        shipped_codebooks,
    )

    if name is None:
        name = typer.prompt("Name of the study", default=folder.resolve().name)
    while codebook is None:
        choices = ", ".join((*shipped_codebooks(), EMPTY))
        answer = typer.prompt(f"Codebook: {choices}, or a file", default="rmic")
        try:
            read_codebook(codebook_source(answer))
        except CodebookError as error:
            say(str(error))
        else:
            codebook = answer
    while language is None:
        answer = typer.prompt("Language of the review files: nl or en", default="en")
        language = next((one for one in Language if one.value == answer.strip().lower()), None)
    return StartOptions(name=name, codebook=codebook, language=language.value)


def check(
    codebook: BookArgument,
    use_model: Annotated[
        bool,
        typer.Option("--model/--no-model", help="Whether the encoder compares the definitions."),
    ] = True,
    by: Annotated[
        str, typer.Option(help="Name or folder of the model that compares, not the study's own.")
    ] = "",
    limit: Annotated[
        float,
        typer.Option(help="The cosine from which two definitions are alike.", min=0.0, max=1.0),
    ] = 0.85,
    as_json: AsJson = False,
) -> None:
    """Say what is missing in a codebook and which of its codes will be mixed up.

    The exit code is 1 if something has to be mended; advice does not count.
    """
    from nlp_pipeline import console, console_study
    from nlp_pipeline.pipeline.revising import check_codebook

    summary = check_codebook(codebook, limit=limit, use_model=use_model, model=by)
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_study.print_checked(summary)
    raise typer.Exit(summary.exit_code)


def diff(
    old: Annotated[
        str,
        typer.Argument(help="The earlier codebook: a file, a study folder, or a shipped one."),
    ],
    new: Annotated[str, typer.Argument(help="The later codebook, likewise.")],
    code_map: Annotated[
        Path | None, typer.Option("--map", help="A file that says what became of old codes.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two codebooks: codes added, removed, renamed, moved, reworded."""
    from nlp_pipeline import console, console_study
    from nlp_pipeline.pipeline.revising import diff_codebooks

    changes = diff_codebooks(old, new, code_map=code_map)
    if as_json:
        console.print_json(changes.to_json())
    else:
        console_study.print_diff(changes)


def migrate(
    study: Annotated[Path, typer.Argument(help="The study folder, with the new codebook in it.")],
    code_map: Annotated[
        Path,
        typer.Argument(
            help="Under codes:, an old id each, and its new id, a list of new ids, or [].",
            metavar="MAP",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it does; do nothing.")] = (
        False
    ),
    as_json: AsJson = False,
) -> None:
    """Bring earlier decisions to the present codebook; the log keeps what they were.

    Renamed and merged codes come along. Where a code was split, the passages are listed for people
    to code anew. Doing it twice changes nothing.
    """
    from nlp_pipeline import console, console_study
    from nlp_pipeline.pipeline.revising import migrate_study

    summary = migrate_study(study, code_map, dry_run=dry_run)
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_study.print_migrated(summary)
