"""The command train: a model from the codings of a study, or from a coded corpus."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nlp_pipeline.config import TrainSettings
    from nlp_pipeline.learn import Epoch


class Method(StrEnum):
    """How a model learns."""

    FULL = "full"
    HEAD = "head"


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("train", epilog="Example: nlp-pipeline train my-study --method head")(train)


def train(
    folder: Annotated[
        Path,
        typer.Argument(
            help="A study with imported codings, or a corpus with its passages in data.",
            metavar="STUDY_OR_CORPUS",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Corpus: the model folder to write. A study has its own: models."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            help="The model to start from; by default the study's own, for a corpus the encoder."
        ),
    ] = None,
    codebook: Annotated[
        str, typer.Option(help="Corpus: name or file of the codebook; a study has its own.")
    ] = "rmic",
    settings: Annotated[
        Path | None, typer.Option(help="A YAML file like configs/train.yaml.")
    ] = None,
    method: Annotated[
        Method | None,
        typer.Option(
            help="full: the whole network; head: heads only, in seconds for passages read before."
        ),
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(help="Corpus: another corpus to learn from; may be repeated."),
    ] = None,
    teacher: Annotated[
        list[str] | None,
        typer.Option(help="Corpus: a model to learn from as well; may be repeated."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Study: what the model is called; by default numbered.")
    ] = None,
    keep_default: Annotated[
        bool,
        typer.Option("--keep-default", help="Study: leave the model that runs take as it is."),
    ] = False,
    run: Annotated[
        str | None, typer.Option(help="Study: the run that was coded; by default the newest.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of all chance, instead of the settings' own.", min=0)
    ] = None,
    resamples: Annotated[
        int, typer.Option(help="Study: draws of interviews behind each interval.", min=100)
    ] = 2000,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of tables, for scripts.")
    ] = False,
) -> None:
    """Learn to suggest codes from a study or a coded corpus, and measure it on interviews held out.

    In a study, the new model is compared with the one that runs take and with definitions alone,
    and becomes the model of the study if it is better.
    """
    from nlp_pipeline.config import read_train_settings
    from nlp_pipeline.pipeline.study import STUDY_FILE

    chosen = read_train_settings(settings)
    changed = {"seed": seed, "method": None if method is None else method.value}
    chosen = chosen.model_copy(update={k: v for k, v in changed.items() if v is not None})
    if folder.name == STUDY_FILE or (folder / STUDY_FILE).is_file():
        _only_for("a corpus", {"--out": out, "--also": also, "--teacher": teacher})
        asked = method or (Method(chosen.method) if settings is not None else None)
        _study(folder, chosen, base, asked, name, keep_default, run, resamples, as_json)
    else:
        _only_for("a study", {"--name": name, "--keep-default": keep_default, "--run": run})
        if out is None:
            msg = "say with --out where to write the model; only a study has a place of its own"
            raise typer.BadParameter(msg)
        _corpus(folder, out, base, codebook, chosen, also or [], teacher or [], as_json)


def _only_for(what: str, given: dict[str, object]) -> None:
    named = [option for option, value in given.items() if value]
    if named:
        msg = f"{', '.join(named)} is for {what} only"
        raise typer.BadParameter(msg)


def _study(
    folder: Path,
    settings: "TrainSettings",
    base: str | None,
    method: Method | None,
    name: str | None,
    keep_default: bool,
    run: str | None,
    resamples: int,
    as_json: bool,
) -> None:
    from rich.console import Console

    from nlp_pipeline import console, console_train
    from nlp_pipeline.analysis.figures import Sampling
    from nlp_pipeline.pipeline.adapting import train_study
    from nlp_pipeline.pipeline.preparing import AdaptOptions
    from nlp_pipeline.progress import Bars

    options = AdaptOptions(
        base=base,
        method=None if method is None else method.value,
        name=name,
        keep_default=keep_default,
        run=run,
    )
    sampling = Sampling(resamples=resamples, seed=settings.seed)
    with Bars(Console(stderr=True), quiet=as_json) as bars:
        summary = train_study(
            folder,
            options=options,
            settings=settings,
            sampling=sampling,
            progress=bars,
            report=_say_epoch,
        )
    if as_json:
        console.print_json(summary.to_json())
    else:
        console_train.print_adapted(summary)


def _corpus(
    folder: Path,
    out: Path,
    base: str | None,
    codebook: str,
    settings: "TrainSettings",
    also: list[Path],
    teachers: list[str],
    as_json: bool,
) -> None:
    from rich.console import Console

    from nlp_pipeline import console
    from nlp_pipeline.pipeline.training import train_corpus
    from nlp_pipeline.progress import Bars

    with Bars(Console(stderr=True), quiet=as_json) as bars:
        summary = train_corpus(
            folder,
            out,
            base=base,
            codebook=codebook,
            settings=settings,
            also=also,
            teachers=teachers,
            progress=bars,
            report=_say_epoch,
        )
    if as_json:
        console.print_json(summary.to_json())
    else:
        console.print_trained(summary)


def _say_epoch(epoch: "Epoch") -> None:
    from nlp_pipeline import console

    console.say(
        f"Epoch {epoch.number} of {epoch.of}: loss {epoch.loss:.3f}, "
        f"mean average precision on validation {epoch.validation:.3f}"
    )
