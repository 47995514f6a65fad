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

    from nlp_pipeline.artifact import Model
    from nlp_pipeline.untrained import Comparison


_NAMED = 5


class Classifies(Protocol):
    """A model that suggests codes; the same passages always get the same scores."""

    @property
    def codebook(self) -> Codebook:
        """The codebook that the model was trained on, or that passages are compared with."""

    @property
    def model_id(self) -> str:
        """Its name and the start of its hash, as in ``"rmic-nl-en@0123456789ab"``."""

    @property
    def calibrated(self) -> bool:
        """Whether a score is a probability."""

    @property
    def comparison(self) -> "Comparison | None":
        """How passages are compared with a codebook that was not learned; None for a learned one.

        The id of the model starts with `records.UNTRAINED` then.
        """

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

    Where the model does not know every code of the study's codebook, its encoder compares passages
    with what the codebook says. Files without a study name no codebook, so there it is an error.

    Raises:
        ModelError: The model is missing, incompatible or changed, or there is no study and it does
            not know the default codebook.
    """
    from nlp_pipeline.artifact import load_model
    from nlp_pipeline.classify import Classifier

    model = load_model(study.settings.model, folder=study.folder)
    if study.folder is not None and not set(study.codebook.code_ids) <= set(model.config.codes):
        return _untrained(study, model)
    classifier: Classifies = Classifier(model, study.settings.classify)
    check_codebook(study.codebook, classifier)
    return classifier


def _untrained(study: Study, model: "Model") -> Classifies:
    from nlp_pipeline.classify import Embedder
    from nlp_pipeline.untrained import Untrained

    encoder = Embedder(model, study.settings.classify)
    return Untrained(encoder, study.codebook, known=model.config.codes)


def check_codebook(codebook: Codebook, classifier: Classifies) -> None:
    """Check that a model knows every code of a codebook.

    Raises:
        ModelError: It does not.
    """
    known = classifier.codebook
    odd = sorted(set(codebook.code_ids) - set(known.code_ids))
    if not odd:
        return
    named = ", ".join(f'"{code}"' for code in odd[:_NAMED])
    msg = (
        f'model "{classifier.model_id}" was trained on codebook "{known.name}" version '
        f'{known.version}, and codebook "{codebook.name}" version {codebook.version} has codes '
        f"that are not in it ({named}). To have passages compared with a codebook that no model "
        "was trained on, name the codebook in the study.yaml of a study folder; or use a model "
        "that was trained on it"
    )
    raise ModelError(msg)


def untrained_note(classifier: Classifies) -> str | None:
    """Return what a user must know when no model was trained on the codebook, else None."""
    comparison, codebook = classifier.comparison, classifier.codebook
    if comparison is None:
        return None
    source = (
        f"set from the {comparison.examples} examples in the codebook"
        if comparison.examples
        else "the default; 20 or more examples in the codebook, as long as a passage, would set it"
    )
    note = (
        f'The model was not trained on codebook "{codebook.name}" version {codebook.version}: '
        "every passage was compared with the definitions and examples of its codes. The numbers "
        "are a likeness between 0 and 1, not probabilities, and many suggestions will be wrong. "
        f"Suggested are at most three codes per passage, from likeness {comparison.cut_off:.2f} "
        f"({source})."
    )
    if comparison.known:
        named = ", ".join(f'"{code}"' for code in comparison.known)
        note += (
            f" The model does know {named}; these were compared like the others. For suggestions "
            "by a trained model, use a codebook with only codes that it knows."
        )
    return note
