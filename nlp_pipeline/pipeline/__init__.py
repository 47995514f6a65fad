"""The order of the stages: from files to a run folder, and the two commands that do a part."""

from nlp_pipeline.pipeline.classifier import Classifies, load_classifier
from nlp_pipeline.pipeline.manifest import Manifest, Refused, Warned
from nlp_pipeline.pipeline.reading import ReadSummary, read_files
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.pipeline.runner import RunSummary, run
from nlp_pipeline.pipeline.study import Study, load_study
from nlp_pipeline.pipeline.table import ClassifySummary, check_table, classify_table

__all__ = [
    "Classifies",
    "ClassifySummary",
    "Manifest",
    "Progress",
    "ReadSummary",
    "Refused",
    "RunSummary",
    "Silent",
    "Study",
    "Warned",
    "check_table",
    "classify_table",
    "load_classifier",
    "load_study",
    "read_files",
    "run",
]
