"""A codebook while a study grows: what is wrong with it, what changed, and codings that follow."""

from nlp_pipeline.codebooks.checking import OVERLAP, Finding, check, overlaps
from nlp_pipeline.codebooks.comparing import Changes, compare
from nlp_pipeline.codebooks.migrating import Migrated, Migration, migrate

__all__ = [
    "OVERLAP",
    "Changes",
    "Finding",
    "Migrated",
    "Migration",
    "check",
    "compare",
    "migrate",
    "overlaps",
]
