"""The round trip: a run out to people in the format of their tool, and their decisions back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlp_pipeline.decisions import (
    Decision,
    Incoming,
    Merged,
    Places,
    codings,
    merge,
    read_log,
    write_log,
)
from nlp_pipeline.decisions.merged import MergeOptions, left_by_reason
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import ExportOptions, Known, text_sha256
from nlp_pipeline.pipeline.moving import find_moves, waiting_notes
from nlp_pipeline.pipeline.splitting import seal_split, shown_notes
from nlp_pipeline.pipeline.workplace import Versions, Workplace, find_log, find_workplace
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.formats import FORMATS
from nlp_pipeline.review.opening import data_file, read_review
from nlp_pipeline.review.outside.columns import Columns
from nlp_pipeline.store import hash_file, lock_folder


@dataclass(frozen=True, kw_only=True)
class ExportSummary:
    """What was written for review; ``codebook_only`` if it holds no transcripts and decisions."""

    path: Path
    format: str
    codebook_only: bool
    run_id: str
    transcripts: int
    passages: int
    decisions: int
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {**vars(self), "path": str(self.path), "warnings": list(self.warnings)}


@dataclass(frozen=True, kw_only=True)
class ImportSummary:
    """What an import found and did; ``notes`` are sentences about how files were read.

    ``written`` says whether the log has changed.
    """

    log: Path
    merged: Merged
    notes: tuple[str, ...]
    written: bool

    @property
    def exit_code(self) -> int:
        """1 if a decision was not taken over or has to be settled first, else 0."""
        lost = any(tally.not_taken for tally in self.merged.tallies)
        return 1 if lost or self.merged.undecided else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        merged = self.merged
        return {
            "log": str(self.log),
            "written": self.written,
            "new": len(merged.new),
            "moved": merged.moved,
            "files": [{name: getattr(t, name) for name in t.__slots__} for t in merged.tallies],
            "conflicts": [
                {
                    "file": c.file,
                    "place": c.place,
                    "transcript": c.transcript,
                    "had": c.had.to_json(),
                    "found": c.found.to_json(),
                    "outcome": c.outcome,
                }
                for c in merged.conflicts
            ],
            "not_taken": [
                {"file": file, "reason": reason, "difference": difference, "places": places}
                for (file, reason, difference), places in left_by_reason(merged.left).items()
            ],
            "notes": list(self.notes),
        }


def export_run(
    path: Path, out: Path, *, format: str, options: ExportOptions, force: bool = False
) -> ExportSummary:
    """Write a run for review, with what was decided before.

    Args:
        path: A study folder, of which the newest run is taken, a folder with results or a run.
        out: The file to write.
        format: The name of a format.
        options: Language, blind or not, for whom.
        force: Whether a file that is there may be replaced.

    Raises:
        InputError: There is no run, or the file is there already.
        PipelineError: The format cannot hold these results.
        StoreError: The disk refuses.
    """
    check_free([out], force=force)
    place = find_workplace(path)
    results, used = place.results, FORMATS[format]
    codebook_only = used.is_codebook(out)
    decided, warnings = ([], []) if codebook_only else decisions_for(place, options)
    notes = () if codebook_only else place.notes
    attributes = {} if codebook_only else place.attributes
    hidden = codebook_only or options.blind
    shown = [] if hidden else shown_notes(place, [t.id for t in results.transcripts])
    said = used.write(results, decided, out, options=options, attributes=attributes)
    return ExportSummary(
        path=out,
        format=format,
        codebook_only=codebook_only,
        run_id=place.manifest.run_id,
        transcripts=0 if codebook_only else len(results.transcripts),
        passages=0 if codebook_only else len(results.passages),
        decisions=len(decided),
        warnings=(*notes, *used.doubts(out), *warnings, *shown, *said),
    )


def check_free(paths: Sequence[Path], *, force: bool) -> None:
    """Raise `InputError` if one of these files is there and may not be replaced."""
    there = [path for path in paths if path.exists()]
    if there and not force:
        msg = (
            f"{there[0]}: is there already, and somebody may have worked in it; give another "
            "name, or --force to replace it"
        )
        raise InputError(msg)


def decisions_for(place: Workplace, options: ExportOptions) -> tuple[list[Coding], list[str]]:
    """Return the earlier decisions that go into an export, and what to tell about the others.

    A blind file only has what the same coder decided blind.
    """
    texts = {t.id: text_sha256(t.text) for t in place.results.transcripts}
    log = place.log
    here = [d for d in log if texts.get(d.transcript_id) == d.text_sha256]
    warnings = []
    if len(here) < len(log):
        moves = find_moves(place, log)
        warnings = waiting_notes(moves, place.folder)
        if moves.elsewhere:
            warnings.append(
                f"{moves.elsewhere} earlier decision(s) left out: they are on transcripts that "
                "are not in this run"
            )
    present = codings(here, place.codebook, origin=Origin.BLIND if options.blind else None)
    codes = {None, *place.codebook.code_ids}
    usable = [c for c in present if c.code in codes]
    if len(usable) < len(present):
        lost = sorted({str(c.code) for c in present if c.code not in codes})
        warnings.append(f"decisions on code(s) that the codebook lacks: {', '.join(lost)}")
    if options.blind:
        usable = [c for c in usable if c.coder == options.coder]
    return usable, warnings


def import_files(
    files: Sequence[Path],
    study: Path,
    *,
    options: MergeOptions,
    columns: Columns | None = None,
    dry_run: bool = False,
) -> ImportSummary:
    """Take the decisions of review files into the log of a study; all of them or none.

    Args:
        files: The files, of any formats.
        study: A study folder, a folder with results or a run.
        options: Who decided, and what becomes of contradictions and changed texts.
        columns: What the columns of tables of other programs hold.
        dry_run: Whether to write nothing.

    Raises:
        InputError: A file cannot be read, or does not tell who decided.
        StoreError: The log is damaged or in use, or the disk refuses.
    """
    place = find_workplace(study)
    known = place.known
    incoming = _read_all(files, known, columns)
    places = Places(known.transcripts, versions=Versions(place))
    with lock_folder(place.folder):
        merged = merge(place.log, incoming, places, place.codebook, options=options)
        written = bool(merged.new) and not dry_run
        if written:
            write_log(place.log_path, merged.new)
    if written and place.is_study:
        seal_split(place.folder, place.log_path)
    moves = find_moves(place, (*place.log, *merged.new))
    notes = [
        f"{file.name}: {note.removeprefix(f'{file.name}: ')}"
        for file in incoming
        for note in file.review.notes
    ]
    return ImportSummary(
        log=place.log_path,
        merged=merged,
        notes=(*place.notes, *notes, *waiting_notes(moves, place.folder)),
        written=written,
    )


def _read_all(files: Sequence[Path], known: Known, columns: Columns | None) -> list[Incoming]:
    read, problems = [], []
    for path in files:
        try:
            review = read_review(path, known, columns=columns)
        except InputError as error:
            problems.append(str(error))
            continue
        data = data_file(path)
        written = datetime.fromtimestamp(data.stat().st_mtime, UTC)
        read.append(
            Incoming(
                name=path.name,
                sha256=hash_file(data),
                time=written.isoformat(timespec="seconds"),
                review=review,
            )
        )
    if problems:
        msg = "\n".join(problems) + "\nNothing was imported."
        raise InputError(msg)
    return read


def now() -> str:
    """Return the present time in UTC, in ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """Which lines of a log to show; an empty field takes all."""

    coder: str = ""
    code: str = ""
    transcript: str = ""


def show_log(study: Path, query: LogQuery) -> list[tuple[Decision, str]]:
    """Return the decisions of a log in the order in which they were imported, with the transcript.

    Args:
        study: A study folder or a folder with results.
        query: Whose, of which code, of which transcript: its name, a part of it, or its id.

    Raises:
        InputError: There is no log yet.
        StoreError: It is damaged.
    """
    path = find_log(study)
    if not path.is_file():
        msg = f"{path}: there is no log yet; it is made by the first nlp-pipeline import"
        raise InputError(msg)
    names = _names(study)
    return [
        (decision, name)
        for decision in read_log(path)
        if _is_wanted(decision, name := names.get(decision.transcript_id, ""), query)
    ]


def _is_wanted(decision: Decision, name: str, query: LogQuery) -> bool:
    asked = query.transcript.casefold()
    of_transcript = asked in name.casefold() or query.transcript == decision.transcript_id
    return (
        query.coder in ("", decision.coder)
        and query.code in ("", decision.code or "-")
        and of_transcript
    )


def _names(study: Path) -> dict[str, str]:
    """Return the names of transcripts by their id, also of versions that earlier runs had."""
    try:
        place = find_workplace(study)
        present = place.results.transcripts
    except InputError:
        return {}  # a log can be read without a run
    return {t.id: t.source_name for t in (*Versions(place).transcripts.values(), *present)}
