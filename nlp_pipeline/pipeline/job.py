"""One run while it is going on: what it was given, and what it has found to report."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp_pipeline import __version__
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.classifier import Classifies
from nlp_pipeline.pipeline.folder import RunFolder
from nlp_pipeline.pipeline.inputs import Input
from nlp_pipeline.pipeline.manifest import Refused, Warned
from nlp_pipeline.pipeline.reporting import Progress
from nlp_pipeline.pipeline.study import Study
from nlp_pipeline.pipeline.work import Work
from nlp_pipeline.review.fitness import NO_FITNESS, Fitness


@dataclass(kw_only=True)
class Job:
    """What the stages of a run share.

    ``fitness`` is what the certificate of the study says of the suggestions; whether it holds goes
    into the manifest, as ``refused`` and ``warnings`` do. ``cautions`` and ``notes`` are only told
    to the user: the first are not to be missed, the others are about the run folder.
    """

    study: Study
    classifier: Classifies
    language: str
    progress: Progress
    inputs: tuple[Input, ...]
    folder: RunFolder
    run_id: str
    fitness: Fitness = NO_FITNESS
    refused: list[Refused] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def work(self) -> Work:
        """Where the finished parts of this run are kept."""
        return Work(folder=self.folder.work, fingerprint=fingerprint(self.study, self.classifier))


def fingerprint(study: Study, classifier: Classifies) -> str:
    """Return the hash of all that the suggestions for a given file depend on."""
    return sha256_json(
        {
            "settings": study.stage_settings,
            "codebook": study.codebook_sha256,
            "model": classifier.model_id,
            "calibrated": classifier.calibrated,
            "version": __version__,
        }
    )


def make_run_id(
    study: Study, classifier: Classifies, language: str, inputs: Sequence[Input]
) -> str:
    """Return the id of a run: the same files, settings, codebook, model and version share it."""
    parts = {
        "inputs": [[item.name, item.sha256, item.reason] for item in inputs],
        "language": language,
        "fingerprint": fingerprint(study, classifier),
    }
    return sha256_json(parts)[:12]
