"""What the pipeline asks of a classifier, and how the real one is loaded."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.errors import ModelError
from nlp_pipeline.pipeline.study import Study
from nlp_pipeline.records import Passage, Suggestion

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Classifies(Protocol):
    """A model that suggests codes; the same passages always get the same scores."""

    @property
    def codebook(self) -> Codebook:
        """The codebook that the model was trained on."""

    @property
    def model_id(self) -> str:
        """Its name and the start of its hash, as in ``"rmic-nl-en@0123456789ab"``."""

    @property
    def calibrated(self) -> bool:
        """Whether a score is a probability."""

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """Return one row of length 1 per text."""

    def classify(
        self,
        passages: Sequence[Passage],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> tuple[Suggestion, ...]:
        """Return a suggestion per passage and code, in order; none for other languages.

        ``progress`` is called with the number of passages done since the last call.
        """


def load_classifier(study: Study) -> Classifies:
    """Load the model that a study names; torch is loaded here and not before.

    Raises:
        ModelError: The model is missing, incompatible or changed, or has another codebook.
    """
    from nlp_pipeline.artifact import load_model
    from nlp_pipeline.classify import Classifier

    model = load_model(study.settings.model, folder=study.folder)
    classifier: Classifies = Classifier(model, study.settings.classify)
    check_codebook(study.codebook, classifier)
    return classifier


def check_codebook(codebook: Codebook, classifier: Classifies) -> None:
    """Check that a model knows exactly the codes of a codebook.

    Raises:
        ModelError: It has other codes.
    """
    known = classifier.codebook
    wanted, has = set(codebook.code_ids), set(known.code_ids)
    if wanted == has:
        return
    odd = ", ".join(f'"{code}"' for code in sorted(wanted ^ has)[:5])
    msg = (
        f'model "{classifier.model_id}" was trained on codebook "{known.name}" version '
        f'{known.version}, and the study uses codebook "{codebook.name}" version '
        f"{codebook.version} (codes in only one of them: {odd}). A codebook that no model was "
        f'trained on is not supported yet by this version; use codebook "{known.name}", or a '
        "model that was trained on yours"
    )
    raise ModelError(msg)
