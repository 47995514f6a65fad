"""What a training of a study goes by: the codings, the plan and where to start. Loads torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.errors import ModelError
from nlp_pipeline.pace import settled
from nlp_pipeline.pipeline.coded import StudyFrame, study_frame
from nlp_pipeline.pipeline.heritage import Heritage, heritage_of
from nlp_pipeline.pipeline.lessons import Lessons, find_lessons
from nlp_pipeline.pipeline.modelnames import free_name
from nlp_pipeline.pipeline.plan import Plan, make_plan
from nlp_pipeline.pipeline.splitting import StudySplit, study_split
from nlp_pipeline.pipeline.study import Study, load_study
from nlp_pipeline.pipeline.teaching import MOST_FOLDS, fitted_settings
from nlp_pipeline.wording import counted

Method = Literal["head", "full"]

FEW_CODED = 300
"""With fewer passages that carry a code only heads are learned, unless asked otherwise."""


@dataclass(frozen=True, kw_only=True)
class AdaptOptions:
    """How a model of a study is made.

    Attributes:
        base: The model to start from; None for the study's own.
        method: Heads only, or all of the network; None goes by how much was coded.
        name: What it is called; None for the study's name and a number.
        keep_default: Whether runs go on with the model that they have.
        run: The run whose passages were coded; the newest if left out.
    """

    base: str | None = None
    method: Method | None = None
    name: str | None = None
    keep_default: bool = False
    run: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """All that is known before anything is learned.

    Attributes:
        folder: The study folder.
        study: Its settings.
        title: What the study is called.
        name: What the model will be called.
        frame: What people and the present model said.
        split: The split of the interviews.
        lessons: What there is to learn.
        plan: What is learned from and measured on.
        present: The model that runs take now.
        base: The model to start from.
        base_id: Its name and the start of its hash.
        settings: How to learn.
        notes: What the user should know.
    """

    folder: Path
    study: Study
    title: str
    name: str
    frame: StudyFrame
    split: StudySplit
    lessons: Lessons
    plan: Plan
    present: Heritage
    base: Heritage
    base_id: str
    settings: TrainSettings
    notes: tuple[str, ...]

    def load_base(self) -> Model:
        """Load the model to start from, anew each time, because learning changes it."""
        return load_model(self.base.model, folder=self.folder)


def prepare(folder: Path, options: AdaptOptions, settings: TrainSettings) -> Prepared:
    """Gather what a training goes by; nothing is written but a split that was not drawn yet.

    Raises:
        InputError: There is nothing to learn from, or the name is taken.
        ModelError: A model is missing, or has learned from what the new one would be tried on.
    """
    study = load_study([folder])
    title = study.settings.name or folder.resolve().name
    name = free_name(folder, options.name, title)
    frame = study_frame(folder, options.run)
    split, lessons = study_split(frame.place), find_lessons(frame)
    coded = int(lessons.coded.any(1).sum())
    method: Method = options.method or ("full" if coded >= FEW_CODED else "head")
    most, seed = MOST_FOLDS[method], settings.seed
    plan = make_plan({*lessons.interviews}, split, most_folds=most, seed=seed)
    present = heritage_of(study.settings.model, folder, frame.results.transcripts)
    base, why = _base(folder, frame, options, present, _tried(plan, method))
    first = load_model(base.model, folder=folder)
    how = () if options.method is not None else (_method_note(method, coded),)
    return Prepared(
        folder=folder,
        study=study,
        title=title,
        name=name,
        frame=frame,
        split=split,
        lessons=lessons,
        plan=plan,
        present=present,
        base=base,
        base_id=first.id,
        settings=fitted_settings(settled(settings).model_copy(update={"method": method}), first),
        notes=(*frame.left_out.notes, *plan.notes, *why, *how),
    )


def _tried(plan: Plan, method: Method) -> frozenset[str]:
    """Return the interviews that the base must not know.

    Heads are set by leaving out every interview, so for them all that is coded counts.
    """
    return plan.touched if method == "head" else frozenset(plan.measure)


def _base(
    folder: Path,
    frame: StudyFrame,
    options: AdaptOptions,
    present: Heritage,
    tried: frozenset[str],
) -> tuple[Heritage, tuple[str, ...]]:
    transcripts = frame.results.transcripts
    if options.base is not None:
        asked = heritage_of(options.base, folder, transcripts)
        if asked.has_learned_from(tried):
            msg = (
                f"{asked.model} has learned from interviews on which the new model would be tried, "
                "so its figures would come out too high; start from another model, such as "
                f"--base {asked.outside}"
            )
            raise ModelError(msg)
        return asked, ()
    if not present.has_learned_from(tried):
        return present, ()
    note = (
        f"starts from {present.outside} again and not from {present.model}, which has learned from "
        "interviews on which the new model is tried"
    )
    return heritage_of(present.outside, folder, transcripts), (note,)


def _method_note(method: str, coded: int) -> str:
    carry = f"{counted(coded, 'passage')} {'carries' if coded == 1 else 'carry'} a code"
    if method == "head":
        return (
            f"{carry}, fewer than {FEW_CODED}: only the heads were learned, "
            "on the encoder as it is; --method full learns all of the network"
        )
    return f"{carry}: all of the network was learned; --method head is faster"
