"""The files of a finished run: put together aside, then moved into place."""

from collections.abc import Sequence
from pathlib import Path

from nlp_pipeline import __version__
from nlp_pipeline.errors import InputError
from nlp_pipeline.pipeline.certificate import certificate_state
from nlp_pipeline.pipeline.folder import REVIEW, TABLES, Damage
from nlp_pipeline.pipeline.job import Job
from nlp_pipeline.pipeline.manifest import (
    CodebookUsed,
    Compared,
    InputFile,
    Manifest,
    ModelUsed,
    OutputFile,
    count,
)
from nlp_pipeline.pipeline.splitting import kept_to_test
from nlp_pipeline.pipeline.stages import Part
from nlp_pipeline.records import Suggestion
from nlp_pipeline.review.overview import write_overview
from nlp_pipeline.review.results import Results
from nlp_pipeline.review.tables import write_tables
from nlp_pipeline.review.workbook import write_workbook
from nlp_pipeline.store import (
    read_passages,
    read_suggestions,
    read_transcripts,
    remove_folder,
    write_passages,
    write_suggestions,
    write_transcripts,
)

WORKBOOK, OVERVIEW = "suggestions.xlsx", "overview.html"
"""The review files that explain codes, in the folder `REVIEW`."""


def write_run(
    job: Job,
    parts: Sequence[Part],
    suggestions: Sequence[Suggestion],
    *,
    old: Manifest | None = None,
    damage: Damage | None = None,
) -> Manifest:
    """Write all files of a run and move them into place, its manifest last.

    Args:
        job: The run.
        parts: What was read, in order.
        suggestions: What was suggested, in order.
        old: The manifest of this same run, when some of its tables are missing or changed.
        damage: What is missing or changed.

    Raises:
        StoreError: The disk refuses.
    """
    results = Results(
        transcripts=tuple(part.transcript for _, part in parts),
        passages=tuple(passage for _, part in parts for passage in part.passages),
        suggestions=tuple(suggestions),
        codebook=job.study.codebook,
        model_id=job.classifier.model_id,
        calibrated=job.classifier.calibrated,
        title=job.study.settings.name,
        kept=_kept_to_test(job),
        fitness=job.fitness,
    )
    staging = job.folder.staging
    remove_folder(staging)
    write_transcripts(results.transcripts, staging / TABLES[0])
    write_passages(results.passages, staging / TABLES[1])
    write_suggestions(results.suggestions, staging / TABLES[2])
    _write_review(job, results)
    keep = _kept(old, damage or Damage(), outdated(job, old))
    return _publish(job, _manifest(job, parts, results), keep)


def restore_review(job: Job, manifest: Manifest, damage: Damage) -> Manifest:
    """Write the review files that are missing or outdated again from the tables.

    Raises:
        StoreError: The disk refuses.
    """
    folder = job.folder.path
    results = Results(
        transcripts=read_transcripts(folder / TABLES[0]),
        passages=read_passages(folder / TABLES[1]),
        suggestions=read_suggestions(folder / TABLES[2]),
        codebook=job.study.codebook,
        model_id=manifest.model.id,
        calibrated=manifest.model.calibrated,
        title=job.study.settings.name,
        kept=_kept_to_test(job),
        fitness=job.fitness,
    )
    remove_folder(job.folder.staging)
    _write_review(job, results)
    keep = _kept(manifest, damage, outdated(job, manifest))
    told = {"certificate": certificate_state(job.fitness), "fitness": job.fitness.mark}
    return _publish(job, manifest.model_copy(update=told), keep)


def outdated(job: Job, old: Manifest | None) -> tuple[str, ...]:
    """Return the outputs of an earlier run that tell of another certificate, or of none."""
    if old is None or old.fitness == job.fitness.mark:
        return ()
    return tuple(f"{REVIEW}/{name}" for name in (WORKBOOK, OVERVIEW))


def _kept_to_test(job: Job) -> frozenset[str]:
    try:
        return kept_to_test(job.study.folder) if job.study.folder else frozenset()
    except InputError:
        return frozenset()  # the run has said already what is wrong with the split


def _write_review(job: Job, results: Results) -> None:
    folder = job.folder.staging / REVIEW
    writers = (
        lambda: write_tables(results, folder),
        lambda: write_workbook(results, folder / WORKBOOK, language=job.language),
        lambda: write_overview(results, folder / OVERVIEW, language=job.language),
    )
    with job.progress.stage("Writing review files", len(writers)) as advance:
        for write in writers:
            write()
            advance(1)


def _kept(old: Manifest | None, damage: Damage, outdated: Sequence[str]) -> list[OutputFile]:
    again = {*damage.missing, *damage.of_tables, *({*outdated} - {*damage.changed})}
    return [output for output in (old.outputs if old else ()) if output.name not in again]


def _publish(job: Job, manifest: Manifest, keep: Sequence[OutputFile]) -> Manifest:
    manifest = job.folder.stage_manifest(manifest, keep=keep)
    moved: Path | None = job.folder.publish()
    if moved is not None:
        job.notes.append(f"The earlier run in this folder was moved to {moved}")
    return manifest


def _compared(job: Job) -> Compared | None:
    comparison = job.classifier.comparison
    if comparison is None:
        return None
    return Compared(
        cut_off=comparison.cut_off, examples=comparison.examples, known=comparison.known
    )


def _manifest(job: Job, parts: Sequence[Part], results: Results) -> Manifest:
    codebook, model_id = job.study.codebook, job.classifier.model_id
    return Manifest(
        run_id=job.run_id,
        package_version=__version__,
        settings=job.study.stage_settings,
        review_language=job.language,
        codebook=CodebookUsed(
            name=codebook.name, version=codebook.version, sha256=job.study.codebook_sha256
        ),
        model=ModelUsed(
            id=model_id,
            sha256=model_id.partition("@")[2],
            calibrated=job.classifier.calibrated,
            untrained=_compared(job),
        ),
        certificate=certificate_state(job.fitness),
        fitness=job.fitness.mark,
        seed=None,  # nothing in a run is drawn by chance
        counts=count(results.transcripts, results.passages, results.suggestions, codebook),
        inputs=tuple(
            InputFile(
                name=item.name,
                sha256=item.sha256,
                bytes=item.size,
                transcript=part.transcript.id,
            )
            for item, part in parts
        ),
        refused=tuple(job.refused),
        warnings=tuple(job.warnings),
        outputs=(),
    )
