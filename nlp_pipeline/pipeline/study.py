"""What is to be run: a study folder with its settings, or plain files with the defaults."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import StudySettings, read_codebook, read_settings
from nlp_pipeline.errors import InputError
from nlp_pipeline.ids import sha256_json

STUDY_FILE = "study.yaml"
"""The file that makes a folder a study."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """Settings, codebook and where the transcripts lie.

    ``folder`` is the study folder; it is None for files that belong to no study.
    """

    settings: StudySettings
    codebook: Codebook
    paths: tuple[Path, ...]
    folder: Path | None = None

    @property
    def codebook_sha256(self) -> str:
        """The hash of what the codebook says, wherever its file lies."""
        return sha256_json(asdict(self.codebook))

    @property
    def stage_settings(self) -> dict[str, object]:
        """The settings that can change a result, as JSON; what lies where is not among them."""
        return self.settings.model_dump(mode="json", exclude={"transcripts", "codebook", "model"})


def load_study(paths: Sequence[Path], *, model: str | None = None) -> Study:
    """Find the settings and transcripts of a study folder, or take plain files and folders.

    Args:
        paths: One study folder, or any files and folders with transcripts.
        model: The name or folder of a model, instead of the one in the settings.

    Raises:
        ConfigError: ``study.yaml`` or the codebook is missing or malformed.
        InputError: The study's folder of transcripts is missing, or a study is one of several.
    """
    folder = _study_folder(paths)
    settings = read_settings(None if folder is None else folder / STUDY_FILE)
    if model is not None:
        settings = settings.model_copy(update={"model": model})
    codebook = read_codebook(settings.codebook, folder=folder)
    if folder is not None:
        paths = (_transcripts_folder(folder, settings),)
    return Study(settings=settings, codebook=codebook, paths=tuple(paths), folder=folder)


def _study_folder(paths: Sequence[Path]) -> Path | None:
    studies = [
        path if path.is_dir() else path.parent
        for path in paths
        if path.name == STUDY_FILE or (path / STUDY_FILE).is_file()
    ]
    if studies and len(paths) > 1:
        msg = f"{studies[0]}: this is a study folder; give it alone, without other files"
        raise InputError(msg)
    return studies[0] if studies else None


def _transcripts_folder(folder: Path, settings: StudySettings) -> Path:
    transcripts = folder / settings.transcripts
    if not transcripts.is_dir():
        msg = (
            f"{transcripts}: this folder does not exist; put the transcripts there, or name "
            f'their folder as "transcripts" in {folder / STUDY_FILE}'
        )
        raise InputError(msg)
    return transcripts
