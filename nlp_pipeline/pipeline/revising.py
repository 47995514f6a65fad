"""The codebook of a study: check it, compare it with an earlier one, and bring codings along."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from nlp_pipeline import codebooks
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.codebooks import Changes, Finding, Migrated, Migration
from nlp_pipeline.config import read_code_map, read_codebook, read_settings
from nlp_pipeline.decisions import Decision, read_log, write_log
from nlp_pipeline.errors import InputError, StoreError
from nlp_pipeline.pipeline.folder import TABLES
from nlp_pipeline.pipeline.reviewing import now
from nlp_pipeline.pipeline.study import STUDY_FILE
from nlp_pipeline.pipeline.workplace import find_log, find_workplace
from nlp_pipeline.review.clean import csv_text
from nlp_pipeline.store import atomic_write, hash_file, lock_folder, read_transcripts

LOOK_AGAIN = "look-again.csv"
"""The file in a study folder with the stretches that people have to code anew."""

_COLUMNS = ("transcript", "start", "end", "coder", "code", "new_codes", "decision")


@dataclass(frozen=True, kw_only=True)
class CheckSummary:
    """What is wrong with a codebook; ``model`` is the one that compared its definitions, or ""."""

    codebook: str
    version: str
    findings: tuple[Finding, ...]
    model: str

    @property
    def exit_code(self) -> int:
        """1 if something has to be mended, else 0."""
        return 1 if any(finding.fault for finding in self.findings) else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {**vars(self), "findings": [asdict(finding) for finding in self.findings]}


@dataclass(frozen=True, kw_only=True, slots=True)
class LookAgain:
    """A stretch with a code that was split; ``codes`` are what it may have become."""

    transcript: str
    decision: Decision
    codes: tuple[str, ...]

    def to_row(self) -> dict[str, str | int]:
        """Return it as a row of the file, without a word of the transcript."""
        d = self.decision
        cells = (self.transcript, d.start, d.end, d.coder, d.code or "", " ".join(self.codes), d.id)
        return dict(zip(_COLUMNS, cells, strict=True))


@dataclass(frozen=True, kw_only=True)
class MigrateSummary:
    """What a migration did; ``written`` says whether the log has changed."""

    log: Path
    migrated: Migrated
    again: tuple[LookAgain, ...]
    listed: Path | None
    written: bool

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "log": str(self.log),
            "written": self.written,
            "new": len(self.migrated.new),
            "decisions": dict(self.migrated.counts),
            "look_again": [item.to_row() for item in self.again],
            "listed": None if self.listed is None else str(self.listed),
        }


def open_codebook(place: str) -> Codebook:
    """Return the codebook of a study folder, of a file, or a shipped one by its name.

    Raises:
        ConfigError: It is missing or malformed.
    """
    path = Path(place)
    path = path.parent if path.name == STUDY_FILE else path
    if (path / STUDY_FILE).is_file():
        return read_codebook(read_settings(path / STUDY_FILE).codebook, folder=path)
    return read_codebook(place)


def check_codebook(
    place: str, *, limit: float = codebooks.OVERLAP, use_model: bool = True, model: str = ""
) -> CheckSummary:
    """Return what is wrong with a codebook.

    Args:
        place: A study folder, a file or the name of a shipped codebook.
        limit: The cosine from which two definitions are reported as alike.
        use_model: Whether definitions are compared at all; a model is loaded only for that.
        model: The name or folder of a model; by default that of the study, or the shipped one.

    Raises:
        ConfigError: The codebook is missing or malformed.
        ModelError: The model is missing or damaged.
    """
    codebook = open_codebook(place)
    findings = codebooks.check(codebook)
    used = ""
    if use_model:
        alike, used = _overlaps(codebook, place, limit=limit, model=model)
        findings += alike
    return CheckSummary(
        codebook=codebook.name, version=codebook.version, findings=findings, model=used
    )


def _overlaps(
    codebook: Codebook, place: str, *, limit: float, model: str
) -> tuple[tuple[Finding, ...], str]:
    from nlp_pipeline.artifact import load_model
    from nlp_pipeline.classify import Embedder

    path = Path(place)
    folder = path.parent if path.name == STUDY_FILE else path
    study = folder if (folder / STUDY_FILE).is_file() else None
    settings = read_settings(None if study is None else study / STUDY_FILE)
    encoder = Embedder(load_model(model or settings.model, folder=study), settings.classify)
    return codebooks.overlaps(codebook, encoder.embed, limit=limit), encoder.model_id


def diff_codebooks(old: str, new: str, *, code_map: Path | None = None) -> Changes:
    """Return what changed between two codebooks, each a file, a study or a shipped name.

    Raises:
        ConfigError: A codebook or the map is missing or malformed.
    """
    mapping = None if code_map is None else read_code_map(code_map)
    return codebooks.compare(open_codebook(old), open_codebook(new), mapping)


def migrate_study(study: Path, code_map: Path, *, dry_run: bool = False) -> MigrateSummary:
    """Bring the decisions of a study to its present codebook; all of them or none.

    Args:
        study: A study folder.
        code_map: The file that says what became of old codes.
        dry_run: Whether to write nothing.

    Raises:
        ConfigError: The codebook or the map is malformed, or the map does not cover what is in use.
        InputError: It is no study, or there is no decision yet.
        StoreError: The log is damaged or in use, or the disk refuses.
    """
    folder = study.parent if study.name == STUDY_FILE else study
    if not (folder / STUDY_FILE).is_file():
        msg = f"{study}: holds no {STUDY_FILE}; give the folder of a study"
        raise InputError(msg)
    path = find_log(folder)
    if not path.is_file():
        msg = f"{path}: there is no log yet, so there is nothing to bring along"
        raise InputError(msg)
    codebook, codes = open_codebook(str(folder)), read_code_map(code_map)
    migration = Migration(
        codes=codes, file=code_map.name, file_sha256=hash_file(code_map), at=now()
    )
    with lock_folder(folder):
        migrated = codebooks.migrate(read_log(path), codebook, migration)
        again = _look_again(folder, migrated, codes)
        listed = None
        if not dry_run:
            write_log(path, migrated.new)
            listed = _list(folder / LOOK_AGAIN, again)
    return MigrateSummary(
        log=path,
        migrated=migrated,
        again=again,
        listed=listed,
        written=bool(migrated.new) and not dry_run,
    )


def _look_again(
    folder: Path, migrated: Migrated, codes: dict[str, tuple[str, ...]]
) -> tuple[LookAgain, ...]:
    names = _names(folder)
    return tuple(
        LookAgain(
            transcript=names.get(d.transcript_id, d.transcript_id),
            decision=d,
            codes=codes[d.code or ""],
        )
        for d in migrated.again
    )


def _names(folder: Path) -> dict[str, str]:
    # A run of before the codebook changed still knows the names of transcripts.
    try:
        run = find_workplace(folder).run
        return {t.id: t.source_name for t in read_transcripts(run / TABLES[0])}
    except (InputError, StoreError):
        return {}


def _list(path: Path, again: Sequence[LookAgain]) -> Path | None:
    """Write the stretches to look at again; an earlier list that is done with becomes empty."""
    if not again and not path.exists():
        return None
    buffer = StringIO(newline="")
    writer = csv.DictWriter(buffer, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for item in again:
        # Names come from outside, and the file will be opened in a spreadsheet.
        writer.writerow({name: csv_text(str(cell)) for name, cell in item.to_row().items()})
    with atomic_write(path) as temporary:
        temporary.write_bytes(buffer.getvalue().encode("utf-8-sig"))
    return path
