"""What a trained model has to beat, and how what it learned depends on what it learned from.

`contenders` gives baselines for the same test passages; `transfer` learns from one language and
measures on each; `learning_curve` learns from fewer interviews. None of them chooses anything by
the test split. Importing this loads torch and scikit-learn.
"""

from nlp_pipeline.baselines.curve import learning_curve
from nlp_pipeline.baselines.data import Contender, Crossing, LearningPoint
from nlp_pipeline.baselines.languages import transfer
from nlp_pipeline.baselines.linear import frozen_vectors
from nlp_pipeline.baselines.lineup import contenders

__all__ = [
    "Contender",
    "Crossing",
    "LearningPoint",
    "contenders",
    "frozen_vectors",
    "learning_curve",
    "transfer",
]
