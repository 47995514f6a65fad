"""The certificate of a study: for which model, codebook and passages its words hold.

It is kept as ``certificate.json`` in the study folder. It holds no words of participants. A change
of the codebook, of how transcripts are cut, or of the model voids it, since its figures were
measured with the ones that it names.
"""

from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp_pipeline.certify import Why, Word
from nlp_pipeline.config import StudySettings
from nlp_pipeline.errors import StoreError
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.manifest import CodebookUsed, Manifest
from nlp_pipeline.review.fitness import NO_FITNESS, CodeFitness, Fitness
from nlp_pipeline.store import read_json, write_json

FORMAT: Final = "nlp-pipeline certificate"
CERTIFICATE = "certificate.json"

Void = Literal["codebook", "segmentation", "model"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimate(_Part):
    """A figure with its 95 % interval over interviews; ``reason`` where one of them is missing."""

    value: float | None
    low: float | None
    high: float | None
    reason: str = ""


class LeftToModel(_Part):
    """What can be left to the model; see `certify.Left`."""

    score: float | None
    share: float
    share_low: float
    error: float | None


class NeededMore(_Part):
    """About how much more would do; see `certify.Needed`."""

    passages: int
    interviews: int


class CodeCertificate(_Part):
    """One code; see `certify.Certified` for what the figures mean."""

    code: str
    word: Word
    why: Why
    passages: int
    interviews: int
    coded: float
    prevalence: float
    suggested: int
    wrong: float | None
    accept: LeftToModel
    dismiss: LeftToModel
    kappa: Estimate
    people: Estimate
    needed: NeededMore | None


class Certificate(_Part):
    """What was certified, for what, when, and with which promise.

    Attributes:
        issued_at: In ISO 8601 and UTC.
        run_id: The run whose suggestions were measured.
        model_id: The model; another one needs its own certificate.
        codebook: With the hash of its content.
        segmentation_sha256: The hash of the settings by which transcripts are cut.
        error: The share of errors that is allowed in what is left to the model.
        confidence: How sure it is, for each code, that there are no more.
        coders: People who coded blind.
        interviews: Held-out interviews that they coded.
        passages: Passages of these that they coded.
        codes: What was found, in the order of the codebook.
    """

    format: Literal["nlp-pipeline certificate"] = FORMAT
    format_version: Literal[1] = 1
    issued_at: str
    run_id: str
    model_id: str
    codebook: CodebookUsed
    segmentation_sha256: str
    error: float
    confidence: float
    resamples: int
    seed: int
    coders: int
    interviews: int
    passages: int
    codes: tuple[CodeCertificate, ...]

    def void(
        self, settings: StudySettings, codebook_sha256: str, model_id: str
    ) -> tuple[Void, ...]:
        """Return what has changed since; the certificate holds as long as that is nothing.

        Args:
            settings: The present ones of the study.
            codebook_sha256: The hash of the present codebook.
            model_id: The model whose suggestions are to be relied on.
        """
        same: dict[Void, bool] = {
            "codebook": self.codebook.sha256 == codebook_sha256,
            "segmentation": self.segmentation_sha256 == segmentation_sha256(settings),
            "model": self.model_id == model_id,
        }
        return tuple(part for part, holds in same.items() if not holds)


def segmentation_sha256(settings: StudySettings) -> str:
    """Return the hash of all settings that decide where a passage begins and ends."""
    return sha256_json(settings.segment.model_dump(mode="json"))


def write_certificate(certificate: Certificate, folder: Path) -> Path:
    """Write the certificate of a study folder, in place of an earlier one. Raises `StoreError`."""
    path = folder / CERTIFICATE
    write_json(path, certificate.model_dump(mode="json"))
    return path


def read_certificate(folder: Path) -> Certificate | None:
    """Return the certificate of a study folder; None if it has none.

    Raises:
        StoreError: It is damaged, or of another version of this program.
    """
    path = folder / CERTIFICATE
    if not path.is_file():
        return None
    try:
        return Certificate.model_validate(read_json(path))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:3])
        msg = f"{path}: damaged, or of another version of this program ({places}); certify again"
        raise StoreError(msg) from error


def study_fitness(
    folder: Path, settings: StudySettings, codebook_sha256: str, model_id: str
) -> Fitness:
    """Return what the certificate of a study says of suggestions of a model; see `void`."""
    try:
        certificate = read_certificate(folder)
    except StoreError:
        return Fitness(damaged=True)
    if certificate is None:
        return NO_FITNESS
    void = certificate.void(settings, codebook_sha256, model_id)
    return Fitness(void=void) if void else _fitness(certificate)


def run_fitness(
    folder: Path, settings: StudySettings, codebook_sha256: str, manifest: Manifest
) -> Fitness:
    """Return what the certificate of a study says of the suggestions of a finished run.

    It has to hold for what the run was made with, and for the study as it is now.
    """
    now = study_fitness(folder, settings, codebook_sha256, manifest.model.id)
    then = settings.segment.model_dump(mode="json") == manifest.settings.get("segment")
    same: dict[Void, bool] = {
        "codebook": manifest.codebook.sha256 == codebook_sha256,
        "segmentation": then,
    }
    changed = {*now.void, *(part for part, holds in same.items() if not holds)}
    if not now.mark or now.damaged or not changed:
        return now
    return Fitness(void=tuple(part for part in get_args(Void) if part in changed))


def _fitness(certificate: Certificate) -> Fitness:
    return Fitness(
        codes={
            row.code: CodeFitness(word=row.word, score=row.accept.score)
            for row in certificate.codes
        },
        error=certificate.error,
        confidence=certificate.confidence,
    )


def certificate_state(fitness: Fitness) -> str:
    """Return in a few words whether the certificate of a study holds; "" if it has none."""
    if fitness.damaged:
        return "damaged"
    if fitness.void:
        return f"void, changed since: {', '.join(fitness.void)}"
    return "holds" if fitness.codes else ""


def void_note(fitness: Fitness, folder: Path | None) -> str | None:
    """Return what a user must know of a certificate that does not hold, else None."""
    if not (fitness.damaged or fitness.void):
        return None
    return (
        f"The certificate of this study is {certificate_state(fitness)}. Nothing can be left to "
        f"the model until nlp-pipeline certify {folder} has been run again"
    )
