"""The main job: transcripts in, suggested codes out; killed and run again, it ends the same."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nlp_pipeline.errors import InputError
from nlp_pipeline.pipeline.certificate import study_fitness, void_note
from nlp_pipeline.pipeline.classifier import Classifies, check_codebook, untrained_note
from nlp_pipeline.pipeline.folder import EARLIER, Damage, RunFolder
from nlp_pipeline.pipeline.inputs import gather
from nlp_pipeline.pipeline.job import Job, make_run_id
from nlp_pipeline.pipeline.manifest import Counts, Manifest, Refused, Warned
from nlp_pipeline.pipeline.moving import notes_after_run
from nlp_pipeline.pipeline.outputs import outdated, restore_review, write_run
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.pipeline.splitting import keep_split
from nlp_pipeline.pipeline.stages import Part, classify_all, prepare_all
from nlp_pipeline.pipeline.study import Study
from nlp_pipeline.review.fitness import NO_FITNESS
from nlp_pipeline.store import lock_folder, remove_folder

State = Literal["finished", "unchanged", "certificate", "restored", "nothing read"]


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """What a run did, and in ``notes`` what its user should know of the folder and the codebook.

    ``cautions`` are those of the notes that nobody should miss. ``state`` is "unchanged" when all
    was there already, "certificate" when only what review files tell of the certificate was new,
    "restored" when missing or damaged files of the same run were written again, and "nothing read"
    when every file was refused.
    """

    folder: Path
    run_id: str
    state: State
    counts: Counts
    refused: tuple[Refused, ...] = ()
    warnings: tuple[Warned, ...] = ()
    cautions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 if a file was refused, else 0."""
        return 1 if self.refused else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "state": self.state,
            "folder": str(self.folder),
            "run_id": self.run_id,
            "counts": self.counts.model_dump(mode="json"),
            "refused": [refused.model_dump() for refused in self.refused],
            "warnings": [warned.model_dump() for warned in self.warnings],
            "notes": list(self.notes),
        }


def run(
    study: Study,
    classifier: Classifies,
    *,
    out: Path | None = None,
    language: str = "en",
    progress: Progress | None = None,
) -> RunSummary:
    """Read all transcripts of a study, suggest codes, and write the run folder.

    Args:
        study: What to run, from `load_study`.
        classifier: The model; it must know every code of the study's codebook.
        out: The run folder; for a study, by default ``runs/<run id>`` in it.
        language: The language of the review files, ``"nl"`` or ``"en"``.
        progress: Where to show how far it is.

    Raises:
        ModelError: The model does not know every code of the codebook.
        InputError: There are no transcripts, or no folder was given to write to.
        StoreError: The run folder is not ours, is in use, or cannot be written.
    """
    check_codebook(study.codebook, classifier)
    job = _job(study, classifier, out=out, language=language, progress=progress or Silent())
    job.folder.check_ours()
    with lock_folder(job.folder.path):
        job.folder.recover()
        summary = _carry_out(job)
    if summary.state != "nothing read":
        return replace(summary, notes=(*summary.notes, *notes_after_run(job.folder.path)))
    with suppress(OSError):
        job.folder.path.rmdir()  # only succeeds when nothing else is in it
    return summary


def _job(
    study: Study, classifier: Classifies, *, out: Path | None, language: str, progress: Progress
) -> Job:
    inputs = gather(study.paths, out=out)
    run_id = make_run_id(study, classifier, language, inputs)
    folder = study.folder
    fitness = (
        study_fitness(folder, study.settings, study.codebook_sha256, classifier.model_id)
        if folder
        else NO_FITNESS
    )
    cautions = (untrained_note(classifier), void_note(fitness, folder))
    return Job(
        study=study,
        classifier=classifier,
        language=language,
        progress=progress,
        inputs=inputs,
        folder=RunFolder(out or _default_folder(study) / run_id),
        run_id=run_id,
        fitness=fitness,
        cautions=[caution for caution in cautions if caution],
    )


def _default_folder(study: Study) -> Path:
    if study.folder is None:
        msg = "say where to write with --out FOLDER; only a study folder has a place of its own"
        raise InputError(msg)
    return study.folder / "runs"


def _carry_out(job: Job) -> RunSummary:
    old, damage = job.folder.manifest(), Damage()
    if old is not None and old.run_id != job.run_id:
        old = None
    if old is not None:
        damage = job.folder.damage(old)
        job.notes += _notes(damage)
        if not damage.of_tables:
            if damage.missing:
                return _summary(job, restore_review(job, old, damage), "restored")
            if {*outdated(job, old)} - {*damage.changed}:
                return _summary(job, restore_review(job, old, damage), "certificate")
            return _summary(job, old, "unchanged")
    parts = prepare_all(job)
    if not parts:
        remove_folder(job.folder.work)
        return _nothing_read(job)
    _split(job, parts)
    new = write_run(job, parts, classify_all(job, parts), old=old, damage=damage)
    return _summary(job, new, "finished" if old is None else "restored")


def _split(job: Job, parts: Sequence[Part]) -> None:
    """Split the interviews of a study before anything of them is shown."""
    if job.study.folder is None:
        return
    try:
        keep_split(job.study.folder, [part.transcript for _, part in parts])
    except InputError as error:
        job.cautions.append(
            f"the interviews are not split into those to learn from and to test: {error}"
        )


def _notes(damage: Damage) -> list[str]:
    notes = [f"{name} was missing and has been written again" for name in damage.missing]
    for name in damage.changed:
        if name in damage.of_tables:
            notes.append(
                f"{name} was changed since it was written; it has been written again, and the "
                f'changed file is kept in the folder "{EARLIER}"'
            )
        else:
            notes.append(f"{name} was changed since it was written; it is left as it is")
    return notes


def _summary(job: Job, manifest: Manifest, state: State) -> RunSummary:
    return RunSummary(
        folder=job.folder.path,
        run_id=job.run_id,
        state=state,
        counts=manifest.counts,
        refused=manifest.refused,
        warnings=manifest.warnings,
        cautions=tuple(job.cautions),
        notes=(*job.cautions, *job.notes),
    )


def _nothing_read(job: Job) -> RunSummary:
    return RunSummary(
        folder=job.folder.path,
        run_id=job.run_id,
        state="nothing read",
        counts=Counts(),
        refused=tuple(job.refused),
        cautions=tuple(job.cautions),
        notes=("No file could be read, so nothing was written.", *job.cautions, *job.notes),
    )
