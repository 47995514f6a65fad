"""The folder in which people review: which run, whose codebook, and where decisions are kept."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import read_codebook, read_settings
from nlp_pipeline.decisions import LOG_NAME, Decision, read_log, with_present_ids
from nlp_pipeline.errors import InputError, StoreError
from nlp_pipeline.exchange import Known, text_sha256
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.attributes import ATTRIBUTES, read_attributes
from nlp_pipeline.pipeline.certificate import run_fitness
from nlp_pipeline.pipeline.folder import EARLIER, MANIFEST, TABLES
from nlp_pipeline.pipeline.manifest import FORMAT, Manifest, read_manifest
from nlp_pipeline.pipeline.study import STUDY_FILE
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.fitness import NO_FITNESS, Fitness
from nlp_pipeline.review.results import Results
from nlp_pipeline.store import (
    hash_file,
    read_json,
    read_passages,
    read_suggestions,
    read_transcripts,
)

RUNS = "runs"


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """A study folder or a folder with results, and the run in it that people work on.

    ``folder`` holds the log, the samples and ``attributes.csv``; ``run`` holds the tables.
    """

    folder: Path
    run: Path
    is_study: bool

    @property
    def log_path(self) -> Path:
        """Where decisions are kept."""
        return self.folder / LOG_NAME

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest of the run. Raises `StoreError`."""
        return read_manifest(self.run / MANIFEST)

    @cached_property
    def codebook(self) -> Codebook:
        """The codebook of the study, else the shipped one of the run. Raises `CodebookError`."""
        if self.is_study:
            settings = read_settings(self.folder / STUDY_FILE)
            return read_codebook(settings.codebook, folder=self.folder)
        return read_codebook(self.manifest.codebook.name)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of this run before anybody works with it."""
        if sha256_json(asdict(self.codebook)) == self.manifest.codebook.sha256:
            return ()
        return (
            "the codebook has changed since this run; run the study again for suggestions that "
            "go by it",
        )

    @property
    def fitness(self) -> Fitness:
        """What the certificate of the study says of the suggestions of this run."""
        if not self.is_study:
            return NO_FITNESS
        settings, sha256 = (
            read_settings(self.folder / STUDY_FILE),
            sha256_json(asdict(self.codebook)),
        )
        return run_fitness(self.folder, settings, sha256, self.manifest)

    @cached_property
    def results(self) -> Results:
        """What the run found.

        Raises:
            InputError: A table was changed, or the codebook lacks a code that is suggested.
            StoreError: A table cannot be read.
        """
        self._check_tables()
        suggestions = read_suggestions(self.run / TABLES[2])
        lacking = sorted({s.code for s in suggestions} - {*self.codebook.code_ids})
        if lacking:
            msg = (
                f"{self.run}: the codebook no longer has the code(s) {', '.join(lacking)} of this "
                "run; run the study again first"
            )
            raise InputError(msg)
        name = read_settings(self.folder / STUDY_FILE).name if self.is_study else ""
        return Results(
            transcripts=read_transcripts(self.run / TABLES[0]),
            passages=read_passages(self.run / TABLES[1]),
            suggestions=suggestions,
            codebook=self.codebook,
            model_id=self.manifest.model.id,
            calibrated=self.manifest.model.calibrated,
            title=name,
            fitness=self.fitness,
        )

    @property
    def known(self) -> Known:
        """What importers recognise texts, passages and codes by."""
        results = self.results
        return Known(
            transcripts=results.transcripts, passages=results.passages, codebook=self.codebook
        )

    @property
    def log(self) -> tuple[Decision, ...]:
        """The decisions, with the present ids of transcripts. Raises `StoreError`."""
        return with_present_ids(read_log(self.log_path), self.results.transcripts)

    @cached_property
    def attributes(self) -> dict[str, dict[str, str]]:
        """What is known of every transcript, by its id. Raises `InputError`."""
        return read_attributes(self.folder / ATTRIBUTES, self.results.transcripts)

    def _check_tables(self) -> None:
        # Offsets are only as good as the tables that they count in.
        for output in self.manifest.outputs:
            path = self.run / output.name
            if output.name in TABLES and (not path.is_file() or hash_file(path) != output.sha256):
                msg = f"{path}: missing or changed; run again, which writes it anew"
                raise StoreError(msg)


def find_workplace(path: Path) -> Workplace:
    """Return the workplace of a study folder, a folder with results or a run folder.

    Raises:
        InputError: It is none of these, or there is no finished run in it.
    """
    path = path.parent if path.name == STUDY_FILE else path
    if (path / STUDY_FILE).is_file():
        return Workplace(folder=path, run=_newest_run(path), is_study=True)
    if not _is_run(path):
        msg = (
            f"{path}: holds no study and no finished run; give the study folder, or the folder "
            "that nlp-pipeline run wrote"
        )
        raise InputError(msg)
    # A path that goes up from where the user is, such as ".", has no names to look at.
    above = path.resolve().parent
    if above.name == RUNS and (above.parent / STUDY_FILE).is_file():
        return Workplace(folder=above.parent, run=path, is_study=True)
    folder = above.parent if above.name == EARLIER and _is_run(above.parent) else path
    return Workplace(folder=folder, run=path, is_study=False)


def find_log(path: Path) -> Path:
    """Return the log of a study or a folder with results; it may not be there yet.

    Raises:
        InputError: It is neither.
    """
    path = path.parent if path.name == STUDY_FILE else path
    study = (path / STUDY_FILE).is_file()
    return path / LOG_NAME if study else find_workplace(path).log_path


class Versions(Mapping[str, str]):
    """The texts of all runs of a workplace by their hash; read when the first is asked for."""

    def __init__(self, workplace: Workplace) -> None:
        """Remember where to look."""
        self._workplace = workplace

    @cached_property
    def transcripts(self) -> dict[str, Transcript]:
        """The transcripts of all runs by the hash of their text."""
        folder = self._workplace.folder
        runs = [*folder.glob(f"{RUNS}/*"), *folder.glob(f"{EARLIER}/*")]
        runs += [*folder.glob(f"{RUNS}/*/{EARLIER}/*")]
        found: dict[str, Transcript] = {}
        for run in sorted(runs):
            try:
                transcripts = read_transcripts(run / TABLES[0])
            except StoreError:
                continue  # it only helps to explain, and another run may have the text
            found |= {text_sha256(t.text): t for t in transcripts}
        return found

    def __getitem__(self, version: str) -> str:
        """Return the text with a hash."""
        return self.transcripts[version].text

    def __iter__(self) -> Iterator[str]:
        """Iterate over the hashes."""
        return iter(self.transcripts)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.transcripts)


def _newest_run(study: Path) -> Path:
    folder = study / RUNS
    runs = [run for run in folder.iterdir() if _is_run(run)] if folder.is_dir() else []
    if not runs:
        msg = f"{study}: there is no finished run yet; run nlp-pipeline run {study} first"
        raise InputError(msg)
    # A manifest holds no clock time, but is the last file that a run writes.
    return max(runs, key=lambda run: ((run / MANIFEST).stat().st_mtime_ns, run.name))


def _is_run(folder: Path) -> bool:
    path = folder / MANIFEST
    if not path.is_file():
        return False
    try:
        content = read_json(path)
    except StoreError:
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT
