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


@dataclass(kw_only=True)
class Job:
    """What the stages of a run share.

    ``certificate`` says whether that of the study holds for this run. It goes into the manifest, as
    ``refused`` and ``warnings`` do; ``notes`` are about the run folder and about
    untrained codebooks, and are only told to the user.
    """

    study: Study
    classifier: Classifies
    language: str
    progress: Progress
    inputs: tuple[Input, ...]
    folder: RunFolder
    run_id: str
    certificate: str = ""
    refused: list[Refused] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
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
